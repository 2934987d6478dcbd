import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { countSource, resolveSince } from './plan.ts';

interface Context {
  database: TestDatabase;
  client: Client;
}

const test = suite<Context>('plan');

test.before(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.after(async ({ client, database }) => {
  await client?.end();
  await database?.drop();
});

test('counts lines, orders, customers, products and squared lines', async ({ client }) => {
  await loadTinyShop(client, tinyShop, { product: 'int' });
  const { newest, ...counts } = await countSource(client, undefined);
  // Orders of 2, 2, 3, 3, 1, 4 and 1 lines.
  assert.equal(counts, { lines: 16, orders: 7, customers: 3, products: 8, squaredLines: 44 });
  assert.is(newest?.toISOString(), '2024-03-09T00:00:00.000Z');
  const since = await countSource(client, new Date('2024-03-09T00:00:00Z'));
  assert.equal([since.lines, since.orders], [5, 2]);
});

test('an empty shop counts as nothing', async ({ client }) => {
  await loadTinyShop(client, { products: [], lines: [], watched: [] });
  const counts = await countSource(client, undefined);
  assert.equal(counts, { lines: 0, orders: 0, customers: 0, products: 0, squaredLines: 0, newest: null });
  assert.is(await resolveSince(client, { days: 30 }), undefined);
});

test('a span counts back from the newest date that is one', async ({ client }) => {
  const line = { order: '1', customer: null, product: '1' };
  const ats = ['2024-03-09', 'infinity', '-infinity', '9999-12-31', '2024-01-01', null];
  for (const at of ['timestamptz', 'timestamp', 'date']) {
    await loadTinyShop(client, { ...tinyShop, lines: ats.map((each) => ({ ...line, at: each })) }, { at });
    await client.query(`set timezone = 'UTC'`);
    const from = await resolveSince(client, { days: 30 });
    assert.is(from?.toISOString().slice(0, 10), '2024-02-08', at);
    assert.is((await countSource(client, undefined)).newest?.toISOString().slice(0, 10), '2024-03-09', at);
  }
  assert.is(await resolveSince(client, 'all'), undefined);
  const date = new Date('2024-02-02');
  assert.is(await resolveSince(client, { date }), date);
});
