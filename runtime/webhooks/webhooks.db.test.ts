// Webhooks with real receivers and Postgres: what is noted, what arrives, how failures end, races and lost processes.
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop } from '../../fixtures/tiny-shop.ts';
import { until } from '../../fixtures/until.ts';
import { type Client, inTransaction, openClient, openPool, type Pool } from '../../sql/pool.ts';
import { appendMessages } from '../../sql/store/chat/messages.ts';
import { takeStep } from '../../sql/store/chat/states.ts';
import { loggedDeliveries, pruneWebhookEvents, takeDeliveries } from '../../sql/store/webhooks/deliveries.ts';
import {
  addReceiver,
  enableReceiver,
  type NewReceiver,
  rotateSecret,
} from '../../sql/store/webhooks/receivers.ts';
import { type WebhookEventType, webhookEvents, webhookEventTypes } from '../contract/webhook-event.ts';
import { says, type WebhookReceiver, webhookReceiver } from '../test-support/webhook-receiver.ts';
import { Webhooks } from './webhooks.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
  receiver: WebhookReceiver;
  lines: Array<Record<string, unknown>>;
  started: Webhooks[];
}

const test = suite<Context>('webhooks');
const anna = { sub: 'anna', name: 'Anna' };
test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.pool = openPool(context.database.url, { max: 6 });
});
test.beforeEach(async (context) => {
  await context.client.query('truncate couture.chat_session, couture.webhook cascade');
  await context.client.query('truncate couture.webhook_delivery');
  context.receiver = await webhookReceiver();
  context.lines = [];
  context.started = [];
});
test.afterEach(async ({ receiver, started }) => {
  for (const each of started) await each.close();
  await receiver?.close();
});
test.after(async ({ database, client, pool }) => {
  await pool.end();
  await client.end();
  await database.drop();
});

function webhooks({ pool, lines, started }: Context, deadline = 5_000): Webhooks {
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const made = new Webhooks({ pool, log, customerType: 'text', sending: { deadline } });
  started.push(made);
  return made;
}

async function add(context: Context, receiver: Partial<NewReceiver> = {}): Promise<number> {
  const { client } = context;
  const added = await inTransaction(client, () =>
    addReceiver(client, {
      url: context.receiver.url,
      events: webhookEventTypes,
      texts: false,
      private: true,
      orderDays: 7,
      ...receiver,
    }),
  );
  context.receiver.secrets.push(added!.secret);
  return added!.webhook_id;
}

async function chat({ client }: Context, customer: string | null = null): Promise<string> {
  const { rows } = await client.query<{ session_id: string }>(
    `insert into couture.chat_session (visitor_key, customer_id) values ('guest:' || gen_random_uuid(), $1) returning session_id`,
    [customer],
  );
  return rows[0]!.session_id;
}

const log = ({ client }: Context) =>
  loggedDeliveries(client, { webhookId: undefined, problems: false, limit: 1_000 });

test('a chat from its first message to its end: signed events in order, texts only on request', async (context) => {
  const { client, pool, receiver } = context;
  await add(context);
  await add(context, { url: `${receiver.url}/texts`, texts: true, events: ['chat.message'] });
  const session = await chat(context, 'c-7');
  await appendMessages(pool, [says(session, 'Where is it?'), says(session, 'Hello?')]);
  await takeStep(client, session, { to: 'take' }, { agent: anna, admin: false });
  await appendMessages(pool, [says(session, 'On its way', 'anna')]);
  await takeStep(client, session, { to: 'resolve' }, { agent: anna, admin: false });
  await takeStep(client, session, { to: 'close' }, 'shopper');
  const sending = webhooks(context);
  await until(async () => {
    await sending.run();
    return receiver.got.length === 9;
  }, 'all events');

  for (const { event, valid, body } of receiver.got) {
    webhookEvents[event.type as WebhookEventType].body.parse(event);
    assert.is(valid, 1, 'signed with the secret of its receiver alone');
    assert.not.match(body, 'visitor');
  }
  const of = (path: string) => receiver.got.filter((each) => each.path === path);
  assert.equal(
    of('/hook').map(({ event: { type, data } }) => [type, data.seq, data.side, data.agent, data.text]),
    [
      ['chat.opened', 1, undefined, null, undefined],
      ['chat.message', 1, 'shopper', null, undefined],
      ['chat.message', 2, 'shopper', null, undefined],
      ['chat.message', 4, 'staff', 'anna', undefined],
      ['chat.resolved', 5, undefined, 'anna', undefined],
      ['chat.closed', 6, undefined, null, undefined],
    ],
  );
  assert.equal(
    of('/hook/texts').map(({ event: { data } }) => [data.customer_id, data.text]),
    [
      ['c-7', 'Where is it?'],
      ['c-7', 'Hello?'],
      ['c-7', 'On its way'],
    ],
  );
  await until(async () => sending.figures.in_flight === 0, 'the last answer, which the sender gets later');
  assert.equal(sending.figures, { delivered: 9, failed: 0, gave_up: 0, in_flight: 0 });
  assert.ok((await log(context)).every(({ state, status }) => state === 'delivered' && status === 204));
});

