// Access control: every route without credentials, as a guest, as another customer and with the wrong role.
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { api } from '../../runtime/contract/api.ts';
import { chatSubprotocol, closeCodes } from '../../runtime/contract/chat-protocol.ts';
import type { Route } from '../../runtime/contract/route.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import { type Body, bearer, type SampleServer, sampleServer, secret } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('access control');
test.before(async (context) => {
  context.shop = await sampleServer();
});
test.after((context) => context.shop?.close());

const own: Route[] = Object.values(api).filter(
  ({ access }: Route) => !['public', 'welcome'].includes(access),
);

function ask(shop: SampleServer, route: Route, headers: Record<string, string> = {}): Promise<Response> {
  const path = route.path.replaceAll(/:\w+/g, '6');
  const withBody = route.method === 'POST';
  return fetch(shop.url + path, {
    method: route.method,
    headers: { ...headers, ...(withBody ? { 'Content-Type': 'application/json' } : {}) },
    ...(withBody ? { body: JSON.stringify({ product_id: 6 }) } : {}),
  });
}

test('routes for signed-in people refuse requests without credentials', async ({ shop }) => {
  assert.ok(own.length >= 5);
  for (const route of own) {
    const response = await ask(shop, route);
    assert.is(response.status, 401, `${route.method} ${route.path}`);
    assert.is(((await response.json()) as Body).code, 'not_signed_in');
    assert.ok(response.headers.get('www-authenticate'));
  }
});

test('an invalid token is refused by every route that reads tokens', async ({ shop }) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const soon = Math.floor(Date.now() / 1_000) + 600;
  const claims = { sub: '7', roles: ['admin'], exp: soon };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const head = `${part({ alg: 'HS256' })}.${part(claims)}`;
  const hmac = (key: string) => createHmac('sha256', key).update(head).digest('base64url');
  const tokens = {
    none: `${part({ alg: 'none' })}.${part(claims)}.`,
    'another secret': `${head}.${hmac('another secret, also of more than 32 letters')}`,
    'a public key as the secret': `${head}.${hmac(publicKey.export({ type: 'spki', format: 'pem' }).toString())}`,
    'another algorithm': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
    expired: await new SignJWT({ ...claims, exp: soon - 1_200 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret)),
    endless: await new SignJWT({ sub: '7' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret)),
  };
  for (const [what, token] of Object.entries(tokens)) {
    for (const route of own) {
      const response = await ask(shop, route, { Authorization: `Bearer ${token}` });
      assert.is(response.status, 401, `${what}: ${route.method} ${route.path}`);
      assert.is(((await response.json()) as Body).code, 'token_invalid');
    }
    const cookie = await ask(shop, own[0]!, { Cookie: `couture_session=${token}` });
    assert.is(cookie.status, 401, `${what} in a cookie`);
  }
});

test('a guest, who is not a customer of the shop, sees public content only', async ({ shop }) => {
  const guest = await bearer('guest-of-today', 'customer');
  const everybody = (await shop.json('/api/recommendations/trending')).map((each: Body) => each.id);
  const personalized = await shop.json('/api/recommendations/personalized', guest);
  assert.equal(
    personalized.map((each: Body) => each.id),
    everybody,
  );
  for (const each of personalized) assert.is.not(each.source, 'history');
  assert.equal((await shop.json('/api/orders', guest)).orders ?? [], []);
});

test('a customer sees only their own orders, watch list and recommendations, for any parameters', async ({
  shop,
}) => {
  const [mine, theirs] = [await bearer('7'), await bearer('8')];
  for (const path of ['/api/orders', '/api/watchlist', '/api/recommendations/personalized']) {
    const [own, others] = [await shop.json(path, mine), await shop.json(path, theirs)];
    assert.is.not(JSON.stringify(own), JSON.stringify(others), path);
    for (const trick of ['customer_id=8', 'user=8', 'sub=8', 'customerId=8']) {
      assert.equal(await shop.json(`${path}?${trick}`, mine), own, `${path}?${trick}`);
    }
    const mixed = { ...mine, Cookie: `couture_session=${theirs.Authorization.slice('Bearer '.length)}` };
    assert.equal(await shop.json(path, mixed), own, 'the bearer token decides');
  }
  const before = await shop.json('/api/watchlist', theirs);
  await shop.post('/api/watchlist', { product_id: 6, customer_id: 8 }, mine);
  assert.equal(await shop.json('/api/watchlist', theirs), before);
  const placed = await shop.post(
    '/api/orders',
    { items: [{ product_id: 8, quantity: 1 }], customer_id: 8 },
    { ...mine, 'Idempotency-Key': 'not-of-customer-8' },
  );
  const { order_id: order } = (await placed.json()) as Body;
  const ordersOf = async (who: Record<string, string>) =>
    (await shop.json('/api/orders', who)).orders.map((each: Body) => each.order_id);
  assert.ok((await ordersOf(mine)).includes(order));
  assert.not.ok((await ordersOf(theirs)).includes(order));
});

