// Hostile sockets: foreign pages, used tickets, wrong paths, frames that are none, too long or in too many pieces, floods.
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatSubprotocol, closeCodes } from '../contract/chat-protocol.ts';
import { ChatServer, type Socket } from './chat.test.server.ts';
import { Handshakes } from './handshake.ts';

const test = suite<{ server: ChatServer }>('hostile sockets');
test.before(async (context) => {
  assert.type(Handshakes, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

const codeOf = async (socket: Socket) => (await socket.closed).code;

test('pages of other origins open no socket, whatever cookie comes along', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const origin of ['https://evil.example', 'null', `${server.url}.evil.example`])
    await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: origin }), /refused with 403/);
  // A page that may embed the widgets, and one that says nothing, may not with a cookie either.
  await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: 'https://shop.example' }), /refused with 403/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: '' }), /refused with 403/);
  const written = await shopper.ask(`POST /api/chat-sessions/${id}/close`, undefined, {
    Origin: 'https://evil.example',
  });
  assert.equal([written.status, written.body.code], [403, 'origin_refused']);
});

test('a page that embeds the widgets gets in by a ticket, once', async ({ server }) => {
  const shopper = server.guest();
  shopper.headers.Origin = 'https://shop.example';
  const { id, guest_secret } = await shopper.begin();
  assert.is(shopper.headers.Cookie, undefined, 'no cookie for a page of another origin');
  assert.match(guest_secret, /^[\w-]{43}$/);
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}`)).status, 404);
  const known = { 'Chat-Secret': guest_secret };
  const { status, body } = await shopper.ask(`POST /api/chat-sessions/${id}/ticket`, undefined, known);
  assert.is(status, 201);
  const protocols = [chatSubprotocol, `ticket.${body.ticket}`];
  const socket = await shopper.open(`/ws/chat/${id}`, {}, protocols);
  assert.is(socket.raw.protocol, chatSubprotocol, 'the ticket is not said back');
  await rejects(() => shopper.open(`/ws/chat/${id}`, {}, protocols), /refused with 401/);
  const { body: another } = await shopper.ask(`POST /api/chat-sessions/${id}/ticket`, undefined, known);
  const foreign = (await server.guest().begin()).id;
  await rejects(
    () => shopper.open(`/ws/chat/${foreign}`, {}, [chatSubprotocol, `ticket.${another.ticket}`]),
    /401/,
  );
  await rejects(() => shopper.open('/ws/console', {}, [chatSubprotocol, `ticket.${another.ticket}`]), /401/);
  shopper.leave();
});

test('sockets are at their paths and in their version alone', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const path of [
    '/',
    '/ws',
    '/ws/chat',
    '/ws/chat/1',
    `/ws/chat/${id}/more`,
    '/ws/consoles',
    '/api/products',
  ])
    await rejects(() => shopper.open(path), /refused with 404/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, {}, ['couture.chat.v2']), /refused with 400/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, {}, []), /refused with 400/);
});

test('what is no frame of the protocol ends the socket, and says not to come back', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const frames = [
    '{',
    '[]',
    'null',
    { type: 'shout' },
    { type: 'resume', after: -1 },
    { type: 'send' },
    { type: 'send', message: { client_message_id: '7', body: 'x' } },
    { type: 'send', message: { client_message_id: randomUUID(), body: 'a\u0000b' } },
    { type: 'send', message: { client_message_id: randomUUID(), body: '\ud800' } },
    { type: 'send', message: { client_message_id: randomUUID(), body: 'x'.repeat(4_001) } },
    { type: 'watch', session_id: id, after: 0 },
    { type: 'read', seq: 1, side: 'staff' },
    Buffer.from('{"type":"ping"}'),
  ];
  for (const frame of frames) {
    const socket = await shopper.open(`/ws/chat/${id}`);
    socket.say(frame);
    assert.is(await codeOf(socket), closeCodes.bad_frame.code, JSON.stringify(frame).slice(0, 80));
  }
  assert.is((await shopper.ask(`GET /api/chat-messages?session_id=${id}`)).body.messages.length, 1);
});

test('frames that are too long, or in too many pieces, end the socket', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const long = await shopper.open(`/ws/chat/${id}`);
  long.say(' '.repeat(40_000));
  assert.is(await codeOf(long), 1009);
  // Pieces of one byte, and none of them the last: each costs more to keep than it brings.
  const pieces = await shopper.open(`/ws/chat/${id}`);
  for (let n = 0; n < 50; n++) pieces.raw.send('{', { fin: false });
  assert.ok([1006, 1008, 1009].includes(await codeOf(pieces)));
});

test('a flood ends its socket, and costs the others nothing', async () => {
  const server = await ChatServer.start({ chatRate: 60 });
  try {
    const [shopper, other] = [server.guest(), server.guest()];
    const [{ id }, { id: quiet }] = [await shopper.begin(), await other.begin()];
    const [socket, still] = [await shopper.follow(id), await other.follow(quiet)];
    for (let n = 0; n < 60; n++) socket.write('spam');
    const nack = await socket.next('nack');
    assert.equal([nack.code, nack.retry], ['too_many', true]);
    assert.ok(nack.retry_after >= 1);
    for (let n = 0; n < 1_000; n++) socket.raw.send('{"type":"ping"}');
    assert.is(await codeOf(socket), closeCodes.flood.code);
    const stored = await server.client.query('select from couture.chat_message where session_id = $1', [id]);
    assert.ok(stored.rowCount! <= 25, `${stored.rowCount} were stored`);
    still.write('Hello?');
    assert.is((await still.next('ack')).seq, 2);
    other.leave();
  } finally {
    await server.close();
  }
});

test('chats cannot be begun without end, nor sockets opened', async () => {
  const server = await ChatServer.start({ chatStarts: 6, chatSockets: 8 });
  try {
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) {
      const message = { client_message_id: randomUUID(), body: 'Hi' };
      statuses.push((await server.guest().ask('POST /api/chat-sessions', { message })).status);
    }
    assert.equal(statuses, [201, 201, 201, 201, 201, 201, 429, 429]);
    const agent = await server.agent();
    for (let n = 0; n < 5; n++) await agent.console();
    await rejects(() => agent.console(), /refused with 429/);
    agent.leave();
    // As soon as the server has seen the others go.
    await until(() => agent.console().catch(() => undefined), 'a socket to be free again');
    agent.leave();
  } finally {
    await server.close();
  }
});

test('a socket ends when its token does', async ({ server }) => {
  const agent = await server.signedIn('short', ['staff'], 5);
  const atDesk = await agent.console();
  assert.is(await codeOf(atDesk), closeCodes.expired.code);
});

test('bytes that are no WebSocket, and handshakes that end in the middle, do no harm', async ({ server }) => {
  const { port } = new URL(server.url);
  for (let n = 0; n < 50; n++) {
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /ws/console HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    if (n % 2) socket.destroy();
    else setTimeout(() => socket.destroy(), 20);
  }
  await delay(100);
  const agent = await server.agent();
  await agent.console();
  agent.leave();
});
