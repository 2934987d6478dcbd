// Messages over HTTP/2, to a push service that limits its streams, goes away in the middle, refuses, drops or hangs: none is
// lost, and only those that it may have processed are sent twice.
import { once } from 'node:events';
import { constants } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { certificate } from '../../fixtures/local-certificate.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { lateMessage } from '../outbound/deadline.ts';
import { Transport } from '../outbound/transport.ts';
import { type PushServer, pushServer } from '../test-support/push-server.ts';
import { testKeys } from '../test-support/vapid-test-keys.ts';
import { Delivery, type Outcome, type SendSettings } from './delivery.ts';
import { payloadOf } from './message.ts';

interface Setting {
  server: PushServer;
  delivery: Delivery;
}

const keys = testKeys;
const settings: SendSettings = { ttl: 60, urgency: 'normal', topic: 'coat' };
const payload = payloadOf({ title: 'Back in stock', body: 'The trench coat', url: '/product/6' });
const accepted = (attempts = 1): Outcome => ({ state: 'accepted', status: 201, attempts });
const {
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_HTTP_1_1_REQUIRED,
  NGHTTP2_INTERNAL_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants;

const test = suite<Setting>('delivery over HTTP/2');
test.beforeEach(async (context) => {
  context.server = await pushServer({ http2: {} });
  context.delivery = deliveryTo(context.server);
});
test.afterEach(async ({ server, delivery }) => {
  delivery.close();
  await server.close();
});

function deliveryTo(server: PushServer, options = {}, network = {}): Delivery {
  return new Delivery({
    keys,
    network: { hosts: [server.host], allowPrivate: true, ca: certificate, ...network },
    concurrency: 20,
    deadline: 700,
    retryPause: 10,
    ...options,
  });
}

function send(server: PushServer, delivery: Delivery, name = 'a'): Promise<Outcome> {
  return delivery.send({ ...server.browser(name), keyId: 'now' }, payload, settings);
}

/** Sends to `count` browsers at once. @returns the outcomes */
function sendMany(server: PushServer, delivery: Delivery, count = 60): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => send(server, delivery, `m${n}`)));
}

/** How often each path was received. */
function receipts(server: PushServer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of server.got) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

function assertOnce(server: PushServer, outcomes: readonly Outcome[]): void {
  assert.equal(new Set(outcomes.map((each) => JSON.stringify(each))), new Set([JSON.stringify(accepted())]));
  assert.is(receipts(server).size, outcomes.length);
  assert.is(server.got.length, outcomes.length, 'no message twice');
}

test('all messages share one session, encrypted and signed as over HTTP/1.1', async ({
  server,
  delivery,
}) => {
  assertOnce(server, await sendMany(server, delivery));
  assert.equal([server.sessions.length, server.connections], [1, 1]);
  const [got] = server.got;
  assert.equal([got!.version, got!.payload, got!.sender], ['2.0', payload, keys.pairs[0].publicKey]);
  assert.equal([got!.headers.ttl, got!.headers.urgency, got!.headers.topic], ['60', 'normal', 'coat']);
});

test('a push service without HTTP/2 gets the same messages over HTTP/1.1, and so does one for which it is turned off', async ({
  server,
}) => {
  const old = await pushServer();
  for (const [each, network] of [
    [old, {}],
    [server, { http2: false }],
  ] as const) {
    const delivery = deliveryTo(each, { concurrency: 4 }, network);
    assertOnce(each, await sendMany(each, delivery, 20));
    assert.equal([...new Set(each.got.map(({ version }) => version))], ['1.1']);
    assert.ok(each.connections <= 4, String(each.connections));
    delivery.close();
  }
  await old.close();
});

