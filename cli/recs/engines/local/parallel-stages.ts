// The parallel stages (grouping, both matrices, content, personal lists), each split into tasks for the worker threads.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../../../runtime/core/options.ts';
import { count } from '../../../terminal/figures.ts';
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import { datesTell } from '../../cooccurrence/grouping.ts';
import { splitRows } from '../../cooccurrence/pair-counter.ts';
import { ItemTallies } from '../../cooccurrence/tallies.ts';
import type { BoughtTogetherInput } from '../../lists/bought-together.ts';
import type { ItemFacts } from '../../lists/item-facts.ts';
import { type ListTable, openListTable } from '../../lists/list-table.ts';
import type { PersonalizedInput, PersonalizedRows } from '../../lists/personalized.ts';
import type { ListWriter } from '../../publish/list-writer.ts';
import { toShared } from '../../shared-arrays.ts';
import type { ContentNeighbours } from '../../similarity/content.ts';
import { indexNameWords } from '../../similarity/name-words.ts';
import { type Neighbours, neighbourCount, openNeighbours } from '../../similarity/neighbours.ts';
import { type Catalog, hasVariants } from '../../source/catalog.ts';
import type { OrderHistory } from '../../source/read-shop.ts';
import type { WatchLists } from '../../source/watch-lists.ts';
import type { StageReport } from '../../stage-clock.ts';
import type { BuildTasks, CustomerRowsInput, KernelName, MatrixInput } from './build-tasks.ts';
import type { ThreadPool } from './thread-pool.ts';

type Pool = ThreadPool<BuildTasks>;

export interface BasketSet {
  readonly partitions: readonly StoredPartition[];
  readonly tallies: ItemTallies;
  readonly spilled: boolean;
}

export interface OrderMatrixLists {
  readonly boughtTogether: ListTable | undefined;
  readonly bundle: ListTable | undefined;
  readonly affinity: Float64Array;
  /** Number of distinct ordered pairs. */
  readonly pairs: number;
}

export interface CustomerMatrixLists {
  readonly similar: ListTable | undefined;
  readonly neighbours: Neighbours | undefined;
}

/** Copies the catalog columns that the list rules need to shared memory. */
export function itemFacts(catalog: Catalog): ItemFacts {
  return {
    items: catalog.items,
    category: toShared(catalog.category),
    categories: catalog.categories.length,
    price: toShared(catalog.price),
    rating: toShared(catalog.rating),
    featured: toShared(catalog.featured),
  };
}

/** Compares the words of products on one thread; empty without the kind `similar`, which alone uses it. */
export async function startContent(pool: Pool, catalog: Catalog, config: Config): Promise<ContentNeighbours> {
  if (!config.kinds.includes('similar'))
    return { k: 0, length: new Int32Array(0), items: new Int32Array(0), cosine: new Float32Array(0) };
  return pool.run('content', {
    items: catalog.items,
    category: config.acrossCategories ? new Int32Array(catalog.items) : catalog.category,
    price: catalog.price,
    priceBand: config.priceBand,
    words: catalog.words,
    neighbours: Math.max(contentNeighbourCount, config.top),
  });
}

/** Turns the log's partitions into baskets, one task per partition. */
export async function groupBaskets(
  pool: Pool,
  catalog: Catalog,
  history: OrderHistory,
  config: Config,
  spillFolder: string,
): Promise<BasketSet> {
  await pool.everywhere('openGrouping', {
    items: catalog.items,
    itemOfProduct: toShared(catalog.itemOfProduct),
    newest: Number.isFinite(history.totals.dates.newest) ? history.totals.dates.newest : 0,
    halfLife: config.halfLife,
    maxOrderLines: config.maxOrderLines,
    maxHistory: config.maxHistory,
    seed: config.seed,
    histories: config.kinds.includes('similar') || config.kinds.includes('personalized'),
    variants: config.kinds.includes('personalized') && hasVariants(catalog),
    repurchase: config.repurchase !== 'never',
    undated: !datesTell(history.totals),
    trendingDays: config.trendingDays,
  });
  if (history.spilled) mkdirSync(spillFolder, { recursive: true, mode: 0o700 });
  const partitions = await Promise.all(
    // Releases each partition of the log as it is sent; otherwise two copies of all lines would be in memory.
    history.partitions.splice(0).map((partition, index) =>
      pool.run('group', {
        partition,
        file: history.spilled ? path.join(spillFolder, `baskets-${index}`) : undefined,
      }),
    ),
  );
  const tallies = new ItemTallies(catalog.items);
  for (const each of await pool.everywhere('closeGrouping', undefined)) tallies.add(each);
  return { partitions, tallies, spilled: history.spilled };
}

