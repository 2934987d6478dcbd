// Step 6: may this role write the views and couture's tables? If not, the SQL for the owner of the shop's tables.
import { type Queryable, quoteIdentifier } from '../../sql/pool.ts';
import { mayMigrate, serverFacts } from '../../sql/store/builds/database-status.ts';

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
  const migrates = await mayMigrate(client);
  if (!migrates) missing.push('create tables in the schema couture');
  return { missing, mayMigrate: migrates, role };
}

/** The file that the owner of the shop's tables runs once: views, and the rights of couture's role on them alone. */
export function setupSql(views: string, role: string): string {
  const name = quoteIdentifier(role);
  return `-- Run this once as the owner of the shop's tables, in one transaction:
--   psql -1 -v ON_ERROR_STOP=1 -f couture-setup.sql "postgresql://OWNER@HOST/DATABASE"
-- The role ${name} gets SELECT on the views of couture_source, a schema of its own, and no right to the shop's tables.

${views.trimEnd()}

grant usage on schema couture_source to ${name};
grant select on all tables in schema couture_source to ${name};
${watchFunctions(views)
  .map((each) => definer(each, name))
  .join('')}
create schema if not exists couture;
grant usage, create on schema couture to ${name};
`;
}

/** Functions of the preset that write the shop's watch list. */
function watchFunctions(views: string): string[] {
  return ['watch', 'unwatch'].filter((each) => views.includes(`function couture_source.${each}(`));
}

/** They run with the rights of their owner, for couture's role only. */
function definer(name: string, role: string): string {
  const named = `couture_source.${name}`;
  return `alter function ${named} security definer set search_path = pg_catalog, pg_temp;
revoke execute on function ${named} from public;
grant execute on function ${named} to ${role};
`;
}
