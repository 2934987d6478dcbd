// The catalogue follows the view: a refresh writes new, changed and deleted products only, for any column content.

import { openWares, type Wares } from '../../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { openClient, openPool } from '../../pool.ts';
import { refreshCatalogue } from './catalogue-refresh.ts';

const test = suite<{ wares: Wares }>('catalogue refresh');

test.beforeEach(async (context) => {
  context.wares = await openWares();
});
test.afterEach(({ wares }) => wares?.close());

const nothing = { added: 0, changed: 0, removed: 0, unchanged: 0, skipped: false };

async function catalogue({ client }: Wares): Promise<Array<Record<string, unknown>>> {
  const { rows } = await client.query(
    `select lead_id, variants, category, name, url, price_cents::int as cents, round(rating_key::numeric, 2)::float8 as rating,
       featured_key < 100 as featured from couture.catalogue order by lead_id`,
  );
  return rows;
}

test('variants are one row, with the lowest price of today and the mean of all reviews', async ({
  wares,
}) => {
  await wares.add(
    {
      product_id: '10',
      group_id: '9',
      name: 'Juno in White',
      price: 30,
      rating: 5,
      review_count: 3,
      category: 'Dresses',
    },
    { product_id: '9', group_id: '9', name: 'Juno in Black', price: 40, url: '/p/9', category: 'Dresses' },
    { product_id: '11', group_id: '9', price: 50, discounted_price: 19.99, on_sale: true, featured: true },
    { product_id: '12', price: 50, discounted_price: 1, on_sale: false },
  );
  assert.equal(await refreshCatalogue(wares.pool), { ...nothing, added: 2 });
  assert.equal(await catalogue(wares), [
    {
      lead_id: '12',
      variants: ['12'],
      category: '',
      name: 'product 12',
      url: null,
      cents: 5000,
      rating: -3.5,
      featured: false,
    },
    {
      lead_id: '9',
      variants: ['9', '10', '11'],
      category: 'Dresses',
      name: 'juno in black',
      url: '/p/9',
      cents: 1999,
      // Three reviews of 5, plus the prior: five reviews of 3.5.
      rating: -4.06,
      featured: true,
    },
  ]);
});

test('only new, changed and deleted products are written', async ({ wares }) => {
  await wares.add(
    { product_id: '1' },
    { product_id: '2' },
    { product_id: '3' },
    { product_id: '4', group_id: '1' },
  );
  await refreshCatalogue(wares.pool);
  const versions = 'select lead_id, xmin::text from couture.catalogue order by 1';
  const before = (await wares.client.query(versions)).rows;
  assert.equal(await refreshCatalogue(wares.pool), { ...nothing, unchanged: 4 });
  assert.equal((await wares.client.query(versions)).rows, before, 'unchanged rows are not rewritten');

  await wares.add({ product_id: '5' }, { product_id: '6', group_id: '1' });
  await wares.client.query(`update wares.product set price = 11 where product_id = 2;
    delete from wares.product where product_id = 3`);
  assert.equal(await refreshCatalogue(wares.pool), {
    added: 1,
    changed: 2,
    removed: 1,
    unchanged: 1,
    skipped: false,
  });
  const same = (row: { lead_id: string }) => row.lead_id === '1';
  assert.equal((await wares.client.query(versions)).rows.filter(same), before.filter(same));
  assert.equal(
    (await catalogue(wares)).map((row) => [row.variants, row.cents]),
    [
      [['1'], 1000],
      [['2'], 1100],
      [['4', '6'], 1000],
      [['5'], 1000],
    ],
  );
});

test('a price change keeps the search words, a text change rebuilds them', async ({ wares }) => {
  await wares.add({ product_id: '1', name: 'Linen Dress' });
  await refreshCatalogue(wares.pool);
  const words = async () =>
    (await wares.client.query('select tsvector_to_array(words) as words from couture.catalogue')).rows[0]
      .words;
  assert.equal(await words(), ['dress', 'linen']);
  await wares.client.query(
    `update couture.catalogue set words = 'kept'; update wares.product set price = 99`,
  );
  assert.is((await refreshCatalogue(wares.pool)).changed, 1);
  assert.equal(await words(), ['kept']);
  await wares.client.query(`update wares.product set tags = '{Summer}'`);
  assert.is((await refreshCatalogue(wares.pool)).changed, 1);
  assert.equal(await words(), ['dress', 'linen', 'summer']);
});

