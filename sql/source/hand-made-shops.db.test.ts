// The preset for tables linked by keys on shops that frameworks other than Django and people made: what undoes an order, what
// takes a product off sale, and columns of unusual types.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../pool.ts';
import { connectTables } from '../test-support/connected-tables.ts';
import { readPrices } from './minor-units.ts';

const test = databaseSuite('shops made by hand');

async function connect(client: Client, tables: string) {
  const { read, statuses } = await connectTables(client, tables);
  const words = statuses.map(({ status, orders, counts }) => `${status} ${orders} ${counts ? 'yes' : 'no'}`);
  return { read, statuses: words };
}

test('a time of cancelling, soft deletes of lines, and states of products count like flags', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table users (id int primary key, email text, encrypted_password text);
     create table products (id int primary key, title text, price numeric, status text, published_at timestamptz, is_active smallint, discontinued int);
     create table orders (id int primary key, user_id int references users, status text, cancelled_at timestamptz, placed_at timestamptz, created_at timestamptz);
     create table order_items (id int primary key, order_id int references orders, product_id int references products, quantity int, price numeric, deleted_at timestamptz);
     insert into users values (7, 'ada@shop.example', '');
     insert into products values (1, 'Mug', 9, 'Active', now(), 1, null), (2, 'Draft', 9, 'draft', now(), 1, 0), (3, 'Later', 9, 'active', now() + interval '1 day', 1, 0),
       (4, 'Never', 9, 'active', null, 1, 0), (5, 'Off', 9, 'active', now(), 0, 0), (6, 'Gone', 9, 'active', now(), 1, 1), (7, 'Old', 9, 'out_of_stock', now(), null, 0);
     insert into orders values (1, 7, 'confirmed', null, now(), now()), (2, 7, 'confirmed', now(), now(), now()), (3, 7, 'confirmed', null, null, now());
     insert into order_items select o, o, 1, 1, 9, null from generate_series(1, 3) o;
     insert into order_items values (9, 1, 2, 1, 9, now())`,
  );
  assert.equal(statuses, ['cancelled 1 no', 'cart 1 no', 'confirmed 1 yes']);
  assert.equal(await read('product_id, name, inventory', 'product'), [
    [1, 'Mug', null],
    [7, 'Old', 0],
  ]);
  assert.equal(await read('order_id, product_id', 'order_line'), [[1, 1]]);
  await client.query('update products set published_at = null');
  assert.equal(await read('product_id, name', 'product'), [
    [1, 'Mug'],
    [3, 'Later'],
    [4, 'Never'],
    [7, 'Old'],
  ]);
});

test('all flags of a product count, a date to come hides nothing, and null is a cart where nothing is false', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table products (id int primary key, name text, price numeric, is_deleted boolean, archived boolean, is_active boolean, is_published boolean, deleted_at timestamptz, discontinued_at timestamptz);
     create table orders (id int primary key, completed boolean, is_cancelled boolean, refunded_at timestamptz, voided_at timestamptz, created_at timestamptz);
     create table order_items (id int primary key, order_id int references orders, product_id int references products, quantity int, price numeric);
     insert into products values (1, 'Mug', 9, false, null, true, null, null, now() + interval '9 days'), (2, 'Filed', 9, false, true, true, true, null, null), (3, 'Secret', 9, null, null, true, false, null, null),
       (4, 'Out', 9, null, null, null, null, null, now() - interval '1 day'), (5, 'Gone', 9, null, null, null, null, now(), now() + interval '9 days'), (6, 'Dead', 9, true, false, true, true, null, null);
     insert into orders values (1, true, false, null, null, now()), (2, null, null, null, null, now()), (3, true, null, null, now(), now()), (4, true, true, null, null, now()), (5, true, false, now(), null, now());
     insert into order_items select n, n, 1, 1, 9 from generate_series(1, 5) n`,
  );
  assert.equal(await read('product_id, name', 'product'), [[1, 'Mug']]);
  assert.equal(statuses, ['cancelled 2 no', 'cart 1 no', 'placed 1 yes', 'refunded 1 no']);
  await client.query('insert into orders values (6, false, null, null, null, now())');
  assert.equal(await read('order_id, product_id', 'order_line'), [
    [1, 1],
    [2, 1],
  ]);
});

test('a paid order counts although its parcel is pending', async ({ client }) => {
  const { statuses } = await connect(
    client,
    `create table products (id int primary key, name text, price numeric);
     create table orders (id int primary key, status text, payment_status text, created_at timestamptz);
     create table order_items (id int primary key, order_id int, product_id int, quantity int);
     insert into orders values (1, 'pending', 'Paid', now()), (2, 'pending', 'unpaid', now()), (3, 'pending', null, now()),
       (4, 'cancelled', 'paid', now()), (5, 'pending', 'refunded', now())`,
  );
  assert.equal(
    statuses,
    ['pending 1 no', 'Paid 1 yes', 'cancelled 1 no', 'refunded 1 no', 'unpaid 1 no'].sort(),
  );
});

