// One partition of the log → its orders, each with its distinct items; counts them, and leaves out what is no order.
import { mix32 } from '../../../sql/hash32.ts';
import { runHeader } from '../source/basket-log.ts';
import { weightOf } from './basket-weights.ts';
import { Decay } from './baskets.ts';
import { type GroupingOptions, popularityOf } from './grouping-options.ts';
import type { ItemCounter } from './item-counter.ts';
import { orderRuns, sortItems } from './order-runs.ts';
import type { Scratch } from './scratch.ts';

/** All orders of a partition, including those with one item. */
export interface OrderRows {
  readonly count: number;
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Parallel to `items`: the lowest index of the item's products in the order. Empty without `options.variants`. */
  readonly products: Int32Array;
  readonly customer: Int32Array;
  /** Days before `options.newest`. */
  readonly age: Int32Array;
  readonly weight: Float32Array;
}

/** Collects the orders of the runs, and counts them in `counter`. */
export function collectOrders(
  runs: Int32Array,
  options: GroupingOptions,
  counter: ItemCounter,
  scratch: Scratch,
): OrderRows {
  const { first, next, runAt, count, lines } = orderRuns(runs, options.customerHash, scratch);
  const start = scratch.int32('order start', count + 1);
  const items = scratch.int32('order items', lines);
  const customer = scratch.int32('order customer', count);
  const age = scratch.int32('order age', count);
  const weight = scratch.float32('order weight', count);
  const seenIn = scratch.int32('seen', options.items, -1);
  const { itemOfProduct, variants = false, orderWeighting = 'size' } = options;
  const popularity = popularityOf(options);
  const decay = new Decay(options.halfLife);
  const popularityDecay = new Decay(popularity?.days ?? Number.POSITIVE_INFINITY);
  const products = scratch.int32('order products', variants ? lines : 0);
  const productOf = scratch.int32('product of', variants ? options.items : 0);
  let [end, kept] = [0, 0];
  for (let order = 0; order < count; order++) {
    let newest = Number.NEGATIVE_INFINITY;
    let [read, repeated] = [0, 0];
    for (let run = first[order]!; run >= 0; run = next[run]!) {
      const at = runAt[run]!;
      newest = Math.max(newest, runs[at + 3]!);
      const stop = at + runHeader + runs[at + 4]!;
      read += runs[at + 4]!;
      for (let line = at + runHeader; line < stop; line++) {
        const product = runs[line]!;
        const item = itemOfProduct[product]!;
        if (seenIn[item] === order) {
          repeated++;
          if (variants && product < productOf[item]!) productOf[item] = product;
        } else {
          if (variants) productOf[item] = product;
          seenIn[item] = order;
          items[end++] = item;
        }
      }
    }
    const begin = start[kept]!;
    if (newest > options.newest) {
      counter.totals.outlierLines += read;
      end = begin;
      continue;
    }
    counter.totals.duplicateLines += repeated;
    const at = runAt[first[order]!]!;
    if (end - begin > options.maxOrderLines) {
      counter.totals.sampledOrders++;
      counter.totals.sampledLines += end - begin - options.maxOrderLines;
      end = sample(items, begin, end, options, runs[at + 1]! ^ runs[at + 2]!);
    }
    sortItems(items, begin, end);
    if (variants) for (let place = begin; place < end; place++) products[place] = productOf[items[place]!]!;
    customer[kept] = runs[at]!;
    age[kept] = options.newest - newest;
    weight[kept] = weightOf(orderWeighting, end - begin, options.items) * decay.at(age[kept]!);
    counter.addOrder(items, begin, end, weight[kept]!, age[kept]!, options.trendingDays);
    // Without dates, an order of a customer counts by its place among their orders, a guest's order as the newest.
    if (popularity && (popularity.orders === Number.POSITIVE_INFINITY || customer[kept]! < 0))
      counter.addPopularity(items, begin, end, popularityDecay.at(age[kept]!));
    start[++kept] = end;
  }
  return { count: kept, start, items, products, customer, age, weight };
}

/** Keeps the `maxOrderLines` items with the lowest seeded hash: the same ones for any order of the lines. */
function sample(
  items: Int32Array,
  begin: number,
  end: number,
  options: GroupingOptions,
  order: number,
): number {
  const seed = mix32(order ^ options.seed);
  const rank = (item: number) => mix32(item ^ seed) >>> 0;
  const kept = Array.from(items.subarray(begin, end))
    .sort((a, b) => rank(a) - rank(b) || a - b)
    .slice(0, options.maxOrderLines)
    .sort((a, b) => a - b);
  items.set(kept, begin);
  return begin + kept.length;
}
