// Watch lists: both presets can write them, concurrently too; for a shop without the two functions couture keeps them.
import { randomUUID } from 'node:crypto';
import { migratedDatabase, type TestDatabase } from '../../../fixtures/database.ts';
import { djangoRows, djangoTables } from '../../../fixtures/django-shop.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import { type Client, openClient, openPool, type Pool } from '../../pool.ts';
import { initPreset } from '../../source/preset.ts';
import { segments } from '../push/segments.ts';
import { checkWatched } from '../push/watched.ts';
import { maxWatched, unwatch, watch, watchedProducts } from './watch-list.ts';
import { watchedIds } from './watch-lists.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
}

const test = suite<Context>('watch list');

test.beforeEach(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  // The role of the tests has the name of couture's schema, which would come first.
  await context.client.query('set search_path to public');
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

const texts = { product: 'text', customer: 'text' } as const;

/** Products of a shop that has a watch list and no functions that write it. */
async function readOnlyShop(client: Client): Promise<void> {
  await loadTinyShop(client, { ...tinyShop, watched: [{ customer: '501', product: '6' }] });
}

async function keptRows(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(
    `select customer_id || ' ' || product_id as row from couture.watch_entry order by 1`,
  );
  return rows.map(({ row }) => row);
}

test('for a shop without the functions, couture keeps the list', async ({ client }) => {
  await readOnlyShop(client);
  for (const product of ['1', '3', '1', '6']) assert.is(await watch(client, texts, '501', product), 'done');
  await watch(client, texts, '502', '6');
  assert.equal(await keptRows(client), ['501 1', '501 3', '502 6'], 'not what is on the shop’s list');
  assert.equal(await watchedProducts(client, texts, '501', 10), ['1', '3', '6']);
  assert.equal(await watchedProducts(client, texts, '501', 2), ['1', '3']);
  for (let turn = 0; turn < 2; turn++) assert.is(await unwatch(client, texts, '501', '3'), 'done');
  assert.is(await unwatch(client, texts, '501', '6'), 'read_only', 'only the shop’s list has it');
  assert.equal(await watchedProducts(client, texts, '501', 10), ['1', '6']);
  assert.equal(
    await watchedProducts(client, texts, '502', 10),
    ['6'],
    'other customers’ lists are unchanged',
  );
});

test('once the shop has the functions, its own list is written, and removals are from both', async ({
  client,
}) => {
  await readOnlyShop(client);
  await watch(client, texts, '501', '1');
  await client.query(`
    create function couture_source.watch(customer text, product text) returns void language sql
      as $$ insert into tiny.watchlist values ($1, $2) $$;
    create function couture_source.unwatch(customer text, product text) returns void language sql
      as $$ delete from tiny.watchlist where customer_id = $1 and product_id = $2 $$`);
  assert.is(await watch(client, texts, '501', '1'), 'done');
  assert.equal(
    await watchedProducts(client, texts, '501', 10),
    ['1', '6'],
    'once, though both lists have it',
  );
  assert.is(await unwatch(client, texts, '501', '1'), 'done');
  assert.equal(await watchedProducts(client, texts, '501', 10), ['6']);
  assert.equal(await keptRows(client), []);
});

test('without the right to call the function the list is read-only, and nothing is kept', async ({
  client,
}) => {
  await readOnlyShop(client);
  await client.query(`create function couture_source.watch(customer text, product text) returns void language sql
    as $$ insert into tiny.watchlist values ($1, $2) $$`);
  const role = `"watch-list reader ${process.pid}"`;
  await client.query(
    `create role ${role}; grant usage on schema couture_source, tiny to ${role}; set role ${role}`,
  );
  try {
    assert.is(await watch(client, texts, '501', '2'), 'read_only');
  } finally {
    await client.query(`reset role; drop owned by ${role}; drop role ${role}`);
  }
  assert.equal(await keptRows(client), []);
});

test('a customer’s kept list is bounded', async ({ client }) => {
  await readOnlyShop(client);
  await client.query(
    `insert into couture.watch_entry select '501', 'p' || n from generate_series(1, ${maxWatched}) n`,
  );
  assert.is(await watch(client, texts, '501', '1'), 'full');
  assert.is(await watch(client, texts, '501', 'p7'), 'done', 'it is there already');
  assert.is(await watch(client, texts, '501', '6'), 'done', 'the shop’s list has it');
  assert.is(await watch(client, texts, '502', '1'), 'done');
  await unwatch(client, texts, '501', 'p7');
  assert.is(await watch(client, texts, '501', '1'), 'done');
});

for (const type of ['int', 'bigint', 'uuid', 'text'] as const) {
  test(`ids of another shop are ignored in one with ids of type ${type}`, async ({ client }) => {
    const id = (n: string) => (type === 'uuid' ? `00000000-0000-4000-8000-${n.padStart(12, '0')}` : n);
    const shop = {
      ...tinyShop,
      products: tinyShop.products.map((each) => ({ ...each, id: id(each.id) })),
      lines: [],
    };
    await loadTinyShop(client, shop, { product: type, customer: type });
    const known = type === 'int' ? 'bigint' : type;
    const types = { product: known, customer: known } as const;
    const foreign = [
      'x',
      '',
      '-',
      '1.5',
      '1e3',
      '9'.repeat(19),
      '9'.repeat(30),
      '3 ',
      randomUUID(),
      '2147483648',
    ];
    await client.query(
      `insert into couture.watch_entry select c, p from unnest($1::text[]) c, unnest($1::text[]) p on conflict do nothing`,
      [[...foreign, id('501')]],
    );
    assert.is(await watch(client, types, id('501'), id('3')), 'done');
    const mine = await watchedProducts(client, types, id('501'), 100);
    assert.ok(mine.includes(id('3')));
    await checkWatched(client);
    const { rows } = await client.query('select product_id from couture.push_watched');
    assert.equal(rows, [{ product_id: id('3') }], 'prices are looked up for products of the shop alone');
    const inCategory = await client.query<{ customer_id: string }>(
      segments.watches!.sql.replaceAll('$argument', '$1'),
      ['Accessories'],
    );
    assert.equal(inCategory.rows, [{ customer_id: id('501') }]);
  });
}

test('products are found by the indexes of the shop', async ({ client }) => {
  await client.query(`
    create schema couture_source;
    create table product (id int primary key, name text);
    create table wish (customer varchar(20), product int references product, primary key (customer, product));
    insert into product select n, 'product ' || n from generate_series(1, 20000) n;
    insert into wish select 'c' || n % 5000, n from generate_series(1, 20000) n;
    insert into couture.watch_entry select 'k' || n, n::text from generate_series(1, 40) n;
    create view couture_source.product as select id as product_id, name, name as category, 1.5 as price, 1 as inventory from product;
    create view couture_source.watchlist as select customer as customer_id, product as product_id from wish;
    analyze`);
  const plan = async (sql: string) => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const one = await plan(`select product_id from couture_source.watchlist where customer_id = 'c7'::text`);
  assert.match(one, 'wish_pkey');
  await client.query('truncate wish');
  await client.query('analyze');
  const all = await plan(
    `select p.product_id from couture_source.product p where p.product_id in (${watchedIds('bigint')})`,
  );
  assert.match(all, 'product_pkey', all);
});

test('the preset adds the functions to a shop that already has the views', async ({ client }) => {
  await sampleShop(client);
  await client.query('drop function couture_source.watch, couture_source.unwatch');
  assert.is(await watch(client, ids, '3', '9'), 'done');
  assert.is(await initPreset(client, 'sample'), 'created');
  assert.is(await watch(client, ids, '3', '8'), 'done');
  const { rows } = await client.query('select product_id::int from shop.watchlist where customer_id = 3');
  assert.equal(rows, [{ product_id: 8 }]);
  assert.equal(await watchedProducts(client, ids, '3', 10), ['8', '9']);
});
