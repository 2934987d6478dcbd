// Snoozed chats and scheduled replies in Postgres: sent once however many processes try, held when the shopper writes first.
import { randomUUID } from 'node:crypto';
import { migratedDatabase, type TestDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { openPool, type Pool } from '../../pool.ts';
import { takeBack } from './assignment.ts';
import { applyIdleRules } from './idle.ts';
import { listSessions } from './lists.ts';
import { appendMessages, messagesAfter } from './messages.ts';
import {
  cancelReply,
  changeReply,
  dueReplies,
  maxScheduledOfChat,
  planReply,
  scheduledOf,
  sendDue,
} from './scheduled.ts';
import { snoozeChat, wakeSnoozed } from './snooze.ts';
import { takeStep } from './states.ts';

const test = suite<{ database: TestDatabase; pool: Pool }>('what agents do later');

test.before(async (context) => {
  context.database = await migratedDatabase();
  context.pool = openPool(context.database.url, { max: 8 });
});
test.beforeEach(async ({ pool }) => {
  await pool.query('delete from couture.chat_session');
});
test.after(async ({ database, pool }) => {
  await pool?.end();
  await database?.drop();
});

const anna = { sub: 'anna', name: 'Anna' };
const ben = { sub: 'ben', name: 'Ben' };
const asAnna = { agent: anna, admin: false };
const now = () => new Date(Date.now() - 1_000);
const later = () => new Date(Date.now() + 3_600_000);

/** A chat that Anna has and has answered. */
async function chat(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ session_id: string }>(
    `insert into couture.chat_session (visitor_key, last_seq, state, assigned_to, unanswered_since, assigned_at)
     values ('guest:' || gen_random_uuid(), 1, 'active', 'anna', null, now()) returning session_id`,
  );
  return rows[0]!.session_id;
}

function plan(pool: Pool, sessionId: string, sendAt: Date, body = 'Good morning', id = randomUUID()) {
  return planReply(pool, sessionId, anna, { id, body, sendAt });
}

function shopperWrites(pool: Pool, sessionId: string) {
  return appendMessages(pool, [
    {
      ...{ sessionId, clientMessageId: randomUUID(), side: 'shopper', sender: null, senderName: null },
      ...{ kind: 'text', body: 'And one more thing', productId: null, attachmentId: null },
    },
  ]);
}

async function bodies(pool: Pool, sessionId: string): Promise<string[]> {
  return (await messagesAfter(pool, [{ sessionId, after: 1 }], 100)).map(({ body }) => body);
}

test('replies that are due are sent once, by whichever of many processes is first', async ({ pool }) => {
  const chats = await Promise.all(Array.from({ length: 10 }, () => chat(pool)));
  for (const id of chats) await plan(pool, id, now());
  await plan(pool, chats[0]!, later(), 'Not yet');
  const due = await dueReplies(pool);
  assert.is(due.length, 10);
  const tries = await Promise.all([...due, ...due, ...due].map((each) => sendDue(pool, each)));
  assert.is(tries.filter((sent) => sent?.outcome === 'sent').length, 10);
  for (const id of chats) assert.equal(await bodies(pool, id), ['Good morning']);
  assert.equal(
    (await scheduledOf(pool, chats[0]!)).map(({ body }) => body),
    ['Not yet'],
  );
});

test('a reply whose chat got a message before is held, until its agent releases it', async ({ pool }) => {
  const id = await chat(pool);
  const planned = await plan(pool, id, now());
  await shopperWrites(pool, id);
  assert.equal(await dueReplies(pool), []);
  const [reply] = await scheduledOf(pool, id);
  assert.is(reply?.held, 'shopper_wrote');
  const change = { id: reply!.client_message_id, body: 'Good evening', sendAt: now() };
  assert.is(await changeReply(pool, id, ben, change), undefined);
  assert.is((await changeReply(pool, id, anna, change))?.held, null);
  await sendDue(pool, reply!);
  assert.equal(await bodies(pool, id), ['And one more thing', 'Good evening']);
  assert.is(planned.outcome, 'planned');
});

