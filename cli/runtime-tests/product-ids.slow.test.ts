// Group ids and handles where a product id is expected: lists, product, cart, events, watch list, inspect and curation; for
// shops with whole numbers, UUIDs and text as ids.
import { testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop } from '../../fixtures/tiny-shop.ts';
import { until } from '../../fixtures/until.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import type { IdType } from '../../sql/id-types.ts';
import { openClient } from '../../sql/pool.ts';
import { runCommand } from '../test-support/run-command.ts';
import { type Body, buildAgain, secret } from '../test-support/sample-server.ts';

const test = suite('group ids and handles');

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const idOf: Record<IdType, (n: number) => string> = { bigint: String, text: (n) => `p-${n}`, uuid };

/**
 * Dress 1 with its sizes 8 and 9 is the group 500, or a UUID; they share a handle. Belt 3 has a handle of its own. Size 1
 * is sold out; size 9 is cheaper than 8.
 */
async function openShop(type: IdType, handles = true) {
  const id = idOf[type];
  const group = type === 'uuid' ? uuid(500) : '500';
  const database = await testDatabase();
  const client = await openClient(database.url);
  const product = (n: number, name: string, price: number, category: string) => ({
    id: id(n),
    name,
    price,
    category,
  });
  await loadTinyShop(
    client,
    {
      products: [
        { ...product(1, 'Linen Dress S', 80, 'Dresses'), ...(handles ? { group } : {}) },
        { ...product(8, 'Linen Dress M', 80, 'Dresses'), ...(handles ? { group } : {}) },
        { ...product(9, 'Linen Dress L', 70, 'Dresses'), ...(handles ? { group } : {}) },
        product(2, 'Silk Dress', 90, 'Dresses'),
        product(3, 'Cotton Belt', 20, 'Belts'),
        product(4, 'Blue Scarf', 25, 'Scarves'),
      ],
      // Half of the orders are for the silk dress alone, so that the others are bought together more often than by chance.
      lines: Array.from({ length: 20 }, (_, n) => n).flatMap((order) =>
        (order % 2 ? [2] : [1, 3, 4]).map((n) => ({
          order: `${order + 1}`,
          customer: `${501 + order}`,
          product: id(n),
          at: '2024-03-01',
        })),
      ),
      watched: [],
    },
    { product: type, customer: 'bigint', order: 'bigint' },
  );
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_viewdef('couture_source.product'::regclass) as text`,
  );
  const view = rows[0]!.text
    .replace(';', '')
    .replace(/1 AS inventory/i, `case when product_id = '${id(1)}' then 0 else 5 end as inventory`);
  const handle = `case when group_id is not null then 'linen-dress' when product_id = '${id(3)}' then '7-belt' end`;
  await client.query(
    `create or replace view couture_source.product as select v.* ${handles ? `, ${handle} as handle` : ''} from (${view}) v;
     create function couture_source.watch(bigint, ${type}) returns void language sql as
       'insert into tiny.watchlist select $1, $2 where not exists (select from tiny.watchlist where customer_id = $1 and product_id = $2)';
     create function couture_source.unwatch(bigint, ${type}) returns void language sql as
       'delete from tiny.watchlist where customer_id = $1 and product_id = $2'`,
  );
  await buildAgain(database.url);
  const { config } = loadConfig({
    directory: '/',
    env: {},
    flags: { port: 0, jwtSecret: secret, cardAge: 0 },
  });
  const server = await startServer({ config, databaseUrl: database.url, log: openLog('silent') });
  const token = await signToken(secret, { sub: '501', roles: ['customer'], lifetime: 600 });
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const ask = async (
    path: string,
    method = 'GET',
    body?: unknown,
  ): Promise<{ status: number; body: Body }> => {
    const response = await fetch(server.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
  return {
    id,
    group,
    client,
    ask,
    url: database.url,
    wire: (n: number) => (type === 'bigint' ? n : id(n)),
    async close() {
      await server.close();
      await client.end();
      await database.drop();
    },
  };
}

for (const type of ['bigint', 'uuid', 'text'] as const) {
  test(`${type} ids: a group id and a handle get the group's answers`, async () => {
    const shop = await openShop(type);
    try {
      const { ask, id, group, wire } = shop;
      const names = [group, 'linen-dress', `group:${group}`, 'handle:linen-dress'];
      for (const kind of ['similar', 'bought-together', 'you-may-like']) {
        const wanted = (await ask(`/api/recommendations/${kind}/${id(1)}`)).body;
        assert.ok(wanted.length > 0, kind);
        for (const name of names) {
          assert.equal(
            (await ask(`/api/recommendations/${kind}/${encodeURIComponent(name)}`)).body,
            wanted,
            name,
          );
        }
      }
      const bundle = (await ask('/api/recommendations/bundle/linen-dress')).body;
      assert.is(bundle.products[0]?.id, wire(9), 'the cheapest size in stock');
      assert.is(bundle.original_price, 70 + 20 + 25);
      const belt = (await ask('/api/recommendations/bought-together/7-belt')).body;
      const dress = belt.find((each: Body) => each.name.startsWith('Linen'));
      assert.equal(
        [dress.id, dress.price],
        [wire(9), 70],
        'the representative is sold out: the cheapest size in stock',
      );
      assert.is((await ask('/api/products/linen-dress')).body.id, wire(9));
      assert.is((await ask('/api/products/linen-dress')).body.variants.length, 3);
      const cart = await ask('/api/recommendations/for-cart', 'POST', {
        product_ids: ['linen-dress', '7-belt'],
      });
      assert.is(cart.body[0]?.name, 'Blue Scarf');

      assert.is(
        (await ask('/api/watchlist', 'POST', { product_id: 'linen-dress' })).body.products[0]?.id,
        wire(9),
      );
      assert.equal((await ask(`/api/watchlist?product_id=${group}`, 'DELETE')).body, { products: [] });

      const event = {
        type: 'click',
        kind: 'similar',
        product_id: 'linen-dress',
        subject: '7-belt',
        place: 1,
      };
      assert.is((await ask('/api/events', 'POST', { events: [event] })).status, 202);
      const events = async () =>
        (await shop.client.query('select item, subject from couture.recommendation_event')).rows;
      await until(async () => (await events()).length === 1, 'the event');
      assert.equal(await events(), [{ item: id(9), subject: id(3) }]);
    } finally {
      await shop.close();
    }
  });
}

