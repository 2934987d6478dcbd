// The life of a chat: one open chat per visitor, one agent per chat, transferring, returning, resolving, reopening and
// the idle rules.
import { randomUUID } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { openPool, type Pool } from '../../sql/pool.ts';
import { applyIdleRules } from '../../sql/store/chat/idle.ts';
import { signToken } from '../auth/sign-token.ts';
import { type Body, ChatServer, Person, secret } from '../test-support/chat-server.ts';
import { sessionRoutes } from './routes/session-routes.ts';

const test = suite<{ server: ChatServer; pool: Pool }>('the life of a chat');
test.before(async (context) => {
  assert.type(sessionRoutes, 'function');
  context.server = await ChatServer.start();
  context.pool = openPool(context.server.database.url, { max: 2 });
});
test.after(async (context) => {
  await context.pool?.end();
  await context.server?.close();
});

test('of many agents who take a chat, only one gets it', async ({ server }) => {
  const { id } = await server.guest().begin();
  const agents = await Promise.all(Array.from({ length: 12 }, (_, n) => server.agent(`agent-${n}`)));
  const answers = await Promise.all(agents.map((agent) => agent.ask(`POST /api/chat-sessions/${id}/assign`)));
  const statuses = answers.map((answer) => answer.status).sort();
  assert.equal(statuses, [200, ...Array(11).fill(409)]);
  const winner = answers.findIndex((answer) => answer.status === 200);
  const { rows } = await server.client.query(
    'select assigned_to from couture.chat_session where session_id = $1',
    [id],
  );
  assert.is(rows[0]!.assigned_to, `agent-${winner}`);
  const { body } = await agents[0]!.ask(`GET /api/chat-messages?session_id=${id}`);
  assert.is(body.messages.filter((each: Body) => each.body === 'assigned').length, 1);
});

test('a customer whose token says no name and no address has those that the shop knows', async ({
  server,
}) => {
  const { rows } = await server.client.query<{ id: string; name: string; email: string }>(
    `select customer_id::text as id, name, email from couture_source.customer where name ~ '\\S' and email ~ '@' order by customer_id limit 2`,
  );
  const [one, other] = rows;
  const nameless = await signToken(secret, { sub: one!.id, roles: ['customer'], lifetime: 600 });
  const { id } = await new Person(server, { Authorization: `Bearer ${nameless}` }).begin();
  const named = await (await server.signedIn(other!.id)).begin();
  const agent = await server.agent('contact');
  const seen = async (chat: string) => {
    const { body } = await agent.ask(`GET /api/chat-sessions/${chat}`);
    return [body.name, body.email];
  };
  assert.equal(await seen(id), [one!.name, one!.email]);
  assert.equal(await seen(named.id), [`Name of ${other!.id}`, other!.email], 'the token comes first');
  const stranger = await signToken(secret, { sub: '987654', roles: ['customer'], lifetime: 600 });
  const unknown = await new Person(server, { Authorization: `Bearer ${stranger}` }).begin();
  assert.equal(await seen(unknown.id), [null, null]);
});

test('a visitor has one open chat, however often they start one', async ({ server }) => {
  const shopper = await server.signedIn('11');
  const begun = await Promise.all(Array.from({ length: 8 }, () => shopper.begin()));
  assert.is(new Set(begun.map((each) => each.id)).size, 1);
  const guest = server.guest();
  const first = await guest.begin();
  assert.is((await guest.begin('Again')).id, first.id);
  await guest.ask(`POST /api/chat-sessions/${first.id}/close`);
  const second = await guest.begin('Another matter');
  assert.is.not(second.id, first.id);
  assert.equal(
    (await guest.ask('GET /api/chat-sessions')).body.sessions.map((each: Body) => each.id),
    [second.id, first.id],
  );
});

