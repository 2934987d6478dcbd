// Counters per item that are filled while baskets are grouped. All are whole numbers: exact in any order of addition.
import { weightUnit } from './baskets.ts';
import { bucketOfGap, gapBuckets } from './gaps.ts';

/** Number of windows before the recent one that `trending` takes the earlier sales from. */
export const earlierWindows = 6;

export interface GroupingTotals {
  orders: number;
  /** Orders of at least two items. */
  pairableOrders: number;
  customers: number;
  /** Lines that repeat a product within an order. */
  duplicateLines: number;
  /** Lines of orders dated after the newest believed day. */
  outlierLines: number;
  sampledOrders: number;
  sampledLines: number;
  cutHistories: number;
  orderItems: number;
  historyItems: number;
  /** Σ of the weights of all orders, and of all histories, in units of 2^-20. */
  orderWeight: number;
  historyWeight: number;
  /** Σ of the decayed orders that `popularity` counts, in units of 2^-20. */
  popularity: number;
}

/** Counters per item: one set per worker, added up at the end. */
export class ItemTallies {
  readonly items: number;
  readonly totals: GroupingTotals = {
    orders: 0,
    pairableOrders: 0,
    customers: 0,
    duplicateLines: 0,
    outlierLines: 0,
    sampledOrders: 0,
    sampledLines: 0,
    cutHistories: 0,
    orderItems: 0,
    historyItems: 0,
    orderWeight: 0,
    historyWeight: 0,
    popularity: 0,
  };
  /** Number of orders, and of customers, with the item. */
  readonly orders: Float64Array;
  readonly customers: Float64Array;
  /** Σ of the weights of the orders, and of the histories, with the item, in units of 2^-20. */
  readonly orderWeight: Float64Array;
  readonly customerWeight: Float64Array;
  /** Customers who ordered again on an occasion after their first purchase of the item. */
  readonly returners: Float64Array;
  /** Those of them who bought the item again. An occasion is a day, or an order if orders have no dates. */
  readonly rebuyers: Float64Array;
  /**
   * Item × bucket of `gapStarts`: gaps between two purchases of the item by one customer, and the gaps since each
   * customer's last purchase, which have not ended. Purchases on the newest day have no open gap yet.
   */
  readonly closedGaps: Uint32Array;
  readonly openGaps: Uint32Array;
  /** Number of ordered pairs in the item's row: Σ (n − 1) over its baskets. */
  readonly orderPairs: Float64Array;
  readonly historyPairs: Float64Array;
  /** Orders in the recent window; the same, each weighted by (days − age); orders in the earlier windows. */
  readonly recent: Float64Array;
  readonly recentWeighted: Float64Array;
  readonly earlier: Float64Array;
  /** Σ of the decayed orders with the item, in units of 2^-20; zeros unless the personal model uses them. */
  readonly popularity: Float64Array;

  constructor(items: number) {
    this.items = items;
    const counters = () => new Float64Array(items);
    this.orders = counters();
    this.customers = counters();
    this.orderWeight = counters();
    this.customerWeight = counters();
    this.returners = counters();
    this.rebuyers = counters();
    this.closedGaps = new Uint32Array(items * gapBuckets);
    this.openGaps = new Uint32Array(items * gapBuckets);
    this.orderPairs = counters();
    this.historyPairs = counters();
    this.recent = counters();
    this.recentWeighted = counters();
    this.earlier = counters();
    this.popularity = counters();
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
    const size = end - begin;
    const units = Math.round(weight / weightUnit);
    this.totals.orderWeight += units;
    this.totals.orders++;
    this.totals.orderItems += size;
    if (size > 1) this.totals.pairableOrders++;
    const recent = age < trendingDays;
    const earlier = !recent && age < trendingDays * (1 + earlierWindows);
    for (let at = begin; at < end; at++) {
      const item = items[at]!;
      this.orders[item]!++;
      this.orderWeight[item]! += units;
      this.orderPairs[item]! += size - 1;
      if (recent) {
        this.recent[item]!++;
        this.recentWeighted[item]! += Math.ceil(trendingDays) - age;
      } else if (earlier) {
        this.earlier[item]!++;
      }
    }
  }

  /** Counts an order of the distinct items[begin … end) for popularity. */
  addPopularity(items: Int32Array, begin: number, end: number, weight: number): void {
    const units = Math.round(weight / weightUnit);
    this.totals.popularity += units;
    for (let at = begin; at < end; at++) this.popularity[items[at]!]! += units;
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
    const units = Math.round(weight / weightUnit);
    this.totals.customers++;
    this.totals.historyWeight += units;
    this.totals.historyItems += end - begin;
    for (let at = begin; at < end; at++) {
      const item = items[at]!;
      this.customers[item]!++;
      this.customerWeight[item]! += units;
      this.historyPairs[item]! += end - begin - 1;
      if (since[at]! > 0) this.returners[item]!++;
      if (times[at]! > 1) this.rebuyers[item]!++;
    }
  }

  /** Counts a gap of an item, in days or orders. `gaps`: `closedGaps` or `openGaps`. */
  addGap(gaps: Uint32Array, item: number, gap: number): void {
    if (gap > 0) gaps[item * gapBuckets + bucketOfGap(gap)]!++;
  }

  /** Adds another worker's counters. */
  add(other: ItemTallies): void {
    for (const key of Object.keys(this.totals) as (keyof GroupingTotals)[])
      this.totals[key] += other.totals[key];
    for (const key of counterNames) {
      const [mine, theirs] = [this[key], other[key]];
      for (let at = 0; at < mine.length; at++) mine[at]! += theirs[at]!;
    }
  }
}

const counterNames = [
  'orders',
  'customers',
  'orderWeight',
  'customerWeight',
  'returners',
  'rebuyers',
  'closedGaps',
  'openGaps',
  'orderPairs',
  'historyPairs',
  'recent',
  'recentWeighted',
  'earlier',
  'popularity',
] as const;
