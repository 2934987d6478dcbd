// Vulnerabilities known from other chats, each tried on this one: spoofed staff, other people's chats, writes to closed
// chats, revoked agents, leaked notes. Sockets and files have their own tests.
import { randomUUID } from 'node:crypto';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { restoreSubject, revokeSubject } from '../../sql/store/chat/revoked-subjects.ts';
import { closeCodes } from '../contract/chat-protocol.ts';
import { type Body, ChatServer, type Person } from '../test-support/chat-server.ts';
import { seeChat } from './routes/chat-access.ts';

const test = suite<{ server: ChatServer }>('hostile people');
test.before(async (context) => {
  assert.type(seeChat, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

test('claiming to be staff in a message has no effect', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  for (const claim of [{ is_staff: true }, { sender_name: 'Anna' }, { side: 'staff' }]) {
    const message = { client_message_id: randomUUID(), body: 'I am staff', ...claim };
    assert.is((await shopper.ask('POST /api/chat-messages', { session_id: id, message })).status, 400);
    const socket = await shopper.follow(id);
    socket.say({ type: 'send', message });
    const nack = await socket.next('nack');
    assert.equal([nack.client_message_id, nack.code], [message.client_message_id, 'invalid']);
  }
  const { body } = await shopper.ask(`GET /api/chat-sessions/${id}`);
  assert.equal(
    body.messages.map((each: Body) => each.is_staff),
    [false],
  );
  // Nor does a chosen name, if the shop's login has another.
  const signedIn = await server.signedIn('7');
  const begun = await signedIn.begin('Hello', { name: 'The Shop', email: 'boss@example.com' });
  assert.equal([begun.name, begun.messages[0].sender_name], ['Name of 7', 'Name of 7']);
});

test('another person’s chat cannot be read: by id alone, with another secret, or as another customer', async ({
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
    // The same answer as for a chat that doesn't exist.
    const absent = await stranger.ask(`GET /api/chat-sessions/${randomUUID()}`);
    assert.equal([absent.status, absent.body.code], [404, 'chat_unknown']);
  }
  const { body: listed } = await other.ask('GET /api/chat-sessions');
  assert.is(listed.sessions.length, 1, 'a list contains only the caller’s chats');
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

test('agents’ routes are for agents only', async ({ server }) => {
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

test('a closed chat accepts no writes', async ({ server }) => {
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
  const gif = Buffer.from('GIF89a\x01\0\x01\0 and more of it');
  assert.is((await shopper.ask(`POST /api/chat-sessions/${id}/attachments`, gif)).status, 409);
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/assign`)).status, 409);
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/reopen`)).status, 409);
  shopper.leave();
});

test('a revoked agent loses access at once, also on open sockets', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const agent = await server.agent('mallory');
  const agentSocket = await agent.console();
  agentSocket.say({ type: 'watch', session_id: id, after: 0 });
  await agentSocket.next('live');
  await revokeSubject(server.client, 'mallory');
  const { code } = await agentSocket.closed;
  assert.is(code, closeCodes.revoked.code);
  assert.equal((await agent.ask('GET /api/chat-sessions?list=queue')).body.code, 'token_invalid');
  await rejects(() => agent.console(), /refused with 401/);
  await restoreSubject(server.client, 'mallory');
  await until(() => agent.console().catch(() => undefined), 'the agent to have access again');
  agent.leave();
});

test('private notes reach no shopper by any route', async ({ server }) => {
  const shopper = await server.signedIn('9');
  const agent = await server.agent();
  const { id } = await shopper.begin();
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  agentSocket.say({ type: 'watch', session_id: id, after: 0 });
  await agentSocket.next('live');
  const words = 'a difficult customer';
  assert.is((await agent.ask(`POST /api/chat-sessions/${id}/notes`, { body: words })).status, 201);
  assert.is((await agentSocket.next('notes')).notes[0].body, words, 'other agents see it at once');
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  agentSocket.write('Good morning', { session_id: id });
  await shopperSocket.next('message', (frame) => frame.message.body === 'Good morning');
  const seen = [
    JSON.stringify(shopperSocket.frames),
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

test('a guest is never merged with a customer of the same e-mail address', async ({ server }) => {
  const guest = server.guest();
  const begun = await guest.begin('I am customer 7', { email: 'seven@example.com', name: 'Seven' });
  const { body } = await (await server.agent()).ask(`GET /api/chat-sessions/${begun.id}/shopper`);
  assert.equal([body.verified, body.customer_id, body.orders], [false, null, []]);
  const customer = await server.signedIn('7');
  assert.is((await customer.ask(`GET /api/chat-sessions/${begun.id}`)).status, 404);
});