/** Input of the `bought_together` and `bundle` rules apart from the counted rows, with the tables that they fill. */
export function orderMatrixInput(
  catalog: Catalog,
  facts: ItemFacts,
  tallies: ItemTallies,
  config: Config,
): BoughtTogetherInput {
  const { kinds, top, measure, damping, minSupport, minLlr } = config;
  return {
    facts,
    popularity: toShared(tallies.orders),
    weight: toShared(tallies.orderWeight),
    totalWeight: tallies.totals.orderWeight,
    names: indexNameWords(catalog.names),
    orders: tallies.totals.orders,
    measure,
    damping,
    minSupport,
    minLlr,
    boughtTogether: kinds.includes('bought_together') ? openListTable(catalog.items, top) : undefined,
    bundle: kinds.includes('bundle') ? openListTable(catalog.items, bundleLength(config)) : undefined,
  };
}

/** Counts pairs of products in the same order, and selects `bought_together` and `bundle` from each row. */
export async function countOrderMatrix(
  pool: Pool,
  catalog: Catalog,
  facts: ItemFacts,
  baskets: BasketSet,
  config: Config,
  report: StageReport,
): Promise<OrderMatrixLists> {
  const { tallies, partitions } = baskets;
  const input = orderMatrixInput(catalog, facts, tallies, config);
  const { boughtTogether, bundle } = input;
  if (!boughtTogether && !bundle) return { boughtTogether, bundle, affinity: new Float64Array(0), pairs: 0 };
  const rowPairs = toShared(tallies.orderPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.orderItems, baskets.spilled);
  await pool.everywhere('openOrderMatrix', { ...input, kernel, partitions, rowPairs });
  await countRanges(pool, 'countOrders', rowPairs, kernel, config, report);
  const closed = await pool.everywhere('closeOrderMatrix', undefined);
  const affinity = closed[0]!.affinity;
  for (const { affinity: other } of closed.slice(1))
    for (let at = 0; at < affinity.length; at++) affinity[at]! += other[at]!;
  return { boughtTogether, bundle, affinity, pairs: closed.reduce((sum, { pairs }) => sum + pairs, 0) };
}

/** Input of the `similar` rule and of the neighbours behind `personalized`, with the tables that they fill. */
export function customerMatrixInput(
  catalog: Catalog,
  facts: ItemFacts,
  tallies: ItemTallies,
  content: ContentNeighbours,
  { kinds, top, priceBand, acrossCategories }: Config,
): CustomerRowsInput {
  return {
    facts,
    popularity: toShared(tallies.customers),
    weight: toShared(tallies.customerWeight),
    content,
    priceBand,
    acrossCategories,
    neighbours: kinds.includes('personalized')
      ? openNeighbours(catalog.items, neighbourCount(top))
      : undefined,
    similar: kinds.includes('similar') ? openListTable(catalog.items, top) : undefined,
  };
}

/** Counts pairs of products of the same customer, and selects `similar` and the neighbours behind `personalized`. */
export async function countCustomerMatrix(
  pool: Pool,
  catalog: Catalog,
  facts: ItemFacts,
  baskets: BasketSet,
  content: ContentNeighbours,
  config: Config,
  report: StageReport,
): Promise<CustomerMatrixLists> {
  const { tallies, partitions } = baskets;
  const input = customerMatrixInput(catalog, facts, tallies, content, config);
  const { similar, neighbours } = input;
  if (!similar && !neighbours) return { similar, neighbours };
  const rowPairs = toShared(tallies.historyPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.historyItems, baskets.spilled);
  await pool.everywhere('openCustomerMatrix', { ...input, kernel, partitions, rowPairs });
  await countRanges(pool, 'countCustomers', rowPairs, kernel, config, report);
  return { similar, neighbours };
}

