// Tables below the source views from which row-level security may hide rows of the shop.
import type { Queryable } from '../pool.ts';

/** A table that its reader may see in part only. */
export interface SecuredTable {
  readonly table: string;
  /** The role whose policies apply: the owner of the view that reads the table, or this role itself. */
  readonly reader: string;
}

/** SQL: the role with whose rights a view reads its tables. The option may be written true, on, yes or 1. */
export function viewReader(view: string): string {
  return `case when exists (select from pg_options_to_table(${view}.reloptions) o where o.option_name = 'security_invoker' and o.option_value::boolean)
               then current_user::regrole::oid else ${view}.relowner end`;
}

/** What to say about these tables; undefined if there are none. */
export function rowSecurityWarning(
  secured: readonly SecuredTable[],
): { readonly words: string; readonly remedy: string } | undefined {
  const [first] = secured;
  if (!first) return undefined;
  const tables = [...new Set(secured.map(({ table }) => table))];
  return {
    words: `row-level security of ${tables.join(', ')} can hide rows from the role ${first.reader}`,
    remedy: `If couture should read the whole shop: create policy couture on ${first.table} for select to ${first.reader} using (true); for each of these tables, or alter role ${first.reader} bypassrls;`,
  };
}

/** The tables whose policies apply to their reader, other than those that let it see every row. Reads the catalogue only. */
export async function securedTables(client: Queryable): Promise<SecuredTable[]> {
  const { rows } = await client.query<SecuredTable>(
    `with recursive below (relation, reader) as (
       select c.oid, current_user::regrole::oid from pg_class c
       where c.relnamespace = to_regnamespace('couture_source') and c.relname in ('product', 'order_line', 'watchlist', 'customer')
       union
       select d.refobjid,
              ${viewReader('v')}
       from below b join pg_class v on v.oid = b.relation and v.relkind in ('v', 'm')
       join pg_rewrite w on w.ev_class = v.oid
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
     )
     select distinct t.oid::regclass::text as table, quote_ident(r.rolname) as reader
     from below b join pg_roles r on r.oid = b.reader
     join pg_class t on t.oid = b.relation and t.relrowsecurity
      and (t.relforcerowsecurity or not pg_has_role(r.oid, t.relowner, 'usage'))
     join lateral (
       select coalesce(bool_or(p.polpermissive and coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') = 'true'), false)
              and not coalesce(bool_or(not p.polpermissive), false) as whole
       from pg_policy p
       where p.polrelid = t.oid and p.polcmd in ('r', '*')
         and exists (select from unnest(p.polroles) role where role = 0 or pg_has_role(r.oid, role, 'usage'))
     ) policies on not policies.whole
     where not r.rolsuper and not r.rolbypassrls
     order by 1, 2`,
  );
  return rows;
}
