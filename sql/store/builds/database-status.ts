// Facts about a database for `db status` and `doctor`: the server, couture's tables and their sizes, privileges.
import type { Queryable } from '../../pool.ts';
import { hasRelation } from '../../relations.ts';

export interface ServerFacts {
  readonly version: string;
  /** 180001 for 18.1. */
  readonly number: number;
  readonly database: string;
  readonly login: string;
  readonly now: Date;
  /** Whether the server is a read-only standby. */
  readonly standby: boolean;
  /** Whether sessions cannot write by a setting of the role or the database. */
  readonly read_only: boolean;
  /** Functions of the shop that can take the place of one of Postgres's. */
  readonly shadowing: readonly string[];
  readonly encoding: string;
}

export async function serverFacts(client: Queryable): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            current_database() as database, current_user as login, clock_timestamp() as now,
            pg_is_in_recovery() as standby, current_setting('server_encoding') as encoding,
            current_setting('default_transaction_read_only') = 'on' as read_only,
            array(select p.oid::regprocedure::text from pg_proc p
                  where p.pronamespace::regnamespace::text = any(current_schemas(false)::text[]) and p.pronamespace <> 'pg_catalog'::regnamespace
                    and p.proname in (select s.proname from pg_proc s where s.pronamespace = 'pg_catalog'::regnamespace)
                    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
                  order by 1) as shadowing`,
  );
  return rows[0]!;
}

export interface TableSize {
  readonly table: string;
  /** Estimate of the last analyze. */
  readonly rows: number;
  readonly bytes: number;
}

/** Tables of `couture`, the largest first; the partitions of a list table are added up. */
export async function tableSizes(client: Queryable): Promise<TableSize[]> {
  const { rows } = await client.query<{ table: string; rows: string; bytes: string }>(
    `select coalesce(p.relname, c.relname) as table, sum(greatest(c.reltuples, 0))::bigint::text as rows,
            sum(pg_total_relation_size(c.oid))::text as bytes
     from pg_class c
     left join pg_inherits i on i.inhrelid = c.oid
     left join pg_class p on p.oid = i.inhparent
     where c.relnamespace = to_regnamespace('couture') and c.relkind = 'r'
     group by 1 order by sum(pg_total_relation_size(c.oid)) desc, 1`,
  );
  return rows.map((row) => ({ table: row.table, rows: Number(row.rows), bytes: Number(row.bytes) }));
}

export interface BuildsInBrief {
  readonly builds: number;
  readonly published: { readonly build_id: number; readonly published_at: Date } | null;
}

/** Number of builds and the published one; zero and null before the first migration. */
export async function buildsInBrief(client: Queryable): Promise<BuildsInBrief> {
  if (!(await hasRelation(client, 'couture.build'))) return { builds: 0, published: null };
  const { rows } = await client.query<{ builds: number; build_id: number | null; published_at: Date | null }>(
    `select (select count(*)::int from couture.build) as builds, p.build_id, p.published_at
     from (values (1)) one left join couture.published p on true`,
  );
  const { builds, build_id, published_at } = rows[0]!;
  return { builds, published: build_id === null ? null : { build_id, published_at: published_at! } };
}
