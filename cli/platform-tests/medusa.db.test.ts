// Medusa 2.21: variants, price sets and lists, kits, versions of orders, soft deletion.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { shopFile, sizesOf, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('a shop on Medusa');
const schema = shopFile('medusa.schema.sql');

const title = 'Medusa: recognized, views say what was planted, lists and addresses lead there';
if (!schema) test.skip(`${title} (medusa.schema.sql is not there)`);
else {
  test(title, async (context) => {
    const share = await tryPlatform(context, 'medusa', {
      schema,
      fill: 'medusa-fill.sql',
      moves: {
        start: `update "order" set status = 'pending' where id = $1`,
        moves: [[`update "order" set canceled_at = now() where id = $1`, 'Your order was cancelled']],
      },
      sizes: true,
      changes: `update "order" set locale = 'de-DE'`,
      language: 'de',
    });
    assert.ok(share.inside / share.entries >= 0.99, JSON.stringify(share));
    const { rows } = await context.client.query<{ status: string | null }>(
      'select distinct order_status as status from couture_source.order_line order by 1',
    );
    const statuses = rows.map(({ status }) => status);
    assert.equal(statuses, ['completed', null], 'what says nothing to shoppers is no status');
    // A second material of a product makes it a choice.
    await context.client.query(`
      insert into product_option_value (id, value, option_id) values ('optval_linen', 'Linen', 'opt_Material1');
      update product_variant_option set option_value_id = 'optval_linen' where variant_id = 'variant_10' and option_value_id = 'optval_m1'`);
    assert.equal(await sizesOf(context.client, 'prod_1'), [
      'L / Material: Wool',
      'M / Material: Wool',
      'S / Material: Linen',
    ]);
  });
}
