// Shops that keep relations, names or kinds of lines in tables and columns beside: the shapes of Strapi, Rails, Laravel, Sylius,
// django-parler, Directus, OpenCart and Tryton, each with orders whose right reading is known.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { connectTables } from '../test-support/connected-tables.ts';
import { detectPlatforms } from './detect-platform.ts';

const test = databaseSuite('columns beside');

const lines = `order_id, product_id, customer_id, quantity, unit_price::float8`;

test('Strapi 5: relations in tables of links, drafts beside what is published, editors who are no customers', async ({
  client,
}) => {
  const own =
    'id int primary key, document_id text, published_at timestamptz, created_at timestamptz, created_by_id int references admin_users';
  const link = (name: string, one: string, two: string) =>
    `create table ${name} (id serial primary key, ${one}_id int, ${two}_id int, ${one}_ord float8);`;
  const { read } = await connectTables(
    client,
    `create table admin_users (id int primary key, email text, password text);
     create table up_users (id int primary key, username text, email text, password text);
     create table categories (id int primary key, name text);
     create table products (${own}, name text, price numeric, locale text);
     create table orders (${own}, order_status text);
     create table order_items (${own}, quantity int, price numeric);
     ${link('orders_user_lnk', 'order', 'user')} ${link('order_items_order_lnk', 'order_item', 'order')}
     ${link('order_items_product_lnk', 'order_item', 'product')} ${link('products_categories_lnk', 'product', 'category')}
     alter table orders_user_lnk add foreign key (user_id) references up_users;
     insert into admin_users values (1, 'editor@shop.example', ''); insert into up_users values (5, 'ada', 'ada@shop.example', ''), (6, 'bo', 'bo@shop.example', '');
     insert into categories values (1, 'Cups');
     insert into products values (1, 'mug', null, now(), 1, 'Mug', 9), (2, 'pot', null, now(), 1, 'Pot', 20), (3, 'mug', now(), now(), 1, 'Mug', 9), (4, 'pot', now(), now(), 1, 'Pot', 20), (5, 'new', null, now(), 1, 'New', 1);
     insert into orders values (1, 'o1', null, now(), 1, 'paid'), (2, 'o1', now(), now(), 1, 'paid'), (3, 'o2', now(), now(), 1, 'paid'), (4, 'o3', now(), now(), 1, 'cancelled');
     insert into order_items values (11, 'i1', null, now(), 1, 2, 9), (12, 'i1', now(), now(), 1, 2, 9), (13, 'i2', now(), now(), 1, 1, 20), (14, 'i3', now(), now(), 1, 1, 9), (15, 'i4', now(), now(), 1, 1, 9);
     insert into orders_user_lnk (order_id, user_id) values (1, 5), (2, 5), (3, 6), (4, 6);
     insert into order_items_order_lnk (order_item_id, order_id) values (11, 1), (12, 2), (13, 2), (14, 3), (15, 4);
     insert into order_items_product_lnk (order_item_id, product_id) values (11, 1), (12, 1), (12, 3), (13, 2), (14, 3), (15, 4);
     insert into products_categories_lnk (product_id, category_id) values (3, 1), (1, 1)`,
  );
  assert.equal(await read(lines, 'order_line'), [
    [2, 3, 5, 2, 9],
    [2, 4, 5, 1, 20],
    [3, 3, 6, 1, 9],
  ]);
  assert.equal(await read('product_id, name, category', 'product'), [
    [3, 'Mug', 'Cups'],
    [4, 'Pot', null],
  ]);
  assert.equal(await read('customer_id, email', 'customer'), [
    [5, 'ada@shop.example'],
    [6, 'bo@shop.example'],
  ]);
});

test('Strapi 4: lines that are components of an order', async ({ client }) => {
  const { read } = await connectTables(
    client,
    `create table products (id int primary key, title text, price numeric, published_at timestamptz);
     create table orders (id int primary key, state text, created_at timestamptz, email text);
     create table components_shop_order_lines (id int primary key, quantity int, unit_price numeric);
     create table components_shop_addresses (id int primary key, street text);
     create table orders_components (id int primary key, entity_id int references orders, component_id int, component_type text, field text, "order" float8);
     create table components_shop_order_lines_product_links (id int primary key, order_line_id int references components_shop_order_lines, product_id int references products);
     insert into products values (1, 'Mug', 9, now()), (2, 'Pot', 20, now());
     insert into orders values (1, 'paid', now(), 'ada@shop.example'), (2, 'pending', now(), null);
     insert into components_shop_order_lines values (1, 2, 9), (2, 1, 20), (3, 1, 9); insert into components_shop_addresses values (1, 'High St');
     insert into orders_components values (1, 1, 1, 'shop.order-line', 'lines', 1), (2, 1, 2, 'shop.order-line', 'lines', 2), (3, 2, 3, 'shop.order-line', 'lines', 1), (4, 2, 1, 'shop.address', 'address', 1);
     insert into components_shop_order_lines_product_links values (1, 1, 1), (2, 2, 2), (3, 3, 1)`,
  );
  assert.equal(await read(lines, 'order_line'), [
    [1, 1, null, 2, 9],
    [1, 2, null, 1, 20],
  ]);
});

