// Counts, reads and erases a person's rows in all tables of couture.
import { createHmac } from 'node:crypto';
import { inTransaction, type Queryable } from '../../pool.ts';
import { type Identity, personValues } from './find-person.ts';
import { bindPerson, type PersonalTable, type PersonValues, personalTables } from './personal-data.ts';

export interface HeldRows {
  /** `couture.chat_message` */
  readonly table: string;
  readonly rows: number;
  /** What remains after an erasure, in words; null if nothing does. */
  readonly kept: string | null;
}

/** The tables with rows of the person. */
export async function countPerson(client: Queryable, identity: Identity): Promise<HeldRows[]> {
  const values = await personValues(client, identity);
  const held: HeldRows[] = [];
  for (const [table, { where, kept }] of await existingTables(client)) {
    const rows = await sumOf(client, table, (name) =>
      bindPerson(`select count(*)::int as rows from ${name} where ${where}`, values),
    );
    if (rows > 0) held.push({ table, rows, kept: kept ?? null });
  }
  return held;
}

export interface PersonData {
  /** `couture.chat_message` → its rows, with the columns that an export contains. */
  readonly tables: ReadonlyMap<string, ReadonlyArray<Record<string, unknown>>>;
}

/** Reads what an export contains; call it in a transaction that sees one snapshot. */
export async function readPerson(client: Queryable, identity: Identity): Promise<PersonData> {
  const values = await personValues(client, identity);
  const tables = new Map<string, Array<Record<string, unknown>>>();
  for (const [table, { where, exported, read }] of await existingTables(client)) {
    const columns = exported.replaceAll(' ', ', ');
    const { text, values: parameters } = bindPerson(
      read ?? `select ${columns} from ${table} where ${where} order by ${columns.split(', ')[0]}`,
      values,
    );
    const { rows } = await client.query(text, parameters);
    if (rows.length > 0) tables.set(table, rows);
  }
  return { tables };
}

export interface Erasure {
  readonly erasure_id: number;
  /** Keyed hash of the person. */
  readonly reference: string;
  readonly removed: readonly HeldRows[];
}

/**
 * Erases the person in one transaction: all or nothing. Running processes drop what they have cached, and close the chats
 * that are gone. Undefined if there was nothing to erase. Call it with the build lock held, since a build that has read the
 * customer's orders would write their lists afterwards.
 */
export async function erasePerson(client: Queryable, identity: Identity): Promise<Erasure | undefined> {
  const erased = await inTransaction(client, async () => {
    const values = await personValues(client, identity);
    // Lock by id, as everything that locks several chats; a message that is being sent then finds its chat gone.
    await client.query(
      'select from couture.chat_session where session_id = any ($1::uuid[]) order by session_id for update',
      [values.chats],
    );
    const removed: HeldRows[] = [];
    for (const [table, personal] of await existingTables(client)) {
      const rows = await eraseFrom(client, table, personal, values);
      if (rows > 0) removed.push({ table, rows, kept: personal.kept ?? null });
    }
    if (removed.length === 0) return undefined;
    const reference = await referenceOf(client, identity);
    const { rows } = await client.query<{ erasure_id: number }>(
      'insert into couture.erasure (reference, removed) values ($1, $2) returning erasure_id',
      [reference, JSON.stringify(Object.fromEntries(removed.map(({ table, rows }) => [table, rows])))],
    );
    await client.query(`select pg_notify('couture_published', '')`);
    return { erasure_id: rows[0]!.erasure_id, reference, removed };
  });
  return erased;
}

/** Number of the last erasure; 0 if there is none. */
export async function lastErasure(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ last: number }>(
    'select coalesce(max(erasure_id), 0) as last from couture.erasure',
  );
  return rows[0]!.last;
}

/** Removes what deletes leave behind in the files and in the statistics of these tables. */
export async function vacuumErased(client: Queryable, { removed }: Erasure): Promise<void> {
  for (const { table } of removed) {
    const { withThem } = personalTables[table]!;
    for (const name of [...(await tablesOf(client, table)), ...(withThem ? [withThem] : [])])
      await client.query(`vacuum (analyze) ${name}`);
  }
}

/** The keyed hash that stands for a person in the audit trail. Only the database has the key. */
export async function referenceOf(client: Queryable, { customerId, emails }: Identity): Promise<string> {
  const { rows } = await client.query<{ key: Buffer }>('select key from couture.reference_key');
  const subject = customerId === null ? `email:${emails.join(' ')}` : `customer:${customerId}`;
  return createHmac('sha256', rows[0]!.key).update(subject).digest('hex').slice(0, 32);
}

async function eraseFrom(
  client: Queryable,
  table: string,
  { where, erase }: PersonalTable,
  values: PersonValues,
): Promise<number> {
  let rows = 0;
  for (const name of await tablesOf(client, table)) {
    const { text, values: parameters } = bindPerson(erase ?? `delete from ${name} where ${where}`, values);
    rows += (await client.query(text, parameters)).rowCount ?? 0;
  }
  return rows;
}

async function sumOf(
  client: Queryable,
  table: string,
  statement: (name: string) => { text: string; values: unknown[] },
): Promise<number> {
  let sum = 0;
  for (const name of await tablesOf(client, table)) {
    const { text, values } = statement(name);
    sum += (await client.query<{ rows: number }>(text, values)).rows[0]!.rows;
  }
  return sum;
}

/** The table itself, or one of each build, attached or not. */
async function tablesOf(client: Queryable, table: string): Promise<string[]> {
  if (!personalTables[table]!.perBuild) return [table];
  const { rows } = await client.query<{ name: string }>(
    `select format('couture.%I', relname) as name from pg_class
     where relnamespace = to_regnamespace('couture') and relkind = 'r' and relname ~ ('^' || $1 || '_b\\d+$') order by 1`,
    [table.split('.')[1]],
  );
  return rows.map(({ name }) => name);
}

/** The schema `imported` exists only where orders came from files. */
async function existingTables(client: Queryable): Promise<Array<[string, PersonalTable]>> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where to_regclass(name) is not null`,
    [Object.keys(personalTables)],
  );
  const existing = new Set(rows.map(({ name }) => name));
  return Object.entries(personalTables).filter(([table]) => existing.has(table));
}
