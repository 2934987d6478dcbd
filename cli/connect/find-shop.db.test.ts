// Which shop is in a database when several platforms have their tables in it.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { djangoTables } from '../../fixtures/django-shop.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import { platforms } from '../../sql/source/platforms.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { profileViews } from '../../sql/source/shop-profile.ts';
import { fillFile, loadTables } from '../test-support/platforms/platform-shop.ts';
import { type Conversation, silent } from './conversation.ts';
import { findShop } from './find-shop.ts';

const test = databaseSuite('finding the shop');

test('of several platforms, the user chooses one; without anybody to ask, --preset is needed', async ({
  client,
}) => {
  await loadTables(client, fillFile('spree-schema.sql'));
  await client.query(`create schema erp; set search_path to erp`);
  await client.query(fillFile('odoo-schema.sql').replaceAll('public.', 'erp.'));
  const complaints: string[] = [];
  const complain = (line: string) => void complaints.push(line);
  const error = await rejects(
    () => findShop(client, {}, silent, complain),
    /has the tables of several platforms: Spree or Solidus \(.*; Odoo \(/,
  );
  assert.is((error as { hint?: string }).hint, 'Choose one: --preset spree or --preset odoo.');
  const answers = ['neither', 'Odoo'];
  const person: Conversation = { interactive: true, ask: async () => answers.shift()! };
  const chosen = await findShop(client, {}, person, complain);
  assert.is(chosen.kind === 'platform' && chosen.match.platform, 'odoo');
  assert.is(chosen.kind === 'platform' && chosen.match.schema, 'erp');
  assert.match(complaints[1]!, '"neither" is not one of spree, odoo');
  const named = await findShop(client, { preset: 'spree' }, silent, complain);
  assert.is(named.kind === 'platform' && named.match.platform, 'spree');
  await rejects(
    () => findShop(client, { preset: 'medusa' }, silent, complain),
    /The preset medusa needs tables/,
  );
});

test('a Django shop beside another platform is a second shop, unless both are in one schema', async ({
  client,
}) => {
  await loadTables(client, fillFile('spree-schema.sql'));
  await client.query('create schema web; set search_path to web');
  await client.query(djangoTables);
  await client.query('set search_path to public');
  const find = () => findShop(client, {}, silent, () => {});
  await rejects(find, /several platforms: Spree or Solidus \(.*; Django \(web\.api_orderitem/);
  await client.query('drop schema web cascade');
  await client.query(djangoTables);
  const found = await find();
  assert.is(found.kind === 'platform' && found.match.platform, 'spree');
});

test('views that the owner wrote are a shop, too', async ({ client }) => {
  await client.query(
    `create schema couture_source; create view couture_source.product as select 1 as product_id`,
  );
  assert.is((await findShop(client, {}, silent, () => {})).kind, 'views');
});

test('views that the owner wrote say the currency on their order lines', async ({ client }) => {
  await client.query(`create schema couture_source;
    create view couture_source.product as select 1 as product_id, 'Mug' as name, null::text as category, 900 as price, 1 as inventory;
    create view couture_source.order_line as
      select o as order_id, null::int as customer_id, 1 as product_id, 1 as quantity, 900 as unit_price, now() as ordered_at,
        case when o < 3 then 'usd' else 'jpy' end::char(4) as currency from generate_series(1, 9) o, generate_series(1, 2);
    create view couture_source.customer as select null::int as customer_id where false`);
  const { currency, currencies } = await profileViews(client);
  assert.is(currency, 'JPY');
  assert.equal(currencies, [
    { currency: 'JPY', orders: 7 },
    { currency: 'USD', orders: 2 },
  ]);
});

test('tables that look like those of Django shops are not called Django', async ({ client }) => {
  await client.query(`
    create table "User" (id text primary key, email text not null, password text);
    create table "Product" (id text primary key, name text not null, price numeric(10, 2) not null, stock int, "createdAt" timestamp);
    create table "Order" (id text primary key, "userId" text references "User", status text, "createdAt" timestamp not null);
    create table "OrderItem" (id text primary key, "orderId" text not null references "Order",
      "productId" text not null references "Product", quantity int not null, price numeric(10, 2) not null)`);
  const found = await findShop(client, {}, silent, () => {});
  assert.ok(found.kind === 'platform');
  const { platform, title, isKnown, evidence } = found.match;
  assert.equal(
    [platform, title, isKnown, evidence[0]],
    ['django', 'a shop with tables linked by foreign keys', false, 'public."OrderItem"'],
  );
  await client.query('create table django_migrations (id int)');
  const made = await findShop(client, {}, silent, () => {});
  assert.is(made.kind === 'platform' && made.match.title, 'Django');
});

test('the hint for an unknown database names the platform that comes close, and no other', async ({
  client,
}) => {
  const hintFor = async (tables: string) => {
    await client.query(`drop schema public cascade; create schema public; ${tables}`);
    const error = await rejects(() => findShop(client, {}, silent, () => {}), /No known shop platform/);
    return (error as { hint?: string }).hint!;
  };
  const unknown = await hintFor('create table invoices (id int)');
  for (const title of Object.values(platforms)) assert.not.match(unknown, title);
  assert.match(unknown, 'order_line (order_id, customer_id');
  const json = await hintFor(
    'create table pedidos (id int, doc jsonb); create table log (id int, doc jsonb)',
  );
  assert.match(json, 'pedidos.doc may hold order lines as JSON');
  const polymorphic = await hintFor(`create table orders (id int primary key, created_at timestamptz);
    create table line_items (id int primary key, order_id int references orders, itemable_type text, itemable_id int);
    create table shop_product (id int primary key, price numeric); create table shop_product_translation (translatable_id int, locale text, name text)`);
  assert.match(polymorphic, 'order lines: line_items; orders: orders; products: shop_product.');
  assert.match(polymorphic, 'line_items.itemable_id leads to the tables that itemable_type names');
  assert.match(polymorphic, 'names of products may be in shop_product_translation');
  const near = await hintFor(fillFile('spree-schema.sql').replaceAll('spree_orders', 'spree_carts'));
  assert.match(near, /It comes closest to Spree or Solidus, which needs spree_orders\./);
});

test('of several schemas with a shop each, as tenants have them, one is chosen and kept', async ({
  client,
}) => {
  for (const tenant of ['acme', 'globex'])
    await client.query(`create schema ${tenant};
      create table ${tenant}.products (id int primary key, name text, price numeric);
      create table ${tenant}.orders (id int primary key, status text, created_at timestamptz);
      create table ${tenant}.order_items (id int primary key, order_id int references ${tenant}.orders, product_id int references ${tenant}.products, quantity int)`);
  const error = await rejects(
    () => findShop(client, {}, silent, () => {}),
    /^This database has shops in several schemas: acme, globex$/,
  );
  assert.is((error as { hint?: string }).hint, 'Choose one: --schema acme or --schema globex.');
  const schemaOf = async (found: ReturnType<typeof findShop>) => {
    const shop = await found;
    return shop.kind === 'platform' && shop.match.schema;
  };
  const person: Conversation = { interactive: true, ask: async () => 'Globex' };
  assert.is(await schemaOf(findShop(client, {}, person, () => {})), 'globex');
  assert.is(await schemaOf(findShop(client, { schema: 'globex' }, silent, () => {})), 'globex');
  const named = await rejects(
    () => findShop(client, { preset: 'django' }, silent, () => {}),
    /shops in several schemas: acme, globex/,
  );
  assert.match((named as { hint?: string }).hint!, '--schema globex');
  await client.query(`alter schema acme rename to "Acme & Söhne's"`);
  const quoted = await rejects(() => findShop(client, {}, silent, () => {}), /several schemas/);
  assert.match((quoted as { hint?: string }).hint!, `--schema 'Acme & Söhne'\\''s' or --schema globex`);
  await initPreset(client, 'django', { schema: 'globex' });
  assert.is(await schemaOf(findShop(client, {}, silent, () => {})), 'globex');
});

test('a shop is found among many schemas', async ({ client }) => {
  for (let at = 0; at < 25; at++)
    await client.query(`create schema s${at}; create table s${at}.note (id int)`);
  await client.query('create schema web; set search_path to web');
  await client.query(fillFile('odoo-schema.sql').replaceAll('public.', 'web.'));
  const found = await findShop(client, {}, silent, () => {});
  assert.equal(found.kind === 'platform' && [found.match.platform, found.match.schema], ['odoo', 'web']);
});
