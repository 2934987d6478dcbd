// Every frame that a client of ours can produce, with members of every wrong kind: each message gets one answer, to its
// sender alone, and neither the chat nor the agent's other chats notice. The same for the requests that replace sockets.
import { randomUUID } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { codePoints, isStorable, isVisible, maxMessageLength, plainText } from '../contract/text.ts';
import { type Body, ChatServer, type Person, type Socket } from '../test-support/chat-server.ts';
import { Connection } from './sockets/connection.ts';

const test = suite<{ server: ChatServer }>('every frame of our clients');
test.before(async (context) => {
  assert.type(Connection, 'function');
  context.server = await ChatServer.start();
});
test.after((context) => context.server?.close());

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => String.fromCodePoint(first + n));
const oddCharacters = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  '\u00ad',
  '\u061c',
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  '\ud800',
  '\udbff',
  '\udc00',
  '\udfff',
  '\ude00\ud83d',
  '\ufeff',
  ...range(0xfdd0, 0xfdef),
  ...range(0xfff9, 0xffff),
  ...Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0xfffe)),
  '\u{e0001}',
  '\u{10ffff}',
];
/** Within and beyond the limit, which counts code points: in UTF-16 units and in bytes some are far longer. */
const lengths = ['x', '\ufdfa', '😀', '👩‍🚀', '\\', '"', '\n'].flatMap((each) =>
  [maxMessageLength, maxMessageLength + 1].map((most) => each.repeat(Math.ceil(most / codePoints(each)))),
);
const texts = [...oddCharacters.flatMap((odd) => [`a${odd}b`, odd]), ...lengths];
const wrongTypes: unknown[] = [null, true, 7, 1.5, -1, [], ['x'], {}, { body: 'x' }];
const wrongIds = ['', 'none', '../..', randomUUID(), `${randomUUID()}0`, 'a\0b', '\ud800', 'x'.repeat(300)];

/** What our clients send, with each member replaced in turn. */
const contents: Array<Record<string, unknown>> = [
  ...texts.map((body) => ({ body })),
  ...wrongTypes.map((body) => ({ body })),
  ...[...wrongTypes, ...wrongIds].flatMap((id) => [{ attachment_id: id }, { product_id: id }]),
  {},
  { body: 'x', attachment_id: randomUUID() },
  { body: 'x', product_id: 1 },
  { body: 'x', is_staff: true, side: 'staff' },
];

const expected = ({ body, ...others }: Record<string, unknown>): string | undefined =>
  typeof body === 'string' &&
  Object.keys(others).length === 0 &&
  isVisible(body) &&
  isStorable(body) &&
  codePoints(plainText(body)) <= maxMessageLength
    ? plainText(body)
    : undefined;

test('each message is acknowledged or refused by its id, and only valid text is stored', async ({
  server,
}) => {
  const [shopper, bystander] = [server.guest(), server.guest()];
  const agent = await server.agent();
  const [{ id }, { id: other }] = [await shopper.begin(), await bystander.begin()];
  for (const chat of [id, other]) await agent.ask(`POST /api/chat-sessions/${chat}/assign`);
  const [shopperSocket, agentSocket] = [await shopper.follow(id), await agent.console()];
  const quiet = await bystander.follow(other);
  const stored: string[] = [];
  const senders: Array<[person: Person, socket: Socket, more: Body]> = [
    [shopper, shopperSocket, {}],
    [agent, agentSocket, { session_id: id }],
  ];
  for (const [, socket, more] of senders) {
    const sent = contents.map((content) => ({ client_message_id: randomUUID(), ...content }));
    for (const message of sent) socket.say({ type: 'send', ...more, message });
    for (const [at, { client_message_id }] of sent.entries()) {
      const content = contents[at]!;
      const answer = await answerOf(socket, client_message_id);
      const text = expected(content);
      // The catalogue has products, and agents may send them: the one valid content that is no text.
      const isProduct = answer.type === 'ack' && 'product_id' in content && more.session_id !== undefined;
      if (isProduct) continue;
      assert.is(answer.type, text === undefined ? 'nack' : 'ack', JSON.stringify(content).slice(0, 90));
      if (answer.type === 'nack') assert.is(answer.retry, false);
      else stored.push(text!);
    }
  }
  const kept = await textsOf(agent, id);
  assert.equal(kept.slice(1).filter((text) => text !== 'assigned').length, stored.length);
  assert.equal(
    kept.filter((text) => stored.includes(text)).length,
    stored.length,
    'what was acknowledged is stored',
  );
  assert.is(
    quiet.frames.some(({ type }) => type === 'nack' || type === 'bad_frame'),
    false,
  );
  quiet.write('Still here');
  assert.is((await quiet.next('ack')).seq, 3);
  for (const person of [shopper, bystander, agent]) person.leave();
});

test('the request that replaces the socket gives the same answers', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  // One text per kind: every request opens its own transaction.
  const some = contents.filter(({ body }, at) => typeof body !== 'string' || at % 9 === 0 || body.length > 9);
  for (const person of [shopper, agent]) {
    for (const content of some) {
      const message = { client_message_id: randomUUID(), ...content };
      const { status, body } = await person.ask('POST /api/chat-messages', { session_id: id, message });
      const text = expected(content);
      if (text !== undefined) assert.equal([status, body.body], [201, text]);
      else if (!(status === 201 && 'product_id' in content && person === agent))
        assert.ok([400, 404, 413].includes(status), `${status} for ${JSON.stringify(content).slice(0, 90)}`);
    }
  }
});

test('frames besides messages are ignored when a member is wrong, and the socket goes on', async ({
  server,
}) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const members: Record<string, Body> = { after: 0, seq: 1, on: true, page: '/', cart: [], session_id: id };
  const ofShopper: Record<string, string[]> = { read: ['seq'], typing: ['on'], context: ['page', 'cart'] };
  const ofAgent: Record<string, string[]> = {
    watch: ['session_id', 'after'],
    unwatch: ['session_id'],
    read: ['session_id', 'seq'],
    typing: ['session_id', 'on'],
  };
  for (const [open, frames] of [
    [() => shopper.follow(id), ofShopper],
    [() => agent.console(), ofAgent],
  ] as const) {
    for (const [type, names] of Object.entries(frames)) {
      for (const name of names) {
        const socket = await open();
        const values = [...wrongTypes, 'x', '\0', '\ud800', 'x'.repeat(3_000)];
        for (const value of values.slice(0, 18)) {
          const rest = Object.fromEntries(names.map((each) => [each, members[each]]));
          socket.say({ type, ...rest, [name]: value });
        }
        socket.write('It goes on', frames === ofAgent ? { session_id: id } : {});
        await socket
          .next('ack', undefined, 5_000)
          .catch((error) => assert.unreachable(`${type}.${name}: ${error}`));
        socket.terminate();
      }
    }
  }
});

async function answerOf(socket: Socket, id: string): Promise<Body> {
  for (;;) {
    const at = socket.frames.findIndex((frame) => frame.client_message_id === id && frame.type !== 'message');
    if (at >= 0) return socket.frames.splice(at, 1)[0];
    if (socket.raw.readyState !== socket.raw.OPEN) throw new Error('the server closed the socket');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function textsOf(person: Person, id: string): Promise<string[]> {
  const texts: string[] = [];
  for (let after = 0; ; ) {
    const { body } = await person.ask(`GET /api/chat-messages?session_id=${id}&after=${after}&limit=500`);
    for (const each of body.messages) if (each.kind !== 'product') texts.push(each.body);
    after = body.messages.at(-1)?.seq ?? after;
    if (!body.more) return texts;
  }
}
