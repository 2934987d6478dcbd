// The runtime is killed with -9 while it mails a reply and while it takes an answer: nothing is lost, no message is stored
// twice, and a mail that is sent twice has the same Message-ID.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatDatabase } from '../../runtime/test-support/chat-server.ts';
import { answerMail, mailServers } from '../../runtime/test-support/mail-servers.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { type Client, inTransaction, openClient } from '../../sql/pool.ts';

const test = suite('mail of a killed runtime', { timeout: 300_000 });

const chat = '30000000-0000-4000-8000-000000000001';

test('kill -9 at each step loses no mail and stores no answer twice', async () => {
  const mail = await mailServers();
  const database = await chatDatabase();
  const client = await openClient(database.url);
  const home = await mkdtemp(path.join(os.tmpdir(), 'couture-mail-'));
  const serve = () =>
    spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), 'serve', '--port', '0'], {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        COUTURE_HOME: home,
        COUTURE_SMTP_URL: mail.smtpUrl,
        COUTURE_IMAP_URL: mail.imapUrl,
        COUTURE_MAIL_FROM: 'chat@shop.example',
        COUTURE_MAIL_REPLY_TO: 'chat+{token}@shop.example',
        COUTURE_MAIL_PAUSE: '1s',
        COUTURE_PUBLIC_URL: 'http://127.0.0.1:3000',
      },
      stdio: 'ignore',
    });
  let runtime: ChildProcess | undefined;
  const kill = async () => {
    const ended = once(runtime!, 'exit');
    runtime!.kill('SIGKILL');
    await ended;
    // The server ends the sessions of a process that is gone; until then they hold locks.
    await until(async () => (await sessionsOf(client, 'true')) === 0, 'the sessions end');
  };
  try {
    await begin(client);
    // Killed when the SMTP server has the mail, and before it could say so.
    let killed: Promise<void> | undefined;
    mail.onData = () => {
      killed ??= kill();
      return killed;
    };
    runtime = serve();
    await until(() => mail.sent.length === 1, 'the first copy of the mail');
    await killed;
    await client.query('update couture.chat_mail_out set next_at = now()');
    runtime = serve();
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
      await killWaiting(database.url, runtime!);
    });
    // Killed after it is stored, before the mailbox is marked as read up to it.
    runtime = serve();
    await until(async () => (await answers(client)).length === 1, 'the first answer');
    await until(async () => (await lastUid(client)) === 1, 'its UID');
    await inTransaction(client, async () => {
      await client.query('lock table couture.chat_mailbox in exclusive mode');
      mail.deliver(answerMail({ to, messageId: '<2@mail.example>', body: 'Second answer' }));
      await killWaiting(database.url, runtime!);
    });
    assert.is(await lastUid(client), 1);
    runtime = serve();
    await until(async () => (await lastUid(client)) === 2, 'the second UID');
    assert.equal(await answers(client), ['First answer', 'Second answer']);
    assert.is(mail.sent.length, 2);
  } finally {
    runtime?.kill('SIGKILL');
    await client.end();
    await mail.close();
    await database.drop();
    await rm(home, { recursive: true, force: true });
  }
});

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

/** Kills the runtime while a statement of it waits for a lock, and ends that statement, as a server does that is lost, too. */
async function killWaiting(url: string, runtime: ChildProcess): Promise<void> {
  // Within a transaction, pg_stat_activity does not change: use another connection.
  const watcher = await openClient(url, { applicationName: 'watcher' });
  try {
    const waiting = `wait_event_type = 'Lock'`;
    await until(async () => (await sessionsOf(watcher, waiting)) > 0, 'the runtime waits');
    const ended = once(runtime, 'exit');
    runtime.kill('SIGKILL');
    await ended;
    await watcher.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${waiting}`,
    );
    await until(async () => (await sessionsOf(watcher, waiting)) === 0, 'its statement ends');
  } finally {
    await watcher.end();
  }
}
