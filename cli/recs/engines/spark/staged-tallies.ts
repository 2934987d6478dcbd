// Counts per item and totals that Spark staged → the tallies and totals of the local engine.
import { type Staging, stagedRows } from '../../../../sql/store/builds/spark-staging.ts';
import { noHistories } from '../../cooccurrence/baskets.ts';
import { gapBuckets } from '../../cooccurrence/gaps.ts';
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import { type GroupingTotals, ItemTallies } from '../../cooccurrence/tallies.ts';
import { startsOf } from '../../csr.ts';
import type { LogTotals } from '../../source/basket-log.ts';
import { lineFaultNames } from '../../source/line-batch.ts';
import type { OrderDates } from '../../source/order-dates.ts';

/** Name → value, without nulls. */
export async function readTotals(staging: Staging): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  for await (const rows of stagedRows<[string, number | null]>(staging, 'total'))
    for (const [name, value] of rows) if (value !== null) totals.set(name, value);
  return totals;
}

export function lineTotals(totals: ReadonlyMap<string, number>): LogTotals {
  const of = (name: string) => totals.get(name) ?? 0;
  return {
    lines: of('lines'),
    skipped: Object.fromEntries(lineFaultNames.map((name) => [name, of(name)])) as LogTotals['skipped'],
    futureUntil: totals.get('futureUntil') ?? Number.NEGATIVE_INFINITY,
    dates: datesOf(totals),
  };
}

function datesOf(totals: ReadonlyMap<string, number>): OrderDates {
  const at = (name: string) => totals.get(name);
  const [from, to, gapFrom, gapTo] = [at('outliersFrom'), at('outliersTo'), at('gapFrom'), at('gapTo')];
  return {
    newest: at('newest') ?? Number.NEGATIVE_INFINITY,
    oldest: at('oldest') ?? Number.POSITIVE_INFINITY,
    outliers:
      from === undefined || to === undefined ? undefined : { from, to, lines: at('outlierLines') ?? 0 },
    gap:
      gapFrom === undefined || gapTo === undefined
        ? undefined
        : { from: gapFrom, to: gapTo, share: (at('gapLines') ?? 0) / (at('allLines') ?? 1) },
  };
}

export async function readTallies(
  staging: Staging,
  items: number,
  totals: ReadonlyMap<string, number>,
): Promise<ItemTallies> {
  const tallies = new ItemTallies(items);
  for (const name of Object.keys(tallies.totals) as (keyof GroupingTotals)[])
    tallies.totals[name] = totals.get(name) ?? 0;
  const { orders, orderWeight, orderPairs, recent, recentWeighted, earlier, popularity } = tallies;
  const byOrder = [orders, orderWeight, orderPairs, recent, recentWeighted, earlier, popularity];
  const { customers, customerWeight, historyPairs, returners, rebuyers } = tallies;
  const byCustomer = [customers, customerWeight, historyPairs, returners, rebuyers];
  for (const [table, columns] of [
    ['order_count', byOrder],
    ['customer_count', byCustomer],
  ] as const) {
    for await (const rows of stagedRows<number[]>(staging, table))
      for (const [item, ...values] of rows)
        for (const [at, column] of columns.entries()) column[item!] = values[at]!;
  }
  for await (const rows of stagedRows<number[]>(staging, 'gap_count')) {
    for (const [item, bucket, closed, open] of rows) {
      tallies.closedGaps[item! * gapBuckets + bucket!] = closed!;
      tallies.openGaps[item! * gapBuckets + bucket!] = open!;
    }
  }
  return tallies;
}

/** Common orders per pair of categories, row-major. */
export async function readAffinity(staging: Staging, categories: number): Promise<Float64Array> {
  const affinity = new Float64Array(categories * categories);
  for await (const rows of stagedRows<[number, number, number]>(staging, 'affinity'))
    for (const [row, column, orders] of rows) affinity[row * categories + column] = orders;
  return affinity;
}

/** Item → Σ over the pairs with products of its category; zero for items without a row. */
export async function readSameCategory(
  staging: Staging,
  table: 'order_category' | 'customer_category',
  sums: Float64Array,
): Promise<void> {
  for await (const rows of stagedRows<[item: number, sum: number]>(staging, table))
    for (const [item, sum] of rows) sums[item] = sum;
}

/** Reads the orders for the quality gate's test cases. */
export async function readHeldOut(staging: Staging): Promise<StoredPartition> {
  const orders: Array<[items: number[], weight: number]> = [];
  for await (const rows of stagedRows<[number[], number]>(staging, 'held_out')) orders.push(...rows);
  return {
    kind: 'memory',
    grouped: {
      orders: {
        count: orders.length,
        start: startsOf(orders.map(([items]) => items.length)),
        items: Int32Array.from(orders.flatMap(([items]) => items)),
        weight: Float32Array.from(orders, ([, weight]) => weight),
      },
      histories: noHistories,
    },
  };
}
