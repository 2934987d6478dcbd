// Spree 5, Spree 6 and Solidus 4, which differ in names and columns, as in the db/schema.rb of shops on them.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { fillFile, readWatchlist, tryPlatform } from '../test-support/platforms/platform-shop.ts';

const test = databaseSuite('shops on Spree');

/** Version → what differs from Spree 5, once the tables are filled. */
const versions = {
  'Spree 5': `alter table spree_stores add column default_locale text;
    update spree_stores set default_locale = case when "default" then 'de' else 'en' end;
    update spree_taxons set taxonomy_id = 1;
    insert into spree_tags values (1, 'linen'); insert into spree_taggings values (1, 1, 1, 'Spree::Product', 'tags'), (2, 1, 1, 'Spree::Order', 'tags')`,
  'Spree 6': `alter table spree_taxons rename to spree_categories;
    alter table spree_products_taxons rename to spree_product_categories;
    alter table spree_product_categories rename taxon_id to category_id;
    alter table spree_orders rename user_id to customer_id;
    alter table spree_orders drop column state;
    alter table spree_orders rename payment_state to payment_status;
    alter table spree_orders rename shipment_state to fulfillment_status;
    alter table spree_wishlists rename user_id to customer_id;
    alter table spree_wished_items rename to spree_wishlist_items;
    alter table spree_stock_items rename to spree_stock_levels;
    alter table spree_stock_levels add column allocated_count int not null default 0;
    update spree_stock_levels set count_on_hand = count_on_hand + 2, allocated_count = 2;
    alter table spree_inventory_units rename to spree_fulfillment_items;
    alter table spree_fulfillment_items rename state to status;
    alter table spree_payments rename state to status;
    alter table spree_users rename to spree_customers;
    create table spree_users (id bigint primary key, email text, created_at timestamp);
    insert into spree_users values (1, 'admin@shop.example', now())`,
  'Solidus 4': `alter table spree_orders drop column status, drop column canceled_at;
    update spree_products set available_on = null where status = 'draft';
    alter table spree_products drop column status;
    drop table spree_taggings, spree_tags;
    update spree_taxons set taxonomy_id = 1;
    delete from spree_prices where price_list_id is not null;
    alter table spree_prices drop column price_list_id, drop column compare_at_amount, add column country_iso text;
    insert into spree_prices (id, variant_id, amount, currency, country_iso, updated_at) select -id, variant_id, 1, 'EUR', 'DE', now() from spree_prices;
    insert into spree_inventory_units (id, state, line_item_id) select -id, state, line_item_id from spree_inventory_units where quantity > 1;
    alter table spree_inventory_units drop column quantity;
    drop table spree_wished_items, spree_wishlists;
    alter table spree_users drop column first_name, drop column last_name, drop column selected_locale;
    update planted.product set price = sale, sale = null where sale is not null`,
};

for (const [version, changes] of Object.entries(versions)) {
  test(`${version}: recognized, views say what was planted, lists and addresses lead there`, async (context) => {
    const share = await tryPlatform(context, 'spree', {
      schema: fillFile('spree-schema.sql'),
      fill: 'spree-fill.sql',
      sizes: true,
      changes,
      language: version === 'Spree 5' ? 'de' : undefined,
    });
    assert.ok(share.inside / share.entries >= 0.99, JSON.stringify(share));
    const { rows: people } = await context.client.query(
      'select count(*)::int as count, min(email) as email from couture_source.customer',
    );
    assert.equal(people, [{ count: 150, email: '100@shop.example' }]);
    const { rows: tagged } = await context.client.query(
      `select distinct group_id::text as id, tags from couture_source.product where tags <> '{}'`,
    );
    assert.equal(tagged, version === 'Spree 5' ? [{ id: '1', tags: ['linen'] }] : []);
    assert.equal(
      await readWatchlist(context.client),
      version === 'Solidus 4' ? [] : [{ customer_id: '1', product_id: '10' }],
    );
  });
}