test('Rails: the id of a line is that of a product where its type says so', async ({ client }) => {
  const { read } = await connectTables(
    client,
    `create table users (id bigint primary key, email text, encrypted_password text);
     create table products (id bigint primary key, name text, price numeric); create table gift_cards (id bigint primary key, name text, price numeric);
     create table orders (id bigint primary key, user_id bigint, status text, created_at timestamp);
     create table line_items (id bigint primary key, order_id bigint references orders, itemable_type varchar, itemable_id varchar, quantity int, price numeric);
     insert into users values (7, 'ada@shop.example', ''); insert into products values (1, 'Mug', 9), (2, 'Pot', 20); insert into gift_cards values (2, 'Card', 50);
     insert into orders values (1, 7, 'paid', now());
     insert into line_items values (1, 1, 'Product', '1', 1, 9), (2, 1, 'Shop::Product', '2', 1, 20), (3, 1, 'GiftCard', '2', 1, 50), (4, 1, 'Note', 'x', 1, 1)`,
  );
  assert.equal(
    (await read(lines, 'order_line')).filter(([, product]) => product !== null),
    [[1, 1, '7', 1, 9].map((each, at) => (at < 2 ? String(each) : each)), ['1', '2', '7', 1, 20]],
  );
});

test('lines of products and of variants, told by a type, are not guessed at', async ({ client }) => {
  await client.query(`create table products (id int primary key, name text, price numeric);
    create table product_variants (id int primary key, product_id int references products, price numeric);
    create table orders (id int primary key, created_at timestamptz);
    create table order_lines (id int primary key, order_id int references orders, purchasable_type text, purchasable_id int, quantity int, unit_price int);
    insert into orders values (1, now()); insert into order_lines values (1, 1, 'product', 1, 1, 9), (2, 1, 'product_variant', 1, 1, 9)`);
  assert.equal(await detectPlatforms(client), []);
});

test('Bagisto: names and prices in a flat table, lines whose product_type names a class', async ({
  client,
}) => {
  const { read } = await connectTables(
    client,
    `create table products (id int primary key, sku text, type text, parent_id int, created_at timestamptz);
     create table product_flat (id int primary key, sku text, name text, description text, url_key text, status boolean, price numeric, locale text, channel text, product_id int references products, parent_id int, created_at timestamptz);
     create table customers (id int primary key, first_name text, last_name text, email text, password text);
     create table orders (id int primary key, status text, customer_id int, customer_email text, order_currency_code text, created_at timestamptz);
     create table order_items (id int primary key, order_id int references orders, parent_id int, product_id int, product_type text, type text, name text, qty_ordered int, qty_refunded int, price numeric);
     insert into products values (1, 'MUG', 'simple'), (2, 'TEE', 'configurable'), (3, 'TEE-S', 'simple'), (4, 'OLD', 'simple');
     insert into product_flat (id, product_id, name, url_key, status, price, locale, channel) values (1, 1, 'Becher', 'becher', true, 9, 'de', 'default'), (2, 1, 'Mug', 'mug', true, 9, 'en', 'default'),
       (3, 2, 'Tee', 'tee', true, 20, 'en', 'default'), (4, 2, 'Hemd', 'hemd', true, 20, 'de', 'default'), (5, 3, 'Tee S', 'tee-s', true, 20, 'en', 'default'), (6, 4, 'Old', 'old', false, 1, 'en', 'default');
     insert into customers values (7, 'Ada', 'L', 'ada@shop.example', '');
     insert into orders values (1, 'completed', 7, null, 'INR', now()), (2, 'canceled', 7, null, 'INR', now());
     insert into order_items values (1, 1, null, 1, 'Webkul\\Product\\Models\\Product', 'simple', 'Mug', 3, 1, 9), (2, 1, null, 2, 'Webkul\\Product\\Models\\Product', 'configurable', 'Tee', 1, 0, 20),
       (3, 1, 2, 3, 'Webkul\\Product\\Models\\Product', 'simple', 'Tee S', 1, 0, 0), (4, 2, null, 1, 'Webkul\\Product\\Models\\Product', 'simple', 'Mug', 1, 0, 9)`,
  );
  assert.equal(await read(`${lines}, returned_quantity, currency`, 'order_line'), [
    [1, 1, 7, 3, 9, 1, 'INR'],
    [1, 2, 7, 1, 20, 0, 'INR'],
  ]);
  assert.equal(await read('product_id, name, price, handle', 'product'), [
    [1, 'Mug', '9', 'mug'],
    [2, 'Tee', '20', 'tee'],
    [3, 'Tee S', '20', 'tee-s'],
  ]);
});

