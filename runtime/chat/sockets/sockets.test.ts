// Open sockets: silent ones are closed, slow readers are disconnected without affecting others, rights are checked, and
// all are drained.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { closeCodes } from '../../contract/chat-protocol.ts';
import type { Connection, Holder } from './connection.ts';
import { Sockets } from './sockets.ts';

interface Context {
  server: WebSocketServer;
  sockets: Sockets;
  revoked: Set<string>;
  left: string[];
  opened: Connection[];
}
const test = suite<Context>('sockets');
test.beforeEach(async (context) => {
  context.revoked = new Set();
  context.left = [];
  context.opened = [];
  context.sockets = new Sockets({
    isRevoked: ({ sub }) => sub !== undefined && context.revoked.has(sub),
    onLeft: ({ person }) => void context.left.push(person),
  });
  context.server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(context.server, 'listening');
});
test.afterEach(async ({ server, sockets }) => {
  await sockets.drain(0);
  sockets.close();
  for (const client of server.clients) client.terminate();
  server.close();
});

async function connect(context: Context, holder: Partial<Holder> = {}, options = {}) {
  const accepted = once(context.server, 'connection');
  const { port } = context.server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
  const [socket] = (await accepted) as [WebSocket];
  const connection = context.sockets.open(socket, {
    person: 'guest',
    address: '127.0.0.1',
    sub: undefined,
    expiresAt: Number.POSITIVE_INFINITY,
    ...holder,
  });
  context.opened.push(connection);
  await once(client, 'open');
  const closed = once(client, 'close').then(([code]) => code as number);
  return { client, connection, closed };
}

const turns = (sockets: Sockets, count: number) => {
  for (let n = 0; n < count; n++) sockets.tick();
};

test('a client that answers no pings is closed at the second one; one that answers stays', async (context) => {
  const silent = await connect(context, {}, { autoPong: false });
  const answering = await connect(context);
  turns(context.sockets, 25);
  await until(() => answering.connection.alive, 'the answer to the first ping');
  assert.equal([silent.connection.ended, answering.connection.ended], [false, false]);
  turns(context.sockets, 25);
  assert.is(await silent.closed, closeCodes.silent.code);
  await until(() => answering.connection.alive, 'the answer to the second ping');
  assert.is(answering.connection.ended, false);
});

test('a flood of pings or pongs closes its own socket, which is not read any more; now and then they are welcome', async (context) => {
  const steady = await connect(context);
  for (const kind of ['ping', 'pong'] as const) {
    const flooding = await connect(context, { person: kind });
    let seen = 0;
    const [socket] = [...context.server.clients].slice(-1);
    socket!.on(kind, () => (seen += 1));
    const closed = new Promise((resolve) => flooding.client.once('close', resolve));
    for (let n = 0; n < 20_000; n++) flooding.client[kind]('x'.repeat(100), true, () => {});
    await closed;
    assert.ok(flooding.connection.ended, kind);
    assert.ok(seen < 2_000, `${seen} of 20,000 frames were read`);
    let answered = 0;
    if (kind === 'ping') steady.client.on('pong', () => (answered += 1));
    for (let n = 0; n < 3; n++) {
      for (let each = 0; each < 60; each++) steady.client[kind]();
      if (kind === 'ping') await until(() => answered === 60 * (n + 1), 'the answers');
      turns(context.sockets, 25);
      await until(() => steady.connection.alive, 'the answer to the ping of the server');
    }
  }
  assert.is(steady.connection.ended, false);
});

test('a reader that stops reading is disconnected at its limit, and others get every frame', async (context) => {
  const slow = await connect(context, { person: 'slow' });
  const quick = await connect(context);
  let received = 0;
  quick.client.on('message', () => received++);
  (slow.client as unknown as { _socket: { pause(): void } })._socket.pause();
  const frame = Buffer.from(JSON.stringify({ type: 'pong', padding: 'x'.repeat(10_000) }));
  let sent = 0;
  for (; !slow.connection.ended && sent < 5_000; sent++) {
    slow.connection.sendText(frame);
    quick.connection.sendText(frame);
    if (sent % 20 === 0) await delay(1);
  }
  assert.ok(slow.connection.ended, 'disconnected');
  assert.ok(sent > 100, 'not before its limit');
  await until(() => received >= sent, 'the quick reader to get every frame');
  assert.is(received, sent);
  assert.is(quick.connection.ended, false);
  // It doesn't read the close frame either: the socket is terminated and its place released.
  await until(() => context.sockets.size === 1, 'the slow reader to be disconnected');
  assert.equal(context.left, ['slow']);
});

test('expired tokens and revoked subjects close only their own sockets', async (context) => {
  const brief = await connect(context, { sub: 'a' });
  const fired = await connect(context, { sub: 'b' });
  const others = [await connect(context, { sub: 'c' }), await connect(context)];
  context.revoked.add('b');
  context.sockets.checkRights();
  assert.is(await fired.closed, closeCodes.revoked.code);
  Object.assign(brief.connection.holder, { expiresAt: Date.now() });
  context.sockets.tick();
  assert.is(await brief.closed, closeCodes.expired.code);
  assert.ok(others.every(({ connection }) => !connection.ended));
});

test('draining closes sockets in batches with a code that says to reconnect', async (context) => {
  const all: Awaited<ReturnType<typeof connect>>[] = [];
  for (let n = 0; n < 250; n++) all.push(await connect(context));
  const draining = context.sockets.drain(300);
  assert.is(all.filter(({ connection }) => connection.ended).length, 100, 'one batch at a time');
  await draining;
  const codes = await Promise.all(all.map(({ closed }) => closed));
  assert.equal(new Set(codes), new Set([closeCodes.draining.code]));
  await until(() => context.sockets.size === 0, 'all sockets to be closed');
});

test('close codes are unique and tell whether to come back', () => {
  const codes = Object.values(closeCodes).map(({ code }) => code);
  assert.is(new Set(codes).size, codes.length);
  for (const { code, comeBack } of Object.values(closeCodes))
    assert.is(
      code >= 4400,
      ['no', 'after signing in'].includes(comeBack),
      'codes from 4400 on need a change first',
    );
});
