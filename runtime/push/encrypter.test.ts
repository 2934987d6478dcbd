// Encryption on a thread of its own: the same bodies as without it, whatever happens to the thread.
import { createECDH, type ECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { Encrypter } from './encrypter.ts';
import type { Recipient } from './encryption.ts';

const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt(body: Buffer, keys: { version: 'aes128gcm'; privateKey: ECDH; authSecret: Buffer }): Buffer;
};

const test = suite<{ encrypter: Encrypter }>('encryption on a thread');
test.beforeEach((context) => {
  context.encrypter = new Encrypter({ before: 3 });
});
test.afterEach(({ encrypter }) => encrypter.close());

function browser(): Recipient & { read(body: Buffer): string } {
  const privateKey = createECDH('prime256v1');
  const authSecret = randomBytes(16);
  return {
    p256dh: privateKey.generateKeys('base64url'),
    auth: authSecret.toString('base64url'),
    read: (body) => decrypt(body, { version: 'aes128gcm', privateKey, authSecret }).toString(),
  };
}

test('each browser reads its own message, and bad keys are refused alone', async ({ encrypter }) => {
  const texts = Array.from({ length: 120 }, (_, n) => `Größe ${n} 👕`.repeat(1 + (n % 30)));
  const browsers = texts.map(browser);
  const bodies = await Promise.allSettled(
    texts.map((text, n) => {
      const { p256dh, auth } = browsers[n]!;
      return encrypter.encrypt({ p256dh: n % 40 === 39 ? p256dh.slice(4) : p256dh, auth }, text);
    }),
  );
  assert.ok(encrypter.hasThread);
  const salts = new Set<string>();
  for (const [n, body] of bodies.entries()) {
    assert.is(body.status, n % 40 === 39 ? 'rejected' : 'fulfilled');
    if (body.status === 'rejected') continue;
    assert.is(browsers[n]!.read(body.value), texts[n]);
    salts.add(body.value.subarray(0, 86).toString('hex'));
  }
  assert.is(salts.size, 117, 'each message has a salt and a pair of keys of its own');
});

test('a few messages start no thread', async ({ encrypter }) => {
  const to = browser();
  for (let n = 0; n < 3; n++) assert.is(to.read(await encrypter.encrypt(to, 'Hello')), 'Hello');
  assert.not(encrypter.hasThread);
});

test('what the thread has not answered at its end is encrypted here', async ({ encrypter }) => {
  const to = browser();
  const encrypting = Array.from({ length: 60 }, (_, n) => encrypter.encrypt(to, `message ${n}`));
  encrypter.close();
  assert.not(encrypter.hasThread);
  const read = (await Promise.all(encrypting)).map((body) => to.read(body));
  assert.equal(
    read,
    read.map((_, n) => `message ${n}`),
  );
  // The next messages are counted from the start again.
  assert.is(to.read(await encrypter.encrypt(to, 'later')), 'later');
  assert.not(encrypter.hasThread);
});

test('where no thread can be started, messages are encrypted here', async () => {
  const encrypter = new Encrypter({ before: 0, script: new URL('https://example.org/no-file.js') });
  const to = browser();
  const bodies = await Promise.all(['one', 'two'].map((text) => encrypter.encrypt(to, text)));
  assert.equal(
    bodies.map((body) => to.read(body)),
    ['one', 'two'],
  );
  assert.not(encrypter.hasThread);
  encrypter.close();
});

test('a thread that could not start is tried again for the next campaign', async () => {
  const script = new URL('https://example.org/no-file.js');
  const encrypter = new Encrypter({ before: 0, script });
  const to = browser();
  assert.is(to.read(await encrypter.encrypt(to, 'one')), 'one');
  script.href = new URL('./encryption.worker.js', import.meta.url).href;
  assert.is(to.read(await encrypter.encrypt(to, 'two')), 'two');
  assert.not(encrypter.hasThread, 'not while the campaign lasts');
  encrypter.close();
  assert.is(to.read(await encrypter.encrypt(to, 'three')), 'three');
  assert.ok(encrypter.hasThread);
  encrypter.close();
});

test('a thread that does not answer is given up, however many messages follow', async () => {
  const script = new URL('data:text/javascript,setInterval(() => {}, 1000)');
  const encrypter = new Encrypter({ before: 0, idle: 100, script });
  const to = browser();
  let first: Buffer | undefined;
  const all = [encrypter.encrypt(to, 'first').then((body) => (first = body))];
  for (let n = 0; !first && n < 500; n++) {
    all.push(encrypter.encrypt(to, `${n}`));
    await delay(10);
  }
  assert.is(first && to.read(first), 'first');
  encrypter.close();
  await Promise.all(all);
});
