// A conversation over real sockets: order, acknowledgement, resuming, read marks, typing, and what agents see of it.
import { randomUUID } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type Body, ChatServer } from '../test-support/chat-server.ts';
import { Chat } from './chat.ts';

const test = suite<{ server: ChatServer }>('a conversation');
test.before(async (context) => {
  assert.type(Chat, 'function');
  context.server = await ChatServer.start();
});
test.after((context) => context.server?.close());

test('a guest starts a chat, an agent takes it, and both see the same messages in order', async ({
  server,
}) => {
  const shopper = server.guest();
  const agent = await server.agent('anna');
  const begun = await shopper.begin('Is the coat warm?', { name: 'Ida', email: 'ida@example.com' });
  assert.is(begun.state, 'waiting');
  assert.is(begun.messages[0].body, 'Is the coat warm?');
  const agentSocket = await agent.console();
  const { body: queue } = await agent.ask('GET /api/chat-sessions?list=queue');
  assert.ok(
    queue.sessions.some((each: Body) => each.id === begun.id && each.unread_count === 1 && !each.verified),
  );
  assert.is((await agent.ask(`POST /api/chat-sessions/${begun.id}/assign`)).status, 200);
  agentSocket.say({ type: 'watch', session_id: begun.id, after: 0 });
  const { messages } = await agentSocket.next('messages');
  assert.equal(
    messages.map((each: Body) => [each.seq, each.kind, each.body]),
    [
      [1, 'text', 'Is the coat warm?'],
      [2, 'event', 'assigned'],
    ],
  );
  const shopperSocket = await shopper.follow(begun.id);
  agentSocket.write('Very. It is wool.', { session_id: begun.id });
  const answer = (await shopperSocket.next('message')).message;
  assert.equal(
    [answer.seq, answer.body, answer.is_staff, answer.sender_name],
    [3, 'Very. It is wool.', true, 'Name of anna'],
  );
  const id = shopperSocket.write('Then I take it');
  const ack = await shopperSocket.next('ack');
  assert.equal([ack.client_message_id, ack.seq], [id, 4]);
  const seen = (await agentSocket.next('message', (frame) => frame.message.seq === 4)).message;
  assert.equal(
    [seen.body, seen.is_staff, seen.sender_name, seen.client_message_id],
    ['Then I take it', false, 'Ida', id],
  );
  shopper.leave();
  agent.leave();
});

test('a message that is sent again is stored once and acknowledged with the same seq', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const socket = await shopper.follow(id);
  const again = randomUUID();
  const frame = { type: 'send', message: { client_message_id: again, body: 'Once' } };
  for (let times = 0; times < 3; times++) socket.say(frame);
  const seqs = [await socket.next('ack'), await socket.next('ack'), await socket.next('ack')].map(
    (ack) => ack.seq,
  );
  assert.equal(seqs, [2, 2, 2]);
  const { body, status } = await shopper.ask('POST /api/chat-messages', {
    session_id: id,
    message: frame.message,
  });
  assert.equal([status, body.seq], [200, 2]);
  const { body: all } = await shopper.ask(`GET /api/chat-messages?session_id=${id}`);
  assert.equal(
    all.messages.map((each: Body) => each.body),
    ['Hello?', 'Once'],
  );
  shopper.leave();
});

test('a client that reconnects gets the missed messages in order, each once', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const socket = await shopper.follow(id);
  for (let n = 0; n < 450; n++) socket.write(`${n}`);
  await socket.next('ack', (ack) => ack.seq === 451, 20_000);
  socket.terminate();
  const back = await shopper.open(`/ws/chat/${id}`);
  back.say({ type: 'resume', after: 7 });
  const seqs: number[] = [];
  for (;;) {
    const frame = await back.next('messages');
    seqs.push(...frame.messages.map((each: Body) => each.seq));
    if (seqs.at(-1) === 451) break;
  }
  assert.equal(
    seqs,
    Array.from({ length: 444 }, (_, at) => at + 8),
  );
  assert.is((await back.next('live')).seq, 451);
  back.write('new');
  assert.is((await back.next('message')).message.seq, 452);
  shopper.leave();
});

test('read marks never decrease, and each side sees the other’s', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  agentSocket.say({ type: 'watch', session_id: id, after: 0 });
  await agentSocket.next('live');
  agentSocket.write('Yes?', { session_id: id });
  const { message } = await shopperSocket.next('message');
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}`)).body.unread_count, 1);
  shopperSocket.say({ type: 'read', seq: message.seq });
  assert.is(
    (await agentSocket.next('session', (frame) => frame.session.shopper_read > 0)).session.shopper_read,
    3,
  );
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}`)).body.unread_count, 0);
  // A lower mark changes nothing, and one past the end raises it only to the newest message.
  shopperSocket.say({ type: 'read', seq: 1 });
  shopperSocket.say({ type: 'read', seq: 900 });
  await agent.ask(`POST /api/chat-messages/${id}-2/mark_read`);
  const last = await shopperSocket.next('session', (frame) => frame.session.staff_read === 2);
  assert.is(last.session.shopper_read, 3);
  shopper.leave();
  agent.leave();
});