test('a reply is planned once for each id, in the own chat only, and never more than there may be', async ({
  pool,
}) => {
  const id = await chat(pool);
  const message = randomUUID();
  for (const _ of [1, 2]) assert.is((await plan(pool, id, later(), 'Hello', message)).outcome, 'planned');
  assert.is((await scheduledOf(pool, id)).length, 1);
  assert.is(
    (await planReply(pool, id, ben, { id: message, body: 'x', sendAt: later() })).outcome,
    'not_assigned',
  );
  assert.is((await plan(pool, await chat(pool), later(), 'x', message)).outcome, 'id_taken');
  for (let at = 1; at < maxScheduledOfChat; at++) await plan(pool, id, later());
  assert.is((await plan(pool, id, later())).outcome, 'too_many');
});

test('a reply of an agent who no longer has the chat is held; the agent who has it can cancel it', async ({
  pool,
}) => {
  const id = await chat(pool);
  await plan(pool, id, now());
  await takeStep(pool, id, { to: 'transfer', agent: ben }, asAnna);
  const [due] = await dueReplies(pool);
  assert.is((await sendDue(pool, due!))?.outcome, 'held');
  const [reply] = await scheduledOf(pool, id);
  assert.is(reply?.held, 'not_assigned');
  const carl = { agent: { sub: 'carl', name: null }, admin: false };
  assert.not(await cancelReply(pool, id, reply!.client_message_id, carl));
  assert.ok(await cancelReply(pool, id, reply!.client_message_id, { agent: ben, admin: false }));
});

test('what an agent without access has planned is held, and what they have put aside waits for another one', async ({
  pool,
}) => {
  const [planned, snoozed] = [await chat(pool), await chat(pool)];
  await plan(pool, planned, now());
  await snoozeChat(pool, snoozed, now(), asAnna);
  await pool.query(`insert into couture.revoked_subject (sub) values ('anna')`);
  const [due] = await dueReplies(pool);
  assert.is((await sendDue(pool, due!))?.outcome, 'held');
  assert.equal(await bodies(pool, planned), []);
  assert.equal(await dueReplies(pool), []);
  await wakeSnoozed(pool);
  const back = await takeBack(pool, undefined);
  assert.equal(
    back.map(({ session }) => [session.session_id, session.state]),
    [[snoozed, 'waiting']],
  );
  await pool.query('delete from couture.revoked_subject');
});

test('cancelling races sending: the reply is either sent or cancelled', async ({ pool }) => {
  for (let round = 0; round < 20; round++) {
    const id = await chat(pool);
    await plan(pool, id, now());
    const [due] = (await dueReplies(pool)).filter((each) => each.session_id === id);
    const [sent, cancelled] = await Promise.all([
      sendDue(pool, due!),
      cancelReply(pool, id, due!.client_message_id, asAnna),
    ]);
    assert.is.not(sent?.outcome === 'sent', cancelled);
    assert.is((await bodies(pool, id)).length, sent ? 1 : 0);
  }
});

test('a snoozed chat leaves the list, and returns at its time, or when its shopper writes', async ({
  pool,
}) => {
  const [first, second] = [await chat(pool), await chat(pool)];
  assert.is(await snoozeChat(pool, first, later(), { agent: ben, admin: false }), undefined);
  await snoozeChat(pool, first, now(), asAnna);
  await snoozeChat(pool, second, later(), asAnna);
  const listed = async (list: 'mine' | 'snoozed') =>
    (await listSessions(pool, { list, agent: 'anna', limit: 10 })).map((row) => row.session_id).sort();
  assert.equal(await listed('mine'), []);
  assert.equal(await listed('snoozed'), [first, second].sort());
  const woken = await Promise.all([wakeSnoozed(pool), wakeSnoozed(pool)]);
  assert.equal(woken.flat(), [{ session_id: first, assigned_to: 'anna' }]);
  assert.equal(await listed('mine'), [first]);
  await shopperWrites(pool, second);
  assert.equal(await listed('snoozed'), []);
});

test('every step of the state ends a snooze, and idle rules leave snoozed chats alone', async ({ pool }) => {
  const [first, second] = [await chat(pool), await chat(pool)];
  await snoozeChat(pool, first, later(), asAnna);
  await plan(pool, second, later());
  await pool.query(`update couture.chat_session set updated_at = now() - interval '9 days'`);
  const rules = { resolveAfter: 1, closeAfter: 30, abandonAfter: 30 };
  assert.equal((await applyIdleRules(pool, rules)).moved, []);
  assert.is((await takeStep(pool, first, { to: 'return' }, asAnna))?.snoozed_until, null);
});
