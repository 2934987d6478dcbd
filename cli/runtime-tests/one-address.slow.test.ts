// Limits per client address: an abusive client at 127.0.0.3 must not affect shoppers at 127.0.0.2.
import { once } from 'node:events';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { routeLimits } from '../../runtime/http/middleware/rate-limits.ts';
import { operator, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const attacker = '127.0.0.3';
const test = suite<{ shop: SampleServer; sockets: Socket[] }>('one address');
test.before(async (context) => {
  context.sockets = [];
  context.shop = await sampleServer({ rateLimit: 3_000, maxInFlight: 200, maxConnections: 400 });
});
test.afterEach(({ sockets }) => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
test.after(({ shop }) => shop?.close());

interface Asking {
  readonly from?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function ask(shop: SampleServer, path: string, asking: Asking = {}) {
  const { from = '127.0.0.2', method = 'GET', body, headers = {} } = asking;
  const { hostname, port } = new URL(shop.url);
  return new Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
      const request = http.request(
        { hostname, port, path, method, localAddress: from, agent: false, headers: { ...type, ...headers } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode!, text, headers: response.headers }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    },
  );
}

async function statuses(asks: Array<Promise<{ status: number }>>): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  for (const { status } of await Promise.all(asks)) tally[status] = (tally[status] ?? 0) + 1;
  return tally;
}

const shoppers = (shop: SampleServer) =>
  statuses(
    Array.from({ length: 12 }, (_, at) =>
      ask(
        shop,
        [`/api/recommendations/similar/${at + 1}`, `/product/${at + 1}`, '/api/products?q=dress'][at % 3]!,
      ),
    ),
  );

async function figure(shop: SampleServer, name: string): Promise<number> {
  const { text } = await ask(shop, '/metrics', { from: '127.0.0.1', headers: operator });
  return Number(new RegExp(`^couture_${name} (.*)$`, 'm').exec(text)?.[1]);
}

async function connect(
  { shop, sockets }: { shop: SampleServer; sockets: Socket[] },
  text: string,
): Promise<void> {
  const { hostname, port } = new URL(shop.url);
  const socket = net.connect({ host: hostname, port: Number(port), localAddress: attacker });
  socket.on('error', () => {});
  sockets.push(socket);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.write(text);
}

test('incomplete request bodies don’t count as load, and are limited per address', async (context) => {
  const { shop } = context;
  const head =
    'POST /api/chat-sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16000\r\n\r\n{';
  await Promise.all(Array.from({ length: 300 }, () => connect(context, head)));
  while ((await figure(shop, 'bodies_refused')) < 280) await delay(20);
  assert.is(await figure(shop, 'bodies_waiting'), 20);
  assert.is(await figure(shop, 'requests_in_flight'), 1);
  assert.equal(await shoppers(shop), { 200: 12 });
});

test('unread file responses don’t count as load, and end with their connections', async (context) => {
  const { shop } = context;
  const page = 'GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\nGET /index.html HTTP/1.1\r\nHost: x\r\n\r\n';
  const file = 'GET /embed/couture-widgets.js.map HTTP/1.1\r\nHost: x\r\n\r\n';
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await connect(context, page + file.repeat(6));
      context.sockets.at(-1)!.pause();
    }),
  );
  assert.equal(await shoppers(shop), { 200: 12 });
  while ((await figure(shop, 'requests_in_flight')) > 1) await delay(20);
});

test('readiness queries Postgres once per second for all callers', async ({ shop }) => {
  const before = await statements(shop);
  const tally = await statuses(Array.from({ length: 200 }, () => ask(shop, '/readyz', { from: attacker })));
  assert.equal(tally, { 200: 200 });
  // Some seconds pass on a busy machine, each with a check and the statements of background tasks.
  assert.ok((await statements(shop)) - before < 100, 'not one query per caller');
  assert.equal(await shoppers(shop), { 200: 12 });
});

