// Which column of a shop's table a name of the preset `django` means, and how it is read where its type is not the usual one.
import { djangoSynonyms } from './django-synonyms.ts';
import type { Reading } from './preset-template.ts';
import { type ColumnKind, columnOf, type ShopColumn, type ShopTable } from './shop-tables.ts';
import { inEnglish, meansName } from './shop-words.ts';

type Wanted = readonly [kinds: readonly ColumnKind[], names: readonly string[]];

const wanted = djangoSynonyms as unknown as Readonly<Record<string, Readonly<Record<string, Wanted>>>>;

/** Without case and underscores, in English. */
export function plainName(name: string): string {
  return (inEnglish(name) ?? name).toLowerCase().replaceAll('_', '');
}

/** The names that a role's columns may have in the template. */
export function namesOf(role: string): string[] {
  return Object.keys(wanted[role] ?? {});
}

/** The column that a role's synonyms name. */
export function pickColumn(role: string, name: string, table: ShopTable): string | undefined {
  return columnsNamed(role, name, table).next().value?.name;
}

/** The columns that a role's synonyms name, the likeliest first. */
export function* columnsNamed(
  role: string,
  name: string,
  table: ShopTable,
): Generator<ShopColumn, undefined> {
  const [kinds, names] = wanted[role]![name]!;
  for (const each of names) {
    for (const column of table.columns.values()) {
      if (!kinds.includes(column.kind) || !isFitting(kinds[0]!, column)) continue;
      if (name === 'status' && isPlace(column, table)) continue;
      if (plainName(column.name) === plainName(each) || meansName(column.name, each)) yield column;
    }
  }
}

/** Names whose columns all count: a product may be deleted or archived, and has to be active and published. */
const flags: Readonly<Record<string, (all: readonly string[]) => string>> = {
  active: (all) => `(${all.join(' and ')})`,
  deleted: (all) => `(${all.join(' or ')})`,
  cancelled: (all) => `(${all.join(' or ')})`,
  refunded: (all) => `(${all.join(' or ')})`,
  test: (all) => `(${all.join(' or ')})`,
  deleted_at: (all) => `least(${all.join(', ')})`,
};

/** Whether `state` is that of an address, beside its city. */
function isPlace(column: ShopColumn, table: ShopTable): boolean {
  const address = /^(?:city|town|zip|zipcode|postcode|postalcode|county)$/;
  return (
    plainName(column.name) === 'state' &&
    [...table.columns.keys()].some((each) => address.test(plainName(each)))
  );
}

/** Of the numbers, only integers are flags, and only wide ones are times. */
function isFitting(expected: ColumnKind, { kind, type }: ShopColumn): boolean {
  if (kind !== 'number') return true;
  if (expected === 'boolean') return type === 'smallint' || type === 'integer';
  return expected !== 'time' || type === 'bigint' || type === 'numeric' || type === 'double precision';
}

/** How the value of a name is read; undefined: as its column is. */
export function readingOf(
  role: string,
  name: string,
  column: ShopColumn,
  table: ShopTable,
): Reading | undefined {
  const all = flags[name] ? [...new Set(columnsNamed(role, name, table))] : [];
  if (all.length < 2) return columnReading(role, name, column);
  return (_, alias) =>
    flags[name]!(
      all.map((each) => {
        const sql = columnOf(alias, each);
        return columnReading(role, name, each)?.(sql, alias) ?? sql;
      }),
    );
}

function columnReading(role: string, name: string, column: ShopColumn): Reading | undefined {
  const expected = wanted[role]?.[name]?.[0][0];
  const { kind, type } = column;
  if (expected === 'boolean' && kind === 'number') return (sql) => `(${sql} <> 0)`;
  if (expected === 'boolean' && kind === 'time') return (sql) => `(${sql} is not null)`;
  if (expected === 'time' && kind === 'number') return epoch;
  if (expected === 'text' && kind === 'array') return (sql) => `(${sql})[1]::text`;
  if (expected === 'text' && kind === 'json') return name === 'image_url' ? firstPicture : translated;
  if (type === 'money') return (sql) => `${sql}::numeric`;
  // Weights and lengths: a line of 0.4 kg is a purchase.
  if (role === 'line' && name === 'quantity' && !/^(?:smallint|integer|bigint)$/.test(type))
    return (sql) => `ceil(${sql})::int`;
  return undefined;
}

/** Milliseconds since 1970, or seconds. */
function epoch(sql: string): string {
  return `to_timestamp(case when ${sql} > 100000000000 then ${sql} / 1000.0 else ${sql} end)`;
}

/** `{"en": "Shirt", "de": "Hemd"}` */
function translated(sql: string): string {
  return `(case jsonb_typeof(${sql}::jsonb) when 'string' then ${sql}::jsonb #>> '{}' when 'object' then (
           select value from jsonb_each_text(${sql}::jsonb) where key ~ '^[a-z]{2}([_-]|$)' and value <> ''
           order by key like 'en%' desc, key limit 1) end)`;
}

/** `["a.jpg"]` or `[{"url": "a.jpg"}]` */
function firstPicture(sql: string): string {
  return `coalesce(${sql}::jsonb #>> '{0,url}', ${sql}::jsonb #>> '{0,src}', case jsonb_typeof(${sql}::jsonb #> '{0}') when 'string' then ${sql}::jsonb ->> 0 end)`;
}
