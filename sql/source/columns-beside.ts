// Columns that a shop keeps in tables beside: relations in tables of links (Strapi), names in a table with a row per language,
// and lines whose id leads to one of several tables (Rails, Laravel). Tables → the same, with such columns as if they were theirs.
import type { Queryable } from '../pool.ts';
import { literal } from './order-statuses.ts';
import { pickColumn, plainName as plain } from './shop-columns.ts';
import { findReferences, idColumn, type Reference, singular, tableNamed } from './shop-references.ts';
import { type ForeignKey, quoteName, relationName, type ShopColumn, type ShopTable } from './shop-tables.ts';

/** Rows that are read for the values of a column. */
const limit = 50_000;

const line =
  /(?:order|line|sale|purchase|invoice).*(?:item|line|detail|position|entr(?:y|ie)|product)s?$|^components/;
const order = /(?:order|purchase|sale)s?$/;
const variant = /(?:variant|variation|sku)s?$/;
const sold = /(?:product|item|article|book|good|course|ticket|variant|variation|sku)s?$/;
const person = /(?:user|customer|account|profile|member|client)s?$/;
const words = /(?:translation|lang|locale|i18n|flat|description|text|content)s?$/;
const language = /^_?(?:locale|lang|language|culture)s?(?:code|id|iso)?$/;

/** Adds the columns, each with the SQL that reads it. */
export async function withColumnsBeside(
  client: Queryable,
  tables: readonly ShopTable[],
): Promise<ShopTable[]> {
  const references = findReferences(tables);
  const added = new Map<ShopTable, Draft>();
  const draft = (table: ShopTable) => {
    const known = added.get(table) ?? new Draft(table);
    added.set(table, known);
    return known;
  };
  for (const table of tables) {
    const refers = references.get(table)!;
    await addRelation(table, refers);
    addCurrency(table, refers);
    if (words.test(plain(table.name))) await addWords(table, refers);
    if (refers.some((each) => order.test(plain(each.table.name)))) await addKinds(table);
    if (table.columns.has('document_id') && table.columns.has('published_at')) addDrafts(table);
  }
  return tables.map((table) => added.get(table)?.table() ?? table);

  /** A table with a key of each side, and little besides. */
  async function addRelation(table: ShopTable, refers: readonly Reference[]): Promise<void> {
    if (table.columns.has('component_type')) return await addComponents(table, refers);
    const [one, other] = refers;
    if (!one || !other || refers.length > 2 || one.table === other.table) return;
    const own = [...table.columns.values()].filter(
      ({ name }) => name !== one.column && name !== other.column,
    );
    if (own.length > 4 || own.some(({ kind }) => kind !== 'number' && kind !== 'time')) return;
    if (pickColumn('line', 'quantity', table)) return;
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      if (!leads(plain(from.table.name), plain(to.table.name))) continue;
      const value = published(to, `l.${quoteName(to.column)}`);
      draft(from.table).refer(to.column, to, (alias) => {
        const its = `l.${quoteName(from.column)} = ${alias}.${quoteName(from.key)}`;
        return `(select ${value} from ${relationName(table)} l where ${its} limit 1)`;
      });
    }
  }

  /** Lines that Strapi keeps as components of an order. */
  async function addComponents(table: ShopTable, refers: readonly Reference[]): Promise<void> {
    const owner = refers.find(
      ({ column, table: to }) => column === 'entity_id' && order.test(plain(to.name)),
    );
    const id = ['cmp_id', 'component_id'].find((column) => table.columns.has(column));
    if (!owner || !id) return;
    for (const { value } of await values(client, table, 'component_type')) {
      const component = `components${value.replaceAll(/[.-]/g, '')}`;
      const part = tables.find(
        (each) => each.schema === table.schema && singular(plain(each.name)) === singular(component),
      );
      if (!part) continue;
      draft(part).refer('entity_id', owner, (alias) => {
        const own = `c.${quoteName(id)} = ${alias}.id and c.component_type = ${literal(value)}`;
        return `(select c.entity_id from ${relationName(table)} c where ${own} limit 1)`;
      });
    }
  }

  /** The code of a currency that the table names by its id. */
  function addCurrency(table: ShopTable, refers: readonly Reference[]): void {
    const currency = refers.find((each) => /currenc(?:y|ie)s?$/.test(plain(each.table.name)));
    const code = currency && pickColumn('currency', 'code', currency.table);
    if (!currency || !code) return;
    const its = (alias: string) => `c.${quoteName(currency.key)} = ${alias}.${quoteName(currency.column)}`;
    const [from, column] = [
      relationName(currency.table),
      { ...currency.table.columns.get(code)!, name: 'currency_code' },
    ];
    draft(table).add(
      column,
      (alias) => `(select c.${quoteName(code)} from ${from} c where ${its(alias)} limit 1)`,
    );
  }

  /** Names and descriptions in the language that most rows are in, English first of several. */
  async function addWords(table: ShopTable, refers: readonly Reference[]): Promise<void> {
    const owner = refers.find((each) => plain(table.name).startsWith(singular(plain(each.table.name))));
    if (!owner || owner.table === table) return;
    const spoken = [...table.columns.keys()].find((column) => language.test(plain(column)));
    const counts = spoken ? await values(client, table, spoken) : [];
    const most = counts.filter(({ rows }) => rows > 0.9 * counts[0]!.rows);
    const [first] = [...most.filter(({ value }) => /^en/i.test(value)), ...most];
    const [by, from] = [spoken && `w.${quoteName(spoken)}`, relationName(table)];
    const order = by ? ` order by ${first ? `${by}::text = ${literal(first.value)} desc, ` : ''}${by}` : '';
    for (const column of table.columns.values()) {
      const isWord = ['text', 'json', 'number', 'boolean'].includes(column.kind);
      if (!isWord || column.name === spoken || /^id$|_id$|[a-z]I[dD]$/.test(column.name)) continue;
      draft(owner.table).add(column, (alias) => {
        const own = `w.${quoteName(owner.column)} = ${alias}.${quoteName(owner.key)}`;
        return `(select w.${quoteName(column.name)} from ${from} w where ${own}${order} limit 1)`;
      });
    }
  }

  /** `item_type` and `item_id`: the id is that of a product only where the type says so. */
  async function addKinds(table: ShopTable): Promise<void> {
    for (const kind of table.columns.values()) {
      const id = [kind.name.replace(/_type$/, '_id'), kind.name.replace(/Type$/, 'Id')].find(
        (name) => name !== kind.name && table.columns.has(name),
      );
      if (kind.kind !== 'text' || !id || table.foreignKeys.some(({ column }) => column === id)) continue;
      const targets = new Map<ShopTable, string[]>();
      for (const { value } of await values(client, table, kind.name)) {
        // App\Models\Product, Shop::Product, api::product.product
        const name = value
          .split(/[^\p{L}\p{N}_-]+/u)
          .at(-1)!
          .replaceAll('-', '_');
        const target =
          name &&
          tableNamed(
            name,
            table,
            tables.filter((each) => each.schema === table.schema),
          );
        if (!target || !sold.test(plain(target.name)) || !idColumn(target)) continue;
        targets.set(target, [...(targets.get(target) ?? []), value]);
      }
      if (targets.size === 0) continue;
      draft(table).drop(id);
      // Of products and variants as well, none is what all lines name.
      if (targets.size > 1) continue;
      const [[target, said]] = [...targets] as [[ShopTable, string[]]];
      const key = target.columns.get(idColumn(target)!)!;
      const cast = table.columns.get(id)!.type === key.type ? '' : `::${key.type}`;
      const list = said.map(literal).join(', ');
      draft(table).refer(
        `${singular(target.name)}_id`,
        { column: id, table: target, key: key.name },
        (alias) => {
          const is = `${alias}.${quoteName(kind.name)} in (${list})`;
          return `(case when ${is} then ${alias}.${quoteName(id)}${cast} end)`;
        },
      );
    }
  }

  /** Strapi 5 keeps a draft beside what is published. */
  function addDrafts(table: ShopTable): void {
    const draftOf = (alias: string) =>
      `(${alias}.published_at is null and exists (select from ${relationName(table)} d
         where d.document_id = ${alias}.document_id and d.published_at is not null))`;
    draft(table).add({ name: 'is_deleted', type: 'boolean', kind: 'boolean', required: false }, draftOf);
  }
}