/** Finished transactions of the database; each readiness query is one. */
async function statements({ client }: SampleServer): Promise<number> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ ended: string }>(
    'select xact_commit + xact_rollback as ended from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]!.ended);
}

test('readiness is rate-limited per address, separately for a proxy and the clients behind it', async ({
  shop,
}) => {
  const looks = (from: string, count: number, headers = {}) =>
    statuses(Array.from({ length: count }, () => ask(shop, '/readyz', { from, headers })));
  const forwarded = { 'X-Forwarded-For': '203.0.113.9' };
  const passedOn: Record<string, number> = {};
  for (let turn = 0; turn < 4; turn++) {
    for (const [status, count] of Object.entries(await looks('127.0.0.5', 200, forwarded)))
      passedOn[status] = (passedOn[status] ?? 0) + count;
  }
  assert.equal(passedOn, { 200: 600, 429: 200 });
  assert.equal(await looks('127.0.0.5', 20), { 200: 20 });
});

test('a rate limit depends on the matched route, not on the spelling of the path', async ({ shop }) => {
  const spellings = [
    ['/api/session', 20],
    ['/api/session/', 20],
    ['http://shop.example/api/session', 20],
    ['/API/session', 0],
    ['/api/Session', 0],
    ['/api//session', 0],
    ['/api/%73ession', 0],
    ['/api/session%2f', 0],
    ['/api/session//', 0],
  ] as const;
  for (const [at, [path, answered]] of spellings.entries()) {
    const from = `127.0.1.${at + 1}`;
    const tally = await statuses(
      Array.from({ length: 30 }, () => ask(shop, path, { from, method: 'POST', body: '{"token":"x"}' })),
    );
    assert.is(tally[401] ?? 0, answered, `${path}: ${JSON.stringify(tally)}`);
  }
  assert.is((await ask(shop, '/METRICS', { from: '127.0.0.1' })).status, 404);
  const { headers } = await ask(shop, '/api/session/');
  assert.match(String(headers['content-security-policy']), /^default-src 'none'/);
});

test('every route named in the rate limits exists', async ({ shop }) => {
  const { paths } = JSON.parse((await ask(shop, '/api/openapi.json')).text) as {
    paths: Record<string, object>;
  };
  for (const route of Object.keys(routeLimits).filter((each) => !each.includes('/sign-in'))) {
    const [method, path] = route.split(' ') as [string, string];
    assert.ok(method.toLowerCase() in (paths[path] ?? {}), route);
  }
});

test('events are limited by number, and events of unknown products are dropped', async ({ shop }) => {
  const events = (id: number, count: number) =>
    JSON.stringify({
      events: Array.from({ length: count }, () => ({
        type: 'click',
        kind: 'similar',
        product_id: id,
        place: 1,
      })),
    });
  const post = (from: string, body: string) => ask(shop, '/api/events', { from, method: 'POST', body });
  const many = await statuses(Array.from({ length: 80 }, () => post('127.0.2.1', events(999_999, 50))));
  assert.equal(many, { 202: 60, 429: 20 });
  assert.equal(await statuses([post('127.0.2.2', events(3, 7))]), { 202: 1 });
  while ((await figure(shop, 'events_unknown_total')) < 3_000) await delay(20);
  const written = () =>
    shop.client.query<{ item: string; count: number }>(
      'select item, count(*)::int as count from couture.recommendation_event group by item',
    );
  while ((await written()).rows.length === 0) await delay(20);
  assert.equal((await written()).rows, [{ item: '3', count: 7 }]);
});

test('caches are limited by size, including their keys, for any form of requests', async ({ shop }) => {
  const { answers } = shop.server.storefront;
  const path = '/api/recommendations/similar/1?limit=1&z=';
  const before = answers.size;
  for (const start of ['http://x', '']) {
    const { status } = await ask(shop, `${start}${path}${'a'.repeat(8_000)}`);
    assert.is(status, 200);
  }
  assert.is(answers.size, before);
});
