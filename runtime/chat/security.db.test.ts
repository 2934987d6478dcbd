// Holes that chats of others have had, each tried on this one: spoofed staff, other people's chats, foreign pages,
// oversize and fragmented frames, floods, files that run scripts, writes into closed chats, agents who have lost their rights.
import { randomBytes, randomUUID } from 'node:crypto';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { restoreSubject, revokeSubject } from '../../sql/store/revoked-subjects.ts';
import { chatSubprotocol, closeCodes } from '../contract/chat-protocol.ts';
import { typeOfFile } from './attachment-file.ts';
import { type Body, ChatServer, type Person, type Socket } from './chat.test.server.ts';

const test = suite<{ server: ChatServer }>('hostile chats');
test.before(async (context) => {
  assert.type(typeOfFile, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

const codeOf = async (socket: Socket) => (await socket.closed).code;

test('nobody speaks as staff by saying so', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const claim of [{ is_staff: true }, { sender_name: 'Anna' }, { side: 'staff' }]) {
    const message = { client_message_id: randomUUID(), body: 'I am staff', ...claim };
    assert.is((await shopper.ask('POST /api/chat-messages', { session_id: id, message })).status, 400);
    const socket = await shopper.follow(id);
    socket.say({ type: 'send', message });
    assert.is(await codeOf(socket), closeCodes.bad_frame.code);
  }
  const { body } = await shopper.ask(`GET /api/chat-sessions/${id}`);
  assert.equal(
    body.messages.map((each: Body) => each.is_staff),
    [false],
  );
  // Nor by a name of one's own choosing where the shop's login has another.
  const signedIn = await server.signedIn('7');
  const begun = await signedIn.begin('Hello', { name: 'The Shop', email: 'boss@example.com' });
  assert.equal([begun.name, begun.messages[0].sender_name], ['Name of 7', 'Name of 7']);
});

test('another’s chat is not there: by id alone, with another secret, as another customer', async ({
  server,
}) => {
  const shopper = server.guest();
  const { id, messages } = await shopper.begin();
  const other = server.guest();
  await other.begin();
  const strangers: Person[] = [server.guest(), other, await server.signedIn('8')];
  const routes = [
    `GET /api/chat-sessions/${id}`,
    `GET /api/chat-messages?session_id=${id}`,
    `POST /api/chat-messages/${messages[0].id}/mark_read`,
    `POST /api/chat-sessions/${id}/close`,
    `POST /api/chat-sessions/${id}/reopen`,
    `POST /api/chat-sessions/${id}/ticket`,
    `POST /api/chat-sessions/${id}/attachments`,
    `GET /api/chat-sessions/${id}/attachments/${randomUUID()}`,
  ];
  for (const stranger of strangers) {
    for (const route of routes) {
      const answer = await stranger.ask(route);
      assert.is(answer.status, 404, route);
      assert.is(answer.body.code, 'chat_unknown');
    }
    const message = { client_message_id: randomUUID(), body: 'Hi' };
    const sent = await stranger.ask('POST /api/chat-messages', { session_id: id, message });
    assert.is(sent.status, 404);
    await rejects(() => stranger.open(`/ws/chat/${id}`), /refused with 40[14]/);
    // The same as for what is not there at all.
    const absent = await stranger.ask(`GET /api/chat-sessions/${randomUUID()}`);
    assert.equal([absent.status, absent.body.code], [404, 'chat_unknown']);
  }
  const { body: listed } = await other.ask('GET /api/chat-sessions');
  assert.is(listed.sessions.length, 1, 'a list has the own chats alone');
  assert.equal((await server.guest().ask('GET /api/chat-sessions')).body.sessions, []);
  assert.is(
    (await server.client.query('select from couture.chat_session where shopper_read + staff_read > 0'))
      .rowCount,
    0,
  );
});

test('messages cannot be listed without naming a chat', async ({ server }) => {
  for (const person of [server.guest(), await server.signedIn('7'), await server.agent()])
    assert.is((await person.ask('GET /api/chat-messages')).status, 400);
});

test('what agents have is for agents', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const customer = await server.signedIn('7');
  for (const [person, status] of [
    [shopper, 401],
    [customer, 403],
  ] as const) {
    for (const route of [
      `POST /api/chat-sessions/${id}/assign`,
      `POST /api/chat-sessions/${id}/return`,
      `POST /api/chat-sessions/${id}/resolve`,
      `GET /api/chat-sessions/${id}/notes`,
      `GET /api/chat-sessions/${id}/shopper`,
      `GET /api/chat-sessions/${id}/transcript`,
      'GET /api/chat-agents',
      'GET /api/chat-replies',
      'POST /api/chat-console/ticket',
    ])
      assert.is((await person.ask(route)).status, status, route);
    await rejects(() => person.open('/ws/console'), new RegExp(`refused with ${status}`));
  }
});

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
    await delay(100);
    await agent.console();
    agent.leave();
  } finally {
    await server.close();
  }
});

