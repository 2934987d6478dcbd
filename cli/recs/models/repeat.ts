// The term `repeat`: what a customer bought before, scored by how likely it is bought again.
import type { Histories } from '../cooccurrence/baskets.ts';
import type { RepeatSettings } from './model-settings.ts';
import type { RepurchaseRule } from './repurchase.ts';

/** A sum of repurchase weights above this takes at least three occasions, since each adds at most 1. */
const oftenWeight = 2;

/**
 * Scores item i of a customer by weight · r_i · Σ decay^k over the occasions on which it was bought (k = 0: the newest).
 * r_i: the share of the item's returning buyers who bought it again (repurchase.ts).
 */
export class RepeatTerm {
  readonly #weight: number;
  readonly #rule: RepurchaseRule;

  constructor({ weight }: RepeatSettings, rule: RepurchaseRule) {
    this.#weight = weight;
    this.#rule = rule;
  }

  /** Score of the item at place `at` of the histories; 0 if it may not be recommended again. */
  score(histories: Histories, at: number): number {
    const item = histories.items[at]!;
    if (this.#rule.again[item] === 0) return 0;
    return this.#weight * histories.repurchaseWeight[at]! * this.#rule.rate[item]!;
  }

  /** Whether the customer bought it on three occasions or more. */
  isOften(histories: Histories, at: number): boolean {
    return histories.repurchaseWeight[at]! > oftenWeight;
  }
}
