// schema.sql equals the result of the migrations. `npm run schema` runs this file with COUTURE_WRITE_SCHEMA=1.
import { readFileSync, writeFileSync } from 'node:fs';
import { databaseSuite } from '../fixtures/database-suite.ts';
import { assert } from '../fixtures/suite.ts';
import { migrate } from './migrate.ts';
import { sqlFile } from './package-root.ts';
import type { Client } from './pool.ts';
import { dumpSchema } from './schema-dump.ts';

const test = databaseSuite('schema.sql');

const file = sqlFile('schema.sql');

/** Servers of different major versions print views differently. */
async function wordsOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  return `-- In the words of Postgres ${rows[0]!.major}.\n`;
}

test('schema.sql equals the result of the migrations', async ({ client }) => {
  await migrate(client);
  const words = await wordsOf(client);
  const now = words + (await dumpSchema(client));
  if (process.env.COUTURE_WRITE_SCHEMA) writeFileSync(file, now);
  const written = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  if (!written.startsWith(words)) {
    console.log(`schema.sql is not compared: it is not ${words.slice(3).trim()}`);
    return;
  }
  assert.snapshot(written, now, 'sql/schema.sql is stale: run "npm run schema" and review the diff');
});

test('loading schema.sql into an empty database reproduces it', async ({ client }) => {
  const written = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  await client.query(written);
  const words = await wordsOf(client);
  // migrate() itself creates the migration table, so it is not in the dump.
  if (written.startsWith(words)) assert.snapshot(words + (await dumpSchema(client)), written);
});

test('the dump leaves out partitions and contains every kind of object', async ({ client }) => {
  await client.query(`
    create schema s;
    create table s.parent (id int not null generated always as identity, part int not null default 3, twice int generated always as (part * 2) stored,
      constraint parent_key primary key (id, part), check (part > 0)) partition by list (part);
    create table s.parent_1 partition of s.parent for values in (1);
    create table s.child (id int, part int, note text unique, foreign key (id, part) references s.parent);
    create index child_lower on s.child (lower(note));
    create function s.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger stamping before insert on s.child for each row execute function s.stamp();
    create view s.notes as select note from s.child;`);
  const text = await dumpSchema(client, 's');
  for (const part of [
    'id integer generated always as identity not null',
    'part integer not null default 3',
    'generated always as ((part * 2)) stored',
    'constraint parent_key PRIMARY KEY (id, part)',
    'CHECK ((part > 0))',
    ') partition by LIST (part);',
    'UNIQUE (note)',
    'CREATE INDEX child_lower ON s.child',
    'CREATE OR REPLACE FUNCTION s.stamp()',
    'CREATE TRIGGER stamping BEFORE INSERT',
    'create view s.notes as',
    'alter table s.child add constraint',
  ]) {
    assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
  }
  assert.not.match(text, 'parent_1');
  await client.query('drop schema s cascade');
  await client.query(text);
  assert.is(await dumpSchema(client, 's'), text);
});
