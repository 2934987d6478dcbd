// Odoo's web shop: 18 with translated names, and 15 with plain ones. The tables were written down from models.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { fillFile, readWatchlist, sizesOf, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('shops on Odoo');

/** Version → what differs from 18, once the tables are filled. */
const versions = {
  '18': '',
  '15': `alter table product_template alter name type text using name ->> 'de_DE', alter description_sale type text, drop column description_ecommerce,
      drop column compare_list_price, drop column is_storable;
    update product_template set type = 'product';
    alter table product_public_category alter name type text using name ->> 'de_DE';
    alter table product_tag alter name type text;
    alter table product_attribute alter name type text using coalesce(name ->> 'de_DE', name ->> 'en_US');
    alter table product_attribute_value alter name type text using coalesce(name ->> 'de_DE', name ->> 'en_US');
    update planted.product set price = sale, sale = null where sale is not null`,
};

for (const [version, changes] of Object.entries(versions)) {
  test(`${version}: recognized, views say what was planted, lists and addresses lead there`, async (context) => {
    const share = await tryPlatform(context, 'odoo', {
      schema: fillFile('odoo-schema.sql'),
      fill: 'odoo-fill.sql',
      changes,
      language: 'de',
      sizes: true,
    });
    assert.ok(share.inside / share.entries >= 0.99, JSON.stringify(share));
    assert.equal(await readWatchlist(context.client), [{ customer_id: 1, product_id: 10 }]);
    // A second material of a product makes it a choice.
    await context.client.query(`
      insert into product_template_attribute_value values (2000001, 0, 2, 1);
      update product_variant_combination set product_template_attribute_value_id = 2000001
      where product_product_id = 10 and product_template_attribute_value_id = 1000001`);
    assert.equal(await sizesOf(context.client, 1), [
      'L / Material: Wool',
      'M / Material: Wool',
      'S / Material: Linen',
    ]);
  });
}
