// GET and POST /demo/sign-in over a real server: the accounts offered, and the session afterwards.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Koa from 'koa';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { demoCustomers } from '../../../sql/store/sample/demo-people.ts';
import { DemoLogin } from '../../auth/demo-login.ts';
import { identifier } from '../../auth/identify.ts';
import { signToken } from '../../auth/sign-token.ts';
import { tokenVerifier } from '../../auth/verify-token.ts';
import { openLog } from '../../core/log.ts';
import { type ShopServer, shopServer } from '../../test-support/shopper-routes.ts';
import { newBinding } from '../bind.ts';
import { audited } from '../middleware/audited.ts';
import { matchRoute } from '../middleware/matched-route.ts';
import { problems } from '../middleware/problem.ts';
import { demoSignIn } from './demo-sign-in.ts';
import { session } from './session.ts';

interface Context {
  shop: ShopServer;
  home: string;
  url: string;
  audit: unknown[];
  stop(): Promise<void>;
}

const test = suite<Context>('the demo’s sign-in');
const shopSecret = 'a secret of more than thirty-two characters';

test.before(async (context) => {
  context.shop = await shopServer();
  // Customers 5 and 9 have a list; that of 9 comes from more of their products. The shop does not know 4711.
  await context.shop.client.query(`
    insert into couture.customer_key values (0, 5), (1, 9), (2, 4711);
    insert into couture.customer_list values
      (1, 0, '{0,1,2,3,1}', '{5,4,3,2,1}', '{1,1,1,1,1}', '{0}'),
      (1, 1, '{0,1,2,3,1}', '{5,4,3,2,1}', '{1,2,1,2,1}', '{0,1}'),
      (1, 2, '{0,1,2,3,1}', '{5,4,3,2,1}', '{1,1,1,1,1}', '{0}');
    update shop.customer set name = 'Bobby <b>"Tables"</b>' where customer_id = 9`);
  const { storefront } = context.shop;
  const cookie = { publicUrl: undefined };
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-demo-'));
  const login = new DemoLogin(context.home, 'bigint');
  const verify = login.beside(verifyOfShop());
  const binding = newBinding(identifier(verify, cookie));
  session(binding, { verify, cookie, customerId: Number, signOut: async () => {} });
  demoSignIn(binding, {
    storefront,
    cookie,
    login,
    frontPage: '/',
    console: '/console',
    stories: '/stories.html',
    embed: '/embed',
  });
  context.audit = [];
  const app = new Koa()
    .use(matchRoute(binding.router))
    .use(audited((event, { sub, code }) => context.audit.push([event, sub, code])))
    .use(problems(openLog('silent')))
    .use(binding.router.routes());
  const server = http.createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
test.after(async ({ shop, home, stop }) => {
  await stop?.();
  rmSync(home, { recursive: true, force: true });
  await shop?.close();
});

/** What another runtime of a shop with this secret would say to a token. */
function verifyOfShop() {
  const settings = { issuer: undefined, audience: undefined, jwksUrl: undefined };
  return tokenVerifier({ ...settings, secret: shopSecret, customerType: 'bigint' });
}

function signIn(url: string, body: URLSearchParams | object, headers: Record<string, string> = {}) {
  const form = body instanceof URLSearchParams;
  return fetch(`${url}/demo/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: url, ...(form ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: form ? body : JSON.stringify(body),
  });
}

test('customers with a list come first, with their names in the shop', async ({ shop }) => {
  const people = await demoCustomers(shop.client, 'bigint', 1, 10);
  assert.equal(
    people.map(({ id }) => id),
    ['9', '5', '4711'],
  );
  assert.match(String(people[0]!.name), /Bobby/);
  assert.equal(people[2], { id: '4711', name: null, email: null });
  assert.equal(await demoCustomers(shop.client, 'bigint', 2, 10), []);
});

test('the page offers customers, staff and an admin, and needs no scripts', async ({ url }) => {
  const response = await fetch(`${url}/demo/sign-in`);
  const html = await response.text();
  assert.is(response.status, 200);
  assert.match(response.headers.get('Content-Type')!, 'text/html');
  assert.is(response.headers.get('Cache-Control'), 'no-store');
  for (const sub of ['9', '5', '4711', 'staff', 'admin']) assert.match(html, `name="sub" value="${sub}"`);
  assert.match(html, 'Sign in as Bobby &lt;b&gt;&quot;Tables&quot;&lt;/b&gt;<');
  for (const door of ['/', '/console', '/stories.html', '/embed']) assert.match(html, `href="${door}"`);
  assert.match(html, 'Sign in as Customer 4711<');
  assert.match(html, '<html lang="en" dir="ltr">');
  assert.match(html, '<label for="sub">');
  assert.not.match(html, /<script|style=| on\w+=/);
});

test('signing in leads back to the page it started on, and to no other origin', async ({ url }) => {
  for (const [to, expected] of [
    ['/product/6?x=1', '/product/6?x=1'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['', '/'],
  ] as const) {
    const response = await fetch(`${url}/demo/sign-in?to=${encodeURIComponent(to)}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ sub: '5', role: 'customer' }),
      headers: { Origin: url },
    });
    assert.equal([response.status, response.headers.get('Location')], [303, expected]);
  }
});

