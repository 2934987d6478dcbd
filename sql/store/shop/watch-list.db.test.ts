// Watch lists: both presets can write them, concurrently too; in a shop without the two functions they are read-only.
import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { djangoRows, djangoTables } from '../../../fixtures/django-shop.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import { type Client, openClient, openPool, type Pool } from '../../pool.ts';
import { initPreset } from '../../source/preset.ts';
import { unwatch, watch, watchedProducts } from './watch-list.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
}

const test = suite<Context>('watch list');

test.beforeEach(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
  context.pool = openPool(context.database.url, { max: 8 });
});
test.afterEach(async (context) => {
  await context.pool?.end();
  await context.client?.end();
  await context.database?.drop();
});

const ids = { product: 'bigint', customer: 'bigint' } as const;

async function sampleShop(client: Client): Promise<void> {
  await generateShop(client, { orders: 20, products: 12, customers: 5, seed: 3 });
  await client.query('delete from shop.watchlist');
  await initPreset(client, 'sample');
}

async function djangoShop(client: Client): Promise<void> {
  await client.query(djangoTables);
  await client.query(djangoRows);
  // The fixture rows have explicit ids, so the sequence starts at 100.
  await client.query('alter table api_watchlist alter id restart 100');
  await initPreset(client, 'django');
}

test('in the sample shop, adding and removing a product can be repeated', async ({ client }) => {
  await sampleShop(client);
  for (const product of ['9', '2', '9']) assert.is(await watch(client, ids, '3', product), 'done');
  await watch(client, ids, '4', '5');
  assert.equal(await watchedProducts(client, ids, '3', 10), ['2', '9']);
  assert.equal(await watchedProducts(client, ids, '3', 1), ['2']);
  for (let turn = 0; turn < 2; turn++) assert.is(await unwatch(client, ids, '3', '9'), 'done');
  assert.equal(await watchedProducts(client, ids, '3', 10), ['2']);
  assert.equal(await watchedProducts(client, ids, '4', 10), ['5'], 'other customers’ lists are unchanged');
});

test('in a Django shop, the first product creates the list', async ({ client }) => {
  await djangoShop(client);
  assert.equal(await watchedProducts(client, ids, '1', 10), []);
  assert.is(await unwatch(client, ids, '1', '10'), 'done');
  for (const product of ['11', '10', '11']) assert.is(await watch(client, ids, '1', product), 'done');
  assert.equal(await watchedProducts(client, ids, '1', 10), ['10', '11']);
  await unwatch(client, ids, '1', '10');
  assert.equal(await watchedProducts(client, ids, '1', 10), ['11']);
  assert.equal(await watchedProducts(client, ids, '2', 10), ['10'], 'other customers’ lists are unchanged');
});

test('concurrent calls create one list with each product once', async ({ client, pool }) => {
  await djangoShop(client);
  for (let turn = 0; turn < 5; turn++) {
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, n) => watch(pool, ids, '1', n % 2 ? '10' : '11')),
    );
    assert.ok(outcomes.every((outcome) => outcome === 'done'));
    const { rows } =
      await client.query(`select (select count(*)::int from api_watchlist where user_id = 1) as lists,
      (select count(*)::int from api_watchlist_products p join api_watchlist w on w.id = p.watchlist_id where w.user_id = 1) as products`);
    assert.equal(rows, [{ lists: 1, products: 2 }]);
    await client.query('delete from api_watchlist_products; delete from api_watchlist where user_id = 1');
  }
});

test('an unknown customer is refused', async ({ client }) => {
  await djangoShop(client);
  assert.is(await watch(client, ids, '99', '10'), 'refused');
  assert.is(await watch(client, ids, '99999999999', '10'), 'refused', 'no integer');
});

test('without the functions, or without write permission, the watch list is read-only', async ({
  client,
}) => {
  await loadTinyShop(client, { ...tinyShop, watched: [{ customer: '501', product: '6' }] });
  const texts = { product: 'text', customer: 'text' } as const;
  assert.is(await watch(client, texts, '501', '6'), 'read_only');
  assert.is(await unwatch(client, texts, '501', '6'), 'read_only');
  assert.equal(await watchedProducts(client, texts, '501', 10), ['6']);
  await client.query(`create function couture_source.watch(customer text, product text) returns void language sql
    as $$ insert into tiny.watchlist values ($1, $2) $$`);
  assert.is(await watch(client, texts, '501', '1'), 'done', 'the shop’s own functions are used');
  const role = `"watch-list reader ${process.pid}"`;
  await client.query(
    `create role ${role}; grant usage on schema couture_source, tiny to ${role}; set role ${role}`,
  );
  try {
    assert.is(await watch(client, texts, '501', '2'), 'read_only');
  } finally {
    await client.query(`reset role; drop owned by ${role}; drop role ${role}`);
  }
});

test('the preset adds the functions to a shop that already has the views', async ({ client }) => {
  await sampleShop(client);
  await client.query('drop function couture_source.watch, couture_source.unwatch');
  assert.is(await watch(client, ids, '3', '9'), 'read_only');
  assert.is(await initPreset(client, 'sample'), 'created');
  assert.is(await watch(client, ids, '3', '9'), 'done');
});
