// Presets: the Django shop's tables as its migrations create them, and conflicts with existing views.
import { readFileSync } from 'node:fs';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { djangoRows, djangoTables } from '../../fixtures/django-shop.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import type { CoutureError } from '../errors.ts';
import { migrate } from '../migrate.ts';
import { sqlFile } from '../package-root.ts';
import type { Client } from '../pool.ts';
import { shopFigures } from './detect-platform.ts';
import { initPreset } from './preset.ts';
import { inspectSource, requireSource } from './source-views.ts';

const test = databaseSuite('presets');

const isConflict = (error: Error) => (error as CoutureError).code === 'preset_conflict';

async function sampleTables(client: Client): Promise<void> {
  await client.query(readFileSync(sqlFile('presets', 'sample-tables.sql'), 'utf8'));
}

test('the Django preset works with the tables of a Django shop', async ({ client }) => {
  await client.query(djangoTables);
  await client.query(djangoRows);
  assert.is(await initPreset(client, 'django'), 'created');
  const report = await requireSource(client);
  assert.equal(report.warnings, []);
  assert.equal(report.ids, { product: 'bigint', customer: 'bigint', order: 'bigint' });
  const products = await client.query('select * from couture_source.product order by product_id');
  assert.equal(products.rows, [
    {
      product_id: '10',
      name: 'Wrap dress',
      description: 'silk',
      category: 'Dresses',
      price: '89.90',
      discounted_price: '59.90',
      on_sale: true,
      image_url: '/a.jpg',
      rating: 4.5,
      review_count: 1,
      featured: true,
      inventory: 3,
      tags: [],
      group_id: null,
      url: '/products/10',
      handle: null,
      brand: null,
      cost: null,
      created_at: null,
      category_path: null,
      colour: null,
      swatch: null,
      size: null,
    },
    {
      product_id: '11',
      name: 'Sandal',
      description: 'leather',
      category: 'Shoes',
      price: '49.00',
      discounted_price: null,
      on_sale: false,
      image_url: '/b.jpg',
      rating: 4.5,
      review_count: 2,
      featured: false,
      inventory: 0,
      tags: [],
      group_id: null,
      url: '/products/11',
      handle: null,
      brand: null,
      cost: null,
      created_at: null,
      category_path: null,
      colour: null,
      swatch: null,
      size: null,
    },
  ]);
  const customers = await client.query(
    'select customer_id, name, email from couture_source.customer order by 1',
  );
  assert.equal(customers.rows, [
    { customer_id: 1, name: 'Ada Byron', email: 'ada@example.org' },
    { customer_id: 2, name: 'bob', email: 'bob@example.org' },
  ]);
  const watched = await client.query('select * from couture_source.watchlist');
  assert.equal(watched.rows, [{ customer_id: 2, product_id: '10', created_at: null }]);
});

test('in a Django shop, lines count that are paid, not cancelled and have a price', async ({ client }) => {
  await client.query(djangoTables);
  await client.query(djangoRows);
  await initPreset(client, 'django');
  const { rows } = await client.query(
    'select order_id, customer_id, product_id, quantity, unit_price from couture_source.order_line order by 1, 3',
  );
  assert.equal(rows, [
    { order_id: '100', customer_id: 1, product_id: '10', quantity: 1, unit_price: '59.90' },
    { order_id: '100', customer_id: 1, product_id: '11', quantity: 2, unit_price: '49.00' },
    { order_id: '102', customer_id: null, product_id: '11', quantity: 1, unit_price: '49.00' },
  ]);
  const { statuses, ...figures } = (await shopFigures(client))!;
  assert.equal(figures, {
    products: 2,
    variants: 2,
    currency: undefined,
    newestOrder: new Date('2024-03-03T10:00Z'),
  });
  assert.equal(
    statuses.filter((each) => each.counts).map((each) => each.status),
    ['Delivered', 'processing'],
  );
  assert.is(statuses.length, 5);
});

test('a customised order predicate survives a second run, until --replace', async ({ client }) => {
  await client.query(djangoTables);
  await initPreset(client, 'django');
  await client.query(`create or replace function couture_source.order_counts(status text) returns boolean
    language sql immutable parallel safe as $$ select status = 'ok' $$`);
  const error = await rejects(() => initPreset(client, 'django'), isConflict);
  assert.match(error.message, 'function couture_source.order_counts');
  const still = await client.query(
    `select couture_source.order_counts('ok') as ok, couture_source.order_counts('paid') as paid`,
  );
  assert.equal(still.rows, [{ ok: true, paid: false }]);
  assert.is(await initPreset(client, 'django', { replace: true }), 'replaced');
});