test('a response for one customer is never sent to another', async ({ shop }) => {
  const people = await Promise.all(['7', '8', '9'].map((sub) => bearer(sub)));
  const path = '/api/recommendations/you-may-like/6?limit=12';
  const alone = await Promise.all(people.map((who) => shop.json(path, who)));
  const nobody = await shop.json(path);
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all([...people.map((who) => shop.json(path, who)), shop.json(path)]);
    assert.equal(answers, [...alone, nobody]);
  }
  assert.is.not(JSON.stringify(alone[0]), JSON.stringify(nobody));
});

test('staff without a customer account have no orders and no watch list', async ({ shop }) => {
  for (const role of ['staff', 'admin'] as const) {
    const who = await bearer('7', role);
    const session = await shop.json('/api/session', who);
    assert.equal([session.roles, session.customer_id], [[role], null]);
    const response = await shop.get('/api/orders', who);
    if (response.status === 200) assert.equal(((await response.json()) as Body).orders, []);
    else assert.is(response.status, 403);
  }
});

test('a page of another origin cannot make changes with the session cookie', async ({ shop }) => {
  const token = (await bearer('7')).Authorization.slice('Bearer '.length);
  const cookie = { Cookie: `couture_session=${token}` };
  for (const [headers, status] of [
    [{ Origin: 'https://elsewhere.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ Origin: shop.url }, 200],
  ] as const) {
    const response = await shop.post('/api/watchlist', { product_id: 6 }, { ...cookie, ...headers });
    assert.is(response.status, status, JSON.stringify(headers));
  }
});

test('signing out ends the session in every process, for copies of the cookie too', async ({ shop }) => {
  const own = { Origin: shop.url };
  const other = await startServer({
    config: loadConfig({ env: {}, flags: { port: 0, jwtSecret: secret, drain: 0 } }).config,
    databaseUrl: shop.databaseUrl,
    log: openLog('silent'),
  });
  try {
    const token = await signToken(secret, { sub: 'ada', roles: ['admin'], lifetime: 600 });
    const opened = await shop.post('/api/session', { token }, own);
    const cookie = { Cookie: opened.headers.get('set-cookie')!.split(';')[0]! };
    const staff = (url: string, headers: Record<string, string>) =>
      fetch(`${url}/api/chat-agents`, { headers }).then(({ status }) => status);
    const socket = await Socket.open(`${shop.url.replace('http', 'ws')}/ws/console`, [chatSubprotocol], {
      ...own,
      ...cookie,
    });
    assert.is(await staff(shop.url, cookie), 200);
    const closed = await fetch(`${shop.url}/api/session`, {
      method: 'DELETE',
      headers: { ...own, ...cookie },
    });
    assert.is(closed.status, 204);
    assert.is(await staff(shop.url, cookie), 401);
    assert.is(
      await staff(shop.url, { Authorization: `Bearer ${token}` }),
      401,
      'the token of the cookie, too',
    );
    assert.is((await socket.closed).code, closeCodes.revoked.code);
    assert.is((await shop.post('/api/session', { token }, own)).status, 401);
    await until(async () => (await staff(other.url, cookie)) === 401, 'the other process to learn of it');
    const again = await signToken(secret, { sub: 'ada', roles: ['admin'], lifetime: 601 });
    assert.is(await staff(shop.url, { Authorization: `Bearer ${again}` }), 200, 'a new token works');
    const { rows } = await shop.client.query<{ sub: string }>(`select sub from couture.revoked_subject`);
    assert.not.ok(rows.some(({ sub }) => sub.includes(token)));
  } finally {
    await other.close();
  }
});
