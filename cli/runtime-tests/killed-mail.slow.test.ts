// The runtime is killed with -9 while it mails a reply, takes an answer and sends scheduled replies: nothing is lost, no message
// is stored twice, and a mail that is sent twice has the same Message-ID.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { TestDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatDatabase } from '../../runtime/test-support/chat-server.ts';
import { answerMail, mailServers } from '../../runtime/test-support/mail-servers.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { type Client, inTransaction, openClient } from '../../sql/pool.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  /** Working folder of the runtimes. */
  home: string;
  runtimes: ChildProcess[];
}

const test = suite<Context>('what a killed runtime sends', { timeout: 300_000 });

const chat = '30000000-0000-4000-8000-000000000001';

test.beforeEach(async (context) => {
  context.runtimes = [];
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-killed-'));
  context.database = await chatDatabase();
  context.client = await openClient(context.database.url);
});
test.afterEach(async ({ runtimes, client, database, home }) => {
  for (const runtime of runtimes) runtime.kill('SIGKILL');
  await client.end();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

test('kill -9 at each step loses no mail and stores no answer twice', async (context) => {
  const { client, database } = context;
  const mail = await mailServers();
  const mailing = {
    COUTURE_SMTP_URL: mail.smtpUrl,
    COUTURE_IMAP_URL: mail.imapUrl,
    COUTURE_MAIL_FROM: 'chat@shop.example',
    COUTURE_MAIL_REPLY_TO: 'chat+{token}@shop.example',
    COUTURE_MAIL_PAUSE: '1s',
    COUTURE_PUBLIC_URL: 'http://127.0.0.1:3000',
  };
  try {
    await begin(client);
    // Killed when the SMTP server has the mail, and before it could say so.
    let runtime = serve(context, mailing);
    let killed: Promise<void> | undefined;
    mail.onData = () => {
      killed ??= kill(runtime, client);
      return killed;
    };
    await until(() => mail.sent.length === 1, 'the first copy of the mail');
    await killed;
    await client.query('update couture.chat_mail_out set next_at = now()');
    runtime = serve(context, mailing);
    await until(() => mail.sent.length === 2, 'the second copy of the mail');
    const [first, second] = mail.sent;
    assert.is(second!.mail.messageId, first!.mail.messageId);
    await until(
      async () =>
        (await client.query('select from couture.chat_mail_out where sent_at is not null')).rowCount === 1,
      'it is marked',
    );

    // Killed before the answer is stored.
    const to = (first!.mail.replyTo as { text: string }).text;
    await inTransaction(client, async () => {
      await client.query('select from couture.chat_session for update');
      mail.deliver(answerMail({ to, messageId: '<1@mail.example>', body: 'First answer' }));
      await killWaiting(database.url, runtime);
    });
    // Killed after it is stored, before the mailbox is marked as read up to it.
    runtime = serve(context, mailing);
    await until(async () => (await answers(client)).length === 1, 'the first answer');
    await until(async () => (await lastUid(client)) === 1, 'its UID');
    await inTransaction(client, async () => {
      await client.query('lock table couture.chat_mailbox in exclusive mode');
      mail.deliver(answerMail({ to, messageId: '<2@mail.example>', body: 'Second answer' }));
      await killWaiting(database.url, runtime);
    });
    assert.is(await lastUid(client), 1);
    serve(context, mailing);
    await until(async () => (await lastUid(client)) === 2, 'the second UID');
    assert.equal(await answers(client), ['First answer', 'Second answer']);
    assert.is(mail.sent.length, 2);
  } finally {
    await mail.close();
  }
});

test('kill -9 while scheduled replies are due loses none and sends none twice', async (context) => {
  const { client, database } = context;
  const count = 140;
  await schedule(client, count);
  const before = (number: number) => Array.from({ length: number }, (_, at) => at + 1);
  const left = async () =>
    (await client.query('select from couture.chat_scheduled where held is null and send_at <= now()'))
      .rowCount;

  // Killed while it waits for the eleventh chat: ten replies are sent.
  let runtime = serve(context);
  await inTransaction(client, async () => {
    await client.query(`select from couture.chat_session where name = '11' for update`);
    await killWaiting(database.url, runtime, '%for no key update%');
  });
  assert.equal(await sent(client), before(10));

  // Killed after the message is stored, before the reply is removed and both are committed.
  runtime = serve(context);
  await inTransaction(client, async () => {
    await client.query(`select from couture.chat_scheduled where body = 'Reply 21' for update`);
    await killWaiting(database.url, runtime, 'delete from couture.chat_scheduled%');
  });
  assert.equal(await sent(client), before(20));
  assert.is(await left(), count - 20);

  // Killed while another process is about to send the same ones.
  runtime = serve(context);
  serve(context);
  await inTransaction(client, async () => {
    await client.query(`select from couture.chat_session where name = '81' for update`);
    await whileWaiting(database.url, 2, '%for no key update%', () => end(runtime));
  });
  await until(async () => (await left()) === 0, 'all are sent');
  assert.equal(await sent(client), before(count));
  const { rows } = await client.query<{ body: string }>(
    'select body from couture.chat_scheduled order by body',
  );
  assert.equal(
    rows.map(({ body }) => body),
    ['Held', 'Not yet'],
  );
  const { rowCount } = await client.query(
    `select from couture.chat_session s where last_seq is distinct from (
       select max(seq) from couture.chat_message m where m.session_id = s.session_id)`,
  );
  assert.is(rowCount, 0, 'chats that count messages that they do not have');
});

function serve({ home, database, runtimes }: Context, env: Record<string, string> = {}): ChildProcess {
  const runtime = spawn(
    process.execPath,
    [path.join(packageRoot, 'bin', 'couture.js'), 'serve', '--port', '0'],
    {
      cwd: home,
      env: { PATH: process.env.PATH, DATABASE_URL: database.url, COUTURE_HOME: home, ...env },
      stdio: 'ignore',
    },
  );
  runtimes.push(runtime);
  return runtime;
}

async function end(runtime: ChildProcess): Promise<void> {
  const ended = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await ended;
}

async function kill(runtime: ChildProcess, client: Client): Promise<void> {
  await end(runtime);
  // The server ends the sessions of a process that is gone; until then they hold locks.
  await until(async () => (await sessionsOf(client, 'true')) === 0, 'the sessions end');
}

/** Chats named 1, 2, 3 …, each with a reply that is due, in this order; one reply is held, and one is not due. */
async function schedule(client: Client, count: number): Promise<void> {
  await client.query(
    `with chat as (
       insert into couture.chat_session (visitor_key, name, state, assigned_to, last_seq, unanswered_since, assigned_at)
       select 'guest:' || n, n::text, 'active', 'anna', 1, null, now() from generate_series(1, $1) n
       returning session_id, name::int as n
     ), said as (
       insert into couture.chat_message (session_id, seq, client_message_id, side, kind, body, created_at)
       select session_id, 1, gen_random_uuid(), 'shopper', 'text', 'Hello', now() from chat
     )
     insert into couture.chat_scheduled (client_message_id, session_id, sender, body, send_at, held)
     select gen_random_uuid(), session_id, 'anna', 'Reply ' || n, now() - interval '1 hour' + make_interval(secs => n), null from chat
     union all
     select gen_random_uuid(), session_id, 'anna', 'Held', now() - interval '2 hours', 'shopper_wrote' from chat where n = 1
     union all
     select gen_random_uuid(), session_id, 'anna', 'Not yet', now() + interval '1 day', null from chat where n = 2`,
    [count],
  );
}

/** Numbers of the replies that became messages, once for each message, in order. */
async function sent(client: Client): Promise<number[]> {
  const { rows } = await client.query<{ n: number }>(
    `select substr(body, 7)::int as n from couture.chat_message where side = 'staff' order by n`,
  );
  return rows.map(({ n }) => n);
}

/** A chat with a reply that the shopper has not seen. */
async function begin(client: Client): Promise<void> {
  await client.query(
    `insert into couture.chat_session (session_id, visitor_key, email, name, state, assigned_to, last_seq)
     values ($1, 'guest:aa', 'ida@example.com', 'Ida', 'active', 'anna', 1)`,
    [chat],
  );
  await client.query(
    `insert into couture.chat_message (session_id, seq, client_message_id, side, sender, kind, body, created_at)
     values ($1, 1, $2, 'staff', 'anna', 'text', 'Hello Ida', now())`,
    [chat, randomUUID()],
  );
}

async function answers(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ body: string }>(
    `select body from couture.chat_message where side = 'shopper' order by seq`,
  );
  return rows.map(({ body }) => body);
}

async function lastUid(client: Client): Promise<number> {
  const { rows } = await client.query<{ uid: number }>(
    'select last_uid::float8 as uid from couture.chat_mailbox',
  );
  return rows[0]?.uid ?? 0;
}

async function sessionsOf(client: Client, condition: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name like 'couture %' and ${condition}`,
  );
  return rows[0]!.n;
}

/**
 * Kills the runtime while a statement of it waits for a lock, and ends that statement, as a server does that is lost, too.
 * @param statement pattern of `like`
 */
function killWaiting(url: string, runtime: ChildProcess, statement = '%'): Promise<void> {
  return whileWaiting(url, 1, statement, async (watcher, waiting) => {
    await end(runtime);
    await watcher.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${waiting}`,
    );
    await until(async () => (await sessionsOf(watcher, waiting)) === 0, 'its statement ends');
  });
}

/** Runs the work once this many statements of runtimes wait for a lock. */
async function whileWaiting(
  url: string,
  count: number,
  statement: string,
  work: (watcher: Client, waiting: string) => Promise<void>,
): Promise<void> {
  // Within a transaction, pg_stat_activity does not change: use another connection.
  const watcher = await openClient(url, { applicationName: 'watcher' });
  const waiting = `wait_event_type = 'Lock' and query like '${statement}'`;
  try {
    await until(async () => (await sessionsOf(watcher, waiting)) >= count, `${count} statements wait`);
    await work(watcher, waiting);
  } finally {
    await watcher.end();
  }
}