test('files are what their bytes say: pictures and PDF, and nothing that runs', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), randomBytes(40)]);
  const pdf = Buffer.from('%PDF-1.7\n');
  const upload = (content: Buffer, type: string, name = 'a.png') =>
    shopper.ask(`POST /api/chat-sessions/${id}/attachments`, content, {
      'Content-Type': type,
      'File-Name': encodeURIComponent(name),
    });
  for (const hostile of [
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<?xml version="1.0"?><svg/>',
    '<!doctype html><script>alert(1)</script>',
    'GIF8<script>',
    'MZ\x90\0',
    '',
  ]) {
    const refused = await upload(Buffer.from(hostile, 'latin1'), 'image/png');
    assert.equal([refused.status, refused.body.code], [415, 'attachment_refused'], hostile);
  }
  const picture = await upload(png, 'text/html', '../../<b>x</b>.html');
  assert.equal([picture.status, picture.body.type, picture.body.name], [201, 'image/png', 'b.png']);
  const document = (await upload(pdf, 'image/png', 'bill.exe')).body;
  assert.equal([document.type, document.name], ['application/pdf', 'bill.pdf']);
  const shown = await shopper.ask(`GET ${picture.body.url}`);
  assert.is(shown.headers.get('content-type'), 'image/png');
  assert.is(shown.headers.get('x-content-type-options'), 'nosniff');
  assert.is(shown.headers.get('content-disposition'), 'inline');
  assert.match(shown.headers.get('content-security-policy')!, 'sandbox');
  assert.match(shown.headers.get('cache-control')!, 'no-store');
  const saved = await shopper.ask(`GET ${document.url}`);
  assert.match(saved.headers.get('content-disposition')!, /^attachment; filename="[0-9a-f-]{36}\.pdf"$/);
  const large = await upload(Buffer.concat([png, Buffer.alloc(5 * 1_024 * 1_024)]), 'image/png');
  assert.is(large.status, 413);
});

test('a file is for those of its chat, and is sent by its uploader once', async ({ server }) => {
  const [shopper, other] = [server.guest(), server.guest()];
  const [{ id }, { id: elsewhere }] = [await shopper.begin(), await other.begin()];
  const gif = Buffer.concat([Buffer.from('GIF89a'), randomBytes(20)]);
  const { body: file } = await shopper.ask(`POST /api/chat-sessions/${id}/attachments`, gif);
  assert.is((await other.ask(`GET ${file.url}`)).status, 404);
  assert.is((await other.ask(`GET ${file.url.replace(id, elsewhere)}`)).status, 404);
  const agent = await server.agent();
  assert.is((await agent.ask(`GET ${file.url}`)).status, 404, 'not before it is sent');
  const send = (person: Person, session_id: string) =>
    person.ask('POST /api/chat-messages', {
      session_id,
      message: { client_message_id: randomUUID(), attachment_id: file.id },
    });
  assert.is((await send(other, elsewhere)).status, 400);
  const sent = await send(shopper, id);
  assert.equal([sent.status, sent.body.kind, sent.body.attachment.id], [201, 'attachment', file.id]);
  assert.is((await send(shopper, id)).status, 400);
  assert.is((await agent.ask(`GET ${file.url}`)).status, 200);
});

test('links are text, and pages are kept without what follows the question mark', async ({ server }) => {
  const shopper = server.guest();
  const text = '<a href="javascript:alert(1)">x</a> javascript:alert(2) https://evil.example';
  const begun = await shopper.begin(text, { page: `${server.url}/product/3?token=secret#here` });
  assert.is(begun.messages[0].body, text, 'as it was written, to be shown as text');
  const agent = await server.agent();
  const { body } = await agent.ask(`GET /api/chat-sessions/${begun.id}/shopper`);
  assert.is(body.current_page, `${server.url}/product/3`);
  for (const page of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']) {
    await shopper.ask(`POST /api/chat-sessions/${begun.id}/context`, { page });
    await delay(1_100);
    const now = await agent.ask(`GET /api/chat-sessions/${begun.id}/shopper`);
    assert.is(now.body.current_page, `${server.url}/product/3`);
  }
});