test('an event is stored with its message or not at all, and only if a receiver wants it', async (context) => {
  const { client, pool } = context;
  const session = await chat(context);
  await appendMessages(pool, [says(session, 'Before any receiver')]);
  await add(context, { events: ['chat.resolved'] });
  await appendMessages(pool, [says(session, 'Not wanted')]);
  const broken = inTransaction(client, async () => {
    await takeStep(client, session, { to: 'resolve' }, 'clock');
    throw new Error('lost');
  });
  await broken.catch(() => {});
  assert.equal(await log(context), []);
  await takeStep(client, session, { to: 'resolve' }, 'clock');
  assert.equal(
    (await log(context)).map(({ type, state }) => [type, state]),
    [['chat.resolved', 'waiting']],
  );
});

test('a chat opens with the first message of its shopper, whatever came before', async (context) => {
  const { client, pool } = context;
  await add(context, { events: ['chat.opened'] });
  const session = await chat(context);
  await takeStep(client, session, { to: 'take' }, { agent: anna, admin: false });
  await appendMessages(pool, [says(session, 'How can I help?', 'anna')]);
  assert.equal(await log(context), []);
  for (const body of ['Hello', 'Again']) await appendMessages(pool, [says(session, body)]);
  assert.equal(
    (await log(context)).map(({ type }) => type),
    ['chat.opened'],
  );
});

test('receivers that fail, redirect, hang, have no public address or are gone do not hold up others', async (context) => {
  const { client, pool, receiver } = context;
  const base = receiver.url;
  await add(context, { url: `${base}/ok` });
  const ids: Record<string, number> = {};
  for (const name of ['broken', 'moved', 'silent', 'flood', 'gone', 'later'])
    ids[name] = await add(context, { url: `${base}/${name}`, events: ['chat.opened'] });
  ids.hidden = await add(context, { url: 'https://127.0.0.1/', private: false, events: ['chat.opened'] });
  const chunk = Buffer.alloc(65_536, 'x');
  receiver.answer = (response, { path }) => {
    if (path.endsWith('/silent')) return;
    if (path.endsWith('/broken')) response.writeHead(500).end('stack trace');
    else if (path.endsWith('/moved')) response.writeHead(302, { Location: `${base}/elsewhere` }).end();
    else if (path.endsWith('/gone')) response.writeHead(410).end();
    else if (path.endsWith('/later')) response.writeHead(503, { 'Retry-After': '1000' }).end();
    else if (path.endsWith('/flood')) {
      response.writeHead(200);
      const more = () => void (response.destroyed || response.write(chunk, () => setImmediate(more)));
      more();
    } else response.writeHead(204).end();
  };
  const session = await chat(context);
  await appendMessages(pool, [says(session, 'Hello')]);
  const sending = webhooks(context, 1_500);
  const running = sending.run();
  await until(
    () => receiver.got.filter(({ path }) => path.endsWith('/ok')).length === 2,
    'the other receiver',
  );
  assert.ok(receiver.open > 0, 'while another one is silent');
  await running;
  const outcome = new Map((await log(context)).map((each) => [each.webhook_id, each]));
  const shown = (name: string) => {
    const { state, status, error, next_at } = outcome.get(ids[name]!)!;
    return [state, status, error, Math.round((next_at?.getTime() ?? 0) / 1_000) > Date.now() / 1_000];
  };
  assert.equal(shown('broken'), ['waiting', 500, 'refused', true]);
  assert.equal(shown('moved'), ['waiting', 302, 'redirects are not followed', true]);
  assert.equal(shown('silent'), ['waiting', null, 'no answer in time', true]);
  assert.equal(shown('flood'), ['delivered', 200, null, false]);
  assert.equal(shown('hidden').slice(0, 2), ['waiting', null]);
  assert.match(String(shown('hidden')[2]), 'not public');
  assert.ok(outcome.get(ids.later!)!.next_at!.getTime() > Date.now() + 900_000, 'as Retry-After asks');
  assert.not.ok(receiver.got.some(({ path }) => path === '/hook/elsewhere'));
  const { rows } = await client.query(
    'select webhook_id, disabled_why from couture.webhook where disabled_at is not null',
  );
  assert.equal(rows, [{ webhook_id: ids.gone, disabled_why: 'answered 410 Gone' }]);
  const texts = JSON.stringify(context.lines);
  assert.match(texts, `couture webhooks enable ${ids.gone}`);
  assert.not.match(texts, '/hook');
});

