// Order files and the presets of shops without fixed statuses agree on the words that undo an order.
import { readFileSync } from 'node:fs';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { djangoTables } from '../../fixtures/django-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import { sqlFile } from '../../sql/package-root.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { countsAsSale } from './order-status.ts';

const test = databaseSuite('order statuses of presets');

const statuses =
  'paid;Completed;processing;shipped;delivered;partially_refunded;Partially paid;on-hold;Pending shipment;Cancelled;canceled;refunded;Returned;void;voided;pending;Pending Payment;payment_pending;waiting-for-payment;unpaid;Not Paid;AWAITING_PAYMENT;payment failed;failed;declined;rejected;expired;fraud;chargeback;draft;cart;abandoned;error;deleted;test'.split(
    ';',
  );

test('a Django shop and an order file count the same English statuses', async ({ client }) => {
  await client.query(djangoTables);
  await initPreset(client, 'django');
  const { rows } = await client.query<{ status: string; counts: boolean }>(
    'select status, couture_source.order_counts(status) as counts from unnest($1::text[]) status',
    [statuses],
  );
  assert.equal(
    rows,
    statuses.map((status) => ({ status, counts: countsAsSale(status) })),
  );
});

for (const preset of ['django', 'oscar']) {
  test(`order files leave out every status that the preset ${preset} leaves out`, () => {
    const text = readFileSync(sqlFile('presets', `${preset}.sql`), 'utf8');
    const list = /order_counts\(status text\)[\s\S]*?not in \(([^)]*)\)/.exec(text)![1]!;
    const words = Array.from(list.matchAll(/'([^']*)'/g), ([, word]) => word!);
    assert.ok(words.length > 10);
    assert.equal(words.filter(countsAsSale), []);
  });
}
