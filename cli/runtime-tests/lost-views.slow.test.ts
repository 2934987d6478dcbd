// The runtime while a source view is dropped, changed or not readable: it serves what it read before, reports what is
// missing, and recovers by itself.
import { assert, suite } from '../../fixtures/suite.ts';
import { openLog } from '../../runtime/core/log.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { type Body, bearer, operator, sampleDatabase, serverConfig } from '../test-support/sample-server.ts';

interface Shop {
  readonly database: Awaited<ReturnType<typeof sampleDatabase>>;
  readonly client: Client;
  readonly servers: RunningServer[];
}

const test = suite<{ shop: Shop }>('lost views');
test.beforeEach(async (context) => {
  const database = await sampleDatabase();
  context.shop = { database, client: await openClient(database.url), servers: [] };
});
test.afterEach(async ({ shop: { database, client, servers } }) => {
  for (const server of servers) await server.close();
  await client.end();
  await database.drop();
});

async function serve(shop: Shop, databaseUrl = shop.database.url): Promise<Ask> {
  const config = serverConfig({ cardAge: 100 });
  const server = await startServer({ config, databaseUrl, log: openLog('silent') });
  shop.servers.push(server);
  return async (path, init) => {
    const response = await fetch(server.url + path, init);
    const text = await response.text();
    const body = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    return { status: response.status, body };
  };
}
type Ask = (path: string, init?: RequestInit) => Promise<{ status: number; body: Body }>;

