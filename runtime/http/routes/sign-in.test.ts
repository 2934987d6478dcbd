// The way to the shop's sign-in page and back: state, return page, cookie, and everything that must be refused.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { assert, suite } from '../../../fixtures/suite.ts';
import { identifier } from '../../auth/identify.ts';
import { signToken } from '../../auth/sign-token.ts';
import { tokenVerifier } from '../../auth/verify-token.ts';
import { openLog } from '../../core/log.ts';
import { newBinding } from '../bind.ts';
import { problems } from '../middleware/problem.ts';
import { signIn } from './sign-in.ts';

const secret = 'a secret of more than thirty-two characters';

interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
  readonly text: string;
}

interface Server {
  ask(request: string, cookie?: string, body?: Record<string, string> | string): Promise<Reply>;
  close(): Promise<void>;
}

const test = suite<{ server: Server }>('sign-in at the shop and back');
test.beforeEach(async (context) => {
  context.server = await serve('https://recs.shop.example');
});
test.afterEach(({ server }) => server.close());

async function serve(
  publicUrl: string | undefined,
  signInUrl = 'https://shop.example/couture-sign-in?lang=de',
  basePath = '',
): Promise<Server> {
  const unset = { jwksUrl: undefined, issuer: undefined, audience: undefined };
  const verify = tokenVerifier({ secret, ...unset, customerType: 'bigint' });
  const binding = newBinding(identifier(verify, { publicUrl }));
  signIn(binding, { verify, cookie: { publicUrl }, signInUrl, basePath, frontPage: `${basePath}/` });
  const app = new Koa().use(problems(openLog('silent'))).use(binding.router.routes());
  const server = http.createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    async ask(request, cookie, body) {
      const [method = '', path = ''] = request.split(' ');
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        redirect: 'manual',
        headers: { Origin: 'https://shop.example', ...(cookie ? { Cookie: cookie } : {}) },
        ...(body ? { body: typeof body === 'string' ? body : new URLSearchParams(body) } : {}),
      });
      return {
        status: response.status,
        location: response.headers.get('location') ?? undefined,
        cookies: response.headers.getSetCookie(),
        text: await response.text(),
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows the link to the shop; returns what the browser and the shop then have. */
async function begin(server: Server, to = '/console'): Promise<{ cookie: string; state: string }> {
  const started = await server.ask(`GET /sign-in?to=${encodeURIComponent(to)}`);
  const state = new URL(started.location!).searchParams.get('couture_state')!;
  return { cookie: started.cookies[0]!.split(';')[0]!, state };
}

function token(lifetime = 600): Promise<string> {
  return signToken(secret, { sub: '7', roles: ['staff'], lifetime });
}

test('the way back sets the session cookie and returns to the page; no URL has the token', async ({
  server,
}) => {
  const started = await server.ask('GET /sign-in?to=%2Fconsole%3Flist%3Dmine');
  assert.is(started.status, 303);
  assert.match(
    started.location!,
    /^https:\/\/shop\.example\/couture-sign-in\?lang=de&couture_state=[\w-]{32}$/,
  );
  assert.match(
    started.cookies[0]!,
    /^__Host-couture_sign_in=\S+; Path=\/; Max-Age=600; HttpOnly; SameSite=None; Secure$/,
  );
  const { cookie, state } = await begin(server, '/console?list=mine');
  const returned = await server.ask('POST /sign-in/return', cookie, { token: await token(), state });
  assert.equal([returned.status, returned.location], [303, '/console?list=mine']);
  const session = returned.cookies.find((each) => each.includes('couture_session='))!;
  assert.match(
    session,
    /^__Host-couture_session=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
  );
  assert.ok(
    returned.cookies.some((each) => each.startsWith('__Host-couture_sign_in=; ')),
    'each state is for once',
  );
});

test('nobody is signed in with another browser’s state, an old one, none, or a guess', async ({ server }) => {
  const [own, other] = [await begin(server), await begin(server)];
  const good = await token();
  const attempts: Array<[string | undefined, Record<string, string>]> = [
    [own.cookie, { token: good, state: other.state }],
    [undefined, { token: good, state: own.state }],
    ['__Host-couture_sign_in=', { token: good, state: own.state }],
    ['__Host-couture_sign_in=.', { token: good, state: '.' }],
    ['couture_sign_in=x.Lw', { token: good, state: 'x' }],
    [own.cookie, { token: good, state: `${own.state}x` }],
  ];
  for (const [cookie, form] of attempts) {
    const refused = await server.ask('POST /sign-in/return', cookie, form);
    assert.is(refused.status, 403, JSON.stringify([cookie, form.state]));
    assert.not.ok(refused.cookies.some((each) => each.includes('couture_session')));
    assert.match(refused.text, 'did not start in this browser');
  }
  for (const form of [{ token: good }, { state: own.state }, { token: '', state: own.state }] as Array<
    Record<string, string>
  >)
    assert.is((await server.ask('POST /sign-in/return', own.cookie, form)).status, 400);
});

test('an invalid token signs nobody in, and the page says why without the token', async ({ server }) => {
  for (const [bad, why] of [
    [await token(-60), 'it has expired'],
    [`${(await token()).slice(0, -6)}AAAAAA`, 'signature'],
    ['<script>alert(1)</script>', 'not a signed JWT'],
  ] as const) {
    const { cookie, state } = await begin(server);
    const refused = await server.ask('POST /sign-in/return', cookie, { token: bad, state });
    assert.is(refused.status, 401);
    assert.match(refused.text, why);
    assert.not.match(refused.text, /<script|eyJ/);
    assert.not.ok(refused.cookies.some((each) => each.includes('couture_session')));
  }
});

test('other content types and forms beyond the limit get a page that says so', async ({ server }) => {
  const { cookie, state } = await begin(server);
  const json = await server.ask(
    'POST /sign-in/return',
    cookie,
    JSON.stringify({ token: await token(), state }),
  );
  assert.equal([json.status, json.text.includes('did not post a form')], [415, true]);
  const large = await server.ask('POST /sign-in/return', cookie, { token: 'x'.repeat(20_000), state });
  assert.equal([large.status, large.text.includes('more than 16384 bytes')], [413, true]);
  const long = await server.ask('POST /sign-in/return', cookie, { token: 'x'.repeat(9_000), state });
  assert.equal([long.status, long.text.includes('at most 8192 characters')], [400, true]);
});

test('below a base path, the page that says why leads back to the sign-in there', async () => {
  const server = await serve('https://shop.example/recs', '/login', '/recs');
  try {
    const { cookie, state } = await begin(server, '/recs/console');
    const refused = await server.ask('POST /sign-in/return', cookie, { token: await token(-60), state });
    assert.match(refused.text, '<a href="/recs/sign-in">Try again</a>');
  } finally {
    await server.close();
  }
});

test('a page whose encoded address is too long for a cookie is not returned to', async ({ server }) => {
  const { cookie, state } = await begin(server, `/search?q=${'ü'.repeat(900)}`);
  // Browsers drop longer cookies, and without its state nobody could sign in.
  assert.ok(cookie.length < 4_096, String(cookie.length));
  const { location } = await server.ask('POST /sign-in/return', cookie, { token: await token(), state });
  assert.is(location, '/');
});

test('the page to return to is one of this origin', async ({ server }) => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a/..//evil.example',
    '/%0d%0aX: y',
    'javascript:alert(1)',
    'console',
    '',
    `/${'x'.repeat(1_001)}`,
    '/\t/evil.example',
  ];
  for (const to of elsewhere) {
    const { cookie, state } = await begin(server, to);
    const { location } = await server.ask('POST /sign-in/return', cookie, { token: await token(), state });
    const target = new URL(location!, 'https://recs.shop.example');
    assert.is(target.origin, 'https://recs.shop.example', `${to} → ${location}`);
    assert.ok(!location!.startsWith('//'), location);
  }
  // A cookie that somebody else wrote is no way around it either.
  const { cookie, state } = await begin(server);
  const forged = `${cookie.split('.')[0]}.${Buffer.from('//evil.example').toString('base64url')}`;
  const { location } = await server.ask('POST /sign-in/return', forged, { token: await token(), state });
  assert.is(location, '/');
});

test('over http the state’s cookie is Lax, and a sign-in page on the same host is a path', async () => {
  const server = await serve(undefined, '/login');
  try {
    const started = await server.ask('GET /sign-in');
    assert.match(started.location!, /^http:\/\/127\.0\.0\.1:\d+\/login\?couture_state=/);
    assert.match(started.cookies[0]!, /^couture_sign_in=\S+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    const { cookie, state } = await begin(server, '/account');
    const { location } = await server.ask('POST /sign-in/return', cookie, { token: await token(), state });
    assert.is(location, '/account');
  } finally {
    await server.close();
  }
});
