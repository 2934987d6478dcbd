// Baskets in CSR form: the distinct items of each order, and of each customer's history; and the weights of baskets.

/** Baskets in CSR form: basket b holds items[start[b] … start[b+1]), each item once, in no particular order. */
export interface Baskets {
  readonly count: number;
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Basket → its weight, which it adds to each of its pairs: w(n) · decay, in single precision. */
  readonly weight: Float32Array;
}

/** Customers' histories, newest purchase first. */
export interface Histories extends Baskets {
  /** Basket → dense customer index. */
  readonly customer: Int32Array;
  /** Parallel to `items`: Σ .7^k over the customer's orders with the item; k = 0 is the newest order. */
  readonly interactionWeight: Float32Array;
  /** Σ .95^k over the occasions (days, or orders) on which the item was bought; empty if no list uses it. */
  readonly repurchaseWeight: Float32Array;
  /**
   * Parallel to `items`, and empty if no list uses them: the ages of the last and of the first purchase, in days before
   * the newest day, or in orders of the customer if orders have no dates; the number of occasions (days, or orders) on
   * which the item was bought; and the number of the customer's occasions after the first of them, which were chances to
   * buy it again. Values above 65,535 are stored as that.
   */
  readonly last: Uint16Array;
  readonly first: Uint16Array;
  readonly times: Uint16Array;
  readonly chances: Uint16Array;
  /**
   * Parallel to `items`: index of the variant in the newest order with the item; below zero if the item has only one
   * product. Empty if no list uses it, or no item has variants.
   */
  readonly bought: Int32Array;
}

export const noBaskets: Baskets = {
  count: 0,
  start: new Int32Array(1),
  items: new Int32Array(0),
  weight: new Float32Array(0),
};

export const noHistories: Histories = {
  ...noBaskets,
  customer: new Int32Array(0),
  interactionWeight: new Float32Array(0),
  repurchaseWeight: new Float32Array(0),
  last: new Uint16Array(0),
  first: new Uint16Array(0),
  times: new Uint16Array(0),
  chances: new Uint16Array(0),
  bought: new Int32Array(0),
};

/** Result of grouping one partition of the log. */
export interface GroupedPartition {
  /** Orders of at least two distinct items. */
  readonly orders: Baskets;
  /** Every customer with at least one item. */
  readonly histories: Histories;
}

/**
 * Damping of large baskets: w(n) = 10 / (10 + n); w(2) = .83, w(10) = .5, w(100) = .09. On six real basket sets recall
 * changed by −.3 % … +3.2 % compared with 1 / log2(1 + n). Tried and rejected: 1 / (n − 1), which lost up to 10 %.
 */
export function basketWeight(items: number): number {
  return halfWeightItems / (halfWeightItems + items);
}

/** Number of items at which a basket weighs half. */
export const halfWeightItems = 10;

/** Sums of weights per item are kept in whole units of 2^-20, so that they are exact in any order of addition. */
export const weightUnit = 2 ** -20;

/** Exponential decay with a half-life: 1 for age 0, .5 for age = halfLife. Both in days. */
export function decay(age: number, halfLife: number): number {
  return halfLife === Number.POSITIVE_INFINITY ? 1 : 2 ** (-age / halfLife);
}

/** `decay` with one half-life, kept by whole ages: a power costs 40 ns, and orders have few different ages. */
export class Decay {
  readonly #halfLife: number;
  /** Age → its factor; 0 until it is asked for. */
  readonly #known = new Float64Array(1 << 12);

  constructor(halfLife: number) {
    this.#halfLife = halfLife;
  }

  at(age: number): number {
    return this.#known[age] || this.#compute(age);
  }

  #compute(age: number): number {
    const factor = decay(age, this.#halfLife);
    this.#known[age] = factor;
    return factor;
  }
}