/** Polls until the response is as expected. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) if (await ask()) return;
  throw new Error(`timed out waiting for ${ask}`);
}

async function definition(client: Client, view: string): Promise<string> {
  const { rows } = await client.query<{ text: string }>('select pg_get_viewdef($1::regclass) as text', [
    `couture_source.${view}`,
  ]);
  return `create view couture_source.${view} as ${rows[0]!.text}`;
}

const similar = '/api/recommendations/similar/3';

test('after a migration drops a view with CASCADE, products are served as before until it is back', async ({
  shop,
}) => {
  const { client } = shop;
  const ask = await serve(shop);
  const customer = { headers: await bearer('7') };
  const before = (await ask(similar)).body;
  const page = (await ask('/product/3')).body as string;
  const product = (await ask('/api/products/3')).body;
  assert.ok(before.length > 0);
  const view = await definition(client, 'product');
  await client.query('alter table shop.product drop column featured cascade');
  await until(async () => (await ask('/readyz')).body.status === 'degraded');
  const { status, body: readiness } = await ask('/readyz');
  assert.is(status, 200);
  assert.match(readiness.reasons.join(), /couture_source\.product is missing.*DROP COLUMN … CASCADE/);
  assert.equal((await ask(similar)).body, before);
  assert.equal((await ask('/api/products/3')).body, product);
  assert.is((await ask('/product/3')).body, page);
  const routes: Array<[path: string, status: number, init?: RequestInit]> = [
    ['/api/recommendations/similar/399', 200],
    ['/api/recommendations/bought-together/398', 200],
    ['/api/recommendations/bundle/397', 200],
    ['/api/recommendations/trending?limit=24', 200],
    ['/api/recommendations/you-may-like/396', 200],
    ['/api/recommendations/personalized', 200, customer],
    ['/api/products?q=coat&limit=24', 200],
    ['/api/categories', 200],
    ['/api/watchlist', 200, customer],
    ['/api/orders', 200, customer],
    ['/api/shop', 200],
    ['/sitemap-1.xml', 200],
    // Their state is unknown: 404 would be wrong and would make search engines drop them.
    ['/product/395', 503],
    ['/api/products/394', 503],
  ];
  for (const [path, expected, init] of routes) {
    const { status, body } = await ask(path, init);
    assert.is(status, expected, `${path}: ${JSON.stringify(body).slice(0, 300)}`);
    if (expected === 503) assert.is(body.code, 'source_unavailable');
  }
  assert.match((await ask('/metrics', { headers: operator })).body, /^couture_views_failing [1-9]/m);
  await client.query('alter table shop.product add column featured boolean not null default false');
  await client.query(view);
  await until(async () => (await ask('/readyz')).body.status === 'ready');
  await until(async () => (await ask('/product/395')).status === 200);
  assert.equal((await ask(similar)).body.length, before.length);
});

test('with a view missing, the server starts, reports it, and serves once the view exists', async ({
  shop,
}) => {
  const { client } = shop;
  const view = await definition(client, 'product');
  await client.query('drop view couture_source.product cascade');
  const ask = await serve(shop);
  assert.equal(await ask(similar), { status: 200, body: [] });
  assert.equal(await ask('/api/recommendations/trending'), { status: 200, body: [] });
  const { status, body } = await ask('/readyz');
  assert.equal([status, body.status], [503, 'not ready']);
  assert.match(body.reasons.join(), /couture_source\.product is missing/);
  const stranger = await ask('/readyz', { headers: { 'X-Forwarded-For': '203.0.113.9' } });
  assert.not.match(stranger.body.reasons.join(), /couture_source/);
  await client.query(view);
  await until(async () => (await ask(similar)).body.length > 0);
  await until(async () => (await ask('/readyz')).status === 200);
  assert.type((await ask(similar)).body[0].id, 'number');
});

test('a role without read permission is named, and can be granted it while the server runs', async ({
  shop,
}) => {
  const { client, database } = shop;
  const role = `runtime_${process.pid}`;
  await client.query(`create role ${role} login password 'only for this test'`);
  try {
    await client.query(`grant usage on schema couture to ${role}`);
    await client.query(`grant all on all tables in schema couture to ${role}`);
    await client.query(`grant all on all sequences in schema couture to ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, encodeURIComponent('only for this test')];
    const ask = await serve(shop, url.toString());
    assert.equal(await ask(similar), { status: 200, body: [] });
    assert.is((await ask('/api/shop')).status, 200);
    const { status, body } = await ask('/readyz');
    assert.is(status, 503);
    assert.match(body.reasons.join(), new RegExp(`The role "${role}" may not read couture_source.product`));
    assert.match(body.reasons.join(), /grant select on all tables in schema couture_source/);
    const orders = await ask('/api/orders', { headers: await bearer('7') });
    assert.equal([orders.status, orders.body.code], [503, 'source_unavailable']);
    await client.query(`grant usage on schema couture_source to ${role}`);
    await client.query(`grant select on all tables in schema couture_source to ${role}`);
    await until(async () => (await ask(similar)).body.length > 0);
    await until(async () => (await ask('/api/orders', { headers: await bearer('7') })).status === 200);
  } finally {
    for (const server of shop.servers.splice(0)) await server.close();
    await client.query(`drop owned by ${role}`);
    await client.query(`drop role ${role}`);
  }
});

test('a view recreated without a column, with another type, or failing on a row is reported', async ({
  shop,
}) => {
  const { client } = shop;
  const ask = await serve(shop);
  const before = (await ask(similar)).body;
  const kept = await definition(client, 'product');
  await client.query('alter view couture_source.product rename to whole_product');
  const changes: Array<[columns: string, reason: RegExp]> = [
    ['select product_id, name, category, price from couture_source.whole_product', /has no column inventory/],
    [
      `select product_id, name, description, category, price::text || ' EUR' as price, discounted_price, on_sale,
         image_url, rating, review_count, featured, inventory, tags, group_id, url from couture_source.whole_product`,
      /couture_source\.product\.price is of type text/,
    ],
    [
      `select product_id, name, description, category, price / (product_id - product_id) as price, discounted_price,
         on_sale, image_url, rating, review_count, featured, inventory, tags, group_id, url from couture_source.whole_product`,
      /couture_source\.product cannot be read for product cards: division by zero/,
    ],
  ];
  for (const [columns, reason] of changes) {
    await client.query(`create view couture_source.product as ${columns}`);
    await until(async () => {
      assert.equal((await ask(similar)).body, before);
      return reason.test((await ask('/readyz')).body.reasons.join());
    });
    assert.is((await ask('/readyz')).body.status, 'degraded');
    await client.query('drop view couture_source.product');
  }
  await client.query('drop view couture_source.whole_product cascade');
  await client.query(kept);
  await until(async () => (await ask('/readyz')).body.status === 'ready');
});

test('after a column is widened, every connection reads the view again at once', async ({ shop }) => {
  const { client } = shop;
  const ask = await serve(shop);
  assert.is((await ask('/product/5')).status, 200);
  const kept = await definition(client, 'product');
  const widened = (columns: string) =>
    `create view couture_source.product as select ${columns}, featured, inventory, tags, group_id, url::varchar(2000) as url from whole`;
  await client.query('drop view couture_source.product cascade');
  await client.query(`create view whole as ${kept.replace(/^create view couture_source.product as /, '')}`);
  await client.query(
    widened(
      'product_id, name::varchar(300) as name, description, category::varchar(80) as category, price, discounted_price, on_sale, image_url::varchar(300) as image_url, rating, review_count',
    ),
  );
  await until(async () => (await ask('/readyz')).body.status === 'ready');
  for (let id = 6; id < 30; id++) assert.is((await ask(`/product/${id}`)).status, 200);
  assert.match((await ask('/metrics', { headers: operator })).body, /^couture_views_failing 0$/m);
});
