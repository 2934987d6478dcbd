// Each row of the README's table of answers, tested against a push service that gives this answer.

import { certificate } from '../../fixtures/local-certificate.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type Answering, type PushServer, pushServer } from '../test-support/push-server.ts';
import { testKeys } from '../test-support/vapid-test-keys.ts';
import { Delivery, type SendSettings, secondsOf, type Target } from './delivery.ts';
import { payloadOf, requireSize } from './message.ts';

interface Setting {
  server: PushServer;
  delivery: Delivery;
}

const keys = testKeys;
const settings: SendSettings = { ttl: 60, urgency: 'normal' };
const payload = payloadOf({ title: 'Back in stock', body: 'The trench coat', url: '/product/6' });

const test = suite<Setting>('delivery');
test.beforeEach(async (context) => {
  context.server = await pushServer();
  context.delivery = deliveryTo(context.server);
});
test.afterEach(async ({ server, delivery }) => {
  delivery.close();
  await server.close();
});

function deliveryTo(server: PushServer, options = {}): Delivery {
  const network = { hosts: [server.host], allowPrivate: true, ca: certificate };
  return new Delivery({ keys, network, concurrency: 4, deadline: 700, retryPause: 10, ...options });
}

function target(server: PushServer, name = 'a', keyId = 'now'): Target {
  return { ...server.browser(name), keyId };
}

test('a message arrives, encrypted for the browser and signed by the shop', async ({ server, delivery }) => {
  const outcome = await delivery.send(target(server), payload, {
    ...settings,
    urgency: 'high',
    topic: 'coat',
  });
  assert.equal(outcome, { state: 'accepted', status: 201, attempts: 1 });
  const [got] = server.got;
  assert.is(got!.payload, payload);
  assert.is(got!.sender, keys.pairs[0].publicKey);
  assert.is(got!.headers.ttl, '60');
  assert.is(got!.headers.urgency, 'high');
  assert.is(got!.headers.topic, 'coat');
  assert.is(got!.headers['content-encoding'], 'aes128gcm');
});

test('many messages share one VAPID header and a few connections', async ({ server, delivery }) => {
  const targets = Array.from({ length: 40 }, (_, n) => target(server, String(n)));
  const outcomes = await Promise.all(targets.map((each) => delivery.send(each, payload, settings)));
  assert.ok(outcomes.every(({ state }) => state === 'accepted'));
  assert.is(new Set(server.got.map(({ headers }) => headers.authorization)).size, 1);
  assert.ok(server.connections <= 4, String(server.connections));
});

const rows: ReadonlyArray<readonly [answer: Answering, outcome: object]> = [
  [{ status: 200 }, { state: 'accepted', status: 200, attempts: 1 }],
  [{ status: 202 }, { state: 'accepted', status: 202, attempts: 1 }],
  [{ status: 404 }, { state: 'gone', status: 404, attempts: 1 }],
  [{ status: 410 }, { state: 'gone', status: 410, attempts: 1 }],
  [{ status: 413 }, { state: 'failed', reason: 'too_large', status: 413, attempts: 1 }],
  [{ status: 400 }, { state: 'failed', reason: 'unauthorized', status: 400, attempts: 1 }],
  [{ status: 401 }, { state: 'failed', reason: 'unauthorized', status: 401, attempts: 1 }],
  [{ status: 403 }, { state: 'failed', reason: 'unauthorized', status: 403, attempts: 1 }],
  [{ status: 418 }, { state: 'failed', reason: 'unexpected', status: 418, attempts: 1 }],
  [{ status: 500 }, { state: 'failed', reason: 'server_error', status: 500, attempts: 4 }],
  [{ status: 503 }, { state: 'failed', reason: 'server_error', status: 503, attempts: 4 }],
  [
    { status: 201, reset: true },
    { state: 'failed', reason: 'network', attempts: 4 },
  ],
  [
    { status: 201, hang: true },
    { state: 'failed', reason: 'timeout', attempts: 2 },
  ],
  [
    { status: 201, body: 'x'.repeat(5_000_000) },
    { state: 'accepted', status: 201, attempts: 1 },
  ],
];

for (const [answer, outcome] of rows) {
  const name = answer.reset ? 'a connection that breaks' : answer.hang ? 'silence' : `${answer.status}`;
  test(`${name}${answer.body ? ' and a body without end' : ''} → ${JSON.stringify(outcome)}`, async ({
    server,
    delivery,
  }) => {
    server.answer = () => answer;
    assert.equal(await delivery.send(target(server), payload, settings), outcome);
  });
}

