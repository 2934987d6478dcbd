// django-oscar 4.2: parents and children, several stock records, words of its own for statuses, prices of lines.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { readWatchlist, shopFile, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on django-oscar');
const schema = shopFile('oscar.schema.sql');

const title = 'django-oscar: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (oscar.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'oscar', {
      schema,
      fill: 'oscar-fill.sql',
      sizes: 'some',
      moves: {
        start: `update order_order set status = 'Pending' where id::text = $1`,
        moves: [
          [`update order_order set status = 'Shipped' where id::text = $1`, 'Your order is on its way'],
          [`update order_order set status = 'Cancelled' where id::text = $1`, 'Your order was cancelled'],
        ],
      },
    });
    // Wishes are for the parent, which has the page; a wish for a size shows as the first size.
    for (let turn = 0; turn < 2; turn++)
      await context.client.query('select couture_source.watch(1::bigint, 12::bigint)');
    assert.equal(await readWatchlist(context.client), [{ customer_id: 1, product_id: '10' }]);
    assert.equal((await context.client.query('select product_id from wishlists_line')).rows, [
      { product_id: '1000010' },
    ]);
    await context.client.query('select couture_source.unwatch(1::bigint, 11::bigint)');
    assert.equal(await readWatchlist(context.client), []);
    assert.ok(share.inside / share.entries >= 0.97, JSON.stringify(share));
  });
}
