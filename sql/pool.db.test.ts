// Sessions: poolers that switch them are refused, and the time limits of a role don't end the work.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { testDatabase } from '../fixtures/database.ts';
import { assert, rejects, suite } from '../fixtures/suite.ts';
import type { CoutureError } from './errors.ts';
import { migrate } from './migrate.ts';
import { type Client, openClient, openPool, quoteIdentifier } from './pool.ts';
import { openBuildSession } from './store/builds/build-lock.ts';
import { startPooler } from './test-support/pooler.ts';
import { requirePlainUrl, unreachable } from './unreachable.ts';

const test = suite<{ url: string; admin: Client; drop: () => Promise<void> }>('sessions');
test.before(async (context) => {
  const database = await testDatabase();
  context.url = database.url;
  context.drop = database.drop;
  context.admin = await openClient(database.url);
});
test.after(async ({ admin, drop }) => {
  await admin?.end();
  await drop?.();
});

const isPooled = (error: Error) => (error as CoutureError).code === 'postgres_pooled';

for (const mode of ['recent', 'oldest'] as const) {
  test(`a pooler that lends each transaction the ${mode} session is refused`, async ({ url }) => {
    const pooler = await startPooler(url, mode);
    try {
      const error = await rejects(() => openClient(pooler.url), isPooled);
      assert.match((error as CoutureError).hint, 'pool_mode = session');
      assert.not.match(error.message, new URL(url).password || '\n');
      await rejects(() => openBuildSession(pooler.url), isPooled);
      const pool = openPool(pooler.url, { max: 2 });
      await rejects(() => pool.query('select 1'), isPooled);
      await pool.end();
    } finally {
      await pooler.close();
    }
  });
}

test('a pooler that had no second connection to judge it by is judged by the next one', async ({ url }) => {
  const pooler = await startPooler(url, 'recent');
  try {
    pooler.limit(1);
    const client = await openClient(pooler.url);
    pooler.limit(10);
    await rejects(() => openClient(pooler.url), isPooled);
    await client.end();
  } finally {
    await pooler.close();
  }
});

test('a refused pooler leaves the sessions of other clients as they were', async ({ url }) => {
  const pooler = await startPooler(url, 'recent');
  try {
    await rejects(() => openClient(pooler.url, { statementTimeout: 123_000 }), isPooled);
    const shop = new pg.Client({ connectionString: pooler.url });
    await shop.connect();
    for (let round = 0; round < 3; round++) {
      const { rows } = await shop.query('show statement_timeout');
      assert.equal(rows, [{ statement_timeout: '0' }]);
    }
    await shop.end();
  } finally {
    await pooler.close();
  }
});

test('a pooler in session mode works, with the limits of the session', async ({ url }) => {
  const pooler = await startPooler(url, 'session');
  try {
    const client = await openClient(pooler.url, { statementTimeout: 5_000 });
    assert.equal((await client.query('show statement_timeout')).rows, [{ statement_timeout: '5s' }]);
    const pool = openPool(pooler.url, { max: 2, statementTimeout: 100 });
    await rejects(() => pool.query('select pg_sleep(10)'), /statement timeout/);
    await Promise.all([pool.end(), client.end()]);
  } finally {
    await pooler.close();
  }
});

test('time limits of the database or the role do not end a session that works or waits', async ({
  url,
  admin,
}) => {
  const { pathname } = new URL(url);
  const database = quoteIdentifier(decodeURIComponent(pathname.slice(1)));
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout'];
  for (const limit of limits) await admin.query(`alter database ${database} set ${limit} = '50ms'`);
  try {
    for (const open of [openClient, openBuildSession]) {
      const client = await open(url);
      await client.query('select pg_sleep(0.2)');
      await sleep(200);
      await client.query('begin');
      await sleep(200);
      assert.equal((await client.query('select 1 as one')).rows, [{ one: 1 }]);
      await client.end();
    }
  } finally {
    for (const limit of limits) await admin.query(`alter database ${database} reset ${limit}`);
  }
});

test('settings of the database change neither what values look like nor what statements mean', async ({
  url,
  admin,
}) => {
  const database = quoteIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
  const settings = {
    datestyle: "'SQL, DMY'",
    intervalstyle: 'iso_8601',
    timezone: "'Asia/Kolkata'",
    extra_float_digits: '-3',
    standard_conforming_strings: 'off',
    escape_string_warning: 'off',
    bytea_output: "'escape'",
    search_path: 'public, pg_catalog',
  };
  for (const [name, value] of Object.entries(settings))
    await admin.query(`alter database ${database} set ${name} = ${value}`);
  await admin.query(`create function public.upper(text) returns text language sql as $$ select 'hidden' $$;
    create function public.count(text) returns bigint language sql as 'values (1), (2)'`);
  const expected = {
    day: new Date('2024-03-04T05:06:07Z'),
    local: new Date('2024-03-04T05:06:07Z'),
    seconds: '00:01:30',
    third: 0.1 + 0.2,
    slash: '\\d',
    bytes: Buffer.from([1, 255]),
    upper: 'A',
  };
  const pool = openPool(url);
  const client = await openClient(url);
  try {
    for (const each of [client, pool]) {
      const { rows } = await each.query(
        `select '2024-03-04 05:06:07+00'::timestamptz as day, '2024-03-04 05:06:07'::timestamp::timestamptz as local,
                interval '90 s'::text as seconds, 0.1::float8 + 0.2::float8 as third, '\\d' as slash, '\\x01ff'::bytea as bytes,
                upper('a'::text) as upper`,
      );
      assert.equal(rows, [expected]);
    }
  } finally {
    await Promise.all([client.end(), pool.end()]);
    for (const name of Object.keys(settings)) await admin.query(`alter database ${database} reset ${name}`);
    await admin.query('drop function public.upper(text), public.count(text)');
  }
});