test('no more streams are open than either side allows, also after the push service changes its limit', async () => {
  const server = await pushServer({ http2: { streams: 7 } });
  const own = deliveryTo(server, { concurrency: 5 });
  const other = deliveryTo(server);
  let most = 0;
  server.answer = ({ open }) => {
    most = Math.max(most, open);
    return { status: 201, after: 2 };
  };
  assertOnce(server, await sendMany(server, own, 30));
  assert.is(most, 5);
  server.got.length = 0;
  await sendMany(server, other, 40);
  assert.is(most, 7);
  // The limit falls to 1, to 0 and then rises again; only what arrives after the acknowledgement counts.
  const session = server.sessions.at(-1)!;
  const limitTo = (maxConcurrentStreams: number) =>
    new Promise<void>((resolve) => session.settings({ maxConcurrentStreams }, () => resolve()));
  await limitTo(1);
  most = 0;
  server.got.length = 0;
  assertOnce(server, await sendMany(server, other, 10));
  assert.is(most, 1);
  await limitTo(0);
  server.got.length = 0;
  const waiting = sendMany(server, other, 10);
  await limitTo(3);
  assertOnce(server, await waiting);
  assert.is(most, 3);
  assert.is(server.sessions.length, 2);
  own.close();
  other.close();
  await server.close();
});

test('a limit that falls while messages are sent makes none fail', async ({ server, delivery }) => {
  server.answer = () => {
    if (server.got.length === 15) server.sessions[0]!.settings({ maxConcurrentStreams: 1 });
    return { status: 201, after: 1 };
  };
  assertOnce(server, await sendMany(server, delivery));
});

test('answers have the outcomes that they have over HTTP/1.1', async ({ server, delivery }) => {
  for (const [status, state] of [
    [200, 'accepted'],
    [404, 'gone'],
    [410, 'gone'],
    [413, 'failed'],
    [403, 'failed'],
    [503, 'failed'],
  ] as const) {
    server.answer = () => ({ status });
    assert.is((await send(server, delivery, `s${status}`)).state, state);
  }
  server.answer = () => ({ status: 429, headers: { 'Retry-After': '7' } });
  const later = await send(server, delivery, 'later');
  const wait = (later as { at: number }).at - Date.now();
  assert.ok(wait > 5_000 && wait <= 7_000, String(wait));
  server.answer = () => ({ status: 302, headers: { Location: server.browser('elsewhere').endpoint } });
  assert.is(((await send(server, delivery)) as { reason: string }).reason, 'redirect');
  assert.not(server.got.some(({ path }) => path.endsWith('elsewhere')));
  server.answer = () => ({ status: 201, body: 'x'.repeat(5_000_000) });
  assert.equal(await sendMany(server, delivery, 10), Array(10).fill(accepted()));
  assert.is(server.sessions.length, 1, 'an endless body costs its stream only');
});

test('silence ends with the deadline and leaves the session to others', async ({ server, delivery }) => {
  server.answer = ({ path }) => ({ status: 201, hang: path.endsWith('silent') });
  const silent = send(server, delivery, 'silent');
  assert.equal(await send(server, delivery, 'b'), accepted());
  assert.equal(await silent, { state: 'failed', reason: 'timeout', attempts: 2 });
  assert.equal(await send(server, delivery, 'c'), accepted());
  assert.is(server.sessions.length, 1);
});

test('a refused stream is sent again at once; one that was reset counts as an attempt', async ({
  server,
  delivery,
}) => {
  const once = (reset: number) => {
    server.answer = ({ nth }) => ({ status: 201, ...(nth === 1 ? { reset } : {}) });
  };
  once(NGHTTP2_REFUSED_STREAM);
  assert.equal(await send(server, delivery, 'refused'), accepted(1));
  once(NGHTTP2_INTERNAL_ERROR);
  assert.equal(await send(server, delivery, 'reset'), accepted(2));
  server.answer = () => ({ status: 201, reset: NGHTTP2_REFUSED_STREAM });
  assert.equal(await send(server, delivery, 'never'), { state: 'failed', reason: 'network', attempts: 4 });
});

test('a push service that wants a message over HTTP/1.1 gets it there', async ({ server, delivery }) => {
  server.answer = ({ version }) => ({
    status: 201,
    ...(version === '2.0' ? { reset: NGHTTP2_HTTP_1_1_REQUIRED } : {}),
  });
  assert.equal(await sendMany(server, delivery, 10), Array(10).fill(accepted()));
  const overHttp1 = server.got.filter(({ version }) => version === '1.1');
  assert.equal([overHttp1.length, new Set(overHttp1.map(({ path }) => path)).size], [10, 10]);
});

