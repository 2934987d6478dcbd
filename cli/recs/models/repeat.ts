// The term `repeat`: what a customer bought before, scored by habit and by the time since the last purchase.
import type { Histories } from '../cooccurrence/baskets.ts';
import { bucketOfGap, gapBuckets } from '../cooccurrence/gaps.ts';
import type { Intervals } from './intervals.ts';
import type { RepeatSettings } from './model-settings.ts';
import type { RepurchaseRule } from './repurchase.ts';

/** The fitted term. All arrays are in shared memory. */
export interface FittedRepeat {
  readonly settings: RepeatSettings;
  /** Undefined if `interval` is 0. */
  readonly intervals: Intervals | undefined;
  /** Item → factor of its score (popularity.ts); undefined: 1. */
  readonly trend: Float64Array | undefined;
}

/** Number of occasions from which a product counts as bought often. */
const oftenTimes = 3;
/** Prior strength of the item's rate in a customer's habit, in chances. */
const habitPrior = 2;
/** Ranks beyond this have the same decay (grouping.ts). */
const maxRank = 255;

/**
 * Scores item i of a customer by
 *   weight · trend_i · habit · (h_i(today) / h_i(newest))^interval
 *   habit = (Σ decay^k − decay^c + 2 r_i) / (Σ_(k < c) decay^k + 2)^chances
 *
 * k: the occasions (days, or orders) of the customer, 0 is the newest; the first sum is over those with the item, and c of
 * them came after its first purchase: the chances to buy it again. With chances = 1 habit is the decayed share of the
 * chances that were taken, shrunk to r_i, the share of the item's returning buyers who bought it again (repurchase.ts);
 * with 0, their decayed number. h_i: purchases per day by customers whose last purchase of the item is as long ago as this
 * one's (intervals.ts), relative to that after their newest order: whether the item is due now.
 */
export class RepeatTerm {
  readonly #fitted: FittedRepeat;
  readonly #rule: RepurchaseRule;
  /** Chances → decay^c, and Σ_(k < c) decay^k. */
  readonly #power = new Float64Array(maxRank + 1);
  readonly #sum = new Float64Array(maxRank + 1);
  /** Age of the newest purchase of the customer opened last. */
  #newest = 0;

  constructor(fitted: FittedRepeat, rule: RepurchaseRule) {
    this.#fitted = fitted;
    this.#rule = rule;
    let [power, total] = [1, 0];
    for (let rank = 0; rank <= maxRank; rank++) {
      this.#power[rank] = power;
      this.#sum[rank] = total;
      total += power;
      power *= fitted.settings.decay;
    }
  }

  /** Takes the customer of history `basket`. */
  open({ start, last }: Histories, basket: number): void {
    this.#newest = 0xffff;
    for (let at = start[basket]!; at < start[basket + 1]!; at++)
      if (last[at]! < this.#newest) this.#newest = last[at]!;
  }

  /** Score of the item at place `at` of the histories; 0 if it may not be recommended again. */
  score(histories: Histories, at: number): number {
    const item = histories.items[at]!;
    if (this.#rule.again[item] === 0) return 0;
    const { settings, intervals, trend } = this.#fitted;
    const chances = Math.min(maxRank, histories.chances[at]!);
    const taken = histories.repurchaseWeight[at]! - this.#power[chances]!;
    const habit =
      (Math.max(0, taken) + habitPrior * this.#rule.rate[item]!) /
      (this.#sum[chances]! + habitPrior) ** settings.chances;
    const due = intervals ? this.#due(intervals, item, histories.last[at]!) ** settings.interval : 1;
    return settings.weight * habit * due * (trend ? trend[item]! : 1);
  }

  /** Whether the customer bought it on three occasions or more. */
  isOften(histories: Histories, at: number): boolean {
    return histories.times[at]! >= oftenTimes;
  }

  #due({ rate }: Intervals, item: number, last: number): number {
    // The next purchase is tomorrow at the earliest, or in the next order.
    const begin = item * gapBuckets;
    const newest = rate[begin + bucketOfGap(this.#newest + 1)]!;
    return newest > 0 ? rate[begin + bucketOfGap(last + 1)]! / newest : 1;
  }
}
