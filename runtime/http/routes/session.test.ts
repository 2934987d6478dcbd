// Identifying senders over a real socket: tokens in a header or cookie, origins of writes with a cookie, rejections.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { z } from 'zod';
import { assert, suite } from '../../../fixtures/suite.ts';
import { identifier } from '../../auth/identify.ts';
import { signToken } from '../../auth/sign-token.ts';
import { tokenVerifier } from '../../auth/verify-token.ts';
import { route } from '../../contract/route.ts';
import { session as answer } from '../../contract/session.ts';
import { openLog } from '../../core/log.ts';
import { bind, newBinding } from '../bind.ts';
import { problems } from '../middleware/problem.ts';
import { session } from './session.ts';

interface Server {
  readonly origin: string;
  ask(request: string, headers?: Record<string, string>, body?: unknown): Promise<Reply>;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: the tests inspect bodies field by field
  readonly body: any;
  /** The Set-Cookie header, '' without one. */
  readonly cookie: string;
}

const secret = 'a secret of more than thirty-two characters';
const test = suite<{ server: Server }>('who is asking');

test.beforeEach(async (context) => {
  context.server = await serve(undefined);
});
test.afterEach(({ server }) => server.close());

const write = route({
  method: 'POST',
  path: '/write',
  summary: '',
  tag: '',
  access: 'signed_in',
  answers: { 200: z.object({ sub: z.string(), via: z.string() }) },
});
const staffOnly = { ...write, method: 'GET', path: '/staff', access: 'staff' } as const;

/** @param publicUrl the setting; undefined: the origin is what the request says */
async function serve(publicUrl: string | undefined): Promise<Server> {
  const unset = { jwksUrl: undefined, issuer: undefined, audience: undefined };
  const verify = tokenVerifier({ secret, ...unset, customerType: 'bigint' });
  const binding = newBinding(identifier(verify, { publicUrl }));
  session(binding, { verify, cookie: { publicUrl }, customerId: Number, signOut: async () => {} });
  bind(binding, write, ({ principal }) => ({ sub: principal.sub, via: principal.via }));
  bind(binding, staffOnly, ({ principal }) => ({ sub: principal.sub, via: principal.via }));
  const app = new Koa().use(problems(openLog('silent'))).use(binding.router.routes());
  const server = http.createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    ask: (request, headers, body) => ask(port, request, headers, body),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Doesn't use fetch, which sets its own Sec-Fetch headers and doesn't allow setting Origin. */
async function ask(
  port: number,
  request: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Reply> {
  const [method, path] = request.split(' ');
  const json = body === undefined ? undefined : JSON.stringify(body);
  const type =
    json === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': `${json.length}` };
  const sent = http.request({ host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } });
  sent.end(json);
  const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: text ? JSON.parse(text) : undefined,
    cookie: response.headers['set-cookie']?.join('\n') ?? '',
  };
}

function token(
  lifetime = 600,
  roles: readonly ('customer' | 'staff' | 'admin')[] = ['customer'],
): Promise<string> {
  return signToken(secret, { sub: '7', roles, lifetime, name: 'Zoë' });
}

async function cookie(lifetime?: number): Promise<Record<string, string>> {
  return { Cookie: `couture_session=${await token(lifetime)}` };
}

