// Reads the tables of a shop from the system catalogue: database → tables with columns and foreign keys.
import { type Queryable, quoteIdentifier } from '../pool.ts';

/** Kind of a column's type; enums are text. */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'time' | 'uuid' | 'json' | 'array' | 'other';

export interface ShopColumn {
  readonly name: string;
  /** Name of the type without its length, domains resolved. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** Whether an insert has to name the column: not null, without default. */
  readonly required: boolean;
  /** How it is read, if it is kept in a table beside. */
  readonly sql?: (alias: string) => string;
}

export interface ForeignKey {
  readonly column: string;
  readonly schema: string;
  readonly table: string;
  /** The column that it refers to: usually the primary key. */
  readonly key: string;
}

export interface ShopTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlyMap<string, ShopColumn>;
  /** Primary key of one column. */
  readonly primaryKey: string | undefined;
  /** Unique constraints and indexes, each as its columns. */
  readonly uniques: readonly (readonly string[])[];
  /** Foreign keys of one column. */
  readonly foreignKeys: readonly ForeignKey[];
}

/** Schema → its tables. Some databases have thousands of schemas. */
export function bySchema(tables: readonly ShopTable[]): Map<string, ShopTable[]> {
  const schemas = new Map<string, ShopTable[]>();
  for (const table of tables) {
    const all = schemas.get(table.schema);
    if (all) all.push(table);
    else schemas.set(table.schema, [table]);
  }
  return schemas;
}

/** Schema-qualified and quoted where needed. */
export function relationName(table: { schema: string; name: string }): string {
  return `${quoteName(table.schema)}.${quoteName(table.name)}`;
}

/** A column of the table with this alias. */
export function columnOf(alias: string, { name, sql }: ShopColumn): string {
  return sql?.(alias) ?? `${alias}.${quoteName(name)}`;
}

/** Reserved words that shops use as names of tables or columns. */
const reserved = new Set([
  'order',
  'user',
  'group',
  'default',
  'table',
  'column',
  'end',
  'desc',
  'limit',
  'primary',
]);

/** Quotes an identifier only where Postgres needs it, so that generated SQL stays readable. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : quoteIdentifier(name);
}

/** All tables outside of Postgres's and couture's own schemas, by schema (`public` first) and name. */
export async function readShopTables(client: Queryable): Promise<ShopTable[]> {
  const { rows } = await client.query<{
    schema: string;
    name: string;
    columns: { name: string; type: string; category: string; required: boolean }[];
    primary: string | null;
    uniques: string[][] | null;
    keys: ForeignKey[] | null;
  }>(
    `select n.nspname as schema, c.relname as name,
            (select json_agg(json_build_object('name', a.attname, 'type', format_type(b.oid, null), 'category', b.typcategory,
                      'required', a.attnotnull and not a.atthasdef and a.attidentity = '') order by a.attnum)
             from pg_attribute a
             join pg_type t on t.oid = a.atttypid
             join pg_type b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
            (select min(a.attname) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
             where i.indrelid = c.oid and i.indisprimary having count(*) = 1) as "primary",
            (select json_agg((select json_agg(a.attname order by a.attnum) from pg_attribute a
                              where a.attrelid = c.oid and a.attnum = any (i.indkey)))
             from pg_index i where i.indrelid = c.oid and i.indisunique and i.indpred is null) as uniques,
            (select json_agg(json_build_object('column', a.attname, 'schema', fn.nspname, 'table', f.relname, 'key', fa.attname) order by a.attnum)
             from pg_constraint k
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
             join pg_class f on f.oid = k.confrelid
             join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
             join pg_namespace fn on fn.oid = f.relnamespace
             where k.conrelid = c.oid and k.contype = 'f' and cardinality(k.conkey) = 1) as keys
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f') and not c.relispartition
       and n.nspname not in ('information_schema', 'couture', 'couture_source') and n.nspname !~ '^pg_'
     order by n.nspname <> 'public', n.nspname, c.relname`,
  );
  return rows.map((row) => ({
    schema: row.schema,
    name: row.name,
    columns: new Map(
      (row.columns ?? []).map(({ category, ...column }) => [
        column.name,
        { ...column, kind: kindOf(column.type, category) },
      ]),
    ),
    primaryKey: row.primary ?? undefined,
    uniques: row.uniques ?? [],
    foreignKeys: row.keys ?? [],
  }));
}

function kindOf(type: string, category: string): ColumnKind {
  if (type === 'uuid') return 'uuid';
  if (type === 'json' || type === 'jsonb') return 'json';
  const kinds: Record<string, ColumnKind> = {
    S: 'text',
    E: 'text',
    N: 'number',
    B: 'boolean',
    D: 'time',
    A: 'array',
  };
  // citext is a user-defined type.
  return type === 'citext' ? 'text' : (kinds[category] ?? 'other');
}
