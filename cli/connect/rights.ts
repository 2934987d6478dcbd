// Step 6: may this role write the views and couture's tables?
import type { Queryable } from '../../sql/pool.ts';
import { schemaGrants } from '../../sql/source/schema-grants.ts';
import { serverFacts } from '../../sql/store/builds/database-status.ts';

export interface Rights {
  /** What this role may not do; empty if it may do everything. */
  readonly missing: readonly string[];
  /** Whether it may create and change couture's own tables. */
  readonly mayMigrate: boolean;
  readonly role: string;
}

/**
 * Checks the rights that `connect` needs to write.
 * @param readable whether this role may read the shop's tables
 */
export async function checkRights(client: Queryable, readable: boolean): Promise<Rights> {
  const { login: role } = await serverFacts(client);
  const { rows } = await client.query<{ may: boolean; views: boolean }>(
    `select case when to_regnamespace('couture_source') is null then has_database_privilege(current_database(), 'create')
                 else has_schema_privilege('couture_source', 'create') end as may,
            not exists (select from pg_class c where c.relnamespace = to_regnamespace('couture_source')
                        and c.relkind in ('v', 'm') and not pg_has_role(c.relowner, 'usage')) as views`,
  );
  const missing: string[] = [];
  if (!readable) missing.push("read the shop's tables");
  if (!rows[0]!.may) missing.push('create views in the schema couture_source');
  else if (!rows[0]!.views) missing.push('replace the views of couture_source, which another role owns');
  const migrates = (await schemaGrants(client)).length === 0;
  if (!migrates) missing.push('create tables in the schema couture');
  return { missing, mayMigrate: migrates, role };
}
