// Numbered .sql files → the schema `couture`. Forward only; each is applied once and recorded; concurrent runs are safe.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { CoutureError } from './errors.ts';
import { adoptIdTypes } from './id-types.ts';
import { sqlFile } from './package-root.ts';
import { inTransaction, type Queryable } from './pool.ts';
import { hasRelation } from './relations.ts';
import { rightsMissing, schemaGrants } from './source/schema-grants.ts';

export interface Migration {
  readonly number: number;
  /** File name without its extension: `0001-builds-and-lists`. */
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

export interface Migrated {
  /** Names of the migrations that this run applied. */
  readonly applied: string[];
  /** Number of the newest migration in the database. */
  readonly version: number;
}

/** The migrations applied to a database, and the names of those that are pending. */
export interface MigrationState {
  readonly applied: ReadonlyArray<{ number: number; name: string; applied_at: Date }>;
  readonly pending: readonly string[];
}

/** Oldest major version of Postgres that supports what the migrations and the build use. */
export const oldestServer = 14;

/** The encoding of couture's own tables; chats, names and searches can have any character. */
export const serverEncoding = 'UTF8';

/** What to do about another encoding. */
export const otherEncoding =
  'couture keeps its tables in a database with the encoding UTF8, and can read the shop from any: create one (create database couture template template0 encoding UTF8), set DATABASE_URL to it and COUTURE_SOURCE_URL to the shop.';

/** Advisory lock that serialises migrations of one database. Any constant works; this one spells "cout". */
const migrationLock = 0x636f7574;
/** How long a migration waits for a table. While it waits, everything else that uses the table has to wait as well. */
const tableLockTimeout = '10s';

/**
 * Applies pending migrations, then changes the key tables to the type of the shop's ids.
 * Each migration is one transaction that takes the lock and checks again, so concurrent runs are safe.
 * @throws CoutureError `postgres_too_old`, `encoding_unsupported`, `rights_missing`, `migration_edited`, `migration_newer`,
 *   `id_type_changed`
 */
export async function migrate(
  client: Queryable,
  migrations = readMigrations(),
  lockTimeout = tableLockTimeout,
): Promise<Migrated> {
  await requireServer(client);
  const applied: string[] = [];
  // Check before locking: otherwise every run would wait for the lock and need the right to create schemas.
  while ((await compare(client, migrations)).length > 0) {
    const name = await inTransaction(client, () => applyNext(client, migrations, lockTimeout));
    if (name) applied.push(name);
  }
  await adoptIdTypes(client);
  return { applied, version: migrations.at(-1)?.number ?? 0 };
}

/**
 * Throws unless every migration is applied.
 * @throws CoutureError `migration_missing`, and those of `migrate`
 */
export async function requireMigrated(client: Queryable): Promise<void> {
  await requireServer(client);
  const [first, ...others] = await compare(client, readMigrations());
  if (!first) return;
  const more = others.length ? ` and ${others.length} more` : '';
  throw new CoutureError(
    'migration_missing',
    `Pending migrations: ${first.name}${more}`,
    'Run "couture db migrate".',
  );
}

/** Returns the applied and pending migrations without changing anything. */
export async function migrationState(client: Queryable): Promise<MigrationState> {
  const pending = await compare(client, readMigrations());
  return { applied: await recorded(client), pending: pending.map((migration) => migration.name) };
}

/** Reads the migrations of this version of couture, in order. */
export function readMigrations(): Migration[] {
  const directory = sqlFile('migrations');
  const files = readdirSync(directory).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file));
  return files.sort().map((file) => {
    const text = readFileSync(`${directory}/${file}`, 'utf8');
    return { number: Number(file.slice(0, 4)), name: file.slice(0, -4), text, checksum: checksumOf(text) };
  });
}

/** SHA-256 of a file's text; the same for LF and CRLF, because git may convert one to the other. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

/** @throws CoutureError `encoding_unsupported`, and for a server that is too old */
export async function requireServer(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ number: number; words: string; encoding: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as words,
            current_setting('server_encoding') as encoding`,
  );
  const { number, words, encoding } = rows[0]!;
  requireVersion(number, words);
  if (encoding !== serverEncoding)
    throw new CoutureError(
      'encoding_unsupported',
      `The database has the encoding ${encoding}`,
      otherEncoding,
    );
}

/**
 * @param number as of `server_version_num`: 140005 is 14.5
 * @throws CoutureError `postgres_too_old`
 */
export function requireVersion(number: number, words: string): void {
  if (number >= oldestServer * 10_000) return;
  throw new CoutureError(
    'postgres_too_old',
    `The server is Postgres ${words}; couture needs ${oldestServer} or newer`,
    'Upgrade the server, or leave DATABASE_URL unset to use the embedded Postgres.',
  );
}

/** Returns the pending migrations. @throws CoutureError when an applied migration is unknown or its file was edited */
async function compare(client: Queryable, migrations: readonly Migration[]): Promise<Migration[]> {
  const done = new Map((await recorded(client)).map((row) => [row.number, row]));
  for (const row of done.values()) {
    const file = migrations.find((migration) => migration.number === row.number);
    if (!file) throw newer(row, migrations);
    if (file.checksum !== row.checksum) throw edited(file, row);
  }
  return migrations.filter((migration) => !done.has(migration.number));
}

interface Recorded {
  number: number;
  name: string;
  checksum: string;
  applied_at: Date;
}

async function recorded(client: Queryable): Promise<Recorded[]> {
  if (!(await hasRelation(client, 'couture.migration'))) return [];
  const { rows } = await client.query<Recorded>(
    'select number, name, checksum, applied_at from couture.migration order by number',
  );
  return rows;
}

/** Runs inside a transaction: takes the lock and applies the first pending migration. */
async function applyNext(
  client: Queryable,
  migrations: readonly Migration[],
  lockTimeout: string,
): Promise<string | undefined> {
  await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  await client.query(`select set_config('lock_timeout', $1, true)`, [lockTimeout]);
  await createSchema(client);
  await client.query(`
    create table if not exists couture.migration (
      number     int primary key,
      name       text not null,
      checksum   text not null,
      applied_at timestamptz not null default now()
    )`);
  const [next] = await compare(client, migrations);
  if (!next) return undefined;
  await client.query(next.text);
  await client.query('insert into couture.migration (number, name, checksum) values ($1, $2, $3)', [
    next.number,
    next.name,
    next.checksum,
  ]);
  return next.name;
}

/** Not `if not exists`, for which Postgres wants CREATE on the database even when the schema exists. */
async function createSchema(client: Queryable): Promise<void> {
  const statements = await schemaGrants(client);
  const { rows } = await client.query<{ login: string; exists: boolean }>(
    `select current_user as login, to_regnamespace('couture') is not null as exists`,
  );
  if (statements.length > 0) throw rightsMissing(rows[0]!.login, statements);
  if (!rows[0]!.exists) await client.query('create schema couture');
}

function newer(row: Recorded, migrations: readonly Migration[]): CoutureError {
  const own = migrations.at(-1)?.name ?? 'none';
  return new CoutureError(
    'migration_newer',
    `The database has migration ${row.name}, which this version of couture does not know (its newest is ${own})`,
    'A newer version of couture migrated it: install that version or a later one.',
  );
}

function edited(file: Migration, row: Recorded): CoutureError {
  return new CoutureError(
    'migration_edited',
    `Migration ${file.name} was applied on ${row.applied_at.toISOString()} and its file has changed since`,
    `Restore sql/migrations/${file.name}.sql, and put the change into a new migration.`,
  );
}
