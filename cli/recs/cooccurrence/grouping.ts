// One partition of the log → distinct items per order and per customer, with the data hygiene that needs whole orders.
import { mix32 } from '../../../sql/hash32.ts';
import { RowLengths } from '../csr.ts';
import { type LogTotals, runHeader } from '../source/basket-log.ts';
import { type Weighting, weightOf } from './basket-weights.ts';
import { type Baskets, decay, type GroupedPartition, type Histories, noHistories } from './baskets.ts';
import { maxAge } from './gaps.ts';
import { orderRuns, sortItems } from './order-runs.ts';
import { Scratch } from './scratch.ts';
import type { ItemTallies } from './tallies.ts';

export interface GroupingOptions {
  readonly items: number;
  /** Product index (as in the runs) → item index. */
  readonly itemOfProduct: Int32Array;
  /** Newest believed day: ages count from it, and later orders are skipped. */
  readonly newest: number;
  /** Days; Infinity for no decay. */
  readonly halfLife: number;
  readonly maxOrderLines: number;
  readonly maxHistory: number;
  readonly seed: number;
  /** False if no list needs customers' histories: none are collected. */
  readonly histories?: boolean;
  /**
   * Whether lists may recommend products bought before. `repurchaseWeight`, `last`, `first` and `times` of histories are
   * filled then, and gaps are counted.
   */
  readonly repurchase: boolean;
  /** Whether to fill `Histories.bought`, the variant bought of each item. */
  readonly variants?: boolean;
  /** True if orders have no usable dates (see `datesTell`): every order is then a separate occasion. */
  readonly undated?: boolean;
  /** Length of the recent window of `trending`, in days. */
  readonly trendingDays: number;
  /** How orders weigh in co-purchases; `size` unless set. */
  readonly orderWeighting?: Weighting;
  /** What the personal model counts; `defaultHistoryWeights` unless set. */
  readonly weights?: HistoryWeights;
  /** Customer → hash of their id, for orders that nothing else tells apart. */
  readonly customerHash?: Int32Array;
}

/** How the orders of a customer count in the personal model. */
export interface HistoryWeights {
  /** Weight of a history of n items for each of its pairs; N is `catalogue`. */
  readonly weighting: Weighting;
  readonly catalogue: number;
  /** Weight of an order (interaction), and of an occasion (repurchase), relative to the next newer one. */
  readonly interactionDecay: number;
  readonly repurchaseDecay: number;
  /** Age in days at which an order counts half for popularity; Infinity for no decay, undefined if it is not counted. */
  readonly popularityHalfLife: number | undefined;
  /** Without dates: number of newer orders of the customer at which an order counts half; Infinity for no decay. */
  readonly popularityHalfLifeOrders: number;
}

export const defaultHistoryWeights: HistoryWeights = {
  weighting: 'size',
  catalogue: 0,
  interactionDecay: 0.7,
  repurchaseDecay: 0.95,
  popularityHalfLife: undefined,
  popularityHalfLifeOrders: Number.POSITIVE_INFINITY,
};

/** decay^0 … decay^255. */
function powers(decay: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, rank) => decay ** rank);
}

/**
 * Whether days distinguish occasions. They do not if all orders are dated on one day, or if all lines lie within as many
 * seconds after 2000-01-01 as there are lines: the import dates orders without a time like that, one second apart.
 */
export function datesTell({ dates, lines }: Pick<LogTotals, 'dates' | 'lines'>): boolean {
  const { newest, oldest } = dates;
  return newest > oldest && !(oldest >= 0 && newest <= lines / 86_400);
}

/**
 * Groups the runs of a partition. An order is identified by customer and order id, so an order with two customers
 * counts as two. Adds whole numbers to `tallies`, so their sums do not depend on the order of the partitions.
 * The result is stored in `scratch` and valid until the next partition is grouped with it.
 */
export function groupPartition(
  runs: Int32Array,
  options: GroupingOptions,
  tallies: ItemTallies,
  scratch = new Scratch(),
): GroupedPartition {
  const orders = collectOrders(runs, options, tallies, scratch);
  const histories =
    options.histories === false ? noHistories : collectHistories(orders, options, tallies, scratch);
  return { orders: pairableOrders(orders, scratch), histories };
}