test('the cart is what the widget says of ids and quantities; names and prices are the shop’s', async ({
  server,
}) => {
  const shopper = await server.signedIn('7');
  const { id } = await shopper.begin('Hi', { cart: [{ product_id: 3, quantity: 2 }] });
  const priced = await shopper.ask(`POST /api/chat-sessions/${id}/context`, {
    cart: [{ product_id: 4, quantity: 1, price: 0.01 }],
  });
  assert.is(priced.status, 204);
  await delay(1_200);
  const { body } = await (await server.agent()).ask(`GET /api/chat-sessions/${id}/shopper`);
  const { body: product } = await shopper.ask('GET /api/products/4');
  assert.equal(
    body.cart.map((line: Body) => [line.product.id, line.quantity, line.product.price]),
    [[4, 1, product.price]],
  );
  assert.is(body.verified, true);
  assert.ok(body.orders.length > 0, 'the customer’s own orders');
});

test('nothing is written into a closed chat', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  const socket = await shopper.follow(id);
  assert.is((await shopper.ask(`POST /api/chat-sessions/${id}/close`)).status, 200);
  socket.write('One more');
  const nack = await socket.next('nack');
  assert.equal([nack.code, nack.retry], ['closed', false]);
  const message = { client_message_id: randomUUID(), body: 'And another' };
  assert.is((await shopper.ask('POST /api/chat-messages', { session_id: id, message })).status, 409);
  const gif = Buffer.from('GIF89a and more of it');
  assert.is((await shopper.ask(`POST /api/chat-sessions/${id}/attachments`, gif)).status, 409);
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/assign`)).status, 409);
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/reopen`)).status, 409);
  shopper.leave();
});

test('an agent whose rights were taken away sees nothing more, on sockets that are open too', async ({
  server,
}) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const agent = await server.agent('mallory');
  const atDesk = await agent.console();
  atDesk.say({ type: 'watch', session_id: id, after: 0 });
  await atDesk.next('live');
  await revokeSubject(server.client, 'mallory');
  const { code } = await atDesk.closed;
  assert.is(code, closeCodes.revoked.code);
  assert.equal((await agent.ask('GET /api/chat-sessions?list=queue')).body.code, 'token_invalid');
  await rejects(() => agent.console(), /refused with 401/);
  await restoreSubject(server.client, 'mallory');
  await delay(2_200);
  await agent.console();
  agent.leave();
});

test('a socket ends when its token does', async ({ server }) => {
  const agent = await server.signedIn('short', ['staff'], 2);
  const atDesk = await agent.console();
  assert.is(await codeOf(atDesk), closeCodes.expired.code);
});

test('private notes reach no shopper, by any way', async ({ server }) => {
  const shopper = await server.signedIn('9');
  const agent = await server.agent();
  const { id } = await shopper.begin();
  const [atShop, atDesk] = [await shopper.follow(id), await agent.console()];
  atDesk.say({ type: 'watch', session_id: id, after: 0 });
  await atDesk.next('live');
  const words = 'a difficult customer';
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/notes`, { body: words })).status, 201);
  assert.is((await atDesk.next('notes')).notes[0].body, words, 'other agents see it at once');
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  atDesk.write('Good morning', { session_id: id });
  await atShop.next('message', (frame) => frame.message.body === 'Good morning');
  const seen = [
    JSON.stringify(atShop.frames),
    ...(await Promise.all(
      [
        `GET /api/chat-sessions/${id}`,
        'GET /api/chat-sessions',
        'GET /api/chat-sessions/active',
        `GET /api/chat-messages?session_id=${id}`,
      ].map(async (route) => JSON.stringify((await shopper.ask(route)).body)),
    )),
    (await agent.ask(`GET /api/chat-sessions/${id}/transcript`)).body,
  ];
  for (const text of seen) assert.not.match(text, words);
  const back = await shopper.open(`/ws/chat/${id}`);
  back.say({ type: 'resume', after: 0 });
  await back.next('live');
  assert.not.match(JSON.stringify(back.frames), words);
  shopper.leave();
  agent.leave();
});

test('a guest is never made one with a customer of the same address', async ({ server }) => {
  const guest = server.guest();
  const begun = await guest.begin('I am customer 7', { email: 'seven@example.com', name: 'Seven' });
  const { body } = await (await server.agent()).ask(`GET /api/chat-sessions/${begun.id}/shopper`);
  assert.equal([body.verified, body.customer_id, body.orders], [false, null, []]);
  const customer = await server.signedIn('7');
  assert.is((await customer.ask(`GET /api/chat-sessions/${begun.id}`)).status, 404);
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
