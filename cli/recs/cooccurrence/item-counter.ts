// Counts what baskets say of each item while they are grouped. All numbers are whole: exact in any order of addition.
//
// The numbers of an item lie side by side, in the 64 bytes that memory is fetched in: a shop has more items than fit the
// cache, and with an array per number, of which an order changes four or five, counting waited for memory that often.
import { weightUnit } from './baskets.ts';
import { bucketOfGap, gapBuckets } from './gaps.ts';
import { earlierWindows, type GroupingTotals, ItemTallies } from './tallies.ts';

/** Places of an item's numbers; those that every order, and every history, changes come first. */
const ofOrders = [
  'orders',
  'orderWeight',
  'orderPairs',
  'popularity',
  'recent',
  'recentWeighted',
  'earlier',
] as const;
const ofHistories = ['customers', 'customerWeight', 'historyPairs', 'returners', 'rebuyers'] as const;
const stride = 8;

/** One per worker; the tallies of all are added up at the end. */
export class ItemCounter {
  readonly #tallies: ItemTallies;
  readonly #orders: Float64Array;
  readonly #histories: Float64Array;

  constructor(items: number) {
    this.#tallies = new ItemTallies(items);
    this.#orders = new Float64Array(items * stride);
    this.#histories = new Float64Array(items * stride);
  }

  get totals(): GroupingTotals {
    return this.#tallies.totals;
  }

  /** Counts one order of the distinct items[begin … end) with the given weight, `age` days before the newest day. */
  addOrder(
    items: Int32Array,
    begin: number,
    end: number,
    weight: number,
    age: number,
    trendingDays: number,
  ): void {
    const { totals } = this.#tallies;
    const counted = this.#orders;
    const size = end - begin;
    const units = Math.round(weight / weightUnit);
    totals.orderWeight += units;
    totals.orders++;
    totals.orderItems += size;
    if (size > 1) totals.pairableOrders++;
    const recent = age < trendingDays;
    const earlier = !recent && age < trendingDays * (1 + earlierWindows);
    for (let at = begin; at < end; at++) {
      const base = items[at]! * stride;
      counted[base]!++;
      counted[base + 1]! += units;
      counted[base + 2]! += size - 1;
      if (recent) {
        counted[base + 4]!++;
        counted[base + 5]! += Math.ceil(trendingDays) - age;
      } else if (earlier) {
        counted[base + 6]!++;
      }
    }
  }

  /** Counts an order of the distinct items[begin … end) for popularity. */
  addPopularity(items: Int32Array, begin: number, end: number, weight: number): void {
    const counted = this.#orders;
    const units = Math.round(weight / weightUnit);
    this.#tallies.totals.popularity += units;
    for (let at = begin; at < end; at++) counted[items[at]! * stride + 3]! += units;
  }

  /**
   * Counts one customer's distinct items[begin … end). times[at]: number of occasions on which the item was bought;
   * since[at]: number of occasions on which the customer ordered after the first of them.
   */
  addHistory(
    { items, times, since }: { items: Int32Array; times: Uint16Array; since: Int32Array },
    begin: number,
    end: number,
    weight: number,
  ): void {
    const { totals } = this.#tallies;
    const counted = this.#histories;
    const units = Math.round(weight / weightUnit);
    const others = end - begin - 1;
    totals.customers++;
    totals.historyWeight += units;
    totals.historyItems += end - begin;
    for (let at = begin; at < end; at++) {
      const base = items[at]! * stride;
      counted[base]!++;
      counted[base + 1]! += units;
      counted[base + 2]! += others;
      if (since[at]! > 0) counted[base + 3]!++;
      if (times[at]! > 1) counted[base + 4]!++;
    }
  }

  /** Counts a gap between two purchases of an item, in days or orders. */
  addClosedGap(item: number, gap: number): void {
    if (gap > 0) this.#tallies.closedGaps[item * gapBuckets + bucketOfGap(gap)]!++;
  }

  /** Counts a gap since the last purchase of an item. */
  addOpenGap(item: number, gap: number): void {
    if (gap > 0) this.#tallies.openGaps[item * gapBuckets + bucketOfGap(gap)]!++;
  }

  /** What was counted so far, in an array per number. */
  tallies(): ItemTallies {
    const tallies = this.#tallies;
    for (const [names, counted] of [
      [ofOrders, this.#orders],
      [ofHistories, this.#histories],
    ] as const)
      for (const [place, name] of names.entries())
        for (let item = 0; item < tallies.items; item++)
          tallies[name][item] = counted[item * stride + place]!;
    return tallies;
  }
}