test('retrying a request whose answer was lost gives the same chat', async ({ server }) => {
  const key = { 'Idempotency-Key': randomUUID() };
  const message = { client_message_id: randomUUID(), body: 'Hello?' };
  const lost = await server.guest().ask('POST /api/chat-sessions', { message }, key);
  const shopper = server.guest();
  const again = await shopper.ask('POST /api/chat-sessions', { message }, key);
  assert.equal([lost.status, again.status], [201, 200]);
  assert.is(again.body.id, lost.body.id);
  assert.is(again.body.messages.length, 1);
  assert.is((await shopper.ask(`GET /api/chat-sessions/${again.body.id}`)).status, 200);
});

test('only its agent can write in a chat, transfer it and return it', async ({ server }) => {
  const [anna, bert] = [await server.agent('anna'), await server.agent('bert')];
  const [first, second] = [await anna.console(), await bert.console()];
  const { id } = await server.guest().begin();
  const write = async (agent: typeof anna) => {
    const message = { client_message_id: randomUUID(), body: 'Yes?' };
    return (await agent.ask('POST /api/chat-messages', { session_id: id, message })).status;
  };
  assert.is(await write(anna), 409, 'no agent can write before the chat is taken');
  await anna.ask(`POST /api/chat-sessions/${id}/assign`);
  assert.equal([await write(anna), await write(bert)], [201, 409]);
  for (const step of ['return', 'resolve', 'close'])
    assert.is((await bert.ask(`POST /api/chat-sessions/${id}/${step}`)).status, 409, step);
  // Opening the console records an agent in the background.
  await until(async () => {
    const { body } = await anna.ask('GET /api/chat-agents');
    return body.agents.filter((each: Body) => each.online).length >= 2;
  }, 'both agents to be online');
  const passed = await anna.ask(`POST /api/chat-sessions/${id}/transfer`, {
    agent: 'bert',
    note: 'Knows coats',
  });
  assert.equal([passed.status, passed.body.agent_name], [200, 'Name of bert']);
  assert.equal([await write(anna), await write(bert)], [409, 201]);
  assert.is((await bert.ask(`GET /api/chat-sessions/${id}/notes`)).body.notes[0].body, 'Knows coats');
  const { body: mine } = await bert.ask('GET /api/chat-sessions?list=mine');
  assert.ok(mine.sessions.some((each: Body) => each.id === id));
  const returned = await bert.ask(`POST /api/chat-sessions/${id}/return`);
  assert.equal([returned.body.state, returned.body.agent_name], ['waiting', null]);
  assert.is(await write(bert), 409);
  // An admin may step in.
  await anna.ask(`POST /api/chat-sessions/${id}/assign`);
  const admin = await server.signedIn('boss', ['admin']);
  assert.is((await admin.ask(`POST /api/chat-sessions/${id}/resolve`)).status, 200);
  first.terminate();
  second.terminate();
});

test('a resolved chat returns to the queue when its shopper writes', async ({ server }) => {
  const shopper = server.guest();
  const agent = await server.agent();
  const { id } = await shopper.begin();
  await agent.ask(`POST /api/chat-sessions/${id}/assign`);
  const socket = await shopper.follow(id);
  await agent.ask(`POST /api/chat-sessions/${id}/resolve`);
  assert.is(
    (await socket.next('session', (frame) => frame.session.state === 'resolved')).session.agent_name,
    null,
  );
  socket.write('One more thing');
  assert.is((await socket.next('message', (frame) => frame.message.kind === 'text')).message.seq, 4);
  const { body } = await shopper.ask(`GET /api/chat-sessions/${id}`);
  assert.equal([body.state, body.agent_name], ['waiting', null]);
  // If another chat is open by then, the old one stays resolved.
  await agent.ask(`POST /api/chat-sessions/${id}/resolve`);
  await shopper.begin('Something else');
  socket.write('And another');
  assert.is((await socket.next('nack')).code, 'closed');
  assert.is((await shopper.ask(`POST /api/chat-sessions/${id}/reopen`)).status, 409);
  shopper.leave();
});

