// Build → size of the tables with its lists, including indexes.
import type { Queryable } from '../../pool.ts';
import { listTableNames } from './list-partitions.ts';

/** Build → bytes; builds without tables are left out. */
export async function buildSizes(client: Queryable): Promise<Map<number, number>> {
  const { rows } = await client.query<{ build_id: number; bytes: string }>(
    `select substring(c.relname from '_b(\\d+)$')::int as build_id, sum(pg_total_relation_size(c.oid))::text as bytes
     from pg_class c
     where c.relnamespace = to_regnamespace('couture') and c.relkind = 'r'
       and c.relname ~ '${listTableNames}_b\\d+$'
     group by 1 order by 1`,
  );
  return new Map(rows.map((row) => [row.build_id, Number(row.bytes)]));
}