async function bearer(...how: Parameters<typeof token>): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await token(...how)}` };
}

test('a token becomes an HttpOnly cookie that expires a minute after it, the tolerance for clocks', async ({
  server,
}) => {
  const asked = [
    () => bearer().then((headers) => server.ask('POST /api/session', headers)),
    () => token().then((sent) => server.ask('POST /api/session', {}, { token: sent })),
  ];
  for (const open of asked) {
    const opened = await open();
    assert.is(opened.status, 200);
    assert.equal(answer.parse(opened.body), opened.body);
    const { expires_at, ...who } = opened.body;
    assert.equal(who, {
      signed_in: true,
      sub: '7',
      customer_id: 7,
      name: 'Zoë',
      email: null,
      roles: ['customer'],
    });
    assert.ok(Math.abs(Date.parse(expires_at) - Date.now() - 660_000) < 5_000);
    assert.match(
      opened.cookie,
      /^couture_session=[\w.-]+; Path=\/; Max-Age=(65\d|660); HttpOnly; SameSite=Lax$/,
    );
    assert.is(opened.headers['cache-control'], 'no-store');
    const [Cookie] = opened.cookie.split(';') as [string];
    const read = await server.ask('GET /api/session', { Cookie });
    assert.equal([read.status, read.body.sub, read.cookie], [200, '7', '']);
    assert.equal((await server.ask('POST /write', { Cookie })).body, { sub: '7', via: 'cookie' });
  }
});

test('behind https the cookie is Secure and bound to this host', async () => {
  const server = await serve('https://shop.example/');
  try {
    const opened = await server.ask('POST /api/session', {
      ...(await bearer()),
      Origin: 'https://shop.example',
    });
    assert.match(
      opened.cookie,
      /^__Host-couture_session=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
    const [Cookie] = opened.cookie.split(';') as [string];
    assert.is((await server.ask('GET /api/session', { Cookie })).body.signed_in, true);
    assert.is(
      (await server.ask('GET /api/session', await cookie())).body.signed_in,
      false,
      'not by the plain name',
    );
    const here = await server.ask('POST /write', { Cookie, Origin: server.origin });
    assert.equal([here.status, here.body.code], [403, 'origin_refused'], 'the public URL is the own one');
  } finally {
    await server.close();
  }
});

test('signing out clears the cookie, even an expired one', async ({ server }) => {
  for (const headers of [await cookie(), await cookie(-60), {}]) {
    const closed = await server.ask('DELETE /api/session', headers);
    assert.equal([closed.status, closed.body], [204, undefined]);
    assert.is(closed.cookie, 'couture_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
  }
});

test('without a token nobody is signed in', async ({ server }) => {
  assert.equal((await server.ask('GET /api/session')).body, { signed_in: false });
  assert.equal((await server.ask('POST /write')).body.code, 'not_signed_in');
  for (const body of [undefined, {}]) {
    const opened = await server.ask('POST /api/session', {}, body);
    assert.equal([opened.status, opened.body.code, opened.cookie], [401, 'not_signed_in', '']);
  }
});

test('an invalid cookie is cleared, and its owner is anonymous', async ({ server }) => {
  for (const headers of [await cookie(-60), { Cookie: 'couture_session=nonsense' }]) {
    const read = await server.ask('GET /api/session', headers);
    assert.equal([read.status, read.body], [200, { signed_in: false }]);
    assert.match(read.cookie, 'couture_session=; Path=/; Max-Age=0');
    const wrote = await server.ask('POST /write', headers);
    assert.equal([wrote.status, wrote.body.code], [401, 'not_signed_in']);
    assert.match(wrote.cookie, 'Max-Age=0');
  }
});

test('an invalid bearer token is rejected, even on routes that do not require signing in', async ({
  server,
}) => {
  const expired = await bearer(-60);
  for (const headers of [expired, { Authorization: 'Bearer a b' }, { Authorization: 'Bearer' }]) {
    for (const request of ['GET /api/session', 'POST /api/session', 'POST /write']) {
      const refused = await server.ask(request, headers);
      assert.equal(
        [refused.status, refused.body.code],
        [401, 'token_invalid'],
        `${request} ${headers.Authorization}`,
      );
      assert.match(String(refused.headers['www-authenticate']), 'Bearer');
      assert.is(refused.cookie, '');
    }
  }
  const { body } = await server.ask('POST /write', { ...expired, ...(await cookie()) });
  assert.match(body.detail, 'it has expired');
  assert.not.match(JSON.stringify(body), expired.Authorization!.slice(7, 40));
});

test('a proxy’s Basic password is not a token, and the cookie beside it is used', async ({ server }) => {
  const basic = { Authorization: 'Basic c2hvcDpzaG9w' };
  assert.is((await server.ask('GET /api/session', basic)).body.signed_in, false);
  assert.is((await server.ask('GET /api/session', { ...basic, ...(await cookie()) })).body.signed_in, true);
});

test('roles decide access', async ({ server }) => {
  for (const [role, status] of [
    ['customer', 403],
    ['staff', 200],
    ['admin', 200],
  ] as const) {
    assert.is((await server.ask('GET /staff', await bearer(600, [role]))).status, status, role);
  }
});

test('with a cookie, only pages of this origin may write', async ({ server }) => {
  const session = await cookie();
  const host = server.origin.replace('http://', '');
  const allowed = [
    {},
    { Origin: server.origin },
    { 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
    { Origin: server.origin, 'Sec-Fetch-Site': 'same-origin' },
  ];
  const refused = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: `https://${host}` },
    { Origin: `${server.origin}.evil.example` },
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ];
  for (const from of allowed) {
    assert.is((await server.ask('POST /write', { ...session, ...from })).status, 200, JSON.stringify(from));
  }
  for (const from of refused) {
    const reply = await server.ask('POST /write', { ...session, ...from });
    assert.equal([reply.status, reply.body.code], [403, 'origin_refused'], JSON.stringify(from));
    assert.is((await server.ask('GET /api/session', { ...session, ...from })).status, 200, 'reading may all');
    const open = await server.ask('POST /write', { ...session, ...(await bearer()), ...from });
    assert.equal(
      [open.status, open.body.via],
      [200, 'bearer'],
      'a bearer token allows everything, even next to a cookie',
    );
    for (const request of ['POST /api/session', 'DELETE /api/session']) {
      const forged = await server.ask(request, { ...(await bearer()), ...from });
      assert.equal([forged.status, forged.cookie], [403, ''], 'nobody signs others in or out');
    }
  }
});

test('a token too long for a cookie is rejected', async ({ server }) => {
  const name = 'x'.repeat(300);
  const claims = { sub: '7', roles: ['customer'], lifetime: 60, name } as const;
  const long = await signToken(secret, { ...claims, issuer: 'y'.repeat(2_900) });
  assert.ok(long.length > 4_096 && long.length < 8_192);
  const opened = await server.ask('POST /api/session', {}, { token: long });
  assert.equal([opened.status, opened.body.code, opened.cookie], [400, 'bad_request', '']);
  assert.is((await server.ask('POST /write', { Authorization: `Bearer ${long}` })).status, 200);
});