test('Sylius and django-parler: names in the language that most are in', async ({ client }) => {
  const { read, statuses } = await connectTables(
    client,
    `create table sylius_customer (id int primary key, email text, first_name text, last_name text, created_at timestamp);
     create table sylius_taxon (id int primary key, parent_id int references sylius_taxon, code text);
     create table sylius_product (id int primary key, main_taxon_id int references sylius_taxon, code text, enabled boolean, average_rating float8, created_at timestamp);
     create table sylius_product_translation (id int primary key, translatable_id int not null references sylius_product, name text, slug text, description text, locale text);
     create table sylius_product_variant (id int primary key, product_id int references sylius_product, code text, on_hand int, enabled boolean);
     create table sylius_product_variant_translation (id int primary key, translatable_id int not null references sylius_product_variant, name text, locale text);
     create table sylius_order (id int primary key, customer_id int references sylius_customer, number text, state text, checkout_completed_at timestamp, currency_code text, payment_state text, created_at timestamp);
     create table sylius_order_item (id int primary key, order_id int references sylius_order, variant_id int references sylius_product_variant, quantity int, unit_price int, product_name text);
     insert into sylius_customer values (7, 'ada@shop.example', 'Ada', 'L', now());
     insert into sylius_product values (1, null, 'MUG', true, 4.5, now()), (2, null, 'OLD', false, 0, now());
     insert into sylius_product_translation values (1, 1, 'Mug', 'mug', null, 'en_US'), (2, 1, 'Becher', 'becher', null, 'de_DE'), (3, 2, 'Alt', 'alt', null, 'de_DE'), (4, 2, 'Old', 'old', null, 'en_US');
     insert into sylius_product_variant values (11, 1, 'MUG-S', 5, true), (12, 2, 'OLD-S', 5, true);
     insert into sylius_product_variant_translation values (1, 11, 'Small', 'en_US');
     insert into sylius_order values (1, 7, '001', 'fulfilled', now(), 'EUR', 'paid', now()), (2, 7, null, 'cart', null, 'EUR', 'cart', now()), (3, 7, '002', 'new', now(), 'EUR', 'awaiting_payment', now()), (4, 7, '003', 'cancelled', now(), 'EUR', 'cancelled', now());
     insert into sylius_order_item values (1, 1, 11, 2, 900, 'Mug'), (2, 2, 11, 1, 900, 'Mug'), (3, 3, 11, 1, 900, 'Mug'), (4, 4, 11, 1, 900, 'Mug')`,
  );
  assert.equal(
    statuses.filter(({ counts }) => counts).map(({ status }) => status),
    ['fulfilled'],
  );
  assert.equal(await read(lines, 'order_line'), [[1, 11, 7, 2, 900]]);
  assert.equal(await read('product_id, group_id, name, handle', 'product'), [[11, 1, 'Mug', 'mug']]);
  await client.query('drop schema couture_source cascade; drop schema public cascade; create schema public');
  const parler = await connectTables(
    client,
    `create table shop_category (id int primary key, slug text); create table shop_category_translation (id int primary key, language_code text, name text, master_id int references shop_category);
     create table shop_product (id int primary key, price numeric, category_id int references shop_category, available boolean);
     create table shop_product_translation (id int primary key, language_code text, name text, slug text, master_id int references shop_product);
     create table orders_order (id int primary key, email text, paid boolean, created timestamptz); create table orders_orderitem (id int primary key, order_id int references orders_order, product_id int references shop_product, price numeric, quantity int);
     insert into shop_category values (1, 'tea'); insert into shop_category_translation values (1, 'es', 'Té', 1);
     insert into shop_product values (1, 9, 1, true), (2, 5, 1, true); insert into shop_product_translation values (1, 'es', 'Té verde', 'te-verde', 1), (2, 'es', 'Té rojo', 'te-rojo', 2), (3, 'en', 'Red tea', 'red-tea', 2);
     insert into orders_order values (1, 'a@shop.example', true, now()); insert into orders_orderitem values (1, 1, 1, 9, 2)`,
  );
  assert.equal(await parler.read('product_id, name, category, handle', 'product'), [
    [1, 'Té verde', 'Té', 'te-verde'],
    [2, 'Té rojo', 'Té', 'te-rojo'],
  ]);
});