test('a failed event is sent again with the same id and body; a receiver that fails for days is disabled', async (context) => {
  const { client, pool, receiver, lines } = context;
  const id = await add(context, { texts: true, events: ['chat.message'] });
  receiver.answer = (response) => void response.writeHead(500).end();
  const session = await chat(context);
  await appendMessages(pool, [says(session, 'Hello'), says(session, 'Again')]);
  const sending = webhooks(context);
  const hurry = () =>
    client.query(`update couture.webhook_delivery set next_at = now() where state = 'waiting'`);
  for (let attempt = 1; attempt <= 3; attempt++) {
    await hurry();
    await sending.run();
    await until(async () => {
      await sending.run();
      return receiver.got.length >= attempt * 2;
    }, 'both attempts');
  }
  const bodies = new Set(receiver.got.map((each) => `${each.id} ${each.body}`));
  assert.is(bodies.size, 2, 'two events, however often');
  assert.is(receiver.most, 1, 'a failing receiver gets one at a time');

  await client.query(`update couture.webhook set failing_since = now() - interval '4 days'`);
  await hurry();
  await sending.run();
  const count = receiver.got.length;
  await hurry();
  await sending.run();
  assert.is(receiver.got.length, count, 'nothing is sent to a disabled receiver');
  await appendMessages(pool, [says(session, 'While disabled')]);
  assert.is((await log(context)).length, 2, 'nothing new is noted for it');
  const levels = lines.map(({ level, msg }) => [level, String(msg).slice(0, 25)]);
  assert.equal(levels, [
    [40, 'webhook receiver fails; r'],
    [50, 'webhook receiver disabled'],
  ]);

  receiver.answer = (response) => void response.writeHead(200).end();
  await enableReceiver(client, id);
  await until(async () => {
    await sending.run();
    return (await log(context)).every(({ state }) => state === 'delivered');
  }, 'what still waited');
});

test('both secrets are valid while one replaces the other', async (context) => {
  const { client, pool, receiver } = context;
  const id = await add(context, { events: ['chat.opened'] });
  const sending = webhooks(context);
  const validNow = async () => {
    await appendMessages(pool, [says(await chat(context), 'Hello')]);
    await sending.run();
    return receiver.got.at(-1)!.valid;
  };
  receiver.secrets.push((await rotateSecret(client, id, 3_600))!);
  assert.is(await validNow(), 2);
  await client.query(`update couture.webhook set old_until = now()`);
  assert.is(await validNow(), 1);
});

