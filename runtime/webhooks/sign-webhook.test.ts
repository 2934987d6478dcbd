// Signatures and pauses of webhooks.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { retryPause } from './retry-pause.ts';
import { signedHeaders, writtenSecret } from './sign-webhook.ts';

const test = suite('signed webhooks');

test('the signature is that of the reference implementation', () => {
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', [
    secret,
  ]);
  assert.equal(headers, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  assert.is(writtenSecret(secret), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
});

test('while a secret is replaced, both sign', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const alone = [one, other].map((each) => signedHeaders('id', 1, 'body', [each])['webhook-signature']);
  assert.is(signedHeaders('id', 1, 'body', [one, other])['webhook-signature'], alone.join(' '));
});

test('the example of the README accepts what is signed now, and nothing else', async () => {
  const readme = readFileSync(path.join(packageRoot, 'runtime', 'webhooks', 'README.md'), 'utf8');
  const [, example = ''] = /```js\n([\s\S]+?)```/.exec(readme) ?? [];
  const { verify } = await import(
    `data:text/javascript,${encodeURIComponent(`${example}\nexport { verify };`)}`
  );
  const [secret, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const now = Math.floor(Date.now() / 1_000);
  const headers = signedHeaders('id', now, '{"n":1}', [other, secret]);
  for (const valid of [secret, other])
    assert.equal(verify(headers, '{"n":1}', writtenSecret(valid)), { n: 1 });
  const forged = [
    [headers, '{"n":2}', secret],
    [{ ...headers, 'webhook-id': 'another' }, '{"n":1}', secret],
    [{ ...headers, 'webhook-timestamp': String(now - 1) }, '{"n":1}', secret],
    [headers, '{"n":1}', Buffer.alloc(32, 3)],
    [signedHeaders('id', now - 301, '{"n":1}', [secret]), '{"n":1}', secret],
  ] as const;
  for (const [sent, body, key] of forged) assert.throws(() => verify(sent, body, writtenSecret(key)));
});

test('pauses grow, with jitter, and end; Retry-After makes them longer, up to a day', () => {
  const asked = (attempts: number, retryAfter?: string, age = 0) =>
    retryPause({ attempts, age, retryAfter }, () => 0);
  const pauses = Array.from({ length: 9 }, (_, at) => asked(at + 1)!);
  assert.equal(
    pauses,
    [...pauses].sort((a, b) => a - b),
  );
  assert.is(asked(10), null, 'the tenth attempt is the last');
  assert.is(asked(1, undefined, 5 * 86_400), null, 'an old event is tried once more');
  assert.is(
    retryPause({ attempts: 1, age: 0, retryAfter: undefined }, () => 1),
    asked(1)! * 1.2,
  );
  assert.equal(
    ['120', '1', '999999999', 'Fri, 31 Dec 1999 23:59:59 GMT', '-5'].map((each) => asked(1, each)),
    [120, 5, 86_400, 5, 5],
  );
});
