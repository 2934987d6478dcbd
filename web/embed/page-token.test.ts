// The token on a page of another origin: who gets it, when it is renewed, and what a refusal does.
import { assert, suite } from '../../fixtures/suite.ts';
import { ApiError } from '../api/api-error.ts';
import { PageToken } from './page-token.ts';

const runtime = 'https://couture.example';
const test = suite<{ warned: unknown[]; restore: () => void }>('the token of a page');

test.beforeEach((context) => {
  const before = { location: globalThis.location, warn: console.warn };
  context.warned = [];
  Object.assign(globalThis, { location: new URL('https://shop.example/products/6') });
  console.warn = (...words: unknown[]) => void context.warned.push(...words);
  context.restore = () => {
    Object.assign(globalThis, { location: before.location });
    console.warn = before.warn;
  };
});
test.afterEach(({ restore }) => restore());

/** @param seconds until it expires */
function token(claims: object = {}, seconds = 300, life = 300): string {
  const now = Math.floor(Date.now() / 1_000);
  const payload = {
    user_id: '7',
    jti: Math.random(),
    iat: now + seconds - life,
    exp: now + seconds,
    ...claims,
  };
  return `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;
}

function refusal(code = 'token_invalid'): ApiError {
  return new ApiError(401, {
    code,
    detail: 'Invalid token: it has no claim "sub"',
    hint: 'Set --login django.',
  });
}

test('only the runtime’s origin and the page’s own get the token', async () => {
  const page = new PageToken([runtime, location.origin]);
  const first = token();
  page.set(first);
  for (const base of [runtime, `${runtime}/recs`, '', '/recs'])
    assert.is(await page.current(base), first, base);
  for (const base of [
    'https://evil.example',
    'http://couture.example',
    'https://couture.example.evil',
    'https://[',
  ]) {
    assert.is(await page.current(base), undefined, base);
    assert.is(await page.renew(base, undefined, refusal()), undefined, base);
  }
  page.set(token(), 'https://recs.example/');
  assert.ok(await page.current('https://recs.example'), 'named by the page’s script');
});

test('a token is renewed before it expires, once for all requests that wait for it', async () => {
  const page = new PageToken([runtime]);
  let asked = 0;
  const next = token();
  page.set(token({}, 90, 300));
  page.onExpired = async () => {
    asked += 1;
    return next;
  };
  await page.current(runtime);
  assert.is(asked, 0, 'not yet');
  const { now } = Date;
  Date.now = () => now() + 61_000;
  try {
    const all = await Promise.all([1, 2, 3].map(() => page.current(runtime)));
    assert.equal([asked, all], [1, [next, next, next]]);
  } finally {
    Date.now = now;
  }
});

test('on a device whose clock is wrong, a token is renewed when the runtime refuses it', async () => {
  const page = new PageToken([runtime]);
  const [late, next] = [token({}, -600), token()];
  page.set(late);
  page.onExpired = () => next;
  assert.is(await page.current(runtime), late);
  assert.is(await page.renew(runtime, late, refusal()), next);
  assert.is(await page.renew(runtime, late, refusal()), next, 'another request had sent the old one, too');
});

test('the customer stays the same when a token is renewed, and changes with another, or with none', async () => {
  const page = new PageToken([runtime]);
  let changes = 0;
  page.subscribe(() => (changes += 1));
  page.set(token());
  page.set(token({}, 900));
  assert.is(changes, 1);
  page.set(token({ user_id: '8' }));
  assert.is(changes, 2);
  page.onExpired = () => null;
  const held = (await page.current(runtime))!;
  assert.is(await page.renew(runtime, held, refusal()), undefined);
  assert.equal([changes, await page.current(runtime)], [3, undefined]);
});

test('a page without a token asks its callback, until that says nobody is signed in', async () => {
  const page = new PageToken([runtime]);
  let asked = 0;
  page.onExpired = () => {
    asked += 1;
    return null;
  };
  assert.is(await page.current(runtime), undefined);
  assert.is(await page.current(runtime), undefined);
  assert.is(await page.renew(runtime, undefined, refusal('not_signed_in')), undefined);
  assert.is(asked, 1);
});

test('a callback that fails is not called again at once, and the page hears of it', async ({ warned }) => {
  const page = new PageToken([runtime]);
  let asked = 0;
  page.onExpired = async () => {
    asked += 1;
    throw new Error('the shop is offline');
  };
  assert.is(await page.current(runtime), undefined);
  assert.is(await page.current(runtime), undefined);
  assert.is(asked, 1);
  assert.match(String(warned), /onTokenExpired failed.*the shop is offline/);
  page.onExpired = () => 'not a token';
  assert.is(await page.current(runtime), undefined);
});

test('a refused token without a callback is dropped, and the console says what the runtime said', async ({
  warned,
}) => {
  const page = new PageToken([runtime]);
  const refused = token();
  page.set(refused);
  assert.is(await page.renew(runtime, refused, refusal('not_signed_in')), undefined);
  assert.is(await page.current(runtime), refused, 'only an invalid token is dropped');
  assert.is(await page.renew(runtime, refused, refusal()), undefined);
  assert.is(await page.current(runtime), undefined);
  assert.match(String(warned), /no claim "sub".*--login django/);
  assert.not.match(String(warned), refused.split('.')[1]!);
});

test('a token set while the callback runs wins over the callback’s answer', async () => {
  const page = new PageToken([runtime]);
  let answer: (token: string) => void = () => {};
  page.onExpired = () => new Promise<string>((resolve) => (answer = resolve));
  const waiting = page.current(runtime);
  const chosen = token({ user_id: '8' });
  page.set(chosen);
  answer(token());
  assert.is(await waiting, chosen);
  assert.is(await page.current(runtime), chosen);
});

test('anything but a JWT or null is an error of the page', () => {
  const page = new PageToken([runtime]);
  for (const wrong of ['', '{{ token }}', 'undefined', 'a.b', undefined, 7, {}])
    assert.throws(() => page.set(wrong as string), /expected a JWT/);
  page.set(null);
});
