// Order files and the presets of shops without fixed statuses agree on the words that undo an order.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { djangoTables } from '../../fixtures/django-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import { presetText } from '../../sql/source/platforms.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { countsAsSale } from './order-status.ts';

const test = databaseSuite('order statuses of presets');

const statuses =
  'paid;Completed;processing;shipped;delivered;partially_refunded;Partially paid;on-hold;Pending shipment;Cancelled;canceled;refunded;Returned;void;voided;pending;Pending Payment;payment_pending;waiting-for-payment;unpaid;Not Paid;AWAITING_PAYMENT;payment failed;failed;declined;rejected;expired;fraud;chargeback;draft;cart;abandoned;error;deleted;test;storniert;Zahlung ausstehend;unbezahlt;bezahlt;versandt;Annulée;ANNULE;expédiée;pendiente de pago;anulado;enviado;não pago;nieopłacone;отменён;доставлен;已取消'.split(
    ';',
  );

test('a Django shop and an order file count the same statuses', async ({ client }) => {
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
    const list = /order_counts\(status text\)[\s\S]*?not in \(([^)]*)\)/.exec(presetText(preset))![1]!;
    const words = Array.from(list.matchAll(/'([^']*)'/g), ([, word]) => word!);
    assert.ok(words.length > 10);
    assert.equal(words.filter(countsAsSale), []);
  });
}
