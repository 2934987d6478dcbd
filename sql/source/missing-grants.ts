// Privileges that couture lacks → the statements that grant them, for somebody who may.
import { type Queryable, quoteIdentifier } from '../pool.ts';
import { withTemporaryViews } from './detect-platform.ts';
import { viewReader } from './row-security.ts';
import { schemaGrants, schemaStatement } from './schema-grants.ts';

/** Columns that couture must never be able to read: a table that has one is granted column by column. */
const secretColumns = '(password|passwd|secret|token|salt|hash|api_?key)';

/**
 * The statements that this role lacks for writing its own schema and reading the source views; empty if it lacks nothing.
 * A view reads tables with the privileges of its owner, so the tables are granted to that role.
 */
export async function missingGrants(client: Queryable): Promise<string[]> {
  const schema = `to_regnamespace('couture_source')`;
  return withoutRepeats([
    ...(await schemaGrants(client)),
    ...(await viewGrants(client)),
    ...(await tableGrants(client, schema)),
    ...(await functionGrants(client, schema)),
  ]);
}

/** A table that a view reads and a function writes needs one grant to read it. */
function withoutRepeats(statements: readonly string[]): string[] {
  const all = new Set(statements);
  return [...all].map((statement) => {
    const both = /^grant (\w+), select (on .*)$/.exec(statement);
    return both && all.has(`grant select ${both[2]}`) ? `grant ${both[1]} ${both[2]}` : statement;
  });
}

/**
 * The statements that this role lacks for creating the views of a preset and reading them. Creates them as temporary views,
 * which is rolled back.
 * @param sql the preset, filled with the tables of this database
 * @param schema where these tables are
 */
export async function plannedGrants(client: Queryable, sql: string, schema: string): Promise<string[]> {
  const grants = await schemaGrants(client);
  const { rows } = await client.query<{ login: string; source: boolean; usage: boolean }>(
    `select current_user as login, has_schema_privilege($1, 'usage') as usage,
            case when to_regnamespace('couture_source') is null then has_database_privilege(current_database(), 'create')
                 else has_schema_privilege('couture_source', 'create, usage') end as source`,
    [schema],
  );
  const { login, source, usage } = rows[0]!;
  const role = quoteIdentifier(login);
  if (!source) grants.push(await schemaStatement(client, 'couture_source', role));
  if (!usage) return [...grants, `grant usage on schema ${quoteIdentifier(schema)} to ${role};`];
  await withTemporaryViews(client, sql, async () => {
    const views = 'pg_my_temp_schema()';
    grants.push(...(await tableGrants(client, views)), ...(await functionGrants(client, views)));
  });
  return withoutRepeats(grants);
}

/** The views themselves, when another role owns them. */
async function viewGrants(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('grant usage on schema couture_source to %I;', current_user) as statement
     from pg_namespace n where n.nspname = 'couture_source' and not has_schema_privilege(n.oid, 'usage')
     union all
     select format('grant select on couture_source.%I to %I;', c.relname, current_user)
     from (select * from pg_class order by relname) c
     where c.relnamespace = to_regnamespace('couture_source') and not has_table_privilege(c.oid, 'select')
       and c.relname in ('product', 'order_line', 'watchlist', 'customer', 'shop_order', 'shop_setting')`,
  );
  return rows.map((row) => row.statement);
}

/** The tables that views of a schema read, for the owners of these views. */
async function tableGrants(client: Queryable, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `with used as (
       select distinct t.oid as relation, d.refobjsubid as column,
              ${viewReader('v')} as reader
       from pg_class v
       join pg_rewrite w on w.ev_class = v.oid
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
       join pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p', 'f', 'v', 'm') and t.relnamespace <> v.relnamespace
       where v.relnamespace = ${schema} and v.relkind in ('v', 'm')
     ), lacking as (
       select u.relation, u.reader, array_agg(quote_ident(a.attname) order by a.attnum) as columns
       from used u join pg_attribute a on a.attrelid = u.relation and a.attnum = u.column and a.attnum > 0
       group by 1, 2 having bool_or(not has_column_privilege(u.reader, u.relation, u.column::int2, 'select'))
     )
     select distinct 0 as place, format('grant usage on schema %I to %I;', n.nspname, pg_get_userbyid(u.reader)) as statement
     from used u join pg_class c on c.oid = u.relation join pg_namespace n on n.oid = c.relnamespace
     where not has_schema_privilege(u.reader, n.oid, 'usage')
     union all
     select 1, format('grant select%s on %I.%I to %I;',
       case when exists (select from pg_attribute s where s.attrelid = c.oid and s.attnum > 0 and s.attname ~* $1)
            then ' (' || array_to_string(l.columns, ', ') || ')' else '' end,
       n.nspname, c.relname, pg_get_userbyid(l.reader))
     from lacking l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
     order by 1, 2`,
    [secretColumns],
  );
  return rows.map((row) => row.statement);
}

/**
 * Functions that write watch lists. Those that a setup file creates run with the rights of their owner; others with the
 * caller's, and Postgres does not know the tables that their text names.
 */
async function functionGrants(client: Queryable, schema: string): Promise<string[]> {
  const { rows: functions } = await client.query<{
    signature: string;
    text: string;
    may: boolean;
    login: string;
    reader: string;
  }>(
    `select p.oid::regprocedure::text as signature, p.prosrc as text, has_function_privilege(p.oid, 'execute') as may,
            quote_ident(current_user) as login,
            case when p.prosecdef then pg_get_userbyid(p.proowner) else current_user end as reader
     from pg_proc p where p.pronamespace = ${schema} and p.proname in ('watch', 'unwatch') order by 1`,
  );
  const grants: string[] = [];
  for (const { signature, text, may, login, reader } of functions) {
    if (!may) grants.push(`grant execute on function ${signature} to ${login};`);
    for (const [, verb = '', table = ''] of text.matchAll(
      /\b(insert into|delete from)\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)/gi,
    ))
      grants.push(...(await writeGrants(client, reader, table, /^insert/i.test(verb) ? 'insert' : 'delete')));
  }
  return [...new Set(grants)];
}

async function writeGrants(
  client: Queryable,
  reader: string,
  table: string,
  verb: 'insert' | 'delete',
): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('grant %s on %s to %I;', string_agg(privilege, ', ' order by privilege), $1::text, $2::text) as statement
     from unnest(array['select', $3]) privilege
     where to_regclass($1) is not null and not has_table_privilege($2::name, to_regclass($1), privilege)
     having count(*) > 0
     union all
     select format('grant usage on sequence %s to %I;', s.oid::regclass, $2::text)
     from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
     where $3 = 'insert' and d.refobjid = to_regclass($1) and d.deptype = 'a'
       and case when s.relkind = 'S' then not has_sequence_privilege($2::name, s.oid, 'usage') end`,
    [table, reader, verb],
  );
  return rows.map((row) => row.statement);
}