test('the queue lists the longest wait first, page by page', async ({ server }) => {
  const agent = await server.agent();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push((await server.guest().begin(`number ${n}`)).id);
  const seen: string[] = [];
  for (let path = '/api/chat-sessions?list=queue&limit=2'; path; ) {
    const { body } = await agent.ask(`GET ${path}`);
    seen.push(...body.sessions.map((each: Body) => each.id));
    path = body.next ? `/api/chat-sessions?list=queue&limit=2&cursor=${body.next}` : '';
  }
  assert.equal(
    seen.filter((id) => ids.includes(id)),
    ids,
  );
  assert.is(new Set(seen).size, seen.length);
  const waits = (await agent.ask('GET /api/chat-sessions?list=queue')).body.sessions.map(
    (each: Body) => each.waiting_since,
  );
  assert.equal(waits, [...waits].sort());
});

test('search finds past and open chats by their words, ignoring case and accents', async ({ server }) => {
  const agent = await server.agent();
  const [past, open] = [server.guest(), server.guest()];
  const { id } = await past.begin('Die Jacke für Clémentine ist zerrissen', { name: 'Zoë' });
  await past.ask(`POST /api/chat-sessions/${id}/close`);
  const { id: now } = await open.begin('Wo ist die Jacke?');
  const found = async (q: string) =>
    (await agent.ask(`GET /api/chat-sessions?q=${encodeURIComponent(q)}`)).body.sessions.map(
      (each: Body) => each.id,
    );
  assert.equal(await found('clementine zerr'), [id]);
  assert.equal(await found('jacke'), [now, id]);
  assert.equal(await found('zoe'), [id]);
  for (const nothing of ['schal', "' | !", '&&&']) assert.equal(await found(nothing), []);
});

test('canned replies are created, replaced and removed', async ({ server }) => {
  const agent = await server.agent();
  await agent.ask('POST /api/chat-replies', { shortcut: 'ship', body: 'Two days.' });
  const { body: reply } = await agent.ask('POST /api/chat-replies', {
    shortcut: 'ship',
    body: 'Three days.',
  });
  const { body } = await agent.ask('GET /api/chat-replies');
  assert.equal(
    body.replies.map((each: Body) => [each.shortcut, each.body]),
    [['ship', 'Three days.']],
  );
  assert.is((await agent.ask(`DELETE /api/chat-replies/${reply.id}`)).status, 204);
  assert.is((await agent.ask(`DELETE /api/chat-replies/${reply.id}`)).status, 404);
});

test('the idle rules resolve quiet chats, close old ones and leave the others unchanged', async ({
  server,
  pool,
}) => {
  const agent = await server.agent('clock');
  const chats: Record<string, string> = {};
  for (const name of ['quiet', 'busy', 'done', 'waits', 'offline', 'abandoned']) {
    chats[name] = (await server.guest().begin()).id;
  }
  for (const name of ['quiet', 'busy', 'done'])
    await agent.ask(`POST /api/chat-sessions/${chats[name]}/assign`);
  await agent.ask(`POST /api/chat-sessions/${chats.done}/resolve`);
  await server.client.query(
    `update couture.chat_session set updated_at = now() - interval '3 hours', waiting_since = now() - interval '3 hours',
       resolved_at = resolved_at - interval '3 hours', left_offline = session_id = $2 where session_id = any ($1::uuid[])`,
    [[chats.quiet, chats.done, chats.offline, chats.abandoned], chats.offline],
  );
  const twoHours = 2 / 24;
  const rules = { resolveAfter: twoHours, closeAfter: twoHours, abandonAfter: twoHours };
  const rounds = await Promise.all([applyIdleRules(pool, rules), applyIdleRules(pool, rules)]);
  const moved = new Set(rounds.flatMap(({ moved }) => moved).map((each) => each.sessionId));
  assert.equal([...moved].sort(), [chats.quiet, chats.done, chats.abandoned].sort());
  const { rows } = await server.client.query<{ session_id: string; state: string }>(
    'select session_id, state from couture.chat_session where session_id = any ($1::uuid[])',
    [Object.values(chats)],
  );
  const states = Object.fromEntries(rows.map((row) => [row.session_id, row.state]));
  assert.equal(Object.fromEntries(Object.entries(chats).map(([name, id]) => [name, states[id]])), {
    quiet: 'resolved',
    busy: 'active',
    done: 'closed',
    waits: 'waiting',
    offline: 'waiting',
    abandoned: 'closed',
  });
});