test('three processes share the work: each event arrives once, those of a chat in order, few at a time', async (context) => {
  const { pool, receiver } = context;
  await add(context, { events: ['chat.message'] });
  receiver.answer = (response) => void setTimeout(() => response.writeHead(204).end(), 5);
  const sessions: string[] = [];
  while (sessions.length < 12) sessions.push(await chat(context));
  for (let round = 0; round < 10; round++)
    await appendMessages(
      pool,
      sessions.map((each) => says(each, `Message ${round}`)),
    );
  const sending = Array.from({ length: 3 }, () => webhooks(context));
  await until(async () => {
    await Promise.all(sending.map((each) => each.run()));
    return (await log(context)).every(({ state }) => state === 'delivered');
  }, 'all deliveries');
  assert.is(receiver.got.length, 120);
  assert.is(new Set(receiver.got.map(({ id }) => id)).size, 120);
  for (const session of sessions) {
    const seqs = receiver.got.flatMap(({ event: { data } }) => (data.chat_id === session ? [data.seq] : []));
    assert.equal(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
  assert.ok(receiver.most <= 4, `${receiver.most} at a time`);
});

test('what a killed process had in flight is sent by another with the same id; a late result of the first is void', async (context) => {
  const { pool, receiver } = context;
  await add(context, { events: ['chat.message'] });
  const session = await chat(context);
  await appendMessages(pool, [says(session, 'One'), says(session, 'Two')]);
  // The process dies after it took the first.
  const taken = await takeDeliveries(pool, { limit: 10, perReceiver: 4, leaseSeconds: 1 });
  assert.is(taken.length, 1, 'the second follows the first');
  const sending = webhooks(context);
  await sending.run();
  assert.is(receiver.got.length, 0, 'until its lease ends');
  await until(async () => {
    await sending.run();
    await delay(20);
    return receiver.got.length === 2;
  }, 'both events');
  assert.is(receiver.got[0]!.id, taken[0]!.message_id);
  assert.equal(
    receiver.got.map(({ event }) => event.data.seq),
    [1, 2],
  );
});

test('a process that stops gives back what it has in flight', async (context) => {
  const { pool, receiver } = context;
  await add(context, { events: ['chat.opened'] });
  await appendMessages(pool, [says(await chat(context), 'Hello')]);
  receiver.answer = () => {};
  const first = webhooks(context);
  const running = first.run();
  await until(() => receiver.got.length === 1, 'the request');
  await first.close();
  await running;
  const [given] = await log(context);
  assert.equal([given!.state, given!.attempts], ['waiting', 0]);
  receiver.answer = (response) => void response.writeHead(204).end();
  await webhooks(context).run();
  assert.equal(
    receiver.got.map(({ id }) => id),
    [given!.message_id, given!.message_id],
  );
});

test('orders after a chat: once, of its customer, within the days, since the receiver was added', async (context) => {
  const { client, receiver } = context;
  const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const line = (order: string, customer: string | null, days: number) => {
    return { order, customer, product: 'p1', at: at(days) };
  };
  const lines = [
    line('o1', 'c1', 0.1),
    line('o1', 'c1', 0.1),
    line('before', 'c1', 2),
    line('too-late', 'c2', 0.1),
    line('never', 'c3', 0.1),
    line('guest', null, 0.1),
    line('old', 'c1', 2.9),
    line('shared', 'c1', 0.05),
    line('shared', 'c4', 0.04),
  ];
  await loadTinyShop(client, { products: [{ id: 'p1', price: 10 }], lines, watched: [] });
  const id = await add(context, { events: ['order.after_chat'], orderDays: 3 });
  await client.query(
    `update couture.webhook set created_at = now() - interval '2.5 days' where webhook_id = $1`,
    [id],
  );
  for (const [customer, days] of Object.entries({ c1: 1, c2: 5, c4: 2 }))
    await client.query(
      `insert into couture.chat_session (visitor_key, customer_id, created_at, last_seq) values ('customer:' || $1::text, $1, $2, 1)`,
      [customer, at(days)],
    );
  const sending = webhooks(context);
  await sending.run();
  await webhooks(context).run();
  assert.equal(
    receiver.got.map(({ event: { type, data } }) => `${type} ${data.order_id} ${data.customer_id}`),
    ['order.after_chat o1 c1', 'order.after_chat shared c1'],
  );
  webhookEvents['order.after_chat'].body.parse(receiver.got[0]!.event);
  await client.query('drop schema couture_source cascade');
});

test('events are kept for two weeks, and a deleted chat takes its own along', async (context) => {
  const { client, pool } = context;
  await add(context, { events: ['chat.opened'] });
  const [old, gone, kept] = [await chat(context), await chat(context), await chat(context)];
  for (const each of [old, gone, kept]) await appendMessages(pool, [says(each, 'Hello')]);
  const age = `update couture.webhook_event set happened_at = now() - interval '15 days' where session_id = $1`;
  await client.query(age, [old]);
  assert.is(await pruneWebhookEvents(client), 1);
  await client.query('delete from couture.chat_session where session_id = $1', [gone]);
  assert.is((await client.query('select from couture.webhook_delivery')).rowCount, 1);
});
