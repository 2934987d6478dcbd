// A customer's history and the re-purchase intervals → `buy_again`: the items that are due, the likeliest first.
import type { Histories } from '../cooccurrence/baskets.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { BuyingPace, type Intervals } from '../models/intervals.ts';
import { minRebuyers, type RepurchaseRule } from '../models/repurchase.ts';
import { toShared } from '../shared-arrays.ts';
import { TopK } from '../similarity/top-k.ts';

export interface BuyAgainRankingInput {
  readonly intervals: Intervals;
  /** Item → 1 if it may be recommended to its buyers. */
  readonly again: Uint8Array;
  /** Item → 1 if its own buyers have shown that they buy it again; see `provenItems`. */
  readonly proven: Uint8Array;
  /** True if orders have no usable dates: times are orders, not days. */
  readonly undated: boolean;
  readonly top: number;
}

/** Days, from the newest day of the orders, of the probability that entries are ranked by. */
export const buyAgainDays = 7;

/** Items that three or more of their own buyers bought again: buyers are expected back from the first purchase on. */
export function provenItems(
  { rebuyers }: Pick<ItemTallies, 'rebuyers'>,
  { again }: RepurchaseRule,
): Uint8Array {
  return toShared(again.map((each, item) => (each === 1 && rebuyers[item]! >= minRebuyers ? 1 : 0)));
}

/**
 * Ranks one customer at a time, by the probability that they buy the item within the next seven days (or with the next
 * order, if orders have no dates). Listed are items that may be recommended again and that the customer bought on two
 * occasions, or on one if the item is proven; and that have not lapsed: if the last purchase is more than e^spread
 * intervals ago, longer than five of six log-normal gaps, the customer has probably stopped buying them.
 */
export class BuyAgainRanking {
  /** The entries of the customer ranked last, best first: item, probability, and place in the histories as `extras`. */
  readonly best: TopK;
  readonly #input: BuyAgainRankingInput;
  readonly #pace: BuyingPace;
  /** Item → the number of intervals after which a purchase has lapsed. */
  readonly #lapse: Float64Array;

  constructor(input: BuyAgainRankingInput) {
    this.#input = input;
    this.#pace = new BuyingPace(input.intervals);
    this.#lapse = input.intervals.spread.map(Math.exp);
    this.best = new TopK(input.top);
  }

  /** Ranks the customer of history `basket`. Returns the number of entries, which are in `best`. */
  rank(histories: Histories, basket: number): number {
    const { again, proven, undated } = this.#input;
    const { items, last, times } = histories;
    this.best.clear();
    this.#pace.open(histories, basket);
    for (let at = histories.start[basket]!; at < histories.start[basket + 1]!; at++) {
      const item = items[at]!;
      if (again[item] === 0 || (times[at] === 1 && proven[item] === 0)) continue;
      if (last[at]! > this.#pace.interval(at) * this.#lapse[item]!) continue;
      const probability = this.#pace.probability(at, undated ? 1 : buyAgainDays);
      if (probability > 0 && this.best.admits(probability)) this.best.push(probability, item, at);
    }
    return this.best.length;
  }

  /** Days, or orders, between two purchases of the item of entry `at` of the histories. */
  interval(at: number): number {
    return this.#pace.interval(at);
  }
}
