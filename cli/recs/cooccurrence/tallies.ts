// What baskets say of each item, as item-counter.ts counts it while they are grouped.
import { gapBuckets } from './gaps.ts';

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

/** Numbers per item, in an array for each number. */
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
