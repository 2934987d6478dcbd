// Columns that a shop keeps in tables beside: relations in tables of links (Strapi), names in a table with a row per language,
// and lines whose id leads to one of several tables (Rails, Laravel). Tables → the same, with such columns as if they were theirs.
import type { Queryable } from '../pool.ts';
import { literal } from './order-statuses.ts';
import { columnsNamed, pickColumn, plainName as plain } from './shop-columns.ts';
import { namesBuyer } from './shop-people.ts';
import { findReferences, idColumn, type Reference, singular, tableNamed } from './shop-references.ts';
import { type ForeignKey, quoteName, relationName, type ShopColumn, type ShopTable } from './shop-tables.ts';

/** Roles and their names that texts beside a table have. */
const texts = [
  ...(['name', 'description', 'handle'] as const).map((name) => ['product', name] as const),
  ...(['category', 'brand', 'order_state', 'colour', 'size'] as const).map((role) => [role, 'name'] as const),
];

/** Rows that are read for the values of a column. */
const limit = 50_000;

const line =
  /(?:order|line|sale|purchase|invoice).*(?:item|line|detail|position|entr(?:y|ie)|product)s?$|^components/;
const order = /(?:order|purchase|sale)s?$/;
const variant = /(?:variant|variation|sku)s?$/;
const sold = /(?:product|item|article|book|good|course|ticket|variant|variation|sku)s?$/;
const person = /(?:user|customer|account|profile|member|client)s?$/;
const maker = /(?:brand|manufacturer)s?$/;
/** Tables of staff at work on orders, and of who looked at them. */
const work =
  /assign|pick|pack|approv|process|handle|view|seen|visit|audit|(?<!cata)log|note|comment|watch|notif|histor|status|staff|courier|driver|deliver/;
const words = /(?:translation|lang|locale|i18n|flat|description|text|content)s?$/;
const language = /^_?(?:locale|lang|language|culture)s?(?:code|id|iso)?$/;

/** Some databases have a schema for each of thousands of tenants; values are read in these. */
const maxSchemas = 100;

/**
 * Adds the columns, each with the SQL that reads it.
 * @param only schema of the orders; without it, any
 */