/** All orders of a partition, including those with one item. */
interface OrderRows {
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

function collectOrders(
  runs: Int32Array,
  options: GroupingOptions,
  tallies: ItemTallies,
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
      tallies.totals.outlierLines += read;
      end = begin;
      continue;
    }
    tallies.totals.duplicateLines += repeated;
    const at = runAt[first[order]!]!;
    if (end - begin > options.maxOrderLines) {
      tallies.totals.sampledOrders++;
      tallies.totals.sampledLines += end - begin - options.maxOrderLines;
      end = sample(items, begin, end, options, runs[at + 1]! ^ runs[at + 2]!);
    }
    sortItems(items, begin, end);
    if (variants) for (let place = begin; place < end; place++) products[place] = productOf[items[place]!]!;
    customer[kept] = runs[at]!;
    age[kept] = options.newest - newest;
    weight[kept] = weightOf(orderWeighting, end - begin, options.items) * decay(age[kept]!, options.halfLife);
    tallies.addOrder(items, begin, end, weight[kept]!, age[kept]!, options.trendingDays);
    // Without dates, an order of a customer counts by its place among their orders, a guest's order as the newest.
    if (popularity && (popularity.orders === Number.POSITIVE_INFINITY || customer[kept]! < 0))
      tallies.addPopularity(items, begin, end, decay(age[kept]!, popularity.days));
    start[++kept] = end;
  }
  return { count: kept, start, items, products, customer, age, weight };
}

