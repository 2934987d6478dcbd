// Every column of couture's tables is classified: whose data it is, whether an export has it, and how it is erased.
import { readFileSync } from 'node:fs';
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { sqlFile } from '../../package-root.ts';
import type { Client } from '../../pool.ts';
import { bindPerson, impersonalTables, personalTables } from './personal-data.ts';

const test = databaseSuite('personal data', { migrated: true });

test('each column of each table has one class', async ({ client }) => {
  await client.query(readFileSync(sqlFile('presets', 'import-tables.sql'), 'utf8'));
  assert.equal(await unclassified(client), []);
  assert.equal(await vanished(client), []);
});

test('a new table and a new column are noticed', async ({ client }) => {
  await client.query(readFileSync(sqlFile('presets', 'import-tables.sql'), 'utf8'));
  await client.query(`
    create table couture.diary (owner text);
    alter table couture.chat_session add column phone text;
    alter table couture.push_told drop column kind cascade`);
  assert.equal(await unclassified(client), ['couture.chat_session.phone', 'couture.diary.owner']);
  assert.equal(await vanished(client), ['couture.push_told.kind']);
});

test('no column has two classes', () => {
  const both = Object.keys(personalTables).filter((table) => table in impersonalTables);
  assert.equal(both, []);
  const names = classified();
  assert.is(new Set(names).size, names.length);
});

test('placeholders become numbered parameters, and casts stay', () => {
  const person = { customer: '7', owners: ['7'], principals: [], chats: [], visitors: ['v'], keys: [3] };
  assert.equal(bindPerson('a = :customer or b = any (:visitors::text[]) or c::text = :customer', person), {
    text: 'a = $1 or b = any ($2::text[]) or c::text = $1',
    values: ['7', ['v']],
  });
});

function classified(): string[] {
  const personal = Object.entries(personalTables).flatMap(([table, { exported, withheld = '' }]) =>
    `${exported} ${withheld}`
      .trim()
      .split(' ')
      .map((column) => `${table}.${column}`),
  );
  const others = Object.entries(impersonalTables).flatMap(([table, columns]) =>
    columns.split(' ').map((column) => `${table}.${column}`),
  );
  return [...personal, ...others];
}

async function unclassified(client: Client): Promise<string[]> {
  const known = new Set(classified());
  return (await columns(client)).filter((name) => !known.has(name));
}

async function vanished(client: Client): Promise<string[]> {
  const present = new Set(await columns(client));
  return classified().filter((name) => !present.has(name));
}

/** Columns of all tables of the schemas that couture fills; a partition has the columns of its parent. */
async function columns(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%s.%s.%s', c.relnamespace::regnamespace, c.relname, a.attname) as name
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace in ('couture'::regnamespace, 'imported'::regnamespace) and c.relkind in ('r', 'p', 'm')
       and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}
