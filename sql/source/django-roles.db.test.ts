// The Django preset on shops of other shapes than the usual one, as tutorials and frameworks make them.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../pool.ts';
import { connectTables } from '../test-support/connected-tables.ts';
import { detectPlatforms } from './detect-platform.ts';
import { findDjangoRoles } from './django-roles.ts';
import { readShopTables } from './shop-tables.ts';

const test = databaseSuite('shapes of Django shops');

const users = `create table auth_user (id int primary key, password text, username text, first_name text, last_name text, email text);
  insert into auth_user values (7, '', 'ada', 'Ada', 'Lind', 'ada@shop.example'), (8, '', 'bo', '', '', 'bo@shop.example');`;

const connect = (client: Client, tables: string) => connectTables(client, users + tables);

test('orders of a customer table: the login is the customer, carts do not count, the price is today’s', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table store_customer (id int primary key, user_id int references auth_user, name text, email text);
     create table store_product (id int primary key, name text, price float8, digital boolean, image text);
     create table store_order (id int primary key, customer_id int references store_customer, date_ordered timestamptz, complete boolean, transaction_id text);
     create table store_orderitem (id int primary key, product_id int references store_product, order_id int references store_order, quantity int, date_added timestamptz);
     create table store_shippingaddress (id int primary key, customer_id int references store_customer, order_id int references store_order, address text);
     insert into store_customer values (1, 8, 'Bo', ''), (2, null, 'Guest', '');
     insert into store_product values (1, 'Mug', 9.5, false, 'mug.jpg'), (2, 'Pot', 20, false, '');
     insert into store_order values (1, 1, '2024-03-01T10:00Z', true, ''), (2, 1, now(), false, ''), (3, 2, '2024-03-02T10:00Z', true, '');
     insert into store_orderitem values (1, 1, 1, 2, now()), (2, 2, 2, 1, now()), (3, 2, 3, 1, now())`,
  );
  assert.equal(await read('order_id, product_id, customer_id, quantity, unit_price', 'order_line'), [
    [1, 1, 8, 2, 9.5],
    [3, 2, null, 1, 20],
  ]);
  assert.equal(
    statuses.map((each) => [each.status, each.orders, each.counts]),
    [
      ['placed', 2, true],
      ['cart', 1, false],
    ],
  );
  assert.equal(await read('customer_id, name, email', 'customer'), [
    [7, 'Ada Lind', 'ada@shop.example'],
    [8, 'bo', 'bo@shop.example'],
  ]);
  assert.equal(await read('product_id, inventory, image_url, on_sale', 'product'), [
    [1, null, 'mug.jpg', false],
    [2, null, '', false],
  ]);
});

test('variants, many categories, pictures, stock and a flat wish list in separate tables', async ({
  client,
}) => {
  const { read } = await connect(
    client,
    `create table shop_brand (id int primary key, name text);
     create table shop_product (id int primary key, title text, slug text, is_published boolean, brand_id int references shop_brand, created timestamptz);
     create table shop_category (id int primary key, name text);
     create table shop_product_categories (id int primary key, product_id int references shop_product, category_id int references shop_category);
     create table shop_productimage (id int primary key, product_id int references shop_product, image text, is_main boolean);
     create table shop_productvariant (id int primary key, product_id int references shop_product, size text, price numeric(9,2), sale_price numeric(9,2), stock int);
     create table shop_order (id uuid primary key, user_id int references auth_user, packed_by_id int references auth_user, created timestamptz, status text, payment_status text, currency text, is_test boolean);
     create table shop_orderline (id int primary key, order_id uuid references shop_order, variant_id int references shop_productvariant, quantity int, unit_price numeric(9,2), returned_quantity int);
     create table shop_wishlistitem (id int generated always as identity primary key, user_id int not null references auth_user, variant_id int not null references shop_productvariant, added_at timestamptz not null);
     insert into shop_brand values (1, 'Moe');
     insert into shop_product values (1, 'Shirt', 'shirt', true, 1, now()), (2, 'Draft', 'draft', false, 1, now());
     insert into shop_category values (1, 'Tops'), (2, 'New');
     insert into shop_product_categories values (1, 1, 1), (2, 1, 2);
     insert into shop_productimage values (1, 1, 'b.jpg', false), (2, 1, 'a.jpg', true);
     insert into shop_productvariant values (11, 1, 'S', 20, 15, 3), (12, 1, 'M', 20, null, 0), (21, 2, 'S', 9, null, 1);
     insert into shop_order select ('00000000-0000-0000-0000-00000000000' || n)::uuid, 7, 8, now(), status, payment, 'EUR', test
       from (values (1, 'shipped', 'paid', false), (2, 'shipped', 'refunded', false), (3, 'cancelled', 'paid', false), (4, 'shipped', 'paid', true)) o (n, status, payment, test);
     insert into shop_orderline select n, ('00000000-0000-0000-0000-00000000000' || n)::uuid, 11, 2, 15, 1 from generate_series(1, 4) n;
     insert into shop_orderline values (9, '00000000-0000-0000-0000-000000000001', 12, 1, 20, 1)`,
  );
  assert.equal(
    await read(
      'product_id, group_id, name, handle, category, brand, price, discounted_price, on_sale, inventory, image_url, url, colour, size',
      'product',
    ),
    [
      [
        11,
        1,
        'Shirt',
        'shirt',
        'Tops',
        'Moe',
        '20.00',
        '15.00',
        true,
        3,
        'a.jpg',
        '/products/shirt',
        null,
        'S',
      ],
      [
        12,
        1,
        'Shirt',
        'shirt',
        'Tops',
        'Moe',
        '20.00',
        null,
        false,
        0,
        'a.jpg',
        '/products/shirt',
        null,
        'M',
      ],
    ],
  );
  assert.equal(
    await read(
      'right(order_id::text, 1), product_id, customer_id, quantity, returned_quantity, currency',
      'order_line',
    ),
    [['1', 11, 7, 2, 1, 'EUR']],
  );
  for (let turn = 0; turn < 2; turn++)
    await client.query('select couture_source.watch(7::bigint, 12::bigint)');
  assert.equal(await read('customer_id, product_id', 'watchlist'), [[7, 12]]);
  await client.query('select couture_source.unwatch(7::bigint, 12::bigint)');
  assert.equal(await read('customer_id, product_id', 'watchlist'), []);
});

test('colours and sizes of variants in tables of their own, and as columns of products', async ({
  client,
}) => {
  const { read } = await connect(
    client,
    `create table product_color (id int primary key, name text, code text);
     create table product_size (id int primary key, name text, code text);
     create table product_product (id int primary key, title text, price int);
     create table product_variants (id int primary key, title text, product_id int references product_product, color_id int references product_color, size_id int references product_size, quantity int, price int);
     create table order_order (id int primary key, user_id int references auth_user, status text, create_at timestamptz, created_at timestamptz);
     create table order_orderproduct (id int primary key, order_id int references order_order, variant_id int references product_variants, quantity int, price int);
     insert into product_color values (1, 'Red', '#c00020'), (2, 'Blue', 'blue');
     insert into product_size values (1, 'Small', 'S');
     insert into product_product values (1, 'Shirt', 20);
     insert into product_variants values (11, 'Red small', 1, 1, 1, 3, 20), (12, 'Blue', 1, 2, null, 3, 20)`,
  );
  assert.equal(await read('product_id, colour, swatch, size', 'product'), [
    [11, 'Red', '#c00020', 'Small'],
    [12, 'Blue', 'blue', null],
  ]);
});

test('a shop without variants may have colours as columns', async ({ client }) => {
  const { read } = await connect(
    client,
    `create table app_product (id int primary key, name text, price int, color text, size int);
     create table app_order (id int primary key, user_id int references auth_user, created_at timestamptz);
     create table app_orderitem (id int primary key, order_id int references app_order, product_id int references app_product, quantity int);
     insert into app_product values (1, 'Shoe', 20, 'Red', 38), (2, 'Bag', 30, null, null)`,
  );
  assert.equal(await read('product_id, colour, size', 'product'), [
    [1, 'Red', '38'],
    [2, null, null],
  ]);
});

test('names in camel case, text categories, flags in place of a status', async ({ client }) => {
  const { read, statuses } = await connect(
    client,
    `create table base_product (_id int primary key, user_id int references auth_user, name text, image text, brand text, category text, rating numeric, "numReviews" int, price numeric(7,2), "countInStock" int, "createdAt" timestamptz);
     create table base_order (_id int primary key, user_id int references auth_user, "paymentMethod" text, "isPaid" boolean, "createdAt" timestamptz);
     create table base_orderitem (_id int primary key, product_id int references base_product, order_id int references base_order, name text, qty int, price numeric(7,2));
     create table base_review (_id int primary key, product_id int references base_product, user_id int, rating int);
     insert into base_product values (1, 8, 'Phone', 'p.jpg', 'Lind', 'Electronics', 4.5, 0, 599, 3, now());
     insert into base_order values (1, 7, '', true, now()), (2, 7, '', false, now());
     insert into base_orderitem values (1, 1, 1, 'Phone', 1, 599), (2, 1, 2, 'Phone', 1, 599);
     insert into base_review values (1, 1, 7, 4)`,
  );
  assert.equal(await read('product_id, category, brand, inventory, rating, review_count, url', 'product'), [
    [1, 'Electronics', 'Lind', 3, 4.5, 1, '/products/1'],
  ]);
  assert.equal(await read('order_id, product_id, quantity, unit_price', 'order_line'), [[1, 1, 1, '599.00']]);
  assert.equal(
    statuses.map((each) => [each.status, each.counts]),
    [
      ['placed', true],
      ['unpaid', false],
    ],
  );
});

test('plural names without foreign keys, prices in cents, in a separate schema', async ({ client }) => {
  const { read } = await connect(
    client,
    `create schema store;
     create table store.users (id uuid primary key, password text, name text, email text);
     create table store.categories (id int primary key, name text);
     create table store.products (id int primary key, category_id int, title text, price_cents int, stock int, deleted_at timestamptz);
     create table store.orders (id int primary key, user_id uuid, status text, created_at timestamp);
     create table store.order_items (id int primary key, order_id int, product_id int, quantity int, price_cents int);
     insert into store.categories values (1, 'Cups');
     insert into store.products values (1, 1, 'Cup', 1250, 4, null), (2, 1, 'Gone', 900, 4, now());
     insert into store.orders values (1, '00000000-0000-0000-0000-000000000001', 'paid', now());
     insert into store.order_items values (1, 1, 1, 1, 1199)`,
  );
  assert.equal(await read('product_id, name, category, price, inventory', 'product'), [
    [1, 'Cup', 'Cups', '12.50', 4],
  ]);
  assert.equal(await read('order_id, unit_price', 'order_line'), [[1, '11.99']]);
  const [match] = await detectPlatforms(client);
  assert.is(match?.schema, 'store');
});

test('names in Spanish and German are understood: cents, soft deletes, statuses in a table of their own', async ({
  client,
}) => {
  const { read, statuses } = await connect(
    client,
    `create table categorias (id uuid primary key, nombre text);
     create table clientes (id uuid primary key, nombre text, apellidos text, correo text, creado_en timestamptz);
     create table estados_pedido (id int primary key, clave text, descripcion text);
     create table productos (id uuid primary key, nombre text, precio_centimos int, precio_oferta_centimos int, categoria_id uuid references categorias,
       existencias int, imagen text, activo boolean, eliminado_en timestamp);
     create table pedidos (id uuid primary key, numero int, cliente_id uuid references clientes, correo_invitado text, estado_id int references estados_pedido,
       moneda char(3), fecha timestamptz, eliminado_en timestamptz);
     create table lineas_pedido (id uuid primary key, pedido_id uuid references pedidos, producto_id uuid references productos, cantidad int,
       precio_unitario_centimos int);
     create table lista_deseos (cliente_id uuid references clientes, producto_id uuid references productos, creado_en timestamptz default now());
     insert into categorias values (uuid(1), 'Bolsos');
     insert into clientes values (uuid(7), 'Ana', 'García', 'ana@shop.example', now());
     insert into estados_pedido values (1, 'pendiente_pago', 'Pendiente de pago'), (2, 'enviado', 'Enviado'), (3, 'carrito', 'Carrito');
     insert into productos values (uuid(1), 'Bolso', 1250, 999, uuid(1), 4, 'bolso.jpg', true, null), (uuid(2), 'Cinturón', 800, null, uuid(1), 4, null, true, now());
     insert into pedidos values (uuid(1), 11, uuid(7), null, 2, 'EUR', '2024-03-01', null), (uuid(2), 12, null, 'bo@shop.example', 2, 'EUR', '2024-03-02', null),
       (uuid(3), 13, uuid(7), null, 1, 'EUR', '2024-03-03', null), (uuid(4), 14, uuid(7), null, 3, 'EUR', '2024-03-04', null), (uuid(5), 15, uuid(7), null, 2, 'EUR', '2024-03-05', now());
     insert into lineas_pedido select uuid(o), uuid(o), uuid(1), 2, 1250 from generate_series(1, 5) o;
     insert into lista_deseos values (uuid(7), uuid(1))`.replaceAll(
      /uuid\((\w+)\)/g,
      "lpad($1::text, 32, '0')::uuid",
    ),
  );
  assert.equal(
    await read(
      'product_id::text, name, category, price::float8, discounted_price::float8, on_sale, inventory, image_url',
      'product',
    ),
    [['00000000-0000-0000-0000-000000000001', 'Bolso', 'Bolsos', 12.5, 9.99, true, 4, 'bolso.jpg']],
  );
  assert.equal(
    await read(
      'order_number, unit_price::float8, quantity, currency, order_status, order_email, customer_id is null',
      'order_line',
    ),
    [
      [11, 12.5, 2, 'EUR', 'enviado', null, false],
      [12, 12.5, 2, 'EUR', 'enviado', 'bo@shop.example', true],
    ],
  );
  assert.equal(
    statuses.map((each) => [each.status, each.orders, each.counts]),
    [
      ['enviado', 2, true],
      ['carrito', 1, false],
      ['deleted', 1, false],
      ['pendiente_pago', 1, false],
    ],
  );
  assert.equal(await read('name, email', 'customer'), [['Ana García', 'ana@shop.example']]);
  assert.is((await read('customer_id, product_id', 'watchlist')).length, 1);
  await client.query(`drop schema couture_source, public cascade; create schema public;
    create table kunden (id int primary key, vorname text, nachname text, email text);
    create table artikel (id int primary key, bezeichnung text, preis numeric, lagerbestand int, bild text);
    create table bestellungen (id int primary key, kunde_id int references kunden, bestelldatum timestamptz, status text);
    create table bestellpositionen (id int primary key, bestellung_id int references bestellungen, artikel_id int references artikel, menge int, einzelpreis numeric);
    insert into kunden values (3, 'Eva', 'Maier', 'eva@shop.example'); insert into artikel values (1, 'Lampe', 20, 5, 'l.jpg');
    insert into bestellungen values (9, 3, '2024-04-01', 'Bezahlt'), (10, 3, '2024-04-02', 'Storniert');
    insert into bestellpositionen values (1, 9, 1, 2, 19.5), (2, 10, 1, 1, 20)`);
  const german = await connect(client, '');
  assert.equal(
    await german.read('order_id, customer_id, product_id, quantity, unit_price::float8', 'order_line'),
    [[9, 3, 1, 2, 19.5]],
  );
  assert.equal(await german.read('name, price::float8, inventory, image_url', 'product'), [
    ['Lampe', 20, 5, 'l.jpg'],
  ]);
  assert.equal(await german.read('name, email', 'customer'), [['Eva Maier', 'eva@shop.example']]);
});

test('orders without any column that tells their status all count', async ({ client }) => {
  const { read } = await connect(
    client,
    `create schema "Tienda";
     create table "Tienda".product (id int primary key, name text, price numeric);
     create table "Tienda".orders (id int primary key, created_at timestamptz);
     create table "Tienda".order_item (id int primary key, order_id int, product_id int, quantity int, price numeric);
     insert into "Tienda".product values (1, 'Taza', 12.5);
     insert into "Tienda".orders values (1, now());
     insert into "Tienda".order_item values (1, 1, 1, 2, 12.5)`,
  );
  assert.equal(await read('order_id, product_id, quantity', 'order_line'), [[1, 1, 2]]);
  assert.equal(await read('status, counts', 'shop_order'), [['placed', true]]);
});

test('tables of other applications are not taken for a shop', async ({ client }) => {
  await client.query(`${users}
    create table blog_post (id int primary key, title text, author_id int references auth_user, created_at timestamptz);
    create table blog_comment (id int primary key, post_id int references blog_post, author_id int references auth_user, body text);
    create table stock_supplierorder (id int primary key, created_at timestamptz);
    create table stock_product (id int primary key, name text, price int);
    create table stock_supplierorderline (id int primary key, supplierorder_id int references stock_supplierorder, product_id int references stock_product, quantity int)`);
  assert.equal(await detectPlatforms(client), []);
  assert.is(findDjangoRoles(await readShopTables(client)), undefined);
});