test('outside business hours a chat requires a message and an e-mail address, and is marked', async ({
  server,
}) => {
  const now = new Date();
  const day = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'][(now.getUTCDay() + 3) % 7]!;
  const closed = await ChatServer.start(
    { chatHours: `${day} 09:00-10:00`, chatTimeZone: 'Europe/Berlin' },
    server.database,
  );
  try {
    const shopper = closed.guest();
    const { body: when } = await shopper.ask('GET /api/chat-availability');
    assert.is(when.open, false);
    assert.ok(Date.parse(when.opens_at) > now.getTime());
    const message = { client_message_id: randomUUID(), body: 'When do you open?' };
    const refused = await shopper.ask('POST /api/chat-sessions', { message });
    assert.equal([refused.status, refused.body.code], [409, 'chat_offline']);
    const taken = await shopper.ask('POST /api/chat-sessions', { message, email: 'ida@example.com' });
    assert.equal([taken.status, taken.body.left_offline, taken.body.email], [201, true, 'ida@example.com']);
  } finally {
    await closed.close({ keepDatabase: true });
  }
});

test('only the shopper of an ended chat rates it, and for a day', async ({ server, pool }) => {
  const [shopper, anna, other] = [server.guest(), await server.agent('anna'), server.guest()];
  const { id } = await shopper.begin();
  await other.begin();
  const rate = (who: typeof anna, body: Body) => who.ask(`POST /api/chat-sessions/${id}/rating`, body);
  const read = async (who: typeof anna) => (await who.ask(`GET /api/chat-sessions/${id}/rating`)).body.rating;
  assert.is((await rate(shopper, { score: 5 })).status, 409, 'the chat is open');
  await anna.ask(`POST /api/chat-sessions/${id}/assign`);
  const message = { client_message_id: randomUUID(), body: 'Here you are.' };
  await anna.ask('POST /api/chat-messages', { session_id: id, message });
  await anna.ask(`POST /api/chat-sessions/${id}/resolve`);
  assert.is(await read(anna), null);
  assert.equal(
    [(await rate(anna, { score: 5 })).status, (await rate(other, { score: 1 })).status],
    [404, 404],
  );
  assert.is((await other.ask(`GET /api/chat-sessions/${id}/rating`)).status, 404);
  assert.is((await rate(shopper, { score: 2, comment: 'Slow' })).body.comment, 'Slow');
  await shopper.ask(`POST /api/chat-sessions/${id}/close`);
  // Several at once are one rating.
  const changed = await Promise.all([1, 2, 3].map(() => rate(shopper, { score: 4 })));
  assert.equal(
    changed.map(({ status }) => status),
    [200, 200, 200],
  );
  const { rows } = await pool.query(
    'select score, comment, agent from couture.chat_rating where session_id = $1',
    [id],
  );
  assert.equal(rows, [{ score: 4, comment: null, agent: 'anna' }]);
  assert.is((await read(anna)).score, 4);
  await pool.query(
    `update couture.chat_rating set rated_at = now() - interval '25 hours' where session_id = $1`,
    [id],
  );
  const late = await rate(shopper, { score: 1 });
  assert.equal([late.status, late.body.detail], [409, 'The rating is older than a day']);
});
