// Idempotency keys and other ids that clients choose: each is scoped to the person who sent it.
import { randomBytes, randomUUID } from 'node:crypto';
import { assert, suite } from '../../../fixtures/suite.ts';
import { openPool } from '../../../sql/pool.ts';
import { appendMessages, type NewMessage } from '../../../sql/store/chat/messages.ts';
import { type Body, ChatServer, type Person } from '../../test-support/chat-server.ts';
import { newGuest } from './creation-key.ts';

const test = suite<{ server: ChatServer }>('keys that clients choose');
test.before(async (context) => {
  assert.type(newGuest, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

const page = 'https://shop.example';

/** A guest on a page of another origin, with a new secret. */
function embedded(server: ChatServer): Person {
  const guest = server.guest();
  Object.assign(guest.headers, { Origin: page, 'Chat-Secret': randomBytes(32).toString('base64url') });
  return guest;
}

const opening = (text: string) => ({ message: { client_message_id: randomUUID(), body: text } });
const texts = ({ messages }: Body) => messages.map((each: Body) => each.body);

test('another person’s key starts another chat and leaves theirs unchanged', async ({ server }) => {
  const owners: Record<string, Person> = {
    'a customer': await server.signedIn('7'),
    'a guest with a secret': embedded(server),
    'a guest without one': server.guest(),
    'an agent': await server.agent('sam'),
  };
  for (const [who, owner] of Object.entries(owners)) {
    const key = { 'Idempotency-Key': `chat-2026-11-28-${who.replaceAll(' ', '-')}` };
    const made = await owner.ask('POST /api/chat-sessions', opening(`words of ${who}`), key);
    assert.is(made.status, 201, who);
    const others: Record<string, Person> = {
      'a customer': await server.signedIn('8'),
      'a guest with a secret': embedded(server),
      'a guest without one': server.guest(),
      'an agent': await server.agent(`agent-${randomUUID()}`),
    };
    for (const [name, other] of Object.entries(others)) {
      const label = `${name} with the key of ${who}`;
      const got = await other.ask('POST /api/chat-sessions', opening('not mine'), key);
      assert.is.not(got.body.id, made.body.id, label);
      assert.is(got.status, 201, label);
      assert.not.match(JSON.stringify(got.body), `words of ${who}`, label);
      await other.ask(`POST /api/chat-sessions/${got.body.id}/close`);
    }
    const still = await owner.ask(`GET /api/chat-sessions/${made.body.id}`);
    assert.is(still.status, 200, `${who} still has the chat`);
    assert.equal(texts(still.body), [`words of ${who}`]);
  }
});

test('the same person with the same key gets the same chat, even after it was closed', async ({ server }) => {
  for (const person of [await server.signedIn('9'), embedded(server), await server.agent('ida')]) {
    const key = { 'Idempotency-Key': randomUUID() };
    const asked = opening('Hello?');
    const first = await person.ask('POST /api/chat-sessions', asked, key);
    assert.is(first.status, 201);
    await person.ask(`POST /api/chat-sessions/${first.body.id}/close`);
    const again = await person.ask('POST /api/chat-sessions', asked, key);
    assert.equal([again.status, again.body.id, again.body.state], [200, first.body.id, 'closed']);
  }
});

test('a guest who never got the answer retries the request, and the first browser keeps the chat', async ({
  server,
}) => {
  const key = { 'Idempotency-Key': randomUUID() };
  const asked = opening('Hello?');
  // The first answer arrives after the retry.
  const [first, second] = [server.guest(), server.guest()];
  const answers = await Promise.all(
    [first, second].map((each) => each.ask('POST /api/chat-sessions', asked, key)),
  );
  assert.equal(answers.map(({ status }) => status).sort(), [200, 201]);
  assert.is(answers[0]!.body.id, answers[1]!.body.id);
  for (const browser of [first, second]) {
    const seen = await browser.ask(`GET /api/chat-sessions/${answers[0]!.body.id}`);
    assert.is(seen.status, 200);
    assert.equal(texts(seen.body), ['Hello?']);
  }
  // Pages of other origins get the same secret.
  const embeddedGuest = server.guest();
  const { body } = await embeddedGuest.ask('POST /api/chat-sessions', asked, { ...key, Origin: page });
  assert.is(first.headers.Cookie, `${first.headers.Cookie!.split('=')[0]}=${body.guest_secret}`);
});

test('neither a key alone nor an old request opens a guest’s chat', async ({ server }) => {
  const uuid = randomUUID();
  const same = { message: { client_message_id: uuid, body: 'One value for both' } };
  for (const key of [uuid, uuid.toUpperCase(), `chat-${uuid}`]) {
    const first = await server.guest().ask('POST /api/chat-sessions', same, { 'Idempotency-Key': key });
    const second = await server.guest().ask('POST /api/chat-sessions', same, { 'Idempotency-Key': key });
    assert.equal([first.status, second.status], [201, 201], key);
    assert.is.not(first.body.id, second.body.id);
  }
  const key = { 'Idempotency-Key': randomUUID() };
  const wordless = await Promise.all(
    [1, 2].map(() => server.guest().ask('POST /api/chat-sessions', {}, key)),
  );
  assert.is.not(wordless[0]!.body.id, wordless[1]!.body.id);

  const asked = opening('From long ago');
  const old = await server.guest().ask('POST /api/chat-sessions', asked, key);
  await server.client.query(
    `update couture.chat_session set created_at = now() - interval '16 minutes' where session_id = $1`,
    [old.body.id],
  );
  const late = await server.guest().ask('POST /api/chat-sessions', asked, key);
  assert.is(late.status, 201);
  assert.is.not(late.body.id, old.body.id);
});

test('another sender’s client_message_id is refused, not acknowledged', async ({ server }) => {
  const shopper = server.guest();
  const { id, messages } = await shopper.begin('Mine');
  const agent = await server.agent();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const message = { client_message_id: messages[0].client_message_id, body: 'An answer' };
  assert.is((await agent.ask('POST /api/chat-messages', { session_id: id, message })).status, 400);
  const desk = await agent.console();
  desk.say({ type: 'send', session_id: id, message });
  const nack = await desk.next('nack');
  assert.equal(
    [nack.client_message_id, nack.code, nack.retry],
    [message.client_message_id, 'id_taken', false],
  );
  // Ids are scoped to a chat: the same id in another chat is accepted.
  const other = await server.guest().begin('Elsewhere');
  const twin = { client_message_id: other.messages[0].client_message_id, body: 'Same id' };
  assert.is((await shopper.ask('POST /api/chat-messages', { session_id: id, message: twin })).status, 201);
  agent.leave();
});

test('of several copies in one batch, the first valid one is stored', async ({ server }) => {
  const { id: sessionId } = await server.guest().begin('Hello');
  const pool = openPool(server.database.url, { max: 1 });
  try {
    const copy = (more: Partial<NewMessage>): NewMessage => ({
      sessionId,
      clientMessageId: 'b4b35abb-5a52-4bb2-8a35-0d3c0de3f0aa',
      side: 'shopper',
      sender: null,
      senderName: null,
      kind: 'text',
      body: 'words',
      productId: null,
      attachmentId: null,
      ...more,
    });
    const outcomes = await appendMessages(pool, [
      copy({ side: 'staff', sender: 'nobody' }),
      copy({ kind: 'attachment', attachmentId: randomUUID() }),
      copy({}),
      copy({}),
    ]);
    assert.equal(
      outcomes.map(({ outcome }) => outcome),
      ['not_assigned', 'no_attachment', 'stored', 'repeated'],
    );
    assert.equal(
      outcomes.slice(2).map((each) => 'seq' in each && each.seq),
      [2, 2],
    );
  } finally {
    await pool.end();
  }
});
