// An order with a wrong date neither hides a customer from a segment nor a purchase from staff.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import { migrate } from '../../migrate.ts';
import { segmentSize } from '../push/segments.ts';
import { believedDate } from './believed-dates.ts';
import { purchasesOf } from './shop-customers.ts';

const test = databaseSuite('believed dates');

const now = Date.now();
const ago = (days: number) => new Date(now - days * 86_400_000).toISOString();
const line = { order: '1', customer: 'a', product: '1', at: ago(100) };

test('order dates up to tomorrow are accepted, later ones are not', async ({ client }) => {
  const { rows } = await client.query<{ at: string }>(
    `select at from unnest($1::text[]) at cross join lateral (select at::timestamptz as ordered_at) line where ${believedDate}`,
    [[ago(0), ago(-0.9), ago(-1.1), '9999-12-31', 'infinity', '0001-01-01']],
  );
  assert.equal(
    rows.map(({ at }) => at),
    [ago(0), ago(-0.9), '0001-01-01'],
  );
});

test('a customer with an order in the future can still be inactive', async ({ client }) => {
  await migrate(client);
  const lines = [
    line,
    { ...line, order: '2', at: '2099-01-01' },
    { ...line, order: '3', customer: 'b', at: '2099-01-01' },
    { ...line, order: '4', customer: 'c', at: ago(80) },
    { ...line, order: '5', customer: 'd', at: ago(-0.5) },
  ];
  for (const at of ['timestamptz', 'timestamp', 'date']) {
    await loadTinyShop(client, { ...tinyShop, lines }, { at });
    assert.equal(await segmentSize(client, 'inactive'), { customers: 1, subscribed: 0 }, at);
  }
});

test('purchases dated in the future are listed after the latest plausible purchase', async ({ client }) => {
  const lines = [
    line,
    { ...line, order: '2', product: '2', at: '2099-01-01' },
    { ...line, product: '3', at: ago(9) },
  ];
  await loadTinyShop(client, { ...tinyShop, lines });
  const purchases = await purchasesOf(client, 'text', 'a', 10);
  assert.equal(
    purchases.map(({ product_id, ordered_at }) => [product_id, ordered_at?.toISOString() ?? null]),
    [
      ['3', ago(9)],
      ['1', ago(100)],
      ['2', null],
    ],
  );
});