test('an unknown id is an empty list, and a product request says which kinds of ids were tried', async () => {
  const shop = await openShop('bigint');
  try {
    for (const name of ['no-such-handle', '999', 'group:999', 'handle:500', '%00'])
      assert.equal(await shop.ask(`/api/recommendations/similar/${name}`), { status: 200, body: [] }, name);
    const { status, body } = await shop.ask('/api/products/no-such-handle');
    assert.is(status, 404);
    assert.equal(body.kinds_tried, ['id (bigint)', 'group id (text)', 'handle']);
    assert.match(body.title + body.detail, 'tried as id (bigint), group id (text), handle');
  } finally {
    await shop.close();
  }
});

test('in a shop with neither groups nor handles, a malformed id is an error', async () => {
  const shop = await openShop('bigint', false);
  try {
    for (const path of ['/api/recommendations/similar/linen-dress', '/api/products/linen-dress']) {
      const { status, body } = await shop.ask(path);
      assert.is(status, 400, path);
      assert.match(body.title + body.detail, 'ids of this shop are whole numbers');
    }
    assert.equal((await shop.ask('/api/recommendations/similar/999')).body, []);
    assert.equal((await shop.ask('/api/products/999')).body.kinds_tried, ['id (bigint)']);
  } finally {
    await shop.close();
  }
});

test('inspect and curation take group ids and handles', async () => {
  const shop = await openShop('bigint');
  try {
    const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATABASE_URL: shop.url };
    const recs = (...words: string[]) => runCommand(['recs', ...words], { cwd: '/', env });
    const byId = JSON.parse((await recs('inspect', '1', '--json')).stdout);
    for (const name of ['500', 'linen-dress', 'group:500', 'handle:linen-dress']) {
      assert.equal(JSON.parse((await recs('inspect', name, '--json')).stdout), byId, name);
    }
    assert.match((await recs('pin', '7-belt', '--for', 'linen-dress', '--at', '1')).stdout, 'Cotton Belt');
    assert.match((await recs('block', '500', '--lists', 'trending')).stdout, 'Linen Dress');
    const list = await shop.ask('/api/recommendations/similar/500');
    await until(
      async () => (await shop.ask('/api/recommendations/similar/500')).body[0]?.source === 'pinned',
      `the pin; was ${JSON.stringify(list.body[0])}`,
    );
    assert.match(
      (await recs('inspect', 'no-such-thing')).stderr,
      'No product has the id, group id or handle',
    );
  } finally {
    await shop.close();
  }
});