for (const http2 of [false, true])
  test(`a process that could not run until after the deadline reads the answer first, over HTTP/${http2 ? 2 : 1}`, async ({
    delivery,
    server: http1,
  }) => {
    const server = http2 ? await pushServer({ http2: {} }) : http1;
    const sending = http2 ? deliveryTo(server) : delivery;
    // Open the connection, since its handshake has a deadline, too.
    await sending.send(target(server), payload, settings);
    server.answer = () => {
      // Right after the answer is written.
      process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900));
      return { status: 201 };
    };
    const outcome = await sending.send(target(server), payload, settings);
    assert.equal([outcome, server.got.length], [{ state: 'accepted', status: 201, attempts: 1 }, 2]);
    if (!http2) return;
    sending.close();
    await server.close();
  });

test('a redirect is not followed', async ({ server, delivery }) => {
  const other = server.browser('elsewhere').endpoint;
  for (const status of [301, 302, 307, 308]) {
    server.answer = () => ({ status, headers: { Location: other } });
    const outcome = await delivery.send(target(server), payload, settings);
    assert.equal(outcome, { state: 'failed', reason: 'redirect', status, attempts: 1 });
  }
  assert.not(server.got.some(({ path }) => path.endsWith('elsewhere')));
});

test('a server error is retried', async ({ server, delivery }) => {
  server.answer = ({ nth }) => ({ status: nth < 3 ? 502 : 201 });
  assert.equal(await delivery.send(target(server), payload, settings), {
    state: 'accepted',
    status: 201,
    attempts: 3,
  });
});

for (const [status, retryAfter] of [
  [429, '7'],
  [429, 'date'],
  [406, '7'],
] as const) {
  test(`${status} with Retry-After ${retryAfter} defers one message by exactly that time`, async ({
    server,
    delivery,
  }) => {
    const header = retryAfter === 'date' ? new Date(Date.now() + 7_000).toUTCString() : retryAfter;
    server.answer = ({ path }) =>
      path.endsWith('a') ? { status, headers: { 'Retry-After': header } } : { status: 201 };
    const outcome = await delivery.send(target(server), payload, settings);
    assert.is(outcome.state, 'later');
    const at = (outcome as { at: number }).at - Date.now();
    assert.ok(at > (retryAfter === 'date' ? 5_000 : 6_500) && at <= 7_000, String(at));
    // Other messages to the same push service are sent as before.
    assert.is((await delivery.send(target(server, 'b'), payload, settings)).state, 'accepted');
    assert.equal([...delivery.paused], []);
  });
}

test('a push service that asks different people to wait is paused for its shortest Retry-After', async ({
  server,
  delivery,
}) => {
  server.answer = ({ nth, path }) => ({
    status: 429,
    headers: { 'Retry-After': path.endsWith('p1') ? '7' : String(86_400 * nth) },
  });
  for (const name of ['p0', 'p1', 'p2'])
    await delivery.send({ ...target(server, name), owner: name, proven: true }, payload, settings);
  assert.match([...delivery.paused.values()][0] ?? '', /asked 3 people to wait/);
  const before = server.got.length;
  const outcome = await delivery.send(target(server, 'other'), payload, settings);
  assert.is(outcome.state, 'later');
  assert.ok((outcome as { at: number }).at <= Date.now() + 7_000);
  assert.is(server.got.length, before, 'it is not asked');
});

test('Retry-After may be missing, invalid, too long or in the past', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  assert.is(secondsOf(undefined, now), 60);
  assert.is(secondsOf('soon', now), 60);
  assert.is(secondsOf('99999999', now), 900);
  assert.is(secondsOf('Sun, 01 Mar 2026 00:02:00 GMT', now), 120);
  assert.is(secondsOf('Sun, 01 Feb 2026 00:00:00 GMT', now), 0);
});

for (const status of [400, 401, 403, 429, 500] as const) {
  test(`browsers of one person that answer ${status} do not stop messages to others`, async ({
    server,
    delivery,
  }) => {
    server.answer = ({ path }) =>
      path.includes('bad') ? { status, headers: { 'Retry-After': '86400' } } : { status: 201 };
    const mallory = { owner: '7', proven: true };
    const bad = Array.from({ length: 40 }, (_, n) => ({ ...target(server, `bad${n}`), ...mallory }));
    const outcomes = await Promise.all(bad.map((each) => delivery.send(each, payload, settings)));
    assert.ok(outcomes.every(({ state }) => state === (status === 429 ? 'later' : 'failed')));
    const outcome = await delivery.send({ ...target(server, 'good'), owner: '8' }, payload, settings);
    assert.is(outcome.state, 'accepted');
    assert.equal([...delivery.paused], []);
  });
}

