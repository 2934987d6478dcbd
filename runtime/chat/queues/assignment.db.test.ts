// Assignment in Postgres: who gets which chat, what happens to unanswered ones, and races of many processes.
import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '../../../fixtures/database.ts';
import { migratedDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Client, openClient, openPool, type Pool } from '../../../sql/pool.ts';
import { assignNext, restartWaits, takeBack } from '../../../sql/store/chat/assignment.ts';
import { holdConsoles } from '../../../sql/store/chat/consoles.ts';
import { appendMessages } from '../../../sql/store/chat/messages.ts';
import { revokeSubject } from '../../../sql/store/chat/revoked-subjects.ts';
import { takeStep } from '../../../sql/store/chat/states.ts';
import { markMissed } from '../../../sql/store/chat/targets.ts';
import { removeTeam, setTeam } from '../../../sql/store/chat/teams.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
}

const test = suite<Context>('assignment of chats');
const rules = { capacity: 4, answerWithin: 60 };

test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.pool = openPool(context.database.url, { max: 4 });
});
test.beforeEach(async ({ client }) => {
  await client.query(
    `truncate couture.chat_session, couture.chat_team, couture.chat_agent, couture.chat_console, couture.revoked_subject cascade`,
  );
});
test.after(async ({ database, client, pool }) => {
  await pool.end();
  await client.end();
  await database.drop();
});

/** Agents whose consoles are open. */
async function agents({ client }: Context, ...subs: string[]): Promise<void> {
  await client.query(
    `insert into couture.chat_agent (sub, name) select s, 'Name of ' || s from unnest($1::text[]) s on conflict do nothing`,
    [subs],
  );
  await holdConsoles(
    client,
    'test',
    subs.map((sub) => ({ sub, visible: true })),
  );
}

/** A chat that has waited for these seconds. */
async function chat({ client }: Context, waited: number, team: string | null = null): Promise<string> {
  const { rows } = await client.query<{ session_id: string }>(
    `insert into couture.chat_session (visitor_key, last_seq, waiting_since, unanswered_since, team_id)
     select 'guest:' || gen_random_uuid(), 1, at, at, $2 from (select now() - make_interval(secs => $1) as at) t
     returning session_id`,
    [waited, team],
  );
  return rows[0]!.session_id;
}

function answer(context: Context, sessionId: string, sub: string): Promise<void> {
  return write(context, sessionId, { side: 'staff', sender: sub, senderName: sub });
}

/** The shopper writes, these seconds ago. */
async function shopperWrites(context: Context, sessionId: string, ago: number): Promise<void> {
  await write(context, sessionId, { side: 'shopper', sender: null, senderName: null });
  await context.client.query(
    `update couture.chat_message set created_at = created_at - make_interval(secs => $2)
     where session_id = $1 and side = 'shopper'`,
    [sessionId, ago],
  );
}

async function write({ pool }: Context, sessionId: string, from: object): Promise<void> {
  const message = { sessionId, clientMessageId: randomUUID(), ...from };
  const content = { kind: 'text', body: 'Hello', productId: null, attachmentId: null };
  const [outcome] = await appendMessages(pool, [{ ...message, ...content } as never]);
  assert.is(outcome!.outcome, 'stored');
}

/** Lets time pass: everything that Postgres compares with its clock moves into the past. */
async function pass({ client }: Context, seconds: number): Promise<void> {
  await client.query(
    `with age as (select make_interval(secs => ${seconds}) as by),
       chats as (update couture.chat_session set waiting_since = waiting_since - by, unanswered_since = unanswered_since - by,
         assigned_at = assigned_at - by, passed_at = passed_at - by from age)
     update couture.chat_agent set last_assigned_at = last_assigned_at - by from age`,
  );
}

async function assigned({ pool }: Context): Promise<Array<[string, string]>> {
  const given: Array<[string, string]> = [];
  for (let next = await assignNext(pool, rules); next; next = await assignNext(pool, rules))
    given.push([next.session_id, next.assigned_to!]);
  return given;
}

test('the longest wait goes first, to the agent with the fewest open chats, ties by the longest since the last one', async (context) => {
  await agents(context, 'anna', 'ben');
  const [late, first, second] = [await chat(context, 1), await chat(context, 9), await chat(context, 5)];
  assert.equal(await assigned(context), [
    [first, 'anna'],
    [second, 'ben'],
    [late, 'anna'],
  ]);
  const next = await chat(context, 1);
  assert.equal(await assigned(context), [[next, 'ben']]);
  // Both have two; Anna's last one was earlier.
  const last = await chat(context, 1);
  assert.equal(await assigned(context), [[last, 'anna']]);
});

test('nobody gets more than their capacity, their own or the configured one', async (context) => {
  await agents(context, 'anna', 'ben');
  await context.client.query(`update couture.chat_agent set capacity = 1 where sub = 'ben'`);
  for (let each = 0; each < 8; each++) await chat(context, each);
  const given = (await assigned(context)).map(([, sub]) => sub);
  assert.equal(
    ['anna', 'ben'].map((sub) => given.filter((each) => each === sub).length),
    [4, 1],
  );
});

