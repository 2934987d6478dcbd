// The tables of one build: created and filled apart from the served ones, then indexed, attached, and dropped when old.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, inTransaction, type Queryable } from '../../pool.ts';
import { hasRelation } from '../../relations.ts';

export type ListTableName = 'product_list' | 'customer_list' | 'buy_again_list' | 'trending_list';

/** Lookup columns of each list table. */
const lookups: Record<ListTableName, string> = {
  product_list: 'product_key, kind',
  customer_list: 'customer_key',
  buy_again_list: 'customer_key',
  trending_list: 'kind, category',
};

export const listTables = Object.keys(lookups) as ListTableName[];

/** Regular expression, in SQL, of the names of list tables; those of builds end with `_b` and a number. */
export const listTableNames = `^(${listTables.join('|')})`;

/** Name of one build's partition of a list table. */
export function partitionName(table: ListTableName, buildId: number): string {
  return `couture.${table}_b${buildId}`;
}

/**
 * Creates a build's table without attaching it. If the same transaction fills it, COPY (FREEZE) writes rows that need no
 * vacuum later and, with wal_level = minimal, no WAL. The check constraint lets it be attached without a scan.
 */
export async function createPartition(
  client: Queryable,
  table: ListTableName,
  buildId: number,
): Promise<void> {
  const id = Number(buildId);
  await client.query(
    `create table ${partitionName(table, id)} (like couture.${table} including storage including defaults,
       check (build_id = ${id})) with (autovacuum_enabled = false)`,
  );
}

/** Indexes a filled table and analyzes its lookup columns: statistics of arrays would cost the most and help no query. */
export async function indexPartition(
  client: Queryable,
  table: ListTableName,
  buildId: number,
): Promise<void> {
  const name = partitionName(table, buildId);
  await client.query(`create unique index on ${name} (${lookups[table]}) with (fillfactor = 100)`);
  await client.query(`analyze ${name} (build_id, ${lookups[table]})`);
}

/**
 * Attaches the build's tables to the list tables, all or none. Resolves when every new reader can see them: from then on
 * the build can be inspected and published.
 */
export async function attachPartitions(client: Queryable, buildId: number): Promise<void> {
  await inTransaction(client, async () => {
    for (const table of listTables) {
      const name = partitionName(table, Number(buildId));
      if (!(await hasRelation(client, name))) await createPartition(client, table, buildId);
      await client.query(
        `alter table couture.${table} attach partition ${name} for values in (${Number(buildId)})`,
      );
    }
  });
  await awaitOlderPlans(client);
}

/** Builds whose tables are all attached, so that they can be inspected and published. */
export async function buildsInPlace(client: Queryable): Promise<number[]> {
  const tables = (await readTables(client)).filter((table) => table.parent !== null && !table.pending);
  const builds = [...new Set(tables.map((table) => table.build_id))];
  return builds.filter(
    (build) => tables.filter((table) => table.build_id === build).length === listTables.length,
  );
}

/** Builds with at least one table. */
export async function buildsWithTables(client: Queryable): Promise<number[]> {
  return [...new Set((await readTables(client)).map((table) => table.build_id))];
}

/**
 * Drops the tables of builds, and completes drops that a killed run had started. Attached tables are detached
 * concurrently first, so that readers of the served build never wait: a plain drop would lock the parent against them.
 * Tables that are still being read are left for the next run.
 * @returns the builds that were dropped, and those that are being read
 */
export async function dropPartitions(
  client: Client,
  builds: readonly number[],
): Promise<{ dropped: number[]; busy: number[] }> {
  const tables = (await readTables(client)).filter(
    (table) => builds.includes(table.build_id) || table.pending,
  );
  const dropped = new Set(tables.map((table) => table.build_id));
  const busy = new Set<number>();
  const held = new Set<string | null>();
  await client.query(`set lock_timeout = '${lockTimeout}'`);
  try {
    // Finish pending detaches first: a parent accepts no other before.
    for (const table of tables.sort((a, b) => Number(b.pending) - Number(a.pending))) {
      const gone = !held.has(table.parent) && (await dropTable(client, table));
      if (gone) continue;
      // A long reader of one list table probably reads the others, too: don't wait for each.
      if (busy.size === 0) await client.query(`set lock_timeout = '100ms'`);
      busy.add(table.build_id);
      // A reader of one partition also holds the others.
      if (table.parent !== null) held.add(table.parent);
    }
  } finally {
    await client.query('reset lock_timeout').catch(() => {});
  }
  return { dropped: [...dropped].filter((build) => !busy.has(build)), busy: [...busy] };
}

/** Lock timeout: a report that reads for hours must not delay the nightly build. */
const lockTimeout = '2s';

interface BuildTable {
  readonly name: string;
  readonly build_id: number;
  /** The list table to which it is attached. */
  readonly parent: string | null;
  /** Whether a detach is pending: new readers don't see it, and the detach waits for older ones. */
  readonly pending: boolean;
}

/** The tables of all builds, oldest build first. */
async function readTables(client: Queryable): Promise<BuildTable[]> {
  const { rows } = await client.query<BuildTable>(
    `select format('couture.%I', c.relname) as name, substring(c.relname from '_b(\\d+)$')::int as build_id,
            i.inhparent::regclass::text as parent, coalesce(i.inhdetachpending, false) as pending
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid
     where c.relnamespace = to_regnamespace('couture') and c.relkind = 'r'
       and c.relname ~ '${listTableNames}_b\\d+$'
     order by build_id, c.relname desc`,
  );
  return rows;
}

/** @returns false when another session holds the table for longer than lock_timeout */
async function dropTable(client: Queryable, { name, parent, pending }: BuildTable): Promise<boolean> {
  try {
    if (parent)
      await client.query(
        `alter table ${parent} detach partition ${name} ${pending ? 'finalize' : 'concurrently'}`,
      );
    await client.query(`drop table ${name}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === lockNotAvailable) return false;
    throw error;
  }
}

const lockNotAvailable = '55P03';

/**
 * Waits for active readers of the list tables, two seconds at most. A statement that was planned before the tables were
 * attached does not know them; if it ran after the build is published, it would see no list at all. A reader that takes
 * longer is already reading or plans nothing more.
 */
async function awaitOlderPlans(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ reader: string }>(
    `select distinct virtualtransaction as reader from pg_locks
     where locktype = 'relation' and relation = any ($1::regclass[]::oid[]) and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())`,
    [listTables.map((table) => `couture.${table}`)],
  );
  const readers = rows.map((row) => row.reader);
  for (const until = Date.now() + 2_000; readers.length > 0 && Date.now() < until; await sleep(10)) {
    const { rows } = await client.query<{ reading: boolean }>(
      `select exists (select from pg_locks where locktype = 'virtualxid' and virtualtransaction = any ($1)) as reading`,
      [readers],
    );
    if (!rows[0]!.reading) return;
  }
}
