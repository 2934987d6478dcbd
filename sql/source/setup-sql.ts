// Set-up with two roles as SQL: a file for the owner of the shop's tables, and one that creates couture's role and schema.
import { quoteIdentifier } from '../pool.ts';

/** For a role that may create roles: couture's login, and the schema that it writes. Run it first. */
export function roleSql(role: string, database: string): string {
  const name = quoteIdentifier(role);
  return `-- Run this once as a superuser, or as the owner of the database if it may create roles.
begin;
do $$ begin
  if not exists (select from pg_roles where rolname = ${literal(role)}) then
    create role ${name} login;   -- then, in psql: \\password ${role}
  end if;
end $$;
grant connect, temporary on database ${quoteIdentifier(database)} to ${name};
create schema if not exists couture;
grant usage, create on schema couture to ${name};
commit;
`;
}

/** The file that the owner of the shop's tables runs once: views, and the rights of couture's role on them alone. */
export function ownerSql(views: string, role: string): string {
  const name = quoteIdentifier(role);
  return `-- Run this once as the owner of the shop's tables, in one transaction:
--   psql -1 -v ON_ERROR_STOP=1 -f FILE "postgresql://OWNER@HOST/DATABASE"
-- The role ${name.replaceAll(/\p{Cc}/gu, ' ')} gets SELECT on the views of couture_source, a schema of its own, and no right to the shop's tables.

${views.trimEnd()}

${viewGrants(views, role)}
create schema if not exists couture;
grant usage, create on schema couture to ${name};
`;
}

/** SELECT on the views, and the watch list functions, for couture's role alone. */
export function viewGrants(views: string, role: string): string {
  const name = quoteIdentifier(role);
  return `grant usage on schema couture_source to ${name};
grant select on all tables in schema couture_source to ${name};
${watchFunctions(views)
  .map((each) => definer(`couture_source.${each}`, name))
  .join('')}`;
}

/** Functions of the preset that write the shop's watch list. */
function watchFunctions(views: string): string[] {
  return ['watch', 'unwatch'].filter((each) => views.includes(`function couture_source.${each}(`));
}

/** They run with the rights of their owner, for couture's role only. */
export function definer(named: string, role: string): string {
  return `alter function ${named} security definer set search_path = pg_catalog, pg_temp;
revoke execute on function ${named} from public;
grant execute on function ${named} to ${role};
`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