test('a team’s chats go to its members only; a chat without a team to anybody', async (context) => {
  await agents(context, 'anna', 'ben');
  await setTeam(context.client, 'returns', { members: ['ben', 'carl'] });
  await setTeam(context.client, 'sales', { members: ['carl'] });
  const returns = await chat(context, 9, 'returns');
  await chat(context, 8, 'sales');
  const anybody = await chat(context, 7);
  assert.equal(await assigned(context), [
    [returns, 'ben'],
    [anybody, 'anna'],
  ]);
});

test('agents who are away, offline or revoked get none', async (context) => {
  await agents(context, 'anna', 'ben', 'carl');
  await context.client.query(`update couture.chat_agent set state = 'away' where sub = 'anna'`);
  await context.client.query(`insert into couture.revoked_subject (sub) values ('carl')`);
  await holdConsoles(
    context.client,
    'test',
    ['anna', 'carl'].map((sub) => ({ sub, visible: true })),
  );
  await chat(context, 5);
  assert.equal(await assigned(context), []);
});

test('an unanswered chat returns to the front, and is not offered to the same agent at once', async (context) => {
  await agents(context, 'anna');
  const [first, second] = [await chat(context, 100), await chat(context, 90)];
  await assigned(context);
  await pass(context, 61);
  await answer(context, second, 'anna');
  const passed = await takeBack(context.pool, rules.answerWithin);
  assert.equal(
    passed.map(({ session, agent }) => [session.session_id, session.state, agent.sub]),
    [[first, 'waiting', 'anna']],
  );
  const later = await chat(context, 3);
  await agents(context, 'anna', 'ben');
  assert.equal(
    (await assigned(context)).sort(),
    [
      [first, 'ben'],
      [later, 'anna'],
    ].sort(),
  );
  const { rows } = await context.client.query(
    `select body, sender_name from couture.chat_message where session_id = $1 and kind = 'event' order by seq`,
    [first],
  );
  assert.equal(
    rows.map((row) => Object.values(row)),
    [
      ['assigned', 'Name of anna'],
      ['unanswered', 'Name of anna'],
      ['assigned', 'Name of ben'],
    ],
  );
});

test('with nobody else, the agent is offered the chat again after the time to answer', async (context) => {
  await agents(context, 'anna');
  const only = await chat(context, 5);
  await assigned(context);
  await pass(context, 61);
  assert.is((await takeBack(context.pool, rules.answerWithin)).length, 1);
  assert.equal(await assigned(context), []);
  await pass(context, 61);
  assert.equal(await assigned(context), [[only, 'anna']]);
});

test('an agent who leaves returns what they have not answered, and keeps the rest', async (context) => {
  await agents(context, 'anna');
  const [answered, unanswered] = [await chat(context, 9), await chat(context, 8)];
  await assigned(context);
  await answer(context, answered, 'anna');
  await holdConsoles(context.client, 'test', []);
  assert.equal(await takeBack(context.pool, rules.answerWithin), [], 'a page that reloads');
  await context.client.query(`update couture.chat_console set until = now() - interval '1 second'`);
  const passed = await takeBack(context.pool, rules.answerWithin);
  assert.equal(
    passed.map(({ session }) => session.session_id),
    [unanswered],
  );
});

test('a shopper who writes to an agent who has left waits again, once the time to answer has passed', async (context) => {
  await agents(context, 'anna');
  const [silent, written, seen] = [await chat(context, 9), await chat(context, 8), await chat(context, 7)];
  await assigned(context);
  for (const id of [silent, written, seen]) await answer(context, id, 'anna');
  for (const id of [written, seen]) await shopperWrites(context, id, 30);
  await context.client.query('update couture.chat_session set staff_read = last_seq where session_id = $1', [
    seen,
  ]);
  await context.client.query('update couture.chat_session set missed_at = now() where session_id = $1', [
    written,
  ]);
  const back = async (answerWithin: number | undefined) => {
    await restartWaits(context.client, answerWithin);
    return (await takeBack(context.pool, answerWithin)).map(({ session }) => session.session_id);
  };
  assert.equal(await back(10), [], 'her console is open');
  await context.client.query('delete from couture.chat_console');
  assert.equal(await back(60), [], 'she may be back in time');
  assert.equal(await back(undefined), [], 'agents take chats by hand only');
  assert.equal(await back(10), [written]);
  const { rows } = await context.client.query<{ state: string; missed: boolean; waited: number }>(
    `select state, missed_at is not null as missed, round(extract(epoch from now() - waiting_since))::int as waited
     from couture.chat_session where session_id = $1`,
    [written],
  );
  assert.equal([rows[0]!.state, rows[0]!.missed], ['waiting', false], 'the alarm is raised again');
  assert.ok(rows[0]!.waited >= 30, 'since the message');
});

