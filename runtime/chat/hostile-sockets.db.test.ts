// Hostile sockets: foreign pages, used tickets, wrong paths, floods, and frames that are invalid, too long or too
// fragmented.
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatSubprotocol, closeCodes } from '../contract/chat-protocol.ts';
import { type Body, ChatServer, type Socket } from '../test-support/chat-server.ts';
import { Handshakes } from './sockets/handshakes.ts';

const test = suite<{ server: ChatServer }>('hostile sockets');
test.before(async (context) => {
  assert.type(Handshakes, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

const codeOf = async (socket: Socket) => (await socket.closed).code;

test('pages of other origins cannot open sockets with a cookie', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const origin of ['https://evil.example', 'null', `${server.url}.evil.example`])
    await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: origin }), /refused with 403/);
  // Nor with a cookie from a page that may embed the widgets, or without an Origin header.
  await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: 'https://shop.example' }), /refused with 403/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, { Origin: '' }), /refused with 403/);
  const written = await shopper.ask(`POST /api/chat-sessions/${id}/close`, undefined, {
    Origin: 'https://evil.example',
  });
  assert.equal([written.status, written.body.code], [403, 'origin_refused']);
});

test('a page that embeds the widgets opens one socket with a ticket', async ({ server }) => {
  const shopper = server.guest();
  shopper.headers.Origin = 'https://shop.example';
  const { id, guest_secret } = await shopper.begin();
  assert.is(shopper.headers.Cookie, undefined, 'pages of other origins get no cookie');
  assert.match(guest_secret, /^[\w-]{43}$/);
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}`)).status, 404);
  const known = { 'Chat-Secret': guest_secret };
  const { status, body } = await shopper.ask(`POST /api/chat-sessions/${id}/ticket`, undefined, known);
  assert.is(status, 201);
  const protocols = [chatSubprotocol, `ticket.${body.ticket}`];
  const socket = await shopper.open(`/ws/chat/${id}`, {}, protocols);
  assert.is(socket.raw.protocol, chatSubprotocol, 'the ticket is not echoed as the subprotocol');
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

test('sockets exist only at their paths and in their protocol version', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const path of [
    '/',
    '/ws',
    '/ws/chat',
    '/ws/chat/1',
    `/ws/chat/${id}/more`,
    '/ws/consoles',
    '/WS/console',
    `/WS/chat/${id}`,
    `/ws/Chat/${id}`,
    `//ws/chat/${id}`,
    '/api/products',
  ])
    await rejects(() => shopper.open(path), /refused with 404/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, {}, ['couture.chat.v2']), /refused with 400/);
  await rejects(() => shopper.open(`/ws/chat/${id}`, {}, []), /refused with 400/);
});

test('an invalid frame is ignored, and the socket stays open', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  const frames = [
    '{',
    '[]',
    'null',
    '7',
    { type: 'shout' },
    { type: 'resume', after: -1 },
    { type: 'send' },
    { type: 'send', message: 'words' },
    { type: 'send', message: { client_message_id: '7', body: 'x' } },
    { type: 'read', seq: 1, side: 'staff' },
    { type: 'read', seq: 'x' },
    { type: 'context', page: 'x'.repeat(2_001) },
    { type: 'typing', on: 'yes' },
    Buffer.from('{"type":"ping"}'),
  ];
  for (const socket of [await shopper.follow(id), await agent.console()]) {
    for (const frame of frames) {
      socket.say(frame);
      const { detail } = await socket.next('bad_frame');
      assert.ok(detail.length > 0 && detail.length <= 200, detail);
    }
    socket.say({ type: 'ping' });
    await socket.next('pong');
  }
  assert.is((await shopper.ask(`GET /api/chat-messages?session_id=${id}`)).body.messages.length, 1);
  shopper.leave();
  agent.leave();
});

test('a client that sends many invalid frames is disconnected, and may come back after a pause', async ({
  server,
}) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const socket = await shopper.follow(id);
  for (let n = 0; n < 30; n++) socket.say({ type: 'shout' });
  assert.is(await codeOf(socket), closeCodes.bad_frame.code);
  assert.is(closeCodes.bad_frame.comeBack, 'after a pause');
  (await shopper.follow(id)).terminate();
});

