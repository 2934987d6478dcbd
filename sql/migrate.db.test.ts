// Migrations: concurrent runs, edited files, databases of a newer version, failed migrations.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { databaseSuite } from '../fixtures/database-suite.ts';
import { assert, rejects } from '../fixtures/suite.ts';
import type { CoutureError } from './errors.ts';
import {
  checksumOf,
  type Migration,
  migrate,
  migrationState,
  readMigrations,
  requireMigrated,
  requireVersion,
} from './migrate.ts';
import { openClient } from './pool.ts';

const test = databaseSuite('migrate');

const has = (code: string) => (error: Error) => (error as CoutureError).code === code;

function migration(number: number, text: string): Migration {
  return {
    number,
    name: `${String(number).padStart(4, '0')}-made-by-a-test`,
    text,
    checksum: checksumOf(text),
  };
}

test('an empty database gets every migration once, in order', async ({ client }) => {
  const files = readMigrations();
  const first = await migrate(client);
  assert.equal(
    first.applied,
    files.map((file) => file.name),
  );
  assert.is(first.version, files.at(-1)?.number);
  assert.equal(await migrate(client), { applied: [], version: first.version });
  const state = await migrationState(client);
  assert.equal(
    state.applied.map((row) => row.name),
    files.map((file) => file.name),
  );
  assert.equal(state.pending, []);
});

test('twenty concurrent connections apply each migration once', async ({ client, database }) => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(database.url)));
  try {
    const runs = await Promise.all(clients.map((each) => migrate(each)));
    const applied = runs.flatMap((run) => run.applied).sort();
    assert.equal(
      applied,
      readMigrations().map((file) => file.name),
    );
  } finally {
    await Promise.all(clients.map((each) => each.end()));
  }
  await requireMigrated(client);
});

test('four concurrent processes apply each migration once', async ({ client, database }) => {
  const script = `
    const { openClient } = await import(${JSON.stringify(new URL('./pool.js', import.meta.url).href)});
    const { migrate } = await import(${JSON.stringify(new URL('./migrate.js', import.meta.url).href)});
    const client = await openClient(process.env.DATABASE_URL);
    console.log(JSON.stringify((await migrate(client)).applied));
    await client.end();`;
  const outputs = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...process.env, DATABASE_URL: database.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (chunk) => (text += chunk));
      const [code] = await once(child, 'close');
      assert.is(code, 0);
      return JSON.parse(text) as string[];
    }),
  );
  assert.equal(
    outputs.flat().sort(),
    readMigrations().map((file) => file.name),
  );
  await requireMigrated(client);
});

test('an applied migration whose file was edited is refused by name', async ({ client }) => {
  const files = [...readMigrations(), migration(9001, 'create table couture.a (x int)')];
  await migrate(client, files);
  const edited = [...files.slice(0, -1), migration(9001, 'create table couture.a (x bigint)')];
  const error = await rejects(() => migrate(client, edited), has('migration_edited'));
  assert.match(error.message, '9001-made-by-a-test');
});

test('line endings do not change the checksum', () => {
  assert.is(checksumOf('select 1;\r\nselect 2;\r\n'), checksumOf('select 1;\nselect 2;\n'));
  assert.is.not(checksumOf('select 1;\n'), checksumOf('select 2;\n'));
});

test('a database migrated by a newer version is refused', async ({ client }) => {
  const files = readMigrations();
  await migrate(client, [...files, migration(9001, 'create table couture.a (x int)')]);
  const error = await rejects(() => migrate(client, files), has('migration_newer'));
  assert.match(error.message, '9001-made-by-a-test');
  await rejects(() => requireMigrated(client), has('migration_newer'));
});

test('a failing migration is rolled back, and the ones before it stay applied', async ({ client }) => {
  const files = readMigrations();
  const broken = migration(9001, 'create table couture.half (x int); select 1 / 0;');
  await rejects(() => migrate(client, [...files, broken]), /division by zero/);
  const { rows } = await client.query(`select to_regclass('couture.half') as half`);
  assert.is(rows[0].half, null);
  assert.is((await migrationState(client)).applied.length, files.length);
  const mended = migration(9001, 'create table couture.half (x int)');
  assert.equal((await migrate(client, [...files, mended])).applied, [mended.name]);
});

test('a migration does not wait for a table that somebody else uses for long: readers would wait behind it', async ({
  client,
  database,
}) => {
  await migrate(client);
  const more = [
    ...readMigrations(),
    migration(9999, 'alter table couture.build add column made_by_a_test int'),
  ];
  const reader = await openClient(database.url);
  await reader.query('begin; select from couture.build');
  await rejects(() => migrate(client, more, '50ms'), has('55P03'));
  await reader.query('commit');
  await reader.end();
  assert.equal((await migrate(client, more)).applied, ['9999-made-by-a-test']);
});

test('with migrations missing, the error names the command that applies them', async ({ client }) => {
  const error = await rejects(() => requireMigrated(client), has('migration_missing'));
  assert.match((error as CoutureError).hint, 'couture db migrate');
  assert.ok((await migrationState(client)).pending.length > 0);
});

test('a migrated database needs no CREATE privilege', async ({ client, database }) => {
  await migrate(client);
  const role = `reader_${process.pid}`;
  await client.query(
    `create role ${role}; grant usage on schema couture to ${role}; grant select on couture.migration to ${role}`,
  );
  const reader = await openClient(database.url);
  try {
    await reader.query(`set role ${role}`);
    assert.equal((await migrate(reader)).applied, []);
  } finally {
    await reader.end();
    await client.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('a server older than Postgres 14 is refused', async () => {
  const error = await rejects(() => requireVersion(130_016, '13.16'), has('postgres_too_old'));
  assert.match(error.message, '13.16');
  requireVersion(140_000, '14.0');
});
