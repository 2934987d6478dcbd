// What buy_again expects of the sample shop and of UCI Online Retail, against what was bought.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { realOrderFile } from '../../../fixtures/real-orders.ts';
import { loadSampleShop } from '../../../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../../../fixtures/sample/sample-shop.ts';
import { assert } from '../../../fixtures/suite.ts';
import { adoptShop } from '../../../sql/source/adopt-shop.ts';
import { buildLimits } from '../../test-support/all-orders.ts';
import { readLatestDay } from '../source/order-dates.ts';
import { buyAgainCalibration } from './calibration.ts';
import type { CalibrationFigures } from './evaluation-result.ts';
import { type Dataset, OrderLogBuilder, openDataset } from './order-log.ts';
import { readShopOrders } from './read-shop-orders.ts';

const test = databaseSuite('calibration of buy again', { timeout: 300_000, migrated: true });

test('sample shop: what was bought is within 5 points of the prediction', async ({ client }) => {
  await loadSampleShop(client, sampleShop());
  await adoptShop(client, 'sample', {});
  const latestDay = await readLatestDay(client);
  const data = await readShopOrders(client, {
    from: undefined,
    latestDay,
    newest: latestDay,
    split: 'last',
    signal: new AbortController().signal,
    onProgress() {},
  });
  assertCalibrated(buyAgainCalibration(data, buildLimits), 500);
});

const uci = realOrderFile('uci_online_retail', 'interactions.csv.gz');
if (uci === undefined) test.skip('UCI Online Retail: what was bought is within 5 points of the prediction');
else {
  test('UCI Online Retail: what was bought is within 5 points of the prediction', () => {
    const found = assertCalibrated(buyAgainCalibration(salesOf(uci), buildLimits), 20_000);
    const [lowest, highest] = [found.fifths[0]!, found.fifths.at(-1)!];
    assert.ok(highest.bought > 3 * lowest.bought, JSON.stringify(found.fifths));
  });
}

test('orders without dates, of too few days, or in a shop that recommends nothing again have none', () => {
  const orders = (day: (order: number) => number) => {
    const builder = new OrderLogBuilder();
    for (let order = 0; order < 300; order++) builder.add(`${order}`, `${order % 20}`, 'soap', day(order));
    return openDataset(builder.orders(), [], { lines: 300, skipped: 0 });
  };
  const year = orders((order) => 20_000 + order);
  assert.ok(buyAgainCalibration(year, buildLimits)!.due > 0);
  assert.is(buyAgainCalibration(year, { ...buildLimits, repurchase: 'never' }), undefined);
  assert.is(
    buyAgainCalibration(
      orders(() => Number.NaN),
      buildLimits,
    ),
    undefined,
  );
  assert.is(
    buyAgainCalibration(
      orders((order) => 20_000 + (order % 80)),
      buildLimits,
    ),
    undefined,
  );
});

function assertCalibrated(found: CalibrationFigures | undefined, least: number): CalibrationFigures {
  assert.ok(found && found.due > least, JSON.stringify(found));
  for (const { predicted, bought } of [found, ...found.fifths])
    assert.ok(Math.abs(predicted - bought) < 0.05, JSON.stringify(found));
  assert.ok(found.bought > 0.001, JSON.stringify(found));
  return found;
}

/** The file's sales to known customers: cancelled orders and free lines are not sales. */
function salesOf(file: string): Dataset {
  const builder = new OrderLogBuilder();
  const lines = gunzipSync(readFileSync(file)).toString().split('\n').slice(1);
  for (const line of lines) {
    const [order = '', customer = '', product = '', at, quantity, price] = line.split(',');
    if (customer === '' || order.startsWith('C') || !(Number(quantity) > 0) || !(Number(price) > 0)) continue;
    builder.add(order, customer, product, Date.parse(`${at}Z`) / 86_400_000);
  }
  return openDataset(builder.orders(), [], { lines: lines.length, skipped: 0 });
}