test('OpenCart: statuses with a row per language count an order once; 0 is an order that was not placed', async ({
  client,
}) => {
  const { read, statuses } = await connectTables(
    client,
    `create table oc_customer (customer_id int primary key, firstname text, lastname text, email text, password text);
     create table oc_product (product_id int primary key, model text, quantity int, price numeric, status boolean, date_added timestamp);
     create table oc_product_description (product_id int, language_id int, name text, description text, primary key (product_id, language_id));
     create table oc_order_status (order_status_id int, language_id int, name text, primary key (order_status_id, language_id));
     create table oc_order (order_id int primary key, customer_id int, email text, order_status_id int, currency_code text, date_added timestamp);
     create table oc_order_product (order_product_id int primary key, order_id int, product_id int, name text, model text, quantity int, price numeric, total numeric);
     insert into oc_customer values (7, 'Ada', 'L', 'ada@shop.example', '');
     insert into oc_product values (1, 'M', 3, 9, true, now()), (2, 'O', 3, 9, false, now()); insert into oc_product_description values (1, 1, 'Mug', ''), (1, 2, 'Becher', ''), (2, 1, 'Old', '');
     insert into oc_order_status values (5, 1, 'Complete'), (5, 2, 'Komplett'), (7, 1, 'Canceled'), (7, 2, 'Storniert');
     insert into oc_order values (1, 7, 'a@shop.example', 5, 'EUR', now()), (2, 7, '', 0, 'EUR', now()), (3, 7, '', 7, 'EUR', now());
     insert into oc_order_product values (1, 1, 1, 'Mug', 'M', 2, 9, 18), (2, 2, 1, 'Mug', 'M', 1, 9, 9), (3, 3, 1, 'Mug', 'M', 1, 9, 9)`,
  );
  assert.is(
    statuses.reduce((sum, { orders }) => sum + orders, 0),
    3,
  );
  assert.equal(await read(lines, 'order_line'), [[1, 1, 7, 2, 9]]);
  assert.equal(await read('product_id, name', 'product'), [[1, 'Mug']]);
});

test('Tryton: keys without _id, and names in a template', async ({ client }) => {
  const { read } = await connectTables(
    client,
    `create table party_party (id int primary key, name text, create_date timestamp);
     create table currency_currency (id int primary key, code text);
     create table product_template (id int primary key, name text, active boolean);
     create table product_product (id int primary key, template int references product_template, code text, active boolean);
     create table sale_sale (id int primary key, party int references party_party, state text, sale_date date, number text, create_date timestamp, currency int references currency_currency);
     create table sale_line (id int primary key, sale int references sale_sale, product int references product_product, type text, quantity float8, unit_price numeric);
     insert into party_party values (7, 'Ada', now()); insert into product_template values (1, 'Mug', true), (2, 'Old', false); insert into product_product values (11, 1, 'M', true), (12, 2, 'O', true);
     insert into currency_currency values (3, 'SEK'); insert into sale_sale values (1, 7, 'done', '2026-01-02', 'S1', now(), 3), (2, 7, 'quotation', null, null, now(), 3), (3, 7, 'cancelled', '2026-01-02', 'S3', now(), 3);
     insert into sale_line values (1, 1, 11, 'line', 2, 9), (2, 1, null, 'comment', null, null), (3, 2, 11, 'line', 1, 9), (4, 3, 11, 'line', 1, 9)`,
  );
  assert.equal(await read(`${lines}, currency`, 'order_line'), [[1, 11, 7, 2, 9, 'SEK']]);
  assert.equal(await read('product_id, group_id, name', 'product'), [[11, 1, 'Mug']]);
});

