// Source views around a deploy of the shop: dropped so that its migrations may change the tables, and created again as they were.
import { CoutureError } from '../errors.ts';
import { inTransaction, type Queryable, quoteIdentifier } from '../pool.ts';

export interface RestoredViews {
  readonly restored: readonly string[];
  /** Views that no longer fit the tables, with Postgres's reason. */
  readonly failed: ReadonlyArray<{ readonly name: string; readonly reason: string }>;
}

/**
 * Saves and drops all views of `couture_source`; functions stay.
 * @returns the names of the views; empty if there are none, as after an earlier run
 * @throws CoutureError `preset_conflict` when other objects depend on a view, `rights_missing` when another role owns them
 */
export async function dropViews(client: Queryable): Promise<string[]> {
  return await inTransaction(client, async () => {
    const views = await readDefinitions(client);
    if (views.length === 0) return [];
    const other = views.find((view) => !view.own);
    if (other)
      throw new CoutureError(
        'rights_missing',
        `The views of couture_source belong to the role "${other.owner}", so this role cannot drop them`,
        `Run the command as that role, after: grant usage on schema couture to ${quoteIdentifier(other.owner)}; grant select, insert, delete on couture.saved_view, couture.migration to ${quoteIdentifier(other.owner)}; or let the shop's own migration do it: couture db init --as-migration.`,
      );
    await client.query('delete from couture.saved_view');
    for (const [place, { name, statements }] of views.entries())
      await client.query('insert into couture.saved_view (name, place, statements) values ($1, $2, $3)', [
        name,
        place,
        statements,
      ]);
    try {
      for (const { name, materialized } of views.toReversed())
        await client.query(
          `drop ${materialized ? 'materialized ' : ''}view couture_source.${quoteIdentifier(name)}`,
        );
    } catch (cause) {
      const { code, message, detail } = cause as { code?: string; message: string; detail?: string };
      if (code !== '2BP01') throw cause;
      throw new CoutureError(
        'preset_conflict',
        `Nothing was dropped: ${message}`,
        `${detail ?? ''} Drop these objects first, and create them again after the deploy.`.trim(),
        { cause },
      );
    }
    return views.map((view) => view.name);
  });
}

/**
 * Creates the saved views again. Those that no longer fit stay saved and are reported; the others are created all the same.
 * Views that exist are kept as they are.
 */
export async function restoreViews(client: Queryable): Promise<RestoredViews> {
  return await inTransaction(client, async () => {
    const { rows } = await client.query<{ name: string; statements: string[]; exists: boolean }>(
      `select name, statements, to_regclass(format('couture_source.%I', name)) is not null as exists
       from couture.saved_view order by place for update`,
    );
    const restored: string[] = [];
    const failed: { name: string; reason: string }[] = [];
    for (const { name, statements, exists } of rows) {
      const reason = exists ? undefined : await create(client, statements);
      if (reason !== undefined) {
        failed.push({ name, reason });
        continue;
      }
      if (!exists) restored.push(name);
      await client.query('delete from couture.saved_view where name = $1', [name]);
    }
    return { restored, failed };
  });
}

/** When views were dropped by `dropViews` and not restored since; undefined if none are. */
export async function viewsDroppedAt(client: Queryable): Promise<Date | undefined> {
  // Not to_regclass, which fails for a login that may not use the schema.
  const { rows: table } = await client.query<{ readable: boolean }>(
    `select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'couture' and c.relname = 'saved_view'
         and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')) as readable`,
  );
  if (!table[0]!.readable) return undefined;
  const { rows } = await client.query<{ at: Date | null }>(
    `select min(saved_at) as at from couture.saved_view
     where not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'couture_source' and c.relname = name)`,
  );
  return rows[0]!.at ?? undefined;
}

/** Runs a view's statements, all or none. Returns Postgres's reason if one fails. */
async function create(client: Queryable, statements: readonly string[]): Promise<string | undefined> {
  await client.query('savepoint restore_view');
  try {
    for (const statement of statements) await client.query(statement);
    await client.query('release savepoint restore_view');
    return undefined;
  } catch (error) {
    const { code = '', message, hint } = error as { code?: string; message: string; hint?: string };
    // 42: an unknown table, column or function, or a type that no longer fits. Other errors are not caused by the view.
    if (!code.startsWith('42')) throw error;
    await client.query('rollback to savepoint restore_view');
    return hint ? `${message} (${hint})` : message;
  }
}

interface Definition {
  readonly name: string;
  readonly owner: string;
  /** Whether this role may drop it. */
  readonly own: boolean;
  readonly materialized: boolean;
  readonly statements: string[];
}

/** Views in an order in which they can be created. */
async function readDefinitions(client: Queryable): Promise<Definition[]> {
  // Names that pg_get_viewdef writes must not depend on the search path of this session.
  await client.query(`set local search_path = ''`);
  const { rows } = await client.query<Definition>(
    `with recursive v as (
       select c.*, format('couture_source.%I', c.relname) as full_name,
              case c.relkind when 'm' then 'materialized view' else 'view' end as kind
       from pg_class c where c.relnamespace = to_regnamespace('couture_source') and c.relkind in ('v', 'm')
     ), depth (oid, level) as (
       select oid, 0 from v
       union
       select w.ev_class, depth.level + 1
       from depth join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = depth.oid and d.classid = 'pg_rewrite'::regclass
       join pg_rewrite w on w.oid = d.objid and w.ev_class <> depth.oid join v on v.oid = w.ev_class
     )
     select v.relname as name, pg_get_userbyid(v.relowner) as owner, pg_has_role(v.relowner, 'usage') as own, v.relkind = 'm' as materialized,
            array[format('create %s %s%s as %s', v.kind, v.full_name,
                         coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', ''), pg_get_viewdef(v.oid))]
            || case when v.relowner <> current_user::regrole then array[format('alter %s %s owner to %I', v.kind, v.full_name, pg_get_userbyid(v.relowner))] else '{}' end
            || array(select format('grant %s on %s to %s%s', a.privilege_type, v.full_name,
                                   case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                   case when a.is_grantable then ' with grant option' else '' end)
                     from aclexplode(v.relacl) a where a.grantee <> v.relowner)
            || array(select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = v.oid)
            || array(select format('comment on %s %s is %L', v.kind, v.full_name, d.description)
                     from pg_description d where d.objoid = v.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0) as statements
     from v order by (select max(level) from depth where depth.oid = v.oid), v.relname`,
  );
  return rows;
}
