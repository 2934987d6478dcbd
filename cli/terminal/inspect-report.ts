// Prints an inspection: the subject, one table per kind of list with reasons, and why lists are missing.
import type { CustomerInspection } from '../recs/builds/inspect/customer.ts';
import type { InspectedEntry, InspectedProduct } from '../recs/builds/inspect/entries.ts';
import type { ProductInspection, ProductMatches } from '../recs/builds/inspect/product.ts';
import type { TrendingInspection } from '../recs/builds/inspect/trending.ts';
import { count, money } from './figures.ts';
import { repurchaseWords } from './repurchase-words.ts';
import type { TableColumn } from './table.ts';
import type { Terminal } from './terminal.ts';

const titles: Record<string, string> = {
  similar: 'Similar',
  bought_together: 'Bought together',
  bundle: 'Bundle',
  personalized: 'For this customer',
  buy_again: 'Buy again, the likeliest first',
  trending: 'Trending',
  bestseller: 'Bestsellers',
};

/** @param currency of prices, here and below */
export function printProduct(terminal: Terminal, inspection: ProductInspection, currency: string): void {
  const { product, variant_of: style } = inspection;
  terminal.heading(`${nameOf(product)}  (product ${product.id})`);
  terminal.print(factsOf(product, currency));
  if (style) terminal.print(`A variant of ${nameOf(style)} (product ${style.id}), which has the same lists.`);
  printLists(terminal, inspection, currency);
}

export function printCustomer(terminal: Terminal, inspection: CustomerInspection, currency: string): void {
  const { customer, purchases, watch_list: watched } = inspection;
  terminal.heading(`${customer.name ?? 'No name'}  (customer ${customer.id})`);
  if (purchases.length > 0) {
    terminal.heading('Recent purchases');
    terminal.table(
      [
        { title: 'Date' },
        { title: 'Product', shrink: true },
        id,
        category,
        { title: 'Quantity', align: 'right' },
        price,
      ],
      purchases.map((each) => [
        each.ordered_at?.slice(0, 10),
        nameOf(each),
        each.id,
        each.category,
        each.quantity,
        priceOf(each, currency),
      ]),
    );
  }
  if (watched.length > 0) {
    terminal.heading('Watch list');
    terminal.table(
      [{ title: 'Product', shrink: true }, id, category, price],
      watched.map((each) => [nameOf(each), each.id, each.category, priceOf(each, currency)]),
    );
  }
  printLists(terminal, inspection, currency);
  // An empty list needs no explanation of its entries.
  if (inspection.lists.personalized && inspection.repurchase)
    terminal.print(repurchaseWords(inspection.repurchase));
}

export function printTrending(terminal: Terminal, inspection: TrendingInspection, currency: string): void {
  terminal.heading(inspection.category === null ? 'The whole shop' : `Category ${inspection.category}`);
  printLists(terminal, inspection, currency);
}

export function printMatches(
  terminal: Terminal,
  { query, matches, total }: ProductMatches,
  currency: string,
): void {
  terminal.heading(`${count(total)} products have ${JSON.stringify(query)} in their names`);
  terminal.table(
    [{ title: 'Product', shrink: true }, id, category, price],
    matches.map((each) => [nameOf(each), each.id, each.category, priceOf(each, currency)]),
  );
  if (total > matches.length) terminal.print(`… and ${count(total - matches.length)} more.`);
  terminal.print(`\nUse the id of one of them: couture recs inspect ${matches[0]?.id}`);
}

/** Prints the lists in their order, then the missing ones and why they are missing. */
export function printLists(
  terminal: Terminal,
  inspection: Pick<ProductInspection, 'lists' | 'missing'>,
  currency: string,
): void {
  for (const [kind, entries] of Object.entries(inspection.lists)) {
    terminal.heading(titles[kind] ?? kind);
    const columns = columnsFor(entries, currency);
    terminal.table(
      columns.map(({ cell, ...column }) => column),
      entries.map((entry) => columns.map((column) => column.cell(entry))),
    );
  }
  for (const [kind, why] of Object.entries(inspection.missing)) {
    terminal.heading(titles[kind] ?? kind);
    terminal.print(`None. ${why}`);
  }
}

const id: TableColumn = { title: 'Id', align: 'right' };
const category: TableColumn = { title: 'Category', optional: true };
const price: TableColumn = { title: 'Price', align: 'right' };

interface EntryColumn extends TableColumn {
  readonly cell: (entry: InspectedEntry) => unknown;
}

function columnsFor(entries: readonly InspectedEntry[], currency: string): EntryColumn[] {
  const soldOut = entries.some((entry) => !entry.in_stock);
  return [
    { title: '#', align: 'right', cell: (entry) => entry.rank },
    { title: 'Product', shrink: true, cell: nameOf },
    { ...id, cell: (entry) => entry.id },
    ...(entries.some((entry) => entry.category)
      ? [{ ...category, cell: (entry: InspectedEntry) => entry.category }]
      : []),
    { ...price, cell: (entry) => priceOf(entry, currency) },
    ...(soldOut
      ? [{ title: 'Stock', cell: (entry: InspectedEntry) => (entry.in_stock ? 'yes' : 'OUT') }]
      : []),
    { title: 'Score', align: 'right', optional: true, cell: scoreOf },
    { title: 'Reason', shrink: true, cell: (entry) => entry.reason },
  ];
}

/** Entries from fallbacks are ranked, but their scores mean nothing, so they are not shown. */
function scoreOf({ score, source, count }: InspectedEntry): string | null {
  const meaningful = count !== null || scoredSources.includes(source) || score > 0;
  if (!meaningful) return null;
  // Bestsellers have counts, all other kinds have decimal scores.
  return Number.isInteger(score) ? String(score) : score.toFixed(2);
}

const scoredSources = ['orders', 'content', 'history', 'repeat', 'watchlist'];

function nameOf(product: InspectedProduct): string {
  if (product.name === null) return '(no longer in the shop)';
  return product.name === '' ? '(no name)' : product.name;
}

function priceOf({ price }: InspectedProduct, currency: string): string | null {
  return price === null ? null : money(price, currency);
}

function factsOf(product: InspectedProduct, currency: string): string {
  const facts = [
    product.category || 'no category',
    priceOf(product, currency) ?? 'no price',
    product.in_stock ? 'in stock' : 'SOLD OUT',
  ];
  return product.name === null ? '' : facts.join(' · ');
}