test('a URL that psql would take to another server is refused with what to write', async ({ url }) => {
  const at = (name: string, value: string) => {
    const changed = new URL(url);
    changed.searchParams.set(name, value);
    return changed.href;
  };
  const hints = { service: /host, user and database/, passfile: /PGPASSFILE/, hostaddr: /as the host/ };
  for (const [name, hint] of Object.entries(hints)) {
    const error = await rejects(() => openClient(at(name, 'shop')), /not supported/);
    assert.match((error as CoutureError).hint, hint);
  }
  assert.throws(() => requirePlainUrl('postgresql:///shop', { PGSERVICE: 'shop' }), /PGSERVICE/);
  requirePlainUrl('postgresql:///shop', { PGSERVICE: 'shop', PGHOST: '/run/postgresql' });
  requirePlainUrl(url, { PGSERVICE: 'shop' });
  const other = await openClient(at('options', '-c search_path=elsewhere'));
  assert.equal((await other.query('show search_path')).rows, [{ search_path: 'elsewhere' }]);
  await other.end();
  const lost = Object.assign(new Error('getaddrinfo ENOTFOUND one,two'), { code: 'ENOTFOUND' });
  assert.match(unreachable('postgresql://one,two/shop', lost).hint, 'one server');
});

test('a database in another encoding is refused with the remedy', async ({ url, admin }) => {
  const { rows } = await admin.query<{ libc: boolean }>(
    `select current_setting('server_version_num')::int >= 150000 as libc`,
  );
  const provider = rows[0]!.libc ? 'locale_provider libc' : '';
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    // After a point: other test processes drop databases whose names do not begin with the id of a running one.
    const name = `${decodeURIComponent(new URL(url).pathname.slice(1))}.${encoding}`;
    await admin.query(
      `create database ${quoteIdentifier(name)} template template0 encoding '${encoding}' lc_collate 'C' lc_ctype 'C' ${provider}`,
    );
    const at = new URL(url);
    at.pathname = `/${encodeURIComponent(name)}`;
    const client = await openClient(at.toString());
    try {
      const error = await rejects(() => migrate(client), /has the encoding/);
      assert.match((error as CoutureError).hint, 'COUTURE_SOURCE_URL');
    } finally {
      await client.end();
      await admin.query(`drop database ${quoteIdentifier(name)}`);
    }
  }
});

test('an error on connecting names the remedy for its cause', async ({ url, admin }) => {
  const role = `nobody-${process.pid}`;
  await admin.query(`create role ${quoteIdentifier(role)} login password 'geheim' connection limit 0`);
  const at = (change: (url: URL) => void) => {
    const changed = new URL(url);
    change(changed);
    return changed.toString();
  };
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    [at((u) => (u.pathname = '/there-is-none')), /name of the database/],
    [at((u) => u.searchParams.set('sslmode', 'require')), /remove sslmode/],
    [at((u) => u.searchParams.set('sslrootcert', '/there/is/none.pem')), /file that sslrootcert/],
    [at((u) => u.searchParams.set('sslkey', '/')), /file that sslrootcert/],
    [at((u) => (u.hostname = 'there-is-none.invalid')), /host in the URL/],
    [
      at((u) => {
        u.username = role;
        u.password = 'geheim';
      }),
      /five connections/,
    ],
  ];
  try {
    for (const [wrong, hint] of cases) {
      const error = (await rejects(() => openClient(wrong), /cannot be reached/)) as CoutureError;
      assert.match(error.hint, hint);
      assert.not.match(error.message, 'geheim');
    }
    const cut = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
    assert.match(unreachable(url, cut).hint, 'reset statement_timeout');
  } finally {
    await admin.query(`drop role ${quoteIdentifier(role)}`);
  }
});

test('the password may stand in a password file, and a missing one is named', async ({ url }) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-pgpass-'));
  const file = path.join(folder, 'pgpass');
  const bare = new URL(url);
  const password = decodeURIComponent(bare.password);
  bare.password = '';
  const escaped = password.replaceAll(/[\\:]/g, '\\$&');
  writeFileSync(file, `other.example:*:*:*:wrong\n*:${bare.port || 5432}:*:*:${escaped}\n`, { mode: 0o600 });
  const before = process.env.PGPASSFILE;
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  try {
    process.env.PGPASSFILE = file;
    const client = await openClient(bare.href);
    await client.end();
    const pool = openPool(bare.href);
    await pool.query('select 1');
    await pool.end();
    assert.equal(warnings, []);
    process.env.PGPASSFILE = path.join(folder, 'missing');
    // A server that trusts this address asks for none.
    if (!password) return;
    const error = await rejects(() => openClient(bare.href), /cannot be reached/);
    assert.match((error as CoutureError).hint, 'PGPASSFILE');
  } finally {
    process.off('warning', onWarning);
    if (before === undefined) delete process.env.PGPASSFILE;
    else process.env.PGPASSFILE = before;
    rmSync(folder, { recursive: true });
  }
});

test('a certificate for another name and one of an unknown CA have remedies of their own', () => {
  const hint = (message: string) => unreachable('postgresql://localhost/shop', new Error(message)).hint;
  assert.match(hint("Hostname/IP does not match certificate's altnames: IP: 127.0.0.1"), 'another name');
  assert.match(hint('unable to verify the first certificate'), 'sslrootcert=FILE');
});
