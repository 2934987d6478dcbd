// Ranked lists and their targets → metrics over all items, without sampled negatives, kept as sums that a bootstrap
// can resample.

import { rowOf } from '../csr.ts';
import type { TestCases } from './test-cases.ts';

/** Metrics that are a mean over test cases. */
export const meanMetrics = [
  'recall',
  'precision',
  'ndcg',
  'ndcg_full_ideal',
  'map',
  'mrr',
  'hit_rate',
  'recall_repeat',
  'recall_explore',
  'recall_head',
  'recall_tail',
  'recall_stratified',
] as const;
export type MeanMetric = (typeof meanMetrics)[number];

/** Metrics over all lists together. */
export const listMetrics = ['coverage', 'gini', 'novelty', 'diversity'] as const;
export type ListMetric = (typeof listMetrics)[number];

/** Metric → k as text → value. Null if there was nothing to find, such as repeats among first purchases. */
export type MetricTable = Record<MeanMetric | ListMetric, Record<string, number | null>>;

/** A mean kept as sums per unit, so that a bootstrap can resample units. */
export interface UnitSums {
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

/** Scores the ranked lists of one model. */
export class RankedLists {
  readonly ks: readonly number[];
  readonly #testCases: TestCases;
  readonly #units: Record<MeanMetric, UnitSums[]>;
  readonly #shown: Float64Array[];
  readonly #rarity: Float64Array;
  readonly #head: Uint8Array;

  /** `popularity`: training baskets per item; items beyond its length are unknown to the model. */
  constructor(testCases: TestCases, ks: readonly number[], items: number, popularity: Float64Array) {
    this.#testCases = testCases;
    this.#rarity = Float64Array.from(
      { length: items },
      (_, item) => 1 / Math.sqrt(Math.max(1, popularity[item] ?? 0)),
    );
    this.#head = headItems(popularity, items);
    this.ks = [...new Set(ks)].sort((a, b) => a - b);
    const open = (): UnitSums => ({
      sum: new Float64Array(testCases.units),
      count: new Float64Array(testCases.units),
    });
    this.#units = Object.fromEntries(meanMetrics.map((metric) => [metric, this.ks.map(open)])) as Record<
      MeanMetric,
      UnitSums[]
    >;
    this.#shown = this.ks.map(() => new Float64Array(items));
  }

  /**
   * Scores the first `length` entries of a list, best first, for one test case. `bought(item)`: whether the customer
   * had bought the item before, which tells repeats from discoveries.
   */
  add(testCase: number, list: ArrayLike<number>, length: number, bought: (item: number) => boolean): void {
    const { start, targets, unit } = this.#testCases;
    const wanted = rowOf(start, targets, testCase);
    const right = new Set(wanted);
    const [rarity, head] = [this.#rarity, this.#head];
    let [repeats, rare, popular] = [0, 0, 0];
    for (const item of wanted) {
      if (bought(item)) repeats++;
      popular += head[item]!;
      rare += rarity[item]!;
    }
    let [hits, repeatHits, headHits, rareHits, gain, precisions, first, at] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const [index, k] of this.ks.entries()) {
      for (; at < Math.min(k, length); at++) {
        const item = list[at]!;
        this.#shown[index]![item]!++;
        if (!right.has(item)) continue;
        hits++;
        rareHits += rarity[item]!;
        if (bought(item)) repeatHits++;
        headHits += head[item]!;
        first ||= at + 1;
        gain += 1 / Math.log2(at + 2);
        precisions += hits / (at + 1);
      }
      const add = (metric: MeanMetric, value: number) => {
        const { sum, count } = this.#units[metric][index]!;
        sum[unit[testCase]!]! += value;
        count[unit[testCase]!]! += 1;
      };
      add('recall', hits / wanted.length);
      add('precision', hits / k);
      add('ndcg', gain / idealGain(Math.min(k, wanted.length)));
      add('ndcg_full_ideal', gain / idealGain(wanted.length));
      add('map', precisions / Math.min(k, wanted.length));
      add('mrr', first > 0 ? 1 / first : 0);
      add('hit_rate', hits > 0 ? 1 : 0);
      add('recall_stratified', rareHits / rare);
      if (repeats > 0) add('recall_repeat', repeatHits / repeats);
      if (repeats < wanted.length) add('recall_explore', (hits - repeatHits) / (wanted.length - repeats));
      if (popular > 0) add('recall_head', headHits / popular);
      if (popular < wanted.length) add('recall_tail', (hits - headHits) / (wanted.length - popular));
    }
  }

  /** Mean of a metric at `ks[index]`; null if no test case counts for it. */
  mean(metric: MeanMetric, index: number): number | null {
    const { sum, count } = this.#units[metric][index]!;
    const total = add(count);
    return total > 0 ? add(sum) / total : null;
  }

  unitSums(metric: MeanMetric, index: number): UnitSums {
    return this.#units[metric][index]!;
  }

  /** How often each item was in the first `ks[index]` places. */
  shown(index: number): Float64Array {
    const total = new Float64Array(this.#shown[0]!.length);
    for (const counts of this.#shown.slice(0, index + 1))
      for (let item = 0; item < total.length; item++) total[item]! += counts[item]!;
    return total;
  }
}

/** The bestsellers that make up half of all purchases are the head of the catalogue; all other items are its tail. */
export function headItems(popularity: Float64Array, items: number): Uint8Array {
  const head = new Uint8Array(items);
  const order = [...popularity.keys()].sort((a, b) => popularity[b]! - popularity[a]! || a - b);
  let left = add(popularity) / 2;
  for (const item of order) {
    if (left <= 0) break;
    head[item] = 1;
    left -= popularity[item]!;
  }
  return head;
}

/** Gini coefficient of how often items are shown: 0 if all equally often, towards 1 if only a few. */
export function gini(shown: Float64Array): number {
  const sorted = shown.slice().sort();
  const total = add(sorted);
  if (total === 0) return 0;
  let weighted = 0;
  for (const [at, each] of sorted.entries()) weighted += (at + 1) * each;
  return (2 * weighted) / (sorted.length * total) - (sorted.length + 1) / sorted.length;
}

/**
 * Mean self-information of the items shown: −log2 of an item's share of the baskets. Unknown items count as half a
 * basket.
 */
export function novelty(shown: Float64Array, popularity: Float64Array, baskets: number): number {
  let [total, bits] = [0, 0];
  for (let item = 0; item < shown.length; item++) {
    if (shown[item] === 0) continue;
    total += shown[item]!;
    bits -= shown[item]! * Math.log2(Math.max(0.5, popularity[item] ?? 0) / Math.max(1, baskets));
  }
  return total > 0 ? bits / total : 0;
}

const idealGains = [0];

/** Ideal DCG: Σ 1 / log2(1 + place) over the first n places. */
function idealGain(n: number): number {
  for (let place = idealGains.length; place <= n; place++)
    idealGains.push(idealGains[place - 1]! + 1 / Math.log2(place + 1));
  return idealGains[n]!;
}

function add(values: Float64Array): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at]!;
  return total;
}