test('tables and columns that a shop does not have are null', async ({ client }) => {
  await client.query(djangoTables);
  await client.query(djangoRows);
  await client.query(`drop table api_review, api_watchlist_products, api_watchlist;
    alter table api_product drop column discounted_price, drop column on_sale, drop column featured`);
  assert.is(await initPreset(client, 'django'), 'created');
  assert.equal((await requireSource(client)).warnings, []);
  const { rows } = await client.query(
    'select discounted_price, on_sale, featured, review_count, (select count(*)::int from couture_source.watchlist) as watched from couture_source.product limit 1',
  );
  assert.equal(rows, [
    { discounted_price: null, on_sale: false, featured: false, review_count: 0, watched: 0 },
  ]);
});

test('tables that are missing are named', async ({ client }) => {
  await client.query(djangoTables);
  await client.query('drop table api_orderitem');
  const django = await rejects(() => initPreset(client, 'django'), isConflict);
  assert.match(django.message, 'order lines');
  const sample = await rejects(() => initPreset(client, 'sample'), isConflict);
  assert.match(sample.message, 'shop.product, shop.review');
  assert.is((await inspectSource(client)).views.product.exists, false, 'nothing is left');
});

test('running a preset twice changes nothing', async ({ client }) => {
  await sampleTables(client);
  assert.is(await initPreset(client, 'sample'), 'created');
  assert.is(await initPreset(client, 'sample'), 'unchanged');
  await requireSource(client);
  await migrate(client);
});

test('views of another shop are kept unless --replace', async ({ client }) => {
  await sampleTables(client);
  await client.query(djangoTables);
  await initPreset(client, 'sample');
  const error = await rejects(() => initPreset(client, 'django'), isConflict);
  assert.match((error as CoutureError).hint, '--replace');
  assert.match(error.message, 'couture_source.order_line');
  assert.is(await initPreset(client, 'sample'), 'unchanged', 'nothing was changed by the refused run');
  assert.is(await initPreset(client, 'django', { replace: true }), 'replaced');
  await requireSource(client);
  assert.ok(await shopFigures(client));
  assert.is(await initPreset(client, 'sample', { replace: true }), 'replaced');
  assert.is(await shopFigures(client), undefined, 'no view of the Django shop is left');
});

test('other views in the schema are not touched', async ({ client }) => {
  await sampleTables(client);
  await client.query(djangoTables);
  await initPreset(client, 'sample');
  await client.query('create view couture_source.season as select 1 as one');
  await initPreset(client, 'django', { replace: true });
  const { rows } = await client.query('select * from couture_source.season');
  assert.equal(rows, [{ one: 1 }]);
});

test('a view that other objects depend on is not dropped', async ({ client }) => {
  await sampleTables(client);
  await client.query(djangoTables);
  await initPreset(client, 'sample');
  await client.query('create view public.report as select order_id from couture_source.order_line');
  const error = await rejects(() => initPreset(client, 'django', { replace: true }), isConflict);
  assert.match((error as CoutureError).hint, 'report');
  await client.query('select * from public.report');
});

test('reading one product reads only its own reviews', async ({ client }) => {
  await sampleTables(client);
  await client.query(djangoTables);
  await client.query(`
    insert into shop.product (product_id, name, category, price) select n, 'p', 'c', 1 from generate_series(1, 500) n;
    insert into shop.review select n, n % 500 + 1, 1, 1 + n % 5, '', now() from generate_series(0, 9999) n;
    create index on shop.review (product_id);
    insert into auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
      values (1, '', false, 'ada', '', '', '', false, true, now());
    insert into api_category values (1, 'c');
    insert into api_product select n, 'p', '', 1, null, false, '', 0, false, 1, 1 from generate_series(1, 500) n;
    insert into api_review select n, 1 + n % 5, now(), n % 500 + 1, 1 from generate_series(0, 9999) n`);
  await client.query('create index on api_review (product_id)');
  await client.query('analyze');
  for (const preset of ['sample', 'django'] as const) {
    await initPreset(client, preset, { replace: true });
    const one = `select product_id, rating, review_count from couture_source.product where product_id = any ('{7}'::bigint[])`;
    assert.equal((await client.query(one)).rows, [{ product_id: '7', rating: 2, review_count: 20 }]);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${one}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /review_product_id_idx/);
    assert.not.match(plan, /Seq Scan on \w*review/);
  }
});
