// Baskets in compressed rows: which distinct items stand in each order, and in each customer's history.

/** Baskets in CSR form: basket b holds items[start[b] … start[b+1]), each item once, in no particular order. */
export interface Baskets {
  readonly count: number;
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** What one common basket of weight 1 adds to a pair: w(n) · decay, single precision. */
  readonly weight: Float32Array;
}

/** Customers' histories: baskets that know their customer and the age of every purchase. */
export interface Histories extends Baskets {
  /** Basket → dense customer index. */
  readonly customer: Int32Array;
  /** Parallel to `items`: days between the last purchase and the newest order of all. */
  readonly age: Uint16Array;
}

/** What one partition of the log becomes. */
export interface GroupedPartition {
  /** Orders of at least two distinct items. */
  readonly orders: Baskets;
  /** Every customer with at least one item. */
  readonly histories: Histories;
}

/** Damping of large baskets: w(n) = 1 / log2(1 + n); w(1) = 1, w(3) = .5, w(7) = .33. */
export function basketWeight(items: number): number {
  return 1 / Math.log2(1 + items);
}

/** Exponential decay with a half-life: 1 for age 0, .5 for age = halfLife. Both in days. */
export function decay(age: number, halfLife: number): number {
  return halfLife === Number.POSITIVE_INFINITY ? 1 : 2 ** (-age / halfLife);
}
