// The tables of one build: made and filled apart from the served ones, then indexed, checked in, and dropped when old.
import type { Client, Queryable } from '../pool.ts';

export type ListTableName = 'product_list' | 'customer_list' | 'trending_list';

/** Columns that a list is looked up by. */
const lookups: Record<ListTableName, string> = {
  product_list: 'product_key, kind',
  customer_list: 'customer_key',
  trending_list: 'kind, category',
};

export const listTables = Object.keys(lookups) as ListTableName[];

/** The table that holds one build's part of a list table. */
export function partitionName(table: ListTableName, buildId: number): string {
  return `couture.${table}_b${buildId}`;
}

/**
 * Makes a build's table, apart from its parent. Inside the transaction that also fills it, COPY (FREEZE) writes rows
 * that need no vacuum later and, with wal_level = minimal, no log. The check lets it be attached without a scan.
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

/** Indexes and analyzes a filled table. */
export async function indexPartition(
  client: Queryable,
  table: ListTableName,
  buildId: number,
): Promise<void> {
  const name = partitionName(table, buildId);
  await client.query(`create unique index on ${name} (${lookups[table]}) with (fillfactor = 100)`);
  await client.query(`analyze ${name}`);
}

/** Makes the build's tables parts of the list tables: from now on the build can be looked at and published. */
export async function attachPartitions(client: Queryable, buildId: number): Promise<void> {
  for (const table of listTables) {
    if (!(await exists(client, table, buildId))) await createPartition(client, table, buildId);
    await client.query(
      `alter table couture.${table} attach partition ${partitionName(table, buildId)} for values in (${Number(buildId)})`,
    );
  }
}

/** Builds whose tables exist. */
export async function buildsWithTables(client: Queryable): Promise<number[]> {
  const { rows } = await client.query<{ build_id: number }>(
    `select distinct substring(relname from '_b(\\d+)$')::int as build_id
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'couture' and c.relkind = 'r' and relname ~ '^(product|customer|trending)_list_b\\d+$' order by 1`,
  );
  return rows.map((row) => row.build_id);
}

/**
 * Drops a build's tables. An attached one is detached concurrently first, so that readers of the served build
 * never wait: a plain drop would lock the parent table against them.
 */
export async function dropPartitions(client: Client, buildId: number): Promise<void> {
  for (const table of listTables) {
    if (!(await exists(client, table, buildId))) continue;
    const name = partitionName(table, buildId);
    const { rows } = await client.query<{ attached: boolean; pending: boolean }>(
      `select true as attached, inhdetachpending as pending from pg_inherits where inhrelid = $1::regclass`,
      [name],
    );
    if (rows[0]) {
      // A run that was killed in the middle leaves the detach half done.
      const how = rows[0].pending ? 'finalize' : 'concurrently';
      await client.query(`alter table couture.${table} detach partition ${name} ${how}`);
    }
    await client.query(`drop table ${name}`);
  }
}

async function exists(client: Queryable, table: ListTableName, buildId: number): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    partitionName(table, Number(buildId)),
  ]);
  return rows[0]!.found;
}