/** Half-lives of orders for popularity: by age in days, or without dates by the number of the customer's newer orders. */
function popularityOf({ weights = defaultHistoryWeights, undated, histories }: GroupingOptions) {
  const { popularityHalfLife: days, popularityHalfLifeOrders: orders } = weights;
  const none = Number.POSITIVE_INFINITY;
  if (days === undefined) return undefined;
  if (!undated) return { days, orders: none };
  return { days: none, orders: histories === false ? none : orders };
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

/** Keeps orders of at least two items: others have no pairs. */
function pairableOrders(orders: OrderRows, scratch: Scratch): Baskets {
  let [count, length] = [0, 0];
  for (let order = 0; order < orders.count; order++) {
    const size = orders.start[order + 1]! - orders.start[order]!;
    if (size > 1) [count, length] = [count + 1, length + size];
  }
  const start = scratch.int32('pairable start', count + 1);
  const items = scratch.int32('pairable items', length);
  const weight = scratch.float32('pairable weight', count);
  let to = 0;
  for (let order = 0, basket = 0; order < orders.count; order++) {
    const [begin, end] = [orders.start[order]!, orders.start[order + 1]!];
    if (end - begin < 2) continue;
    for (let at = begin; at < end; at++) items[to++] = orders.items[at]!;
    weight[basket] = orders.weight[order]!;
    start[++basket] = to;
  }
  return { count, start, items, weight };
}

function collectHistories(
  orders: OrderRows,
  options: GroupingOptions,
  tallies: ItemTallies,
  scratch: Scratch,
): Histories {
  const { customers, ordersOf, startOf } = ordersByCustomer(orders, scratch);
  const { weighting, catalogue, ...decays } = options.weights ?? defaultHistoryWeights;
  const interactionByRank = powers(decays.interactionDecay);
  const repurchaseByRank = powers(decays.repurchaseDecay);
  const lines = orders.items.length;
  const start = scratch.int32('history start', customers.length + 1);
  const items = scratch.int32('history items', lines);
  const times = scratch.uint16('history times', lines);
  const last = scratch.uint16('history last', options.repurchase ? lines : 0);
  const first = scratch.uint16('history first', options.repurchase ? lines : 0);
  const chances = scratch.uint16('history chances', options.repurchase ? lines : 0);
  const since = scratch.int32('history since', lines);
  const interactionWeight = scratch.float32('history interaction', lines);
  const repurchaseWeight = scratch.float32('history repurchase', options.repurchase ? lines : 0);
  const bought = scratch.int32('history bought', options.variants ? lines : 0);
  const boughtAge = scratch.int32('bought age', options.variants ? options.items : 0);
  const weight = scratch.float32('history weight', customers.length);
  const seenBy = scratch.int32('seen', options.items, -1);
  const position = scratch.int32('position', options.items);
  const popularity = popularityOf(options);
  const ranked = popularity !== undefined && popularity.orders < Number.POSITIVE_INFINITY;
  let end = 0;
  for (let basket = 0; basket < customers.length; basket++) {
    const begin = start[basket]!;
    const maxEnd = begin + options.maxHistory;
    let cut = false;
    let [occasion, day] = [-1, Number.NaN];
    for (let entry = startOf[basket]!; entry < startOf[basket + 1]!; entry++) {
      const order = ordersOf[entry]!;
      if (options.undated || orders.age[order] !== day) occasion++;
      day = orders.age[order]!;
      const age = Math.min(maxAge, options.undated ? occasion : day);
      const interaction = interactionByRank[Math.min(255, entry - startOf[basket]!)]!;
      const repurchase = repurchaseByRank[Math.min(255, occasion)]!;
      const [from, stop] = [orders.start[order]!, orders.start[order + 1]!];
      if (ranked)
        tallies.addPopularity(orders.items, from, stop, decay(entry - startOf[basket]!, popularity.orders));
      for (let line = from; line < stop; line++) {
        const item = orders.items[line]!;
        if (seenBy[item] !== basket) {
          if (end === maxEnd) {
            cut = true;
            continue;
          }
          seenBy[item] = basket;
          position[item] = end;
          items[end++] = item;
          if (options.variants) {
            bought[end - 1] = orders.products[line]!;
            boughtAge[item] = orders.age[order]!;
          }
        }
        const at = position[item]!;
        // Of several orders on the newest day, take the lower product index, so that the order of rows does not matter.
        if (options.variants && orders.age[order] === boughtAge[item])
          bought[at] = Math.min(bought[at]!, orders.products[line]!);
        interactionWeight[at]! += interaction;
        // A product in two orders on the same day was bought on one occasion.
        if (times[at]! > 0 && since[at] === occasion) continue;
        if (options.repurchase) {
          repurchaseWeight[at]! += repurchase;
          if (times[at] === 0) last[at] = age;
          else tallies.addGap(tallies.closedGaps, item, age - first[at]!);
          first[at] = age;
        }
        if (times[at]! < maxAge) times[at]!++;
        since[at] = occasion;
      }
    }
    if (cut) tallies.totals.cutHistories++;
    start[basket + 1] = end;
    weight[basket] = weightOf(weighting, end - begin, catalogue);
    tallies.addHistory({ items, times, since }, begin, end, weight[basket]!);
    if (options.repurchase)
      for (let at = begin; at < end; at++) {
        tallies.addGap(tallies.openGaps, items[at]!, last[at]!);
        chances[at] = Math.min(maxAge, since[at]!);
      }
  }
  return {
    count: customers.length,
    start,
    items: items.subarray(0, end),
    interactionWeight: interactionWeight.subarray(0, end),
    repurchaseWeight: repurchaseWeight.subarray(0, end),
    last: last.subarray(0, end),
    first: first.subarray(0, end),
    times: times.subarray(0, options.repurchase ? end : 0),
    chances: chances.subarray(0, end),
    bought: bought.subarray(0, end),
    weight,
    customer: customers,
  };
}

/** Counting sort of the orders by customer, newest first within a customer, without guests. */
function ordersByCustomer(orders: OrderRows, scratch: Scratch) {
  const basketOf = new Map<number, number>();
  const customers: number[] = [];
  const basket = scratch.int32('order basket', orders.count);
  for (let order = 0; order < orders.count; order++) {
    const customer = orders.customer[order]!;
    let known = customer < 0 ? -1 : basketOf.get(customer);
    if (known === undefined) {
      known = customers.push(customer) - 1;
      basketOf.set(customer, known);
    }
    basket[order] = known;
  }
  const lengths = new RowLengths(scratch.int32('orders start', customers.length + 1));
  for (const index of basket) if (index >= 0) lengths.add(index);
  const places = lengths.places();
  const startOf = places.start;
  const ordersOf = scratch.int32('orders of', places.length);
  // Orders are in order of time: read from the end, a customer's orders are newest first.
  for (let order = orders.count - 1; order >= 0; order--) {
    const known = basket[order]!;
    if (known >= 0) ordersOf[places.next(known)] = order;
  }
  return { customers: Int32Array.from(customers), ordersOf, startOf };
}