test('of several concurrent refreshes one does the work', async ({ wares }) => {
  await wares.add({ product_id: '1' });
  const other = await openClient(wares.url);
  try {
    await other.query(`begin; select pg_advisory_xact_lock(${0x63617461})`);
    assert.equal(await refreshCatalogue(wares.pool), { ...nothing, skipped: true });
    await other.query('rollback');
    const all = await Promise.all([1, 2, 3].map(() => refreshCatalogue(wares.pool)));
    assert.is(
      all.reduce((sum, each) => sum + each.added, 0),
      1,
    );
  } finally {
    await other.end();
  }
});

test('a refresh may take longer than the time limit of a request', async ({ wares }) => {
  await wares.add({ product_id: '1' });
  await wares.client.query(`create or replace view couture_source.product as
    select p.* from wares.product p, (select pg_sleep(2.5) offset 0) slow`);
  const hurried = openPool(wares.url, { max: 1, statementTimeout: 1_000 });
  try {
    assert.is((await refreshCatalogue(hurried)).added, 1);
    const { rows } = await hurried.query('show statement_timeout');
    assert.is(rows[0].statement_timeout, '1s', 'the connection has the limit of a request again');
  } finally {
    await hurried.end();
  }
});

test('an aborted refresh changes nothing, and the pool stays usable', async ({ wares }) => {
  await wares.add({ product_id: '1' });
  await wares.client.query(`create or replace view couture_source.product as
    select p.* from wares.product p, (select pg_sleep(3600) offset 0) slow`);
  const stop = new AbortController();
  const ended = refreshCatalogue(wares.pool, stop.signal).catch((error) => error);
  const running = `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
  await until(async () => (await wares.client.query(running)).rowCount, 'the refresh to read');
  stop.abort();
  assert.instance(await ended, Error);
  assert.equal((await wares.pool.query('select count(*)::int as n from couture.catalogue')).rows, [{ n: 0 }]);
  await wares.client.query('create or replace view couture_source.product as select * from wares.product');
  assert.is(
    (await refreshCatalogue(wares.pool, new AbortController().signal)).added,
    1,
    'the lock was released',
  );
});

test('a refresh that fails leaves the catalogue and the pool as they were', async ({ wares }) => {
  await wares.add({ product_id: '1' });
  await refreshCatalogue(wares.pool);
  await wares.client.query(`create or replace view couture_source.product as
    select product_id, (1 / (product_id - 1))::text as name, description, category, price, discounted_price, on_sale,
      image_url, rating, review_count, featured, inventory, tags, group_id, url, colour, size, swatch from wares.product`);
  for (let turn = 0; turn < 4; turn++) {
    const failed = await refreshCatalogue(wares.pool).catch((error) => error.message);
    assert.match(failed, /division by zero/);
  }
  assert.is((await catalogue(wares)).length, 1);
});

test('invalid prices and ratings, overlong texts and duplicates do no harm', async ({ wares }) => {
  const noise = (length: number) =>
    Array.from({ length }, (_, n) => ((n * 7_919) % 46_656).toString(36)).join(' ');
  await wares.add(
    { product_id: '1', price: null },
    { product_id: '2', price: 'NaN' },
    { product_id: '3', price: -1 },
    { product_id: '4', rating: 'NaN', review_count: 2 },
    { product_id: '5', rating: 'Infinity', review_count: -7 },
    { product_id: '6', name: noise(3_000), category: noise(1_000), description: noise(400_000) },
    { product_id: '7', price: 0 },
    { product_id: '7', price: 3 },
    { product_id: '8', name: '\ufdfa'.repeat(30_000), description: '\ufdfa'.repeat(60_000) },
  );
  await wares.client.query(
    `insert into wares.product (product_id, name, price) values (null, 'nothing', 1), (9, null, 1)`,
  );
  assert.equal(await refreshCatalogue(wares.pool), { ...nothing, added: 6 });
  const rows = await catalogue(wares);
  assert.equal(
    rows.map((row) => row.lead_id),
    ['4', '5', '6', '7', '8', '9'],
  );
  assert.equal(
    rows.slice(0, 2).map((row) => row.rating),
    [-2.5, -3.5],
  );
  assert.is(String(rows[2]!.category).length, 200);
  assert.equal(await refreshCatalogue(wares.pool), { ...nothing, unchanged: 6 });
});

test('ids may be UUIDs or text', async () => {
  const ids = {
    uuid: ['00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-00000000000a'],
    text: ['85123A', 'prod_01H'],
  };
  for (const [type, [one, other]] of Object.entries(ids) as Array<[string, [string, string]]>) {
    const wares = await openWares(type);
    try {
      await wares.add({ product_id: one, group_id: one }, { product_id: other, group_id: one });
      assert.is((await refreshCatalogue(wares.pool)).added, 1);
      assert.equal((await catalogue(wares))[0]!.variants, [one, other]);
    } finally {
      await wares.close();
    }
  }
});
