// Encryption for browsers: that push services and browsers can read it is tested in delivery.test.ts.
import { createECDH, ECDH, randomBytes } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { encryptFor, faultOfKeys, type Recipient } from './encryption.ts';

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

test('keys that no message could be encrypted with are told apart when they are saved', () => {
  for (let n = 0; n < 100; n++) assert.is(faultOfKeys(recipient()), undefined);
  const { p256dh, auth } = recipient();
  const point = Buffer.from(p256dh, 'base64url');
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(point);
    change(bytes);
    return bytes.toString('base64url');
  };
  const compressed = ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer;
  const hybrid = ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'hybrid') as Buffer;
  const wrong: [string, string, RegExp][] = [
    [changed((bytes) => (bytes[64]! ^= 1)), auth, /not a point of the curve/],
    [changed((bytes) => bytes.fill(0, 1)), auth, /not a point of the curve/],
    [changed((bytes) => bytes.fill(255, 1)), auth, /not a point of the curve/],
    [changed((bytes) => bytes.fill(0)), auth, /first byte is not 4/],
    [hybrid.toString('base64url'), auth, /first byte is not 4/],
    [compressed.toString('base64url'), auth, /has 33 bytes/],
    [changed((bytes) => bytes).slice(0, -2), auth, /has 6\d bytes/],
    [p256dh, auth.slice(2), /auth has 1\d bytes/],
    [p256dh, auth + auth, /auth has 3\d bytes/],
  ];
  for (const [key, secret, why] of wrong) assert.match(faultOfKeys({ p256dh: key, auth: secret })!, why);
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
