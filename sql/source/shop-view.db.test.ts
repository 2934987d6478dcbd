// The source views with null for optional columns that they lack, before and after the shop adds one.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert, rejects } from '../../fixtures/suite.ts';
import type { Client } from '../pool.ts';
import { shopView } from './shop-view.ts';

const test = databaseSuite('shop view');

const required = 'product_id, name, category, price, inventory';

async function productView(client: Client, columns = required): Promise<void> {
  await client.query(`
    drop schema if exists wares, couture_source cascade;
    create schema wares;
    create schema couture_source;
    create table wares.product as select 7::bigint as product_id, 'Hat' as name, 'Hats' as category, 9.5::numeric as price,
      3 as inventory, 'hat' as handle, 7.5::numeric as discounted_price;
    create unique index on wares.product (product_id);
    create view couture_source.product as select ${columns} from wares.product;`);
}

const read = async (client: Client, columns: string) =>
  (await client.query(`select ${columns} from ${shopView.product} p where product_id = $1`, ['7'])).rows[0];

test('a missing optional column is null, with the contract’s type', async ({ client }) => {
  await productView(client);
  const row = await read(
    client,
    '*, pg_typeof(price) as price_type, pg_typeof(tags) as tags_type, pg_typeof(group_id) as id_type',
  );
  assert.is(row.name, 'Hat');
  assert.equal([row.handle, row.discounted_price, row.on_sale, row.tags], [null, null, null, null]);
  assert.equal([row.price_type, row.tags_type, row.id_type], ['numeric', 'text[]', 'text']);
});

test('a column that the view has is read', async ({ client }) => {
  await productView(client, `${required}, handle, discounted_price`);
  assert.equal(await read(client, 'handle, discounted_price::float8, url'), {
    handle: 'hat',
    discounted_price: 7.5,
    url: null,
  });
});

test('a prepared statement follows columns that come and go', async ({ client }) => {
  await productView(client, `${required}, handle`);
  const statement = { name: 'handles', text: `select handle::text from ${shopView.product} p` };
  const handle = async () => (await client.query(statement)).rows[0].handle;
  assert.is(await handle(), 'hat');
  await client.query(
    `drop view couture_source.product; create view couture_source.product as select ${required} from wares.product`,
  );
  assert.is(await handle(), null);
  await client.query(
    `create or replace view couture_source.product as select ${required}, upper(handle) as handle from wares.product`,
  );
  assert.is(await handle(), 'HAT');
});

test('a missing required column is an error', async ({ client }) => {
  await productView(client, 'product_id, name, category, price');
  await rejects(() => read(client, 'name'), /inventory does not exist/);
});

test('a query plans as over the view itself', async ({ client }) => {
  await productView(client, `${required}, handle`);
  await client.query('set enable_seqscan = off');
  const plan = async (from: string) =>
    (
      await client.query(
        `explain (verbose, costs off) select product_id, handle from ${from} where product_id = 7 order by product_id`,
      )
    ).rows.map((row) => row['QUERY PLAN']);
  const direct = await plan('couture_source.product p');
  assert.match(direct.join(' '), 'Index Scan');
  assert.equal(await plan(`${shopView.product} p`), direct);
});

test('prices, ratings and counts of any type and size can be computed with', async ({ client }) => {
  const prices: ReadonlyArray<readonly [sql: string, price: number | null]> = [
    [`'12.50'::numeric::money`, 12.5],
    [`12.5::float8`, 12.5],
    [`12::smallint`, 12],
    [`-3::numeric`, -3],
    [`'NaN'::numeric`, null],
    [`'NaN'::real`, null],
    [`'Infinity'::float8`, null],
    [`('1' || repeat('0', 400))::numeric`, null],
    [`9000000000000000::bigint`, null],
    [`null::money`, null],
  ];
  for (const [sql, price] of prices) {
    await client.query('drop schema if exists couture_source cascade; create schema couture_source');
    await client.query(`create view couture_source.product as select 7::bigint as product_id, 'Hat' as name, 'Hats' as category,
      ${sql} as price, ${sql} as discounted_price, 99999999999::bigint as inventory, 99999999999::bigint as review_count,
      'Infinity'::float8 as rating`);
    const row = await read(
      client,
      'price::float8, discounted_price::float8 as sale, inventory::int as stock, review_count::int as reviews, rating::float8',
    );
    assert.equal(row, { price, sale: price, stock: 2147483647, reviews: 2147483647, rating: null }, sql);
  }
  await client.query(`create or replace view couture_source.product as select 7::bigint as product_id, 'Hat' as name, 'Hats' as category,
    null::money as price, null::money as discounted_price, null::bigint as inventory, null::bigint as review_count, null::float8 as rating`);
  assert.equal(await read(client, 'price, inventory, review_count, rating'), {
    price: null,
    inventory: null,
    review_count: null,
    rating: null,
  });
});

test('names and categories of enums, domains and char(n) are text, without blanks at their end', async ({
  client,
}) => {
  await client.query(`drop schema if exists couture_source cascade; create schema couture_source;
    create type couture_source.kind as enum ('Hats', 'Coats'); create domain couture_source.label as varchar(20);
    create view couture_source.product as select 7::bigint as product_id, 'Hat'::char(10) as name, 'Hats'::couture_source.kind as category,
      5::numeric as price, 1 as inventory, 'red'::couture_source.label as colour, '{Hats}'::couture_source.kind[] as tags`);
  const columns = `name || '!' as name, coalesce(nullif(trim(category), ''), '-') as category, upper(colour) as colour, array_to_string(tags, ' ') as tags`;
  assert.equal(await read(client, columns), { name: 'Hat!', category: 'Hats', colour: 'RED', tags: 'Hats' });
});
