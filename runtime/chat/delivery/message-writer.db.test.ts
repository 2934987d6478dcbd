// The message writer: seqs without gaps from concurrent processes, one row per id, and a bad message fails alone.
import { randomUUID } from 'node:crypto';
import { migratedDatabase, type TestDatabase } from '../../../fixtures/database.ts';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { type Client, openClient, openPool, type Pool } from '../../../sql/pool.ts';
import { type NewMessage, raiseReadMarks } from '../../../sql/store/chat/messages.ts';
import { takeStep } from '../../../sql/store/chat/states.ts';
import { MessageWriter, type Stored } from './message-writer.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pools: Pool[];
}
const test = suite<Context>('message writer');
test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.pools = [openPool(context.database.url, { max: 3 }), openPool(context.database.url, { max: 3 })];
});
test.after(async (context) => {
  for (const pool of context.pools ?? []) await pool.end();
  await context.client?.end();
  await context.database?.drop();
});

let visitors = 0;

async function newChats(client: Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ session_id: string }>(
    `insert into couture.chat_session (visitor_key) select 'sub:' || n from generate_series($1::int, $2::int) n returning session_id`,
    [visitors, visitors + count - 1],
  );
  visitors += count;
  return rows.map((row) => row.session_id);
}

function message(sessionId: string, body = 'x', clientMessageId: string = randomUUID()): NewMessage {
  return {
    sessionId,
    clientMessageId,
    side: 'shopper',
    sender: null,
    senderName: null,
    kind: 'text',
    body,
    productId: null,
    attachmentId: null,
  };
}

test('two processes that write to the same chats at once cause no gaps and no deadlocks', async ({
  client,
  pools,
}) => {
  const ids = await newChats(client, 20);
  const published: Stored[] = [];
  const writers = pools.map((pool) => new MessageWriter(pool, (stored) => void published.push(...stored)));
  const marks = (async () => {
    for (let n = 0; n < 40; n++)
      await raiseReadMarks(
        pools[n % 2]!,
        [...ids].sort(() => Math.random() - 0.5).map((sessionId) => ({ sessionId, side: 'staff', seq: n })),
      );
  })();
  const answers = await Promise.all(
    Array.from({ length: 4_000 }, (_, n) =>
      writers[n % 2]!.add(message(ids[Math.floor(Math.random() * ids.length)]!, `${n}`)),
    ),
  );
  await marks;
  assert.ok(answers.every((answer) => answer.outcome === 'stored'));
  assert.is(published.length, 4_000);
  const { rows } = await client.query(
    `select s.session_id from couture.chat_session s where s.session_id = any ($1::uuid[])
     and row(s.last_seq, s.last_seq) is distinct from (select row(count(*)::int, max(seq)) from couture.chat_message m where m.session_id = s.session_id)`,
    [ids],
  );
  assert.equal(rows, []);
  assert.ok(writers[0]!.batches < 400, `${writers[0]!.batches} batches for 2,000 messages`);
});

test('messages of one sender are stored in the order in which they arrived', async ({ client, pools }) => {
  const [id] = await newChats(client, 1);
  const writer = new MessageWriter(pools[0]!, () => {});
  const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => writer.add(message(id!, `${n}`))));
  assert.equal(
    answers.map((answer) => (answer as { seq: number }).seq),
    Array.from({ length: 500 }, (_, n) => n + 1),
  );
  const { rows } = await client.query<{ body: string }>(
    'select body from couture.chat_message where session_id = $1 order by seq',
    [id],
  );
  assert.equal(
    rows.map((row) => row.body),
    Array.from({ length: 500 }, (_, n) => `${n}`),
  );
});

test('the same id from two processes at once is one row, and both get its seq', async ({ client, pools }) => {
  const ids = await newChats(client, 50);
  const writers = pools.map((pool) => new MessageWriter(pool, () => {}));
  const same = ids.map((id) => message(id));
  const answers = await Promise.all([...same, ...same, ...same].map((each, n) => writers[n % 2]!.add(each)));
  assert.ok(answers.every((answer) => (answer as { seq?: number }).seq === 1));
  assert.is(answers.filter((answer) => answer.outcome === 'stored').length, 50);
});

test('a message that Postgres rejects fails alone', async ({ client, pools }) => {
  const [id] = await newChats(client, 1);
  const writer = new MessageWriter(pools[0]!, () => {});
  const results = await Promise.allSettled([
    writer.add(message(id!, 'before')),
    writer.add(message(id!, 'a\0b')),
    writer.add(message(id!, 'after')),
  ]);
  assert.equal(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('closed, unassigned and unknown chats have their own outcomes', async ({ client, pools }) => {
  const [closed, waiting] = await newChats(client, 2);
  await takeStep(client, closed!, { to: 'close' }, 'shopper');
  const writer = new MessageWriter(pools[0]!, () => {});
  const outcome = async (each: NewMessage) => (await writer.add(each)).outcome;
  assert.is(await outcome(message(closed!)), 'closed');
  assert.is(await outcome(message(randomUUID())), 'unknown');
  const agent = { side: 'staff', sender: 'anna' } as const;
  assert.is(await outcome({ ...message(waiting!), ...agent }), 'not_assigned');
  await takeStep(client, waiting!, { to: 'take' }, { agent: { sub: 'bert', name: null }, admin: false });
  assert.is(await outcome({ ...message(waiting!), ...agent }), 'not_assigned');
  assert.is(await outcome({ ...message(waiting!), ...agent, sender: 'bert' }), 'stored');
  assert.is(
    await outcome({ ...message(waiting!), attachmentId: randomUUID(), kind: 'attachment' }),
    'no_attachment',
  );
});

test('an unreachable database rejects messages, and a flush waits for writes in flight', async ({
  client,
}) => {
  const [id] = await newChats(client, 1);
  const gone = openPool('postgresql://nobody@127.0.0.1:1/none', { max: 1, connectTimeout: 200 });
  const writer = new MessageWriter(gone, () => {});
  const sent = writer.add(message(id!));
  await rejects(() => sent, /ECONNREFUSED|connect/);
  await writer.flush();
  assert.is(writer.waiting, 0);
  await gone.end();
});