test('typing is sent to the other side but not back to its sender', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin('Hi', { name: 'Ida' });
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  agentSocket.say({ type: 'watch', session_id: id, after: 0 });
  assert.is((await agentSocket.next('presence', (frame) => frame.online)).session_id, id);
  await agentSocket.next('live');
  shopperSocket.say({ type: 'typing', on: true });
  assert.equal(await agentSocket.next('typing'), {
    type: 'typing',
    session_id: id,
    side: 'shopper',
    name: 'Ida',
    on: true,
  });
  agentSocket.say({ type: 'typing', session_id: id, on: true });
  assert.is((await shopperSocket.next('typing')).side, 'staff');
  shopperSocket.say({ type: 'ping' });
  await shopperSocket.next('pong');
  assert.not.ok(shopperSocket.frames.some((frame) => frame.type === 'typing'));
  // The shopper is here while one page of any device is in the foreground.
  const phone = await shopper.follow(id);
  const isHere = (on: boolean) => agentSocket.next('presence', ({ online }) => online === on);
  shopperSocket.say({ type: 'visible', on: false });
  phone.say({ type: 'visible', on: false });
  await isHere(false);
  phone.say({ type: 'visible', on: false });
  phone.say({ type: 'visible', on: true });
  await isHere(true);
  phone.terminate();
  await isHere(false);
  shopperSocket.say({ type: 'visible', on: true });
  await isHere(true);
  shopper.leave();
  assert.is((await agentSocket.next('presence', (frame) => !frame.online)).online, false);
  agent.leave();
});

test('agents see who else views a chat', async ({ server }) => {
  const shopper = server.guest();
  const [anna, bert] = [await server.agent('anna'), await server.agent('bert')];
  const { id } = await shopper.begin();
  const [first, second] = [await anna.console(), await bert.console()];
  first.say({ type: 'watch', session_id: id, after: 0 });
  second.say({ type: 'watch', session_id: id, after: 0 });
  const both = await first.next('viewing', (frame) => frame.agents.length === 2);
  assert.equal(both.agents.map((each: Body) => each.sub).sort(), ['anna', 'bert']);
  second.say({ type: 'unwatch', session_id: id });
  assert.is((await first.next('viewing', (frame) => frame.agents.length === 1)).agents[0].sub, 'anna');
  anna.leave();
  bert.leave();
});

test('an agent sends a product by its id, and the shop supplies the card', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  const product = (product_id: unknown) =>
    agentSocket.say({
      type: 'send',
      session_id: id,
      message: { client_message_id: randomUUID(), product_id },
    });
  product(3);
  const { message } = await shopperSocket.next('message');
  const { body: shown } = await shopper.ask('GET /api/products/3');
  assert.equal([message.kind, message.product.id, message.product.price], ['product', 3, shown.price]);
  assert.is(message.body, shown.name);
  product(999_999);
  assert.is((await agentSocket.next('nack')).code, 'no_product');
  shopperSocket.say({ type: 'send', message: { client_message_id: randomUUID(), product_id: 3 } });
  assert.is((await shopperSocket.next('nack')).code, 'no_product');
  await server.client.query('update shop.product set price = 77.5, on_sale = false where product_id = 3');
  await until(async () => {
    const { body: now } = await shopper.ask(`GET /api/chat-messages?session_id=${id}&after=2`);
    return now.messages[0].product.price === 77.5;
  }, 'the current price instead of the price when it was sent');
  shopper.leave();
  agent.leave();
});

test('a chat from before the shop had ids of this type can be read', async ({ server }) => {
  const shopper = await server.signedIn('7');
  const { id } = await shopper.begin('Where is my order?');
  const agent = await server.agent();
  await agent.ask(`POST /api/chat-sessions/${id}/take`, {});
  await agent.ask('POST /api/chat-messages', {
    session_id: id,
    message: { client_message_id: randomUUID(), product_id: 3 },
  });
  await server.client.query(`update couture.chat_message set product_id = 'prod_01' where kind = 'product'`);
  await server.client.query(
    `update couture.chat_session set customer_id = 'cus_01', visitor_key = 'customer:cus_01',
       cart = '[{"product_id": "prod_01", "quantity": 1}]' where session_id = $1`,
    [id],
  );
  for (const path of ['', '/shopper', '/suggestions']) {
    const { status, body } = await agent.ask(`GET /api/chat-sessions/${id}${path}`);
    assert.is(status, 200, `${path} ${JSON.stringify(body)}`);
  }
  const { body } = await agent.ask(`GET /api/chat-sessions/${id}/shopper`);
  assert.equal([body.customer_id, body.orders, body.cart], ['cus_01', [], []]);
});

test('the queue view shows new and changed chats without a request', async ({ server }) => {
  const agent = await server.agent();
  const agentSocket = await agent.console();
  const shopper = server.guest();
  const { id } = await shopper.begin('Anybody?');
  const mine = (frame: Body) => frame.sessions.find((each: Body) => each.id === id);
  const shown = mine(await agentSocket.next('sessions', mine));
  assert.equal([shown.state, shown.unread_count, shown.last_message.body], ['waiting', 1, 'Anybody?']);
  await agent.ask(`POST /api/chat-sessions/${id}/resolve`);
  const resolved = (frame: Body) => mine(frame)?.state === 'resolved';
  assert.ok(await agentSocket.next('sessions', resolved));
  agent.leave();
});