/** The published row of a document. */
function published({ table, key }: Reference, id: string): string {
  if (!table.columns.has('document_id') || !table.columns.has('published_at')) return id;
  const [name, own] = [relationName(table), quoteName(key)];
  return `coalesce((select p.${own} from ${name} d join ${name} p on p.document_id = d.document_id
             where d.${own} = ${id} and p.published_at is not null order by p.${own} limit 1), ${id})`;
}

/** Whether a row of the one has one row of the other. */
function leads(from: string, to: string): boolean {
  if (line.test(from)) return order.test(to) || (sold.test(to) && !line.test(to));
  if (order.test(from)) return person.test(to);
  if (variant.test(from)) return sold.test(to) && !variant.test(to);
  return sold.test(from) && /(?:brand|manufacturer)s?$/.test(to);
}

/** A table with further columns. */
class Draft {
  readonly #table: ShopTable;
  readonly #columns: Map<string, ShopColumn>;
  readonly #keys: ForeignKey[];

  constructor(table: ShopTable) {
    this.#table = table;
    this.#columns = new Map(table.columns);
    this.#keys = [...table.foreignKeys];
  }

  /** Columns that the table has itself stay. */
  add(column: ShopColumn, sql: (alias: string) => string): void {
    if (!this.#columns.has(column.name)) this.#columns.set(column.name, { ...column, sql });
  }

  refer(name: string, { table, key }: Reference, sql: (alias: string) => string): void {
    if (this.#columns.has(name)) return;
    const { type, kind } = table.columns.get(key)!;
    this.add({ name, type, kind, required: false }, sql);
    this.#keys.push({ column: name, schema: table.schema, table: table.name, key });
  }

  drop(name: string): void {
    this.#columns.delete(name);
  }

  table(): ShopTable {
    return { ...this.#table, columns: this.#columns, foreignKeys: this.#keys };
  }
}

/** The values of a column, the most frequent first; none if this role may not read them. */
async function values(
  client: Queryable,
  table: ShopTable,
  column: string,
): Promise<Array<{ value: string; rows: number }>> {
  const relation = relationName(table);
  const { rows: may } = await client.query<{ may: boolean }>(
    `select has_schema_privilege($1, 'usage') and has_table_privilege($2, 'select') as may`,
    [table.schema, relation],
  );
  if (!may[0]!.may) return [];
  const { rows } = await client.query<{ value: string; rows: number }>(
    `select v as value, count(*)::int as rows from (select ${quoteName(column)}::text as v from ${relation} limit ${limit}) t
     where v is not null group by v order by 2 desc, 1 limit 50`,
  );
  return rows;
}
