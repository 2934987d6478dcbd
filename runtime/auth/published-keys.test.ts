// Keys of a login whose server fails, redirects, answers too much or never ends, and keys that cannot be used.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { CoutureError } from '../core/errors.ts';
import { publishedKeys } from './published-keys.ts';
import { tokenVerifier } from './verify-token.ts';

interface Setting {
  readonly url: string;
  readonly server: http.Server;
  answer: http.RequestListener;
  asked: string[];
  readonly key: JWK;
  /** A token of that key. */
  sign(kid?: string): Promise<string>;
}

const test = suite<Setting>('published keys');

test.before(async (context) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = http.createServer((request, response) => {
    context.asked.push(request.url!);
    context.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(context, {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    key: { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' },
    sign: (kid = 'k') =>
      new SignJWT({ sub: '7' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('10h')
        .sign(privateKey),
  });
});
test.beforeEach((context) => {
  context.asked = [];
  context.answer = keys(context.key);
});
test.after(async ({ server }) => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function keys(...published: JWK[]): http.RequestListener {
  return (_, response) => response.end(JSON.stringify({ keys: published }));
}

function verifier(url: string, onRefused = (_error: CoutureError) => {}) {
  const rest = { secret: undefined, issuer: undefined, audience: undefined, customerType: 'bigint' } as const;
  return tokenVerifier({ ...rest, jwksUrl: url, onRefused });
}

async function at<T>(later: number, run: () => Promise<T>): Promise<T> {
  const { now } = Date;
  Date.now = () => now() + later;
  try {
    return await run();
  } finally {
    Date.now = now;
  }
}

const minutes = 60_000;

test('a clock that is set back keeps new keys out for one request', async (context) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const find = publishedKeys(context.url);
  await jwtVerify(await context.sign(), find);
  context.answer = keys(context.key, { ...(await exportJWK(publicKey)), kid: 'new', alg: 'ES256' });
  await at(-60 * minutes, async () => {
    const token = await new SignJWT({ sub: '8' })
      .setProtectedHeader({ alg: 'ES256', kid: 'new' })
      .setExpirationTime('10h')
      .sign(privateKey);
    const verify = async () => (await jwtVerify(token, find)).payload.sub;
    await verify().catch(() => {});
    await until(async () => (await verify().catch(() => '')) === '8', 'the new key');
    assert.is(context.asked.length, 2);
  });
});

test('an outage of the login signs nobody out: known keys hold for hours, and are fetched again afterwards', async (context) => {
  const failed: CoutureError[] = [];
  const find = publishedKeys(context.url, { onFailed: (error) => failed.push(error) });
  const verify = async () => (await jwtVerify(await context.sign(), find)).payload.sub;
  assert.is(await verify(), '7');
  context.answer = (_, response) => response.writeHead(502).end();
  await at(11 * minutes, async () => {
    assert.is(await verify(), '7');
    await until(() => failed.length === 1, 'the failure to be reported');
    assert.match(failed[0]!.message, 'their server answers 502');
  });
  await at(200 * minutes, async () => assert.is(await verify(), '7'));
  await at(300 * minutes, () => rejects(verify, /answers 502/));
  context.answer = keys(context.key);
  await at(300 * minutes, async () => assert.is(await verify(), '7'));
});

test('a key that the login has withdrawn is refused once the keys were fetched again', async (context) => {
  const find = publishedKeys(context.url);
  const token = await context.sign();
  await jwtVerify(token, find);
  context.answer = keys({ ...context.key, kid: 'next' });
  await at(11 * minutes, async () => {
    await jwtVerify(token, find);
    await until(
      async () =>
        jwtVerify(token, find).then(
          () => false,
          () => true,
        ),
      'the key to be withdrawn',
    );
  });
  assert.is(context.asked.length, 2);
});

test('an answer without end is cut off: neither megabytes nor a redirect are taken', async (context) => {
  const verify = verifier(context.url);
  const token = await context.sign();
  const why = async (answer: http.RequestListener) => {
    context.answer = answer;
    const error = (await rejects(() => verify(token), /cannot be fetched/)) as CoutureError;
    assert.is(error.code, 'keys_unreachable');
    assert.not.match(error.message, '127.0.0.1');
    return error.message;
  };
  let sent = 0;
  const endless: http.RequestListener = (_, response) => {
    const part = ' '.repeat(64_000);
    const more = () => {
      while (!response.destroyed && response.write(part)) sent += part.length;
    };
    response.on('drain', more);
    more();
  };
  assert.match(await why(endless), 'more than 1000000 bytes');
  assert.ok(sent < 50_000_000, `${sent} bytes were sent`);
  for (const to of [context.url, 'http://169.254.169.254/', '/jwks'])
    assert.match(
      await why((_, response) => response.writeHead(302, { Location: to }).end()),
      'answers 302, and redirects are not followed',
    );
  assert.match(await why((_, response) => response.end('<html>')), 'not answer in JSON');
  for (const body of ['[]', '{}', '{"keys":5}', 'null'])
    assert.match(await why((_, response) => response.end(body)), 'malformed');
  context.answer = keys(context.key);
  assert.is((await verify(token)).sub, '7');
});

test('a silent key server costs one request the wait, not all of them', async (context) => {
  context.answer = (_, response) => response.writeHead(200).write('{"keys":');
  const find = publishedKeys(context.url, { timeout: 50 });
  const token = await context.sign();
  for (let n = 0; n < 3; n++) await rejects(() => jwtVerify(token, find), /no answer within 0.05 s/);
  assert.is(context.asked.length, 1);
  context.answer = keys(context.key);
  await at(11_000, () => jwtVerify(token, find));
});

test('other kinds of keys in the set neither verify a token nor stand in the way of the right one', async (context) => {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true });
  context.answer = keys(
    { kty: 'oct', kid: 'k', k: Buffer.from('a secret that everybody can read').toString('base64url') },
    { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' },
    { ...context.key, use: 'enc' },
    context.key,
    ...Array.from({ length: 2_000 }, (_, n) => ({ ...context.key, kid: `other ${n}` })),
  );
  const verify = verifier(context.url);
  assert.is((await verify(await context.sign())).sub, '7');
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    const forged = await new SignJWT({ sub: '7' })
      .setProtectedHeader({ alg, kid: 'k' })
      .setExpirationTime('1h')
      .sign(Buffer.from('a secret that everybody can read'.padEnd(64, 'x')));
    await rejects(() => verify(forged), /algorithm is not accepted/);
  }
  // The same kid twice: either key may have signed it.
  const other = await generateKeyPair('ES256', { extractable: true });
  context.answer = keys({ ...(await exportJWK(other.publicKey)), kid: 'k' }, context.key);
  assert.is((await verifier(context.url)(await context.sign())).sub, '7');
});

test('a key of the login that cannot be used is named for the owner of the shop', async (context) => {
  const { x } = context.key;
  context.answer = keys({ ...context.key, y: x! });
  const told: string[] = [];
  const verify = verifier(context.url, ({ message }) => told.push(message));
  const token = await context.sign();
  const error = await rejects(() => verify(token), /the login’s key for it cannot be used/);
  assert.ok(error instanceof CoutureError && error.code === 'token_invalid');
  assert.is(told.length, 1);
});
