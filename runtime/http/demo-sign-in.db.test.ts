// GET and POST /demo/sign-in over a real server: who is offered, and who one is afterwards.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { assert, suite } from '../../fixtures/suite.ts';
import { demoCustomers } from '../../sql/store/demo-people.ts';
import { identifier } from '../auth/identify.ts';
import { tokenVerifier } from '../auth/verify-token.ts';
import { openLog } from '../core/log.ts';
import { newBinding } from './bind.ts';
import { demoSignIn } from './demo-sign-in.ts';
import { problems } from './problem.ts';
import { session } from './session.ts';
import { type ShopServer, shopServer } from './shopper-routes.test.server.ts';

const test = suite<{ shop: ShopServer; url: string; stop(): Promise<void> }>('the demo’s sign-in');
const secret = 'a secret of more than thirty-two characters';

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
  const settings = { issuer: 'demo', audience: 'couture' };
  const verify = tokenVerifier({ ...settings, secret, jwksUrl: undefined, customerType: 'bigint' });
  const binding = newBinding(identifier(verify, cookie));
  session(binding, { verify, cookie, customerId: Number });
  demoSignIn(binding, { storefront, cookie, secret, ...settings });
  const app = new Koa().use(problems(openLog('silent'))).use(binding.router.routes());
  const server = http.createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
test.after(async ({ shop, stop }) => {
  await stop?.();
  await shop?.close();
});

function signIn(url: string, body: URLSearchParams | object, headers: Record<string, string> = {}) {
  const form = body instanceof URLSearchParams;
  return fetch(`${url}/demo/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: url, ...(form ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: form ? body : JSON.stringify(body),
  });
}

test('customers with a list come first, with the names that the shop has', async ({ shop }) => {
  const people = await demoCustomers(shop.client, 'bigint', 1, 10);
  assert.equal(
    people.map(({ id }) => id),
    ['9', '5', '4711'],
  );
  assert.match(String(people[0]!.name), /Bobby/);
  assert.equal(people[2], { id: '4711', name: null, email: null });
  assert.equal(await demoCustomers(shop.client, 'bigint', 2, 10), []);
});

test('the page offers them, staff and an admin, without a script', async ({ url }) => {
  const response = await fetch(`${url}/demo/sign-in`);
  const html = await response.text();
  assert.is(response.status, 200);
  assert.match(response.headers.get('Content-Type')!, 'text/html');
  assert.is(response.headers.get('Cache-Control'), 'no-store');
  for (const sub of ['9', '5', '4711', 'staff', 'admin']) assert.match(html, `name="sub" value="${sub}"`);
  assert.match(html, 'Sign in as Bobby &#60;b&#62;&#34;Tables&#34;&#60;/b&#62;<');
  assert.match(html, 'Sign in as Customer 4711<');
  assert.match(html, '<html lang="en">');
  assert.match(html, '<label for="sub">');
  assert.not.match(html, /<script|<style|style=| on\w+=/);
});

test('a choice is a session from then on, by form or by JSON', async ({ url }) => {
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
    assert.equal([response.status, response.headers.get('Location')], [303, '/'], await response.text());
    const cookie = response.headers.get('Set-Cookie')!;
    assert.match(cookie, /; HttpOnly; SameSite=Lax$/);
    const who = await fetch(`${url}/api/session`, { headers: { Cookie: cookie.split(';')[0]! } });
    const { name, sub, customer_id, roles } = (await who.json()) as Record<string, unknown>;
    assert.equal({ sub, customer_id, roles }, expected);
    assert.ok(typeof name === 'string' && name.length > 0);
  }
});

test('pages of other origins sign nobody in, and wrong choices are refused', async ({ url }) => {
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