test('of an agent whose access is revoked, every chat that a shopper writes in returns at once, also one taken by hand', async (context) => {
  await agents(context, 'anna', 'ben');
  const [silent, written, unanswered] = [
    await chat(context, 9),
    await chat(context, 8),
    await chat(context, 7),
  ];
  const anna = { agent: { sub: 'anna', name: 'Anna' }, admin: false };
  for (const id of [silent, written, unanswered]) await takeStep(context.client, id, { to: 'take' }, anna);
  for (const id of [silent, written]) await answer(context, id, 'anna');
  await shopperWrites(context, written, 0);
  await revokeSubject(context.client, 'anna');
  await restartWaits(context.client, undefined);
  const passed = await takeBack(context.pool, undefined);
  assert.equal(passed.map(({ session }) => session.session_id).sort(), [written, unanswered].sort());
  assert.equal(
    (await assigned(context)).map(([, sub]) => sub),
    ['ben', 'ben'],
  );
});

test('the chats of a team that is removed wait for every agent, and consoles learn of it', async (context) => {
  await agents(context, 'anna', 'ben');
  await setTeam(context.client, 'returns', { members: ['ben'] });
  await holdConsoles(context.client, 'test', [{ sub: 'anna', visible: true }]);
  const id = await chat(context, 9, 'returns');
  assert.equal(await assigned(context), []);
  const version = async () =>
    Number((await context.client.query('select version from couture.chat_session')).rows[0].version);
  const before = await version();
  assert.is(await removeTeam(context.client, 'returns'), true);
  assert.is(await version(), before + 1);
  assert.is(await removeTeam(context.client, 'returns'), false);
  assert.equal(await assigned(context), [[id, 'anna']]);
});

test('the first answer ends the wait; a return after it starts a new one', async (context) => {
  await agents(context, 'anna');
  const id = await chat(context, 500);
  const facts = async () => {
    const { rows } = await context.client.query<{ waits: boolean; missed: boolean; long: boolean }>(
      `select unanswered_since is not null as waits, missed_at is not null as missed,
         coalesce(unanswered_since < now() - interval '400 s', false) as long from couture.chat_session`,
    );
    return Object.values(rows[0]!);
  };
  assert.equal(await markMissed(context.client, [id]), [id]);
  assert.equal(await markMissed(context.client, [id]), [], 'the alarm is raised once');
  await assigned(context);
  assert.equal(await facts(), [true, true, true]);
  await answer(context, id, 'anna');
  assert.equal(await facts(), [false, true, false]);
  const anna = { agent: { sub: 'anna', name: null }, admin: false };
  await takeStep(context.client, id, { to: 'return' }, anna);
  assert.equal(await facts(), [true, false, false]);
  await takeStep(context.client, id, { to: 'resolve' }, anna);
  assert.equal(await facts(), [false, false, false]);
});

test('moving a chat to another team keeps its place in the queue', async (context) => {
  await agents(context, 'anna', 'ben');
  await setTeam(context.client, 'returns', { members: ['ben'] });
  const id = await chat(context, 50);
  const anna = { agent: { sub: 'anna', name: null }, admin: false };
  const moved = await takeStep(context.client, id, { to: 'move', team: 'returns' }, anna);
  assert.equal([moved?.state, moved?.team_id], ['waiting', 'returns']);
  await chat(context, 10, 'returns');
  assert.equal((await assigned(context))[0], [id, 'ben']);
});

test('four processes and agents who take chats by hand never own one chat twice', async (context) => {
  const subs = ['a', 'b', 'c', 'd', 'e', 'f'];
  await agents(context, ...subs);
  const chats: string[] = [];
  for (let each = 0; each < 60; each++) chats.push(await chat(context, 60 - each));
  const pools = Array.from({ length: 4 }, () => openPool(context.database.url, { max: 3 }));
  const owners: Array<[string, string]> = [];
  const automatic = async (pool: Pool) => {
    for (let next = await assignNext(pool, rules); next; next = await assignNext(pool, rules))
      owners.push([next.session_id, next.assigned_to!]);
  };
  const byHand = async (pool: Pool, sub: string) => {
    for (const id of chats.slice(0, 30)) {
      const taken = await takeStep(pool, id, { to: 'take' }, { agent: { sub, name: null }, admin: false });
      if (taken) owners.push([id, taken.assigned_to!]);
    }
  };
  await Promise.all([
    ...pools.map(automatic),
    ...pools.map(automatic),
    byHand(pools[0]!, 'a'),
    byHand(pools[1]!, 'b'),
  ]);
  assert.is(new Set(owners.map(([id]) => id)).size, owners.length, 'no chat was given twice');
  const { rows } = await context.client.query<{ session_id: string; assigned_to: string; events: number }>(
    `select session_id, assigned_to, (select count(*)::int from couture.chat_message m
       where m.session_id = s.session_id and body = 'assigned') as events
     from couture.chat_session s where state = 'active'`,
  );
  assert.equal(
    rows.map((row) => `${row.session_id} ${row.assigned_to} ${row.events}`).sort(),
    owners.map(([id, sub]) => `${id} ${sub} 1`).sort(),
  );
  const loads = ['c', 'd', 'e', 'f'].map((sub) => rows.filter((row) => row.assigned_to === sub).length);
  assert.ok(Math.max(...loads) <= rules.capacity, `above capacity: ${loads}`);
  for (const pool of pools) await pool.end();
});