for (const code of [0, NGHTTP2_ENHANCE_YOUR_CALM])
  test(`GOAWAY with code ${code}: what the push service did not process goes to the next session`, async ({
    server,
    delivery,
  }) => {
    let gone = 0;
    server.answer = () => {
      const session = server.sessions.at(-1)!;
      // Every tenth message: the streams so far are answered, later ones are not.
      if (server.got.length % 10 === 0 && gone < 4) {
        gone += 1;
        if (code === 0) session.goaway(0);
        else setTimeout(() => session.destroy(undefined, code), 5);
      }
      return { status: 201 };
    };
    const outcomes = await sendMany(server, delivery, 100);
    assert.ok(outcomes.every(({ state }) => state === 'accepted'));
    assert.is(receipts(server).size, 100);
    // On a fast machine one session answers most messages within the 5 ms.
    assert.ok(server.sessions.length >= (code === 0 ? 3 : 2), String(server.sessions.length));
    if (code === 0) assertOnce(server, outcomes);
  });

test('a session that drops loses no message', async ({ server, delivery }) => {
  let dropped = false;
  server.answer = () => {
    if (server.got.length >= 30 && !dropped) {
      dropped = true;
      server.sessions[0]!.destroy();
    }
    return { status: 201 };
  };
  const outcomes = await sendMany(server, delivery);
  assert.ok(outcomes.every(({ state }) => state === 'accepted'));
  assert.is(receipts(server).size, 60);
  assert.is(server.sessions.length, 2);
  const twice = server.got.length - 60;
  assert.ok(twice <= 20, `${twice} messages twice: only those in flight may be`);
});

test('a peer that vanishes is noticed by its missing pong, and the next attempt opens a new session', async ({
  server,
}) => {
  const sockets: Socket[] = [];
  const proxy = createServer((socket) => {
    const upstream = connect(server.port, '127.0.0.1');
    sockets.push(socket, upstream);
    for (const each of [socket, upstream]) each.on('error', () => {});
    socket.pipe(upstream).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const transport = new Transport(
    { addressOf: async () => ({ address: '127.0.0.1', family: 4 }), ca: certificate },
    { sockets: 4, http2: true, within: 3_000 },
  );
  const to = { url: new URL(`https://localhost:${port}/push/a`), isOwn: true };
  const post = () => transport.post(to, {}, Buffer.from(''));
  assert.is((await post()).status, 403, 'unsigned');
  for (const each of sockets) each.pause().unpipe();
  const began = performance.now();
  assert.is(await post().catch(({ message }) => message), lateMessage);
  assert.ok(performance.now() - began < 2_900, 'before its deadline');
  assert.is((await post()).status, 403);
  assert.is(server.sessions.length, 2);
  transport.close();
  for (const each of sockets) each.destroy();
  proxy.close();
});

test('a host that moves to a private address gets no message over the session that is open', async ({
  server,
}) => {
  let isPrivate = false;
  const transport = new Transport(
    {
      addressOf: async () => {
        if (isPrivate) throw new Error('refused');
        return { address: '127.0.0.1', family: 4 };
      },
      ca: certificate,
    },
    { sockets: 4, http2: true, addressTtl: 0 },
  );
  const to = { url: new URL(`https://localhost:${server.port}/push/a`), isOwn: true };
  const post = () => transport.post(to, {}, Buffer.from(''));
  await post();
  await post();
  assert.is(server.sessions.length, 1, 'resolved again, to the same address');
  isPrivate = true;
  assert.is(await post().catch(({ message }) => message), 'refused');
  await until(() => server.sessions[0]!.destroyed, 'the session to close');
  assert.is(server.got.length, 2);
  transport.close();
});

test('an idle session closes, and the next message opens another', async ({ server }) => {
  const { port } = server;
  const transport = new Transport(
    { addressOf: async () => ({ address: '127.0.0.1', family: 4 }), ca: certificate },
    { sockets: 4, http2: true, idle: 30 },
  );
  server.answer = () => ({ status: 201 });
  const to = { url: new URL(`https://localhost:${port}/push/a`), isOwn: true };
  await transport.post(to, {}, Buffer.from(''));
  await until(() => server.sessions[0]!.destroyed, 'the session to close');
  await transport.post(to, {}, Buffer.from(''));
  assert.is(server.sessions.length, 2);
  transport.close();
});
