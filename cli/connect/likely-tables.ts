// Hints for a shop that no preset reads: which of its tables may have the orders, their lines, the products and the customers.
import { plainName } from '../../sql/source/shop-columns.ts';
import type { ShopTable } from '../../sql/source/shop-tables.ts';

/** Tables that are named for each part. */
const shown = 3;

const beside = /cart|basket|wish|quote|refund|status|history|address|payment|tax|translation|_v$|tag|review/i;

const parts: ReadonlyArray<readonly [part: string, names: RegExp]> = [
  ['orders', /(?:orders?|sales?|invoices?|commandes?)$/],
  [
    'order lines',
    /(?:order|sale|invoice|commande).*(?:item|line|detail|position|entry|product|det|lookup)s?|^lineitems?$/,
  ],
  ['products', /(?:product|item|article|sku)(?:s|templates?|variants?|flat)?$/],
  ['customers', /(?:customer|user|account|client|partner|party)s?$/],
];

/** What may help to write the views: tables by their names, and columns that no key explains. */
export function likelyTables(tables: readonly ShopTable[]): string[] {
  const taken = new Set<ShopTable>();
  // The names of lines contain those of orders and products.
  const order = [parts[1]!, parts[0]!, parts[2]!, parts[3]!];
  const found = order.flatMap(([part, names]) => {
    const likely = tables.filter(
      (table) =>
        !taken.has(table) &&
        !beside.test(table.name) &&
        names.test(plainName(table.name.replaceAll(' ', ''))),
    );
    for (const table of likely) taken.add(table);
    return likely.length === 0 ? [] : [`${part}: ${likely.slice(0, shown).map(label).join(', ')}`];
  });
  return [
    ...(found.length > 1 ? [`By their names, these may be the tables. ${found.join('; ')}.`] : []),
    ...tables.flatMap(polymorphic).slice(0, 1),
    ...translated(tables).slice(0, 1),
  ];
}

function label({ schema, name }: ShopTable): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** `itemable_type`, `itemable_id`: rows of several tables. */
function polymorphic(table: ShopTable): string[] {
  if (!/item|line|detail/i.test(table.name)) return [];
  const type = [...table.columns.keys()].find(
    (name) => table.columns.has(name.replace(/_type$/, '_id')) && /_type$/.test(name),
  );
  return type
    ? [
        `${label(table)}.${type.replace(/_type$/, '_id')} leads to the tables that ${type} names: in the view order_line, keep the rows of products (where ${type} = 'Product').`,
      ]
    : [];
}

/** Names in a table with a row per language. */
function translated(tables: readonly ShopTable[]): string[] {
  return tables
    .filter(({ name }) => /product.*_(?:translations?|flat|lang)$/i.test(name))
    .map(
      (table) =>
        `The names of products may be in ${label(table)}, with a row per language: in the view product, keep one language.`,
    );
}