test('choosing an account by form or JSON starts a session', async ({ url }) => {
  const asked = [
    [
      new URLSearchParams({ sub: '009', role: 'customer' }),
      { sub: '9', customer_id: 9, roles: ['customer'] },
    ],
    [{ sub: 5 }, { sub: '5', customer_id: 5, roles: ['customer'] }],
    [
      new URLSearchParams({ sub: 'staff', role: 'staff' }),
      { sub: 'staff', customer_id: null, roles: ['staff'] },
    ],
    [
      { sub: 'admin', role: 'admin' },
      { sub: 'admin', customer_id: null, roles: ['admin'] },
    ],
  ] as const;
  for (const [body, expected] of asked) {
    const response = await signIn(url, body);
    const to = expected.customer_id === null ? '/console' : '/';
    assert.equal([response.status, response.headers.get('Location')], [303, to], await response.text());
    const cookie = response.headers.get('Set-Cookie')!;
    assert.match(cookie, /; HttpOnly; SameSite=Lax$/);
    const who = await fetch(`${url}/api/session`, { headers: { Cookie: cookie.split(';')[0]! } });
    const { name, sub, customer_id, roles } = (await who.json()) as Record<string, unknown>;
    assert.equal({ sub, customer_id, roles }, expected);
    assert.ok(typeof name === 'string' && name.length > 0);
  }
});

test('the audit trail has sign-ins, and refused ones', async ({ url, audit }) => {
  audit.length = 0;
  await signIn(url, { sub: 'admin', role: 'admin' });
  await signIn(url, { sub: '9' }, { Origin: 'https://evil.example' });
  await signIn(url, { sub: 'admin', role: 'admin' }, { 'X-Forwarded-For': '203.0.113.9' });
  await fetch(`${url}/demo/sign-in`);
  assert.equal(audit, [
    ['sign_in', 'admin', undefined],
    ['sign_in_refused', undefined, 'origin_refused'],
    ['sign_in_refused', undefined, 'not_found'],
  ]);
});

test('pages of other origins cannot sign in, and invalid choices are rejected', async ({ url }) => {
  const forged = await signIn(url, { sub: '9' }, { Origin: 'https://evil.example' });
  assert.equal([forged.status, forged.headers.get('Set-Cookie')], [403, null]);
  const wrong = [
    {},
    { sub: '' },
    { sub: '9', role: 'owner' },
    { sub: 'nobody' },
    { sub: 'x'.repeat(201) },
    [],
  ];
  for (const body of [...wrong, new URLSearchParams({ role: 'staff' }), new URLSearchParams()]) {
    const refused = await signIn(url, body);
    assert.equal([refused.status, refused.headers.get('Set-Cookie')], [400, null], JSON.stringify(body));
  }
  const broken = await fetch(`${url}/demo/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"sub":',
  });
  assert.is(broken.status, 400);
});

test('other runtimes reject tokens of the demo, and the demo accepts those of the shop’s login', async ({
  url,
}) => {
  const response = await signIn(url, { sub: 'anybody', role: 'admin' });
  const token = /couture_session=([^;]+)/.exec(response.headers.get('Set-Cookie')!)![1]!;
  await rejects(() => verifyOfShop()(token), /signature does not match/);
  const own = await signToken(shopSecret, { sub: '9', roles: ['customer'], lifetime: 60 });
  const forged = await signToken(shopSecret, {
    sub: '9',
    roles: ['admin'],
    lifetime: 60,
    issuer: 'couture demo',
  });
  const ask = (bearer: string) =>
    fetch(`${url}/api/session`, { headers: { Authorization: `Bearer ${bearer}` } });
  assert.equal([(await ask(own)).status, (await ask(forged)).status], [200, 401]);
});

/** As fetch would not send it: with a Host of one's own. */
async function statusWith(url: string, method: string, headers: http.OutgoingHttpHeaders): Promise<number> {
  const body = method === 'POST' ? 'sub=admin&role=admin' : '';
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const request = http.request(`${url}/demo/sign-in`, { method, headers: { ...type, ...headers } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  assert.is(response.headers['set-cookie'] !== undefined, response.statusCode === 303);
  return response.statusCode!;
}

test('the page exists only for browsers on this machine', async ({ url }) => {
  const { port } = new URL(url);
  for (const Host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    assert.is(await statusWith(url, 'GET', { Host }), 200, Host);
    assert.is(await statusWith(url, 'POST', { Host }), 303, Host);
  }
  const foreign = [
    { Host: 'shop.example' },
    { Host: `evil.example:${port}` },
    { Host: `127.0.0.1.evil.example:${port}` },
    { 'X-Forwarded-For': '203.0.113.9' },
    { 'X-Forwarded-Host': 'shop.example' },
    { Forwarded: 'for=203.0.113.9' },
    { Via: '1.1 proxy' },
    { 'X-Real-IP': '127.0.0.1' },
  ];
  for (const headers of foreign) {
    const statuses = [await statusWith(url, 'GET', headers), await statusWith(url, 'POST', headers)];
    assert.equal(statuses, [404, 404], JSON.stringify(headers));
  }
});