test('an invalid message is refused by its id, and only its sender sees that', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  const bodies = [
    { body: 'a\u0000b' },
    { body: '\ud800' },
    { body: 'x'.repeat(4_001) },
    { body: '' },
    { body: '\u200b\u2060' },
    { body: 7 },
    { body: ['x'] },
    {},
    { body: 'x', attachment_id: randomUUID() },
    { body: 'x', is_staff: true },
    { attachment_id: 'none' },
    { product_id: '' },
  ];
  for (const [socket, more] of [
    [shopperSocket, {}],
    [agentSocket, { session_id: id }],
  ] as const) {
    for (const body of bodies) {
      const message = { client_message_id: randomUUID(), ...body };
      socket.say({ type: 'send', ...more, message });
      const nack = await socket.next('nack');
      assert.equal(
        [nack.client_message_id, nack.code, nack.retry],
        [message.client_message_id, 'invalid', false],
        JSON.stringify(body).slice(0, 60),
      );
      const asked = await (socket === shopperSocket ? shopper : agent).ask('POST /api/chat-messages', {
        session_id: id,
        message,
      });
      assert.is(asked.status, 400);
    }
    // The same for an invalid member of the frame itself.
    const message = { client_message_id: randomUUID(), body: 'words' };
    socket.say({ type: 'send', session_id: 'none', message });
    assert.is((await socket.next('nack')).client_message_id, message.client_message_id);
    const sent = socket.write('It goes on', more);
    await socket.next('ack', (frame) => frame.client_message_id === sent);
  }
  const { body } = await shopper.ask(`GET /api/chat-messages?session_id=${id}`);
  assert.equal(
    body.messages.map((each: Body) => each.body),
    ['Hello?', 'assigned', 'It goes on', 'It goes on'],
  );
  shopper.leave();
  agent.leave();
});

test('any text that Postgres can store is stored, with control characters replaced', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin('Slide title\u000bsecond line', {
    name: 'Ida\u0007\u202e',
    subject: 'A\u001fB',
  });
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  const texts: Array<[sent: string, stored: string]> = [
    ['a\u000bb\u000cc\u0085d\u2028e\u2029f\rg\r\nh\ti', 'a\nb\nc\nd\ne\nf\ng\nh\ti'],
    ['cell\u0007cell\u0001\u001f\u007f\u009b', 'cell cell    '],
    ['\ufdfa'.repeat(4_000), '\ufdfa'.repeat(4_000)],
    [`x${'\u0001'.repeat(3_999)}`, `x${' '.repeat(3_999)}`],
    ['"\\\n'.repeat(1_300), '"\\\n'.repeat(1_300)],
    ['👩‍🚀 漢字 أهلا', '👩‍🚀 漢字 أهلا'],
  ];
  for (const [sent, stored] of texts) {
    for (const [socket, more] of [
      [shopperSocket, {}],
      [agentSocket, { session_id: id }],
    ] as const) {
      const written = socket.write(sent, more);
      await socket.next('ack', (frame) => frame.client_message_id === written);
    }
    const note = await agent.ask(`POST /api/chat-sessions/${id}/notes`, { body: sent.slice(0, 2_000) });
    assert.equal([note.status, note.body.body], [201, stored.slice(0, 2_000)]);
    const reply = await agent.ask('POST /api/chat-replies', { shortcut: 'odd', body: sent });
    assert.equal([reply.status, reply.body.body], [200, stored]);
    const { body } = await shopper.ask(`GET /api/chat-sessions/${id}`);
    assert.equal(
      body.messages.slice(-2).map((each: Body) => each.body),
      [stored, stored],
    );
  }
  const { body } = await shopper.ask(`GET /api/chat-sessions/${id}`);
  assert.equal([body.name, body.subject, body.messages[0].body], ['Ida ', 'A B', 'Slide title\nsecond line']);
  shopper.leave();
  agent.leave();
});

test('frames that are too long or too fragmented close the socket', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const long = await shopper.open(`/ws/chat/${id}`);
  long.say(' '.repeat(40_000));
  assert.is(await codeOf(long), 1009);
  // One-byte fragments without a final one: buffering each costs more memory than it carries.
  const pieces = await shopper.open(`/ws/chat/${id}`);
  for (let n = 0; n < 50; n++) pieces.raw.send('{', { fin: false });
  assert.ok([1006, 1008, 1009].includes(await codeOf(pieces)));
});

test('a flood closes its socket and does not affect others', async () => {
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

test('new chats and open sockets are limited', async () => {
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
    // Once the server has noticed that the others are closed.
    await until(() => agent.console().catch(() => undefined), 'the limit to allow a socket again');
    agent.leave();
  } finally {
    await server.close();
  }
});

test('a socket is closed when its token expires', async ({ server }) => {
  const agent = await server.signedIn('short', ['staff'], 5);
  const agentSocket = await agent.console();
  assert.is(await codeOf(agentSocket), closeCodes.expired.code);
});

test('handshakes that are cut off do no harm', async ({ server }) => {
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
