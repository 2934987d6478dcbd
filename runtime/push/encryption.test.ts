// Encryption for browsers: that push services and browsers can read it is tested in delivery.test.ts.
import { createECDH, randomBytes } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { encryptFor, type Recipient } from './encryption.ts';

const test = suite('encryption');

function recipient(): Recipient {
  const ecdh = createECDH('prime256v1');
  return { p256dh: ecdh.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
}

test('each message has a pair of keys and a salt of its own, also to one browser', () => {
  const [one, other] = [recipient(), recipient()];
  const messages = Array.from({ length: 100 }, (_, n) => encryptFor(n % 2 ? one : other, 'Back in stock'));
  const distinct = (part: (message: Buffer) => Buffer) =>
    new Set(messages.map((message) => part(message).toString('hex'))).size;
  assert.is(
    distinct((message) => message.subarray(0, 16)),
    100,
  );
  assert.ok(messages.every((message) => message[20] === 65));
  assert.is(
    distinct((message) => message.subarray(21, 86)),
    100,
  );
});

test('keys of other lengths and points that are not on the curve are refused', () => {
  const { p256dh, auth } = recipient();
  const point = Buffer.from(p256dh, 'base64url');
  point[64]! ^= 1;
  for (const keys of [
    { p256dh: point.toString('base64url'), auth },
    { p256dh: p256dh.slice(2), auth },
    { p256dh, auth: auth.slice(2) },
    { p256dh: '', auth },
  ])
    assert.throws(() => encryptFor(keys, 'x'));
  assert.ok(encryptFor({ p256dh, auth }, 'x').length > 0, 'a refused message leaves the others alone');
});
