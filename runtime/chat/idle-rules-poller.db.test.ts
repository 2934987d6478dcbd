// The idle rules with durations of any length, and how their failures are logged.
import { pino } from 'pino';
import { migratedDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { migrate } from '../../sql/migrate.ts';
import { openClient, openPool } from '../../sql/pool.ts';
import { listSessions } from '../../sql/store/chat/lists.ts';
import { durationDays } from '../core/quantities.ts';
import { idleRulesPoller } from './idle-rules-poller.ts';

const test = suite('idle rules of chats');

test('durations of any length resolve quiet chats and close resolved ones', async () => {
  const database = await testDatabase();
  const client = await openClient(database.url);
  const pool = openPool(database.url, { max: 1 });
  try {
    await migrate(client);
    for (const [span, seconds] of [
      ['90s', 90],
      ['55m', 3_300],
      ['13m', 780],
      ['36h', 129_600],
      ['100h', 360_000],
      ['2.5w', 1_512_000],
      ['99999y', undefined],
    ] as const) {
      const days = durationDays.parse(span);
      const moved: string[] = [];
      const failures: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line: string) => void failures.push(line) });
      const rules = { resolveAfter: days, closeAfter: days, abandonAfter: days };
      const poller = idleRulesPoller(pool, rules, log, (id) => moved.push(id));
      const insert = async (state: string, age: number) => {
        const { rows } = await client.query<{ session_id: string }>(
          `insert into couture.chat_session (visitor_key, state, assigned_to, last_seq, updated_at, resolved_at, waiting_since)
           select 'guest:' || gen_random_uuid(), $1, 'anna', 1, at, at, at from (select now() - make_interval(secs => $2) as at) old
           returning session_id`,
          [state, age],
        );
        return rows[0]!.session_id;
      };
      const old = [];
      for (const state of ['active', 'resolved', 'waiting']) {
        await insert(state, (seconds ?? 1e10) / 2);
        if (seconds !== undefined) old.push(await insert(state, seconds + 5));
      }
      await poller.run();
      assert.equal(failures, [], span);
      assert.equal(moved.sort(), old.sort(), span);
      await client.query('delete from couture.chat_session');
    }
  } finally {
    await pool.end();
    await client.end();
    await database.drop();
  }
});

test('a lasting failure is logged once, at warn, and its end once', async () => {
  const database = await testDatabase();
  const pool = openPool(database.url, { max: 1 });
  try {
    const lines: Array<{ level: number; task: string; err: { message: string } }> = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const rules = { resolveAfter: 1, closeAfter: 1, abandonAfter: 1 };
    const poller = idleRulesPoller(pool, rules, log, () => {});
    // No migration has run, so the tables are missing.
    for (let run = 0; run < 3; run++) await poller.run();
    assert.is(lines.length, 1);
    assert.is(lines[0]!.level, 40);
    assert.match(lines[0]!.err.message, 'chat_attachment');
    const client = await openClient(database.url);
    await migrate(client);
    for (let run = 0; run < 2; run++) await poller.run();
    assert.equal(
      lines.map(({ level, task }) => [level, task]),
      [40, 30].map((level) => [level, 'apply the idle rules of chats']),
    );
    await client.query('drop schema couture cascade');
    await client.end();
    await poller.run();
    assert.is(lines.length, 3, 'a failure after a success is logged again');
  } finally {
    await pool.end();
    await database.drop();
  }
});

test('a chat whose step Postgres refuses holds up no other chat, and is logged', async () => {
  const database = await migratedDatabase();
  const client = await openClient(database.url);
  const pool = openPool(database.url, { max: 1 });
  try {
    const ids: string[] = [];
    for (let chat = 0; chat < 5; chat++) {
      const { rows } = await client.query<{ session_id: string }>(
        `insert into couture.chat_session (visitor_key, state, last_seq, updated_at, waiting_since)
         values ('guest:' || gen_random_uuid(), 'waiting', 1, '2026-01-01', '2026-01-01') returning session_id`,
      );
      ids.push(rows[0]!.session_id);
    }
    ids.sort();
    await client.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'poisoned'; end $$;
       create trigger refuse before update on couture.chat_session for each row
         when (old.session_id = '${ids[1]}') execute function refuse()`,
    );
    const moved: string[] = [];
    const lines: Array<{ level: number; err: { message: string } }> = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const rules = { resolveAfter: 1, closeAfter: 1, abandonAfter: 1 };
    await idleRulesPoller(pool, rules, log, (id) => moved.push(id)).run();
    assert.equal(moved, [ids[0], ...ids.slice(2)]);
    assert.equal(
      lines.map(({ level, err }) => [level, err.message]),
      [[40, 'poisoned']],
    );
  } finally {
    await pool.end();
    await client.end();
    await database.drop();
  }
});

for (const [what, text] of [
  ['a letter that is 18 letters after normalization', '\uFDFA'],
  ['Chinese', '\u4e2d\u6587'],
  ['syllables of three letters', '\uac01\ud55c'],
  ['marks', 'a\u0301\u0327\u0323'],
  ['markup that never ends', '<a '],
  ['many distinct words', ''],
] as const) {
  test(`a chat of 60 long messages of ${what} can be searched and closed in time`, async () => {
    const database = await migratedDatabase();
    const client = await openClient(database.url);
    // The default timeout of the runtime's statements.
    const pool = openPool(database.url, { max: 1, statementTimeout: 2_000 });
    try {
      await client.query(
        `with chat as (
           insert into couture.chat_session (visitor_key, state, last_seq, updated_at, waiting_since)
           values ('guest:a', 'waiting', 60, '2026-01-01', '2026-01-01') returning session_id)
         insert into couture.chat_message (session_id, seq, client_message_id, side, kind, created_at, body)
         select session_id, n, gen_random_uuid(), 'shopper', 'text', now(),
           case when $1 = '' then (select string_agg(md5(n || ' ' || k), ' ') from generate_series(1, 120) k)
           else left(repeat($1, 4000), 3990) end
         from chat, generate_series(1, 60) n`,
        [text],
      );
      const asked = { list: 'all', search: 'hello', limit: 10 } as const;
      assert.equal(await listSessions(pool, { ...asked, agent: 'anna', after: undefined }), []);
      const moved: string[] = [];
      const rules = { resolveAfter: 1, closeAfter: 1, abandonAfter: 1 };
      const poller = idleRulesPoller(pool, rules, pino({ level: 'silent' }), (id) => moved.push(id));
      // A busy machine may exceed the timeout once; a text that takes too long would exceed it each time.
      await until(async () => {
        await poller.run();
        return moved.length === 1;
      }, 'the chat to be closed');
    } finally {
      await pool.end();
      await client.end();
      await database.drop();
    }
  });
}
