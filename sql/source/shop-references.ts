// What a table of a shop refers to: declared foreign keys and, without them (a copy, a synchronized warehouse, a framework that
// does not declare them), names: product_id and "productId" lead to the table product, shop_product or "Products".
import { bySchema, type ShopTable } from './shop-tables.ts';

export interface Reference {
  readonly column: string;
  readonly table: ShopTable;
  /** The column of `table` whose values `column` holds. */
  readonly key: string;
}

export type References = ReadonlyMap<ShopTable, readonly Reference[]>;

export function findReferences(tables: readonly ShopTable[]): References {
  const schemas = bySchema(tables);
  return new Map(tables.map((table) => [table, referencesOf(table, schemas)]));
}

/** The column that identifies a row. Copies of tables often have no primary key. */
export function idColumn(table: ShopTable): string | undefined {
  if (table.primaryKey !== undefined) return table.primaryKey;
  const names = ['id', `${singular(table.name)}_id`, `${singular(table.name)}id`];
  return (
    [...table.columns.keys()].find((column) => names.includes(column.toLowerCase())) ??
    table.uniques.find((columns) => columns.length === 1)?.[0]
  );
}

function referencesOf(table: ShopTable, schemas: ReadonlyMap<string, readonly ShopTable[]>): Reference[] {
  const declared = table.foreignKeys.flatMap(({ column, schema, table: name, key }) => {
    const target = schemas.get(schema)?.find((each) => each.name === name);
    return target ? [{ column, table: target, key }] : [];
  });
  const known = new Set(declared.map((each) => each.column));
  const own = idColumn(table);
  const near = schemas.get(table.schema)!;
  const others = [...table.columns.keys()].filter((column) => !known.has(column) && column !== own);
  const ids = others.flatMap((column) => byId(column, table, near) ?? []);
  const found = new Set(ids.map((each) => each.column));
  // The number of a line may be called as that of its order.
  const codes = others.flatMap((column) => (found.has(column) ? [] : (byCode(column, table, near) ?? [])));
  return [...declared, ...ids, ...codes];
}

/**
 * `product_id` or `productId` → the table of products.
 * @param tables of the schema
 */
function byId(column: string, from: ShopTable, tables: readonly ShopTable[]): Reference | undefined {
  const word = /^(.+?)(?:_id|(?<=[\p{Ll}\d])I[dD])$/u.exec(column)?.[1];
  const target = word && tableNamed(word, from, tables);
  if (!target) return undefined;
  const key = idColumn(target) ?? (target.columns.has(column) ? column : undefined);
  return key === undefined ? undefined : { column, table: target, key };
}

/** `sku` → the table in which that very column is unique. */
function byCode(column: string, from: ShopTable, tables: readonly ShopTable[]): Reference | undefined {
  if (!/sku|code|number|nummer|isbn|ean$|upc|gtin/i.test(column)) return undefined;
  const isUnique = (table: ShopTable) =>
    table.primaryKey === column || table.uniques.some((each) => each.length === 1 && each[0] === column);
  const target = tables.find((each) => each !== from && isUnique(each));
  return target && !isUnique(from) ? { column, table: target, key: column } : undefined;
}

/** The table that a word names: of several, the one of the same app. */
export function tableNamed(
  word: string,
  from: ShopTable,
  tables: readonly ShopTable[],
): ShopTable | undefined {
  const app = from.name.split('_')[0]!;
  return tables
    .filter((table) => table !== from && endsWithWord(table.name, word))
    .sort(
      (a, b) =>
        Number(b.name.startsWith(`${app}_`)) - Number(a.name.startsWith(`${app}_`)) ||
        a.name.length - b.name.length,
    )[0];
}

function endsWithWord(table: string, word: string): boolean {
  const parts = table.split('_');
  return parts.some((_, at) => singular(parts.slice(at).join('')) === singular(word.replaceAll('_', '')));
}

export function singular(name: string): string {
  return name
    .toLowerCase()
    .replace(/ies$/, 'y')
    .replace(/(?<=[^s])s$/, '');
}