/** Histories that personal lists are made from, part by part, and the number of customers. */
export interface HistoryParts {
  readonly parts: Iterable<StoredPartition> | AsyncIterable<StoredPartition>;
  /** Estimated number of parts, for the progress display. */
  readonly expected: number;
  readonly customers: number;
}

/** Computes and writes every customer's list, one task per part. Only a few parts are in memory at a time. */
export async function personalize(
  pool: Pool,
  writer: ListWriter,
  { parts, expected, customers }: HistoryParts,
  input: Omit<PersonalizedInput, 'listed'>,
  report: StageReport,
): Promise<void> {
  const listed = toShared(new Uint8Array(input.items));
  await pool.everywhere('openPersonalized', { ...input, listed });
  await writer.customerLists(rows(), customers, listed);

  /** Yields in the order of the parts. Tasks are queued ahead, so that no thread idles while the writer is busy. */
  async function* rows(): AsyncGenerator<PersonalizedRows> {
    const ahead: Promise<PersonalizedRows>[] = [];
    let done = 0;
    report.update(0, expected);
    const next = async () => {
      const part = await ahead.shift()!;
      report.update(++done, Math.max(done, expected));
      return part;
    };
    for await (const part of parts) {
      const row = pool.run('personalize', part);
      row.catch(() => {});
      ahead.push(row);
      if (ahead.length >= pool.size * tasksAhead) yield await next();
    }
    while (ahead.length > 0) yield await next();
  }
}

/** Tasks in flight per thread. */
const tasksAhead = 3;
const contentNeighbourCount = 40;
/** Number of entries in a bundle's list. */
export function bundleLength({ top, bundleSize }: Pick<Config, 'top' | 'bundleSize'>): number {
  return Math.min(top, bundleSize * bundleReserve);
}

/** Entries kept per place of a bundle, since some will be out of stock when it is shown. */
const bundleReserve = 4;
/** Mean number of other items in an item's baskets from which the inverted index is the faster kernel. */
const longBaskets = 32;

function chooseKernel(rowPairs: Float64Array, items: number, spilled: boolean): KernelName {
  const pairs = sum(rowPairs);
  // The inverted index needs all baskets in memory.
  return !spilled && pairs / Math.max(1, items) >= longBaskets ? 'rows' : 'buckets';
}

/** Splits the rows so that every thread gets several ranges and the pairs in flight fit a quarter of `--memory`. */
async function countRanges(
  pool: Pool,
  task: 'countOrders' | 'countCustomers',
  rowPairs: Float64Array,
  kernel: MatrixInput['kernel'],
  config: Config,
  report: StageReport,
): Promise<void> {
  const pairs = sum(rowPairs);
  const bytesPerPair = 8;
  const affordable = config.memory / 4 / pool.size / bytesPerPair;
  const ranges = splitRows(
    rowPairs,
    Math.max(1, Math.min(affordable, maxRangePairs, Math.ceil(pairs / (pool.size * 2)))),
  );
  let done = 0;
  report.update(0, pairs);
  await Promise.all(
    ranges.map(async (range) => {
      await pool.run(task, range);
      done += sum(rowPairs.subarray(range.from, range.to));
      report.update(done);
    }),
  );
  report.summary = `${count(pairs)} pairs, ${kernel === 'rows' ? 'row by row' : `in buckets, ${ranges.length} range${ranges.length === 1 ? '' : 's'}`}`;
}

/** Larger ranges read the baskets fewer times, but overflow the TLB. */
const maxRangePairs = 1 << 25;

/** Histories without purchases, for customers who have a watch list but no orders. */
export function watchersOnly(buyers: Uint8Array, watch: WatchLists): StoredPartition {
  const watchers = Int32Array.from(Array(watch.start.length - 1).keys()).filter(
    (customer) => !buyers[customer] && watch.start[customer + 1]! > watch.start[customer]!,
  );
  const none = { count: 0, start: new Int32Array(1), items: new Int32Array(0), weight: new Float32Array(0) };
  const histories = {
    ...none,
    count: watchers.length,
    start: new Int32Array(watchers.length + 1),
    customer: watchers,
    taste: new Float32Array(0),
    habit: new Float32Array(0),
    bought: new Int32Array(0),
  };
  return { kind: 'memory', grouped: { orders: none, histories } };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