test('a push service that refuses the shop is paused and then probed with few messages', async ({
  server,
}) => {
  const said: string[] = [];
  const delivery = deliveryTo(server, {
    limits: { refusalPause: 50, probes: 1 },
    onOrigin: ({ state }: { state: string }) => said.push(state),
  });
  let keysAreRight = false;
  server.answer = () => ({ status: keysAreRight ? 201 : 403 });
  const send = (n: number) =>
    delivery.send({ ...target(server, `x${n}`), owner: String(n), proven: true }, payload, settings);
  for (let n = 0; n < 5; n++) await send(n);
  assert.match([...delivery.paused.values()][0] ?? '', /refused 5 people in a row, the last with 403/);
  const before = server.got.length;
  const later = await send(6);
  assert.is(later.state, 'later');
  assert.is(later.attempts, 0);
  assert.is(server.got.length, before);
  keysAreRight = true;
  while ((await send(6)).state !== 'accepted') await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(said, ['paused', 'resumed']);
  assert.equal([...delivery.paused], []);
  delivery.close();
});

test('a message to a proven browser is deferred when the push service refuses the shop', async ({
  server,
  delivery,
}) => {
  server.answer = () => ({ status: 403 });
  const outcomes = [];
  for (let n = 0; n < 5; n++)
    outcomes.push(
      await delivery.send({ ...target(server, `x${n}`), owner: String(n), proven: true }, payload, settings),
    );
  assert.equal(
    outcomes.map(({ state }) => state),
    ['failed', 'failed', 'failed', 'failed', 'later'],
  );
});

test('a message waits for a connection that unanswered requests hold and is then sent', async ({
  server,
  delivery,
}) => {
  server.answer = ({ path }) => (path.includes('bad') ? { status: 201, hang: true } : { status: 201 });
  const silent = Array.from({ length: 8 }, (_, n) =>
    delivery.send(target(server, `bad${n}`), payload, settings),
  );
  const outcome = await delivery.send(target(server, 'good'), payload, settings);
  assert.equal(outcome, { state: 'accepted', status: 201, attempts: 1 });
  await Promise.all(silent);
});

test('refused endpoints, invalid browser keys and unknown VAPID keys fail without a request', async ({
  server,
  delivery,
}) => {
  const good = target(server);
  const send = (change: Partial<Target>) => delivery.send({ ...good, ...change }, payload, settings);
  const failed = (reason: string) => ({ state: 'failed', reason, attempts: 0 });
  assert.equal(await send({ endpoint: 'https://127.0.0.1/' }), failed('refused_endpoint'));
  assert.equal(await send({ p256dh: 'AAAA' }), failed('bad_keys'));
  assert.equal(await send({ auth: '' }), failed('bad_keys'));
  assert.equal(await send({ keyId: 'lost' }), failed('unknown_key'));
  assert.is(server.got.length, 0);
});

test('an endpoint whose address has become private since it was saved is not requested', async ({
  server,
}) => {
  const network = { hosts: [server.host], allowPrivate: false, ca: certificate };
  const delivery = deliveryTo(server, { network });
  const outcome = await delivery.send(target(server), payload, settings);
  delivery.close();
  assert.equal(outcome, { state: 'failed', reason: 'refused_endpoint', attempts: 1 });
  assert.is(server.connections, 0);
});

test('a DNS lookup that never answers times out like a silent push service', async ({ server }) => {
  const network = { hosts: [server.host], allowPrivate: true, lookup: () => new Promise<never>(() => {}) };
  const delivery = deliveryTo(server, { network, deadline: 50 });
  const outcome = await delivery.send(target(server), payload, settings);
  delivery.close();
  assert.equal(outcome, { state: 'failed', reason: 'timeout', attempts: 2 });
});

test('a message that is too large is refused before it is sent', () => {
  assert.is(requireSize('x'.repeat(3_993)), 3_993);
  assert.throws(() => requireSize('x'.repeat(3_994)), /3994 bytes/);
});