test('names in camel case without declared keys; customers whom a login service keeps; a partitioned table', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table "Products" (id text primary key, name jsonb, price float8, images text[], "isArchived" boolean);
     create table "Category" (id int primary key, name jsonb);
     create table "_CategoryToProducts" ("A" int references "Category", "B" text references "Products", primary key ("A", "B"));
     create table "Orders" (id bigint, "userId" text, email text, "createdAt" timestamptz, "canceledAt" timestamptz, primary key (id, "createdAt")) partition by range ("createdAt");
     create table "Orders_all" partition of "Orders" for values from (minvalue) to (maxvalue);
     create table "OrderItems" ("orderId" bigint, "productId" text, quantity int, primary key ("orderId", "productId"));
     insert into "Products" values ('a', '{"de": "Tasse", "en": "Mug"}', 9.5, '{m.jpg,n.jpg}', null), ('b', '{"de": "Topf"}', 9.5, null, false), ('c', '"Pan"', 1, null, true);
     insert into "Category" values (1, '{"en": "Cups"}'); insert into "_CategoryToProducts" values (1, 'a');
     insert into "Orders" values (1, 'user_2x', 'ada@shop.example', now(), null), (2, null, 'bo@shop.example', now(), null), (3, 'user_2x', null, now(), now());
     insert into "OrderItems" values (1, 'a', 2), (2, 'b', 1), (3, 'a', 1)`,
  );
  assert.equal(statuses, ['placed 2 yes', 'cancelled 1 no']);
  assert.equal(await read('product_id, name, category, image_url', 'product'), [
    ['a', 'Mug', 'Cups', 'm.jpg'],
    ['b', 'Topf', null, null],
  ]);
  assert.equal(await read('order_id, product_id, customer_id, quantity, unit_price', 'order_line'), [
    ['1', 'a', 'user_2x', 2, 9.5],
    ['2', 'b', null, 1, 9.5],
  ]);
  assert.equal(await read('customer_id, email', 'customer'), [['user_2x', 'ada@shop.example']]);
  assert.equal(await readPrices(client, 'couture_source'), {
    priced: 2,
    whole_prices: 0,
    odd_prices: 0,
    median_price: 9.5,
  });
});

test('keys that are not primary ones: article numbers and e-mail addresses; money, times as numbers, weights', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create type zustand as enum ('bezahlt', 'storniert');
     create table kunden (id int primary key, email text unique, vorname text, passwort text);
     create table artikel (id int primary key, artikelnummer text unique, bezeichnung text, preis money, bestand int, aktiv smallint);
     create table artikel_bilder (id int primary key, artikel_id int references artikel, bild text);
     create table bestellungen (id int primary key, kunde_email text references kunden (email), status zustand, erstellt_am bigint);
     create table bestellpositionen (bestellung_id int references bestellungen, artikelnummer text references artikel (artikelnummer), menge numeric(8, 3), einzelpreis money,
       primary key (bestellung_id, artikelnummer));
     insert into kunden values (1, 'eva@shop.example', 'Eva', '');
     insert into artikel values (50, 'A-1', 'Käse', 20, 5, 1), (51, 'A-2', 'Brot', 4, 5, 0);
     insert into artikel_bilder values (1, 50, 'k.jpg');
     insert into bestellungen values (1, 'eva@shop.example', 'bezahlt', 1714521600000), (2, null, 'bezahlt', 1714521600), (3, null, 'storniert', 1714521600000);
     insert into bestellpositionen values (1, 'A-1', 0.4, 19.5), (2, 'A-1', 2, 20), (3, 'A-1', 1, 20)`,
  );
  assert.equal(statuses, ['bezahlt 2 yes', 'storniert 1 no']);
  assert.equal(await read('product_id, name, price, inventory, image_url', 'product'), [
    ['A-1', 'Käse', '20.00', 5, 'k.jpg'],
  ]);
  assert.equal(
    await read(
      `order_id, product_id, customer_id, quantity, unit_price, to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD')`,
      'order_line',
    ),
    [
      [1, 'A-1', 'eva@shop.example', 1, '19.50', '2024-05-01'],
      [2, 'A-1', null, 2, '20.00', '2024-05-01'],
    ],
  );
  assert.equal(await read('customer_id, email', 'customer'), [['eva@shop.example', 'eva@shop.example']]);
});

