// One model, all test cases → metrics: ranks the model's lists, fills them up, and compares them with the targets.

import { rowLength } from '../csr.ts';
import { RankedLists } from '../gate/metrics.ts';
import type { TestCases } from '../gate/test-cases.ts';
import type { ListTable } from '../lists/list-table.ts';
import { TopK } from '../similarity/top-k.ts';
import { type Dataset, itemsOfCustomer, type OrderLog, ordersByCustomer } from './order-log.ts';
import { ScoreBuffer } from './score-buffer.ts';
import type { PersonalModel } from './trained-models.ts';

/** What all models of one evaluation share. */
export interface Evaluation {
  readonly data: Dataset;
  readonly testCases: TestCases;
  /** List lengths, ascending, including those that only plots need. */
  readonly ks: readonly number[];
  /** The list lengths that the user asked for, ascending. */
  readonly asked: readonly number[];
  /** Item → number of training baskets that contain it. */
  readonly popularity: Float64Array;
  /**
   * Items that fill up a list that is too short. Product lists are filled with bestsellers, as a shop would do; customer
   * lists with all items by number, because a model is ranked as it is and items without a score tie.
   */
  readonly filler: Int32Array;
  /** Customer → items bought in training; empty when the test cases are products. */
  readonly bought: ReadonlyArray<ReadonlySet<number>>;
  /** Unit of the test cases → 1 for a customer with at most one training order; empty when the test cases are products. */
  readonly isNew: Uint8Array;
}

/** The metrics of one model. */
export interface ModelMetrics {
  readonly sums: RankedLists;
  /** Index of k → share of the training items that are in any list, before lists are filled. */
  readonly coverage: readonly number[];
  /** A sample of the lists, evenly spread over the test cases: for examples and diversity. */
  readonly sample: ReadonlyArray<SampledList>;
}

interface SampledList {
  readonly testCase: number;
  readonly items: readonly number[];
  readonly scores: readonly number[];
}

const maxSampledLists = 1_000;

export function openEvaluation(
  data: Dataset,
  testCases: TestCases,
  asked: readonly number[],
  more: readonly number[] = [],
): Evaluation {
  const ks = [...new Set([...asked, ...more])].sort((a, b) => a - b);
  const popularity = new Float64Array(data.trainItems);
  for (const item of data.train.items) popularity[item]!++;
  const filler =
    testCases.task === 'copurchase'
      ? Int32Array.from(popularity.keys()).sort((a, b) => popularity[b]! - popularity[a]! || a - b)
      : Int32Array.from(data.itemIds.keys());
  const bought = testCases.task === 'personalized' ? boughtBefore(data.train, data.customerIds.length) : [];
  const isNew = testCases.task === 'personalized' ? newCustomers(data, testCases) : new Uint8Array(0);
  return { data, testCases, ks, asked: [...asked].sort((a, b) => a - b), popularity, filler, bought, isNew };
}

/** Measures a model of customers. */
export function measurePersonal(evaluation: Evaluation, model: PersonalModel): ModelMetrics {
  const { testCases, data, ks } = evaluation;
  const longest = ks.at(-1)!;
  const scores = new ScoreBuffer(data.trainItems);
  const best = new TopK(longest);
  const collector = new MetricCollector(evaluation);
  for (let testCase = 0; testCase < testCases.count; testCase++) {
    const customer = testCases.subject[testCase]!;
    const bought = evaluation.bought[customer] ?? noItems;
    const excluded = testCases.repeats ? noItems : bought;
    model(customer, scores);
    scores.rank(best, (item) => excluded.has(item));
    collector.add(testCase, best.ids, best.scores, best.length, bought, excluded);
  }
  return collector.finish();
}

/** Measures lists of products. Coverage counts all lists, including those of products that no test case asks about. */
export function measureLists(evaluation: Evaluation, lists: ListTable): ModelMetrics {
  const { testCases } = evaluation;
  const collector = new MetricCollector(evaluation);
  const { k, length, items, scores } = lists;
  for (let item = 0; item < length.length; item++)
    collector.cover(items.subarray(item * k, item * k + length[item]!), length[item]!);
  for (let testCase = 0; testCase < testCases.count; testCase++) {
    const item = testCases.subject[testCase]!;
    const list = items.subarray(item * k, item * k + length[item]!);
    collector.add(testCase, list, scores.subarray(item * k), list.length, noItems, new Set([item]));
  }
  return collector.finish();
}

const noItems: ReadonlySet<number> = new Set();

class MetricCollector {
  readonly #evaluation: Evaluation;
  readonly #sums: RankedLists;
  readonly #covered: Uint8Array[];
  readonly #filled: Int32Array;
  readonly #sample: SampledList[] = [];
  readonly #sampleInterval: number;

  constructor(evaluation: Evaluation) {
    const { testCases, ks, data, popularity } = evaluation;
    this.#evaluation = evaluation;
    this.#sums = new RankedLists(testCases, ks, data.itemIds.length, popularity);
    this.#covered = ks.map(() => new Uint8Array(data.trainItems));
    this.#filled = new Int32Array(ks.at(-1)!);
    this.#sampleInterval = Math.max(1, Math.floor(testCases.count / maxSampledLists));
  }

  cover(list: Int32Array, length: number): void {
    for (const [index, k] of this.#evaluation.ks.entries())
      for (let at = 0; at < Math.min(k, length); at++) this.#covered[index]![list[at]!] = 1;
  }

  /** Adds the model's list for a test case, best first, filled up with items that are neither in it nor excluded. */
  add(
    testCase: number,
    list: Int32Array,
    scores: Float64Array,
    length: number,
    bought: ReadonlySet<number>,
    excluded: ReadonlySet<number>,
  ): void {
    const filled = this.#filled;
    this.cover(list, length);
    for (let at = 0; at < length; at++) filled[at] = list[at]!;
    let end = Math.min(length, filled.length);
    if (end < filled.length) {
      const listed = new Set(list.subarray(0, end));
      for (const item of this.#evaluation.filler) {
        if (end === filled.length) break;
        if (!listed.has(item) && !excluded.has(item)) filled[end++] = item;
      }
    }
    this.#sums.add(testCase, filled, end, (item) => bought.has(item));
    if (testCase % this.#sampleInterval === 0 && this.#sample.length < maxSampledLists)
      this.#sample.push({
        testCase,
        items: [...filled.subarray(0, Math.min(end, 20))],
        scores: Array.from(scores.subarray(0, Math.min(length, 20))),
      });
  }

  finish(): ModelMetrics {
    const coverage = this.#covered.map(
      (covered) => covered.reduce((sum, each) => sum + each, 0) / Math.max(1, covered.length),
    );
    return { sums: this.#sums, coverage, sample: this.#sample };
  }
}

function boughtBefore(log: OrderLog, customers: number): ReadonlyArray<ReadonlySet<number>> {
  const orders = ordersByCustomer(log, customers);
  return Array.from({ length: customers }, (_, customer) => itemsOfCustomer(log, orders, customer));
}

function newCustomers(
  { train, customerIds }: Dataset,
  { count, subject, unit, units }: TestCases,
): Uint8Array {
  const { start } = ordersByCustomer(train, customerIds.length);
  const isNew = new Uint8Array(units);
  for (let at = 0; at < count; at++) if (rowLength(start, subject[at]!) <= 1) isNew[unit[at]!] = 1;
  return isNew;
}