export async function withColumnsBeside(
  client: Queryable,
  tables: readonly ShopTable[],
  only?: string,
): Promise<ShopTable[]> {
  const references = findReferences(tables);
  const all = [...new Set(tables.map(({ schema }) => schema))];
  const schemas = new Set(all.length > maxSchemas && only ? [only, 'public'] : all.slice(0, maxSchemas));
  const added = new Map<ShopTable, Draft>();
  const draft = (table: ShopTable) => {
    const known = added.get(table) ?? new Draft(table);
    added.set(table, known);
    return known;
  };
  for (const table of tables.filter(({ schema }) => schemas.has(schema))) {
    const refers = references.get(table)!;
    await addRelation(table, refers);
    addCurrency(table, refers);
    if (words.test(plain(table.name))) await addWords(table, refers);
    if (refers.some((each) => order.test(plain(each.table.name)))) await addKinds(table);
    if (table.columns.has('document_id') && table.columns.has('published_at')) addDrafts(table);
    if (sold.test(plain(table.name)) && !line.test(plain(table.name))) await dropSwitches(table);
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
      const kind = leadsTo(from.table, to.table);
      // What a table says itself counts: an order with a customer may have been packed by a user.
      if (!kind || namesOne(from.table, kind) || (kind === person && work.test(plain(table.name)))) continue;
      const value = published(to, `l.${quoteName(to.column)}`);
      draft(from.table).refer(to.column, to, (alias) => {
        const its = `l.${quoteName(from.column)} = ${alias}.${quoteName(from.key)}`;
        return `(select ${value} from ${relationName(table)} l where ${its} limit 1)`;
      });
    }
  }

  /** Whether each row of a table names a row of such a table by a column of its own. */
  function namesOne(from: ShopTable, kind: RegExp): boolean {
    const own = references.get(from)!;
    if (kind === person) return namesBuyer(from, own);
    return own.some(({ table: to }) => to !== from && leadsTo(from, to) === kind);
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

  /**
   * Names and descriptions in the language that most rows are in, English first of several. Of a flat table, which repeats its
   * owner, all columns; in others, a state or a switch is that of the text.
   */
  async function addWords(table: ShopTable, refers: readonly Reference[]): Promise<void> {
    const owner = refers.find((each) => plain(table.name).startsWith(singular(plain(each.table.name))));
    if (!owner || owner.table === table) return;
    const spoken = [...table.columns.keys()].find((column) => language.test(plain(column)));
    const counts = (spoken ? await values(client, table, spoken) : []).filter(({ value }) => value !== '');
    const most = counts.filter(({ rows }) => rows > 0.9 * counts[0]!.rows);
    const [first] = [...most.filter(({ value }) => /^en/i.test(value)), ...most];
    const [by, from] = [spoken && `w.${quoteName(spoken)}`, relationName(table)];
    const order = by
      ? ` order by ${first ? `${by}::text = ${literal(first.value)} desc nulls last, ` : ''}${by}`
      : '';
    const read = new Set(texts.map(([role, name]) => pickColumn(role, name, table)));
    const isFlat = /flat$/.test(plain(table.name)) && !pickColumn('product', 'name', owner.table);
    for (const column of table.columns.values()) {
      const isWord = isFlat
        ? ['text', 'json', 'number', 'boolean'].includes(column.kind)
        : read.has(column.name);
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
      const named = references.get(table)!.find(({ column }) => column === id)?.table;
      const targets = new Map<ShopTable, string[]>();
      for (const { value } of await values(client, table, kind.name)) {
        const name = lastWord(value).replaceAll('-', '_');
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
      // `product_type` may say what kind of product it is, such as a course.
      if (named && !targets.has(named) && pickColumn('product', 'name', named)) continue;
      draft(table).drop(id);
      // Of products and variants as well, none is what all lines name.
      if (targets.size > 1) continue;
      const [[target, said]] = [...targets] as [[ShopTable, string[]]];
      const key = target.columns.get(idColumn(target)!)!;
      const cast = table.columns.get(id)!.type === key.type ? '' : `::${key.type}`;
      const type = (alias: string) => `${alias}.${quoteName(kind.name)}::text`;
      const [list, last] = [said, new Set(said.map((each) => lastWord(each).toLowerCase()))].map((each) =>
        [...each].map(literal).join(', '),
      );
      draft(table).refer(
        `${singular(target.name)}_id`,
        { column: id, table: target, key: key.name },
        (alias) => {
          // Class names get another namespace over the years, and `product_id` without a type is that of a product.
          const is = `${type(alias)} in (${list}) or lower(regexp_replace(${type(alias)}, '^.*[^[:alnum:]_-]', '')) in (${last})${
            named === target ? ` or ${type(alias)} is null` : ''
          }`;
          return `(case when ${is} then ${alias}.${quoteName(id)}${cast} end)`;
        },
      );
    }
  }

  /**
   * Switches that say something else than whether a product is shown: a state that is false for most (Django tutorials write true
   * for hidden ones), and one that nobody has turned on.
   */
  async function dropSwitches(table: ShopTable): Promise<void> {
    for (const [name, share] of [
      ['shown', 0.5],
      ['active', 0.999999],
    ] as const)
      for (const column of [...new Set(columnsNamed('product', name, table))]) {
        const counts = await values(client, table, column.name);
        const of = (isThese: (value: string) => boolean) =>
          counts.reduce((sum, { value, rows }) => sum + (isThese(value) ? rows : 0), 0);
        if (of((value) => value === 'false' || value === '0') > share * of(() => true))
          draft(table).drop(column.name);
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

/** What a row of the first table names once: its order, product, customer or brand. Undefined if the second table is none of these. */
function leadsTo({ name: one }: ShopTable, { name: other }: ShopTable): RegExp | undefined {
  const [from, to] = [plain(one), plain(other)];
  const isSold = sold.test(to) && !line.test(to) && sold;
  if (line.test(from)) return order.test(to) ? order : isSold || undefined;
  if (order.test(from)) return person.test(to) ? person : undefined;
  if (variant.test(from)) return (!variant.test(to) && isSold) || undefined;
  return sold.test(from) && maker.test(to) ? maker : undefined;
}

/** `App\\Models\\Product`, `Shop::Product`, `api::product.product` → the last word. */
function lastWord(value: string): string {
  return value.split(/[^\p{L}\p{N}_-]+/u).at(-1)!;
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

/** The values of a column, '' for null, the most frequent first; none if this role may not read them. */
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
    `select coalesce(v, '') as value, count(*)::int as rows from (select ${quoteName(column)}::text as v from ${relation} limit ${limit}) t
     group by v order by 2 desc, 1 limit 50`,
  );
  return rows;
}