test('orders from suppliers are no sales; of product and variant, the one with a price is sold', async ({
  client,
}) => {
  const { read } = await connect(
    client,
    `create table products (id int primary key, title text, product_type text);
     create table product_variants (id int primary key, product_id int, price numeric, option1 text);
     create table purchase_orders (id int primary key, created_at timestamptz, status text);
     create table purchase_order_items (id int primary key, purchase_order_id int, product_id int, quantity int, unit_price numeric);
     create table sales_orders (id int primary key, created_at timestamptz, status text);
     create table sales_order_items (id int primary key, sales_order_id int, product_id int, variant_id int, quantity int, unit_price numeric);
     insert into products values (1, 'Shirt', 'Tops'); insert into product_variants values (11, 1, 20, 'S'), (12, 1, 22, 'M');
     insert into purchase_orders values (1, now(), 'received'); insert into purchase_order_items values (1, 1, 1, 99, 3);
     insert into sales_orders values (5, now(), 'shipped'), (6, now(), 'quotation'); insert into sales_order_items values (1, 5, 1, 12, 2, 21), (2, 6, 1, 12, 1, 21)`,
  );
  assert.equal(await read('order_id, product_id, quantity, unit_price', 'order_line'), [[5, 12, 2, '21']]);
  assert.equal(await read('product_id, group_id, price, category', 'product'), [
    [11, 1, '20', 'Tops'],
    [12, 1, '22', 'Tops'],
  ]);
});

test('an order called order_details, states of addresses, and an app whose name is that of its orders', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table states (id int primary key, name text, country_code text);
     create table regions (id int primary key, name text); create table product_types (id int primary key, name text);
     create table orders_category (id int primary key, name text);
     create table orders_product (id int primary key, name text, price numeric, state text, city text, tax_type_id int references product_types, category_id int references orders_category,
       region_id int references regions, available_from timestamptz, published_at timestamptz);
     create table orders_order_details (id int primary key, state_id int references states, created_at timestamptz, processed_at timestamptz, state text, city text, is_paid boolean);
     create table orders_order_items (id int primary key, number int, order_id int references orders_order_details, product_id int references orders_product, quantity int, rate numeric, total numeric);
     insert into states values (1, 'Cancelled Falls', 'US'); insert into product_types values (1, 'Full tax'); insert into orders_category values (1, 'Cups');
     insert into orders_product values (1, 'Mug', 9, 'sold', 'York', 1, 1, null, null, null), (2, 'Pot', 9, null, null, 1, 1, null, now() - interval '1 day', null),
       (3, 'Pan', 9, null, null, 1, 1, null, now() + interval '1 day', null), (4, 'Lid', 9, null, null, 1, 1, null, null, now() + interval '1 day');
     insert into orders_order_details values (1, 1, now(), null, 'draft', 'York', true), (2, 1, now(), null, 'NY', 'York', false);
     insert into orders_order_items values (1, 1, 1, 1, 2, 0.19, 18), (2, 1, 2, 1, 1, 0.19, 9)`,
  );
  assert.equal(statuses, ['placed 1 yes', 'unpaid 1 no']);
  assert.equal(await read('product_id, name, category', 'product'), [
    [1, 'Mug', 'Cups'],
    [2, 'Pot', 'Cups'],
  ]);
  assert.equal(await read('order_id, unit_price::float8, ordered_at is not null', 'order_line'), [
    [1, 9, true],
  ]);
});

test('prices that only lines have, as totals; numbers of lines, and hashes of files, are nobody’s', async ({
  client,
}) => {
  const { read } = await connect(
    client,
    `create table products (id int primary key, name text);
     create table order_states (id int primary key, name text);
     create table files (id int primary key, hash text); create table customers (id int primary key, name text, avatar_id int references files);
     create table orders (id int primary key, number int unique, customer_id int references customers, order_state_id int references order_states, payment_status text, created_at timestamptz);
     create table order_items (id int primary key, number int, order_id int, product_id int, quantity int, total numeric);
     insert into products values (1, 'Mug'); insert into order_states values (1, 'Pending'), (2, 'Cancelled');
     insert into files values (77, 'f00'); insert into customers values (5, 'Ann', 77);
     insert into orders values (7, 2, 5, 1, 'paid', now()), (8, 1, 5, 1, 'open', now()), (9, 3, 5, 2, 'paid', now());
     insert into order_items values (1, 1, 7, 1, 2, 18), (2, 1, 9, 1, 1, 9)`,
  );
  assert.equal(await read('order_id, customer_id, order_status, unit_price::float8', 'order_line'), [
    [7, 5, 'paid', 9],
  ]);
  assert.equal(await read('product_id, price::float8', 'product'), [[1, 9]]);
});
