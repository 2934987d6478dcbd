// Vendure 3.7: minor units, prices with tax in the search index alone, carts as orders, seller orders, thresholds, translations.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { shopFile, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on Vendure');
const schema = shopFile('vendure.schema.sql');

const title = 'Vendure: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (vendure.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'vendure', {
      schema,
      fill: 'vendure-fill.sql',
      moves: {
        start: `update "order" set state = 'PaymentSettled' where id::text = $1`,
        moves: [
          [`update "order" set state = 'Shipped' where id::text = $1`, 'Your order is on its way'],
          [`update "order" set state = 'Delivered' where id::text = $1`, 'Your order was delivered'],
          [`update "order" set state = 'Cancelled' where id::text = $1`, 'Your order was cancelled'],
          [`update refund set total = 1000 where "paymentId"::text = $1`, 'Your order was refunded'],
        ],
      },
      language: 'en',
      sizes: true,
    });
    const { rows } = await context.client.query(
      `select currency, couture_source.minor_units(currency)::int as units from unnest(array['EUR', 'JPY', 'KWD']) currency`,
    );
    assert.equal(
      rows.map((row) => row.units),
      [100, 1, 1_000],
    );
    assert.ok(share.inside / share.entries >= 0.99, JSON.stringify(share));
  });
}