test('what a table says itself counts before tables beside: staff at work, states of texts, kinds of products', async ({
  client,
}) => {
  const { read, statuses } = await connectTables(
    client,
    `create table customers (id int primary key, name text, email text); create table users (id int primary key, email text, password text);
     create table products (id int primary key, name text, price numeric);
     create table product_translations (id int primary key, product_id int references products, locale text, name text, description text, status text, is_active boolean, brand text);
     create table courses (id int primary key, name text, price numeric); create table order_states (id int primary key, name text);
     create table orders (id int primary key, customer_id int references customers, order_state_id int references order_states, created_at timestamptz);
     create table order_pickers (order_id int references orders, user_id int references users, picked_at timestamptz);
     create table order_members (order_id int references orders, user_id int references users);
     create table order_items (id int primary key, order_id int references orders, product_id int, product_type text, quantity int, price numeric);
     insert into customers values (5, 'Ada', 'ada@shop.example'); insert into users values (1, 'packer@shop.example', '');
     insert into products values (1, 'Mug', 9), (2, 'Cups, a course', 20); insert into courses values (2, 'Pots', 9);
     insert into product_translations values (1, 1, 'fr', 'Tasse', 'Une tasse', 'draft', false, 'google');
     insert into order_states values (0, 'completed'), (1, 'cancelled');
     insert into orders values (1, 5, 0, now()), (2, 5, 1, now()); insert into order_pickers values (1, 1, now()); insert into order_members values (1, 1);
     insert into order_items values (1, 1, 1, 'physical', 1, 9), (2, 1, 2, 'course', 1, 20), (3, 2, 1, null, 1, 9)`,
  );
  assert.equal(await read('product_id, name, description, brand', 'product'), [
    [1, 'Mug', 'Une tasse', null],
    [2, 'Cups, a course', null, null],
  ]);
  assert.equal(
    statuses.map(({ status, counts }) => [status, counts]),
    [
      ['cancelled', false],
      ['completed', true],
    ],
  );
  assert.equal(await read('customer_id, name', 'customer'), [[5, 'Ada']]);
  assert.equal(await read(lines, 'order_line'), [
    [1, 1, 5, 1, 9],
    [1, 2, 5, 1, 20],
  ]);
});

test('Laravel: classes of products get another namespace, and lines without a type are products', async ({
  client,
}) => {
  const { read } = await connectTables(
    client,
    `create table products (id int primary key, name text, price numeric);
     create table orders (id int primary key, created_at timestamptz);
     create table order_items (id int primary key, order_id int references orders, product_id int, product_type text, quantity int, price numeric);
     insert into products values (1, 'Mug', 9); insert into orders values (1, now());
     insert into order_items values (1, 1, 1, 'App\\Product', 1, 9), (2, 1, 2, 'App\\Voucher', 1, 9), (3, 1, 1, null, 1, 9)`,
  );
  await client.query(`insert into order_items values (4, 1, 1, 'App\\Models\\Product', 4, 9)`);
  assert.equal(
    (await read('product_id, quantity', 'order_line')).filter(([product]) => product !== null),
    [1, 1, 4].map((quantity) => [1, quantity]),
  );
});

test('a state that is false for most products, and a switch that nobody turned on, hide none', async ({
  client,
}) => {
  const { read } = await connectTables(
    client,
    `create table adminpanel_customer (id int primary key, name text, email text);
     create table store_product (id int primary key, name text, price numeric, status boolean, is_active boolean, is_public boolean);
     create table store_order (id int primary key, customer_id int references adminpanel_customer, created_at timestamptz);
     create table store_orderitem (id int primary key, order_id int references store_order, product_id int references store_product, quantity int, price numeric);
     insert into adminpanel_customer values (5, 'Ada', 'ada@shop.example');
     insert into store_product values (1, 'Mug', 9, false, true, false), (2, 'Pot', 20, false, true, false), (3, 'Hidden', 5, true, true, false), (4, 'Off', 5, false, false, false);
     insert into store_order values (1, 5, now()); insert into store_orderitem values (1, 1, 1, 1, 9)`,
  );
  assert.equal(
    (await read('product_id, name', 'product')).filter(([id]) => id !== 3),
    [
      [1, 'Mug'],
      [2, 'Pot'],
    ],
  );
  assert.equal(await read('customer_id, name', 'customer'), [[5, 'Ada']]);
});

test('users of an editor’s tool are customers where the order says so', async ({ client }) => {
  const { read } = await connectTables(
    client,
    `create table directus_users (id uuid primary key, first_name text, last_name text, email text, password text);
     create table products (id int primary key, name text, price numeric);
     create table orders (id int primary key, user_created uuid references directus_users, customer uuid references directus_users, status text, date_created timestamptz);
     create table order_items (id int primary key, order_id int references orders, product_id int references products, quantity int, price numeric);
     insert into directus_users select ('00000000-0000-0000-0000-00000000000' || n)::uuid, n, 'L', n || '@shop.example', '' from generate_series(1, 2) n;
     insert into products values (1, 'Mug', 9);
     insert into orders select 1, a.id, b.id, 'paid', now() from directus_users a, directus_users b where a.first_name = '1' and b.first_name = '2';
     insert into order_items values (1, 1, 1, 1, 9)`,
  );
  assert.equal(await read('right(customer_id::text, 1), product_id', 'order_line'), [['2', 1]]);
});
