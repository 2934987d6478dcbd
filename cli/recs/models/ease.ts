// The term `ease`: a linear autoencoder (Steck 2019, “Embarrassingly shallow autoencoders for sparse data”), in tasks that
// threads can share.
import { weightUnit } from '../cooccurrence/baskets.ts';
import { splitRows } from '../cooccurrence/pair-counter.ts';
import { sharedFloat64 } from '../shared-arrays.ts';
import { TopK } from '../similarity/top-k.ts';
import { type InverseMatrices, type InverseTask, inverseTasks, runInverseTask } from './dense-inverse.ts';
import { type GramRows, openGramRows } from './gram-rows.ts';
import {
  type Factors,
  filterEntry,
  multiplications,
  multiplyRows,
  normalisedRows,
  openFactors,
  orthonormalise,
} from './low-pass.ts';
import type { EaseSettings } from './model-settings.ts';
import {
  maxEntries,
  meanRowSum,
  type NeighbourTable,
  openNeighbourTable,
  scaledTable,
  transposeTable,
} from './neighbour-table.ts';
import { RidgeSolver } from './sparse-ridge.ts';

export interface EasePlan {
  /** Largest number of items that an item is predicted from. */
  readonly candidates: number;
  /** Predicts each item from all others, by the inverse of the whole matrix. */
  readonly exact: boolean;
}

/** A session on the threads: where the counts are, and where the weights go. */
export interface EaseInput {
  readonly settings: EaseSettings;
  readonly gram: GramRows;
  /** Recommended item → known items. */
  readonly weights: NeighbourTable;
  /** Largest number of weights of an item. */
  readonly k: number;
  /** Exact only. */
  readonly matrices: InverseMatrices | undefined;
  /** Exact only, with a weight of `low_pass`. */
  readonly filter: Factors | undefined;
}

export type EaseTask =
  | InverseTask
  | {
      readonly step: 'ridge' | 'gather' | 'normalise' | 'multiply by' | 'orthonormalise' | 'weights';
      readonly from: number;
      readonly to: number;
    };

/** Largest number of items of an exact fit: 2,000 take 1.8 s on one thread, 5,000 take 27 s. */
export const maxExactItems = 5_000;

/** Limit of the multiply-adds of a sparse fit: about 5 s on one thread. */
const maxMultiplyAdds = 4e9;

/** What fits the size of the catalogue. The same for a build and for an evaluation of the same orders. */
export function planEase({ candidates }: Pick<EaseSettings, 'candidates'>, items: number): EasePlan {
  if (candidates === 0 && items <= maxExactItems) return { candidates: items, exact: true };
  const perItem = maxMultiplyAdds / Math.max(1, items);
  const affordable = Math.floor(Math.min((6 * perItem) ** (1 / 3), maxEntries / Math.max(1, items)));
  return { candidates: Math.max(1, Math.min(candidates || 200, affordable, items)), exact: false };
}

/** Says how each product is predicted. */
export function easeWords({ candidates, exact }: EasePlan): string {
  return exact ? 'exact: each product from all others' : `each product from its ${candidates} most related`;
}

/** Opens the rows that the counting fills. */
export function openEaseRows(
  settings: EaseSettings,
  counts: { customers: Float64Array; historyPairs: Float64Array; customerWeight: Float64Array },
): GramRows {
  const { customers, historyPairs, customerWeight } = counts;
  const { candidates, exact } = planEase(settings, customers.length);
  const weighted = exact && settings.low_pass > 0;
  return openGramRows(
    customers,
    historyPairs,
    candidates,
    weighted ? customerWeight.map((units) => units * weightUnit) : undefined,
  );
}

export function openEase(settings: EaseSettings, gram: GramRows): EaseInput {
  const { items } = gram;
  const k = Math.max(1, Math.min(settings.neighbours || items, gram.k));
  const { exact } = planEase(settings, items);
  const matrix = () => sharedFloat64(items * items);
  const matrices = exact ? { n: items, matrix: matrix(), lower: matrix() } : undefined;
  const filter = matrices && gram.weighted && openFactors(gram, settings.factors);
  return { settings, gram, weights: openNeighbourTable(items, k), k, matrices, filter };
}

/** The steps in order; the tasks of one step may run at the same time, on any number of threads. */
export function* easeTasks({ gram, matrices, filter }: EaseInput): Generator<EaseTask[]> {
  const ranges = splitRows(new Float64Array(gram.items).fill(1), matrices ? 64 : 1_000);
  if (!matrices) return yield ranges.map((range) => ({ step: 'ridge', ...range }));
  yield ranges.map((range) => ({ step: 'gather', ...range }));
  yield* inverseTasks(gram.items);
  if (filter) {
    yield ranges.map((range) => ({ step: 'normalise', ...range }));
    for (let done = 0; done < multiplications; done++) {
      yield ranges.map((range) => ({ step: 'multiply by', ...range }));
      yield [{ step: 'orthonormalise', from: 0, to: gram.items }];
    }
  }
  yield ranges.map((range) => ({ step: 'weights', ...range }));
}

/** Runs tasks on one thread. Results do not depend on the thread that runs a task. */
export class EaseWorker {
  readonly #input: EaseInput;
  readonly #ridge: RidgeSolver | undefined;

  constructor(input: EaseInput) {
    this.#input = input;
    if (!input.matrices) this.#ridge = new RidgeSolver(input.gram, input.settings.ridge, input.k);
  }

  run(task: EaseTask): void {
    const { gram, matrices, weights, filter } = this.#input;
    const { step, from, to } = task;
    if ('column' in task) runInverseTask(matrices!, task);
    else if (step === 'ridge') this.#ridge!.fit(task, weights);
    else if (step === 'gather') gather(this.#input, matrices!.matrix, from, to);
    // After the inverse, its second matrix has room for the filter's.
    else if (step === 'normalise') normalisedRows(gram, matrices!.lower, from, to);
    else if (step === 'multiply by') multiplyRows(filter!, matrices!.lower, from, to);
    else if (step === 'orthonormalise') orthonormalise(filter!);
    else exactWeights(this.#input, matrices!.matrix, from, to);
  }
}

/** Fits the term on this thread. */
export function fitEase(input: EaseInput): void {
  const worker = new EaseWorker(input);
  for (const tasks of easeTasks(input)) for (const task of tasks) worker.run(task);
}

/**
 * Known item → items to recommend. Rows sum to the weight of the term on average, so that it means the same with every
 * λ. Each row keeps at most k entries, so that popular items do not slow the ranking down: on three real sets this
 * changed recall by less than 1 %.
 */
export function finishEase({ settings, weights, k }: EaseInput): NeighbourTable {
  const turned = transposeTable(weights);
  const best = new TopK(k);
  const { start, length, items, scores } = turned;
  for (let row = 0; row < length.length; row++) {
    if (length[row]! <= k) continue;
    best.clear();
    const begin = start[row]!;
    for (let at = begin; at < begin + length[row]!; at++)
      if (best.admits(scores[at]!)) best.push(scores[at]!, items[at]!);
    length[row] = k;
    items.set(best.ids, begin);
    scores.set(best.scores, begin);
  }
  return scaledTable(turned, settings.weight / meanRowSum(turned));
}

/** Rows [from, to) of XᵀX + λI. */
function gather({ gram, settings }: EaseInput, matrix: Float64Array, from: number, to: number): void {
  const { items: n, k, length, columns, counts, diagonal } = gram;
  for (let row = from; row < to; row++) {
    for (let at = row * k; at < row * k + length[row]!; at++) matrix[row * n + columns[at]!] = counts[at]!;
    matrix[row * n + row] = diagonal[row]! + settings.ridge;
  }
}

/**
 * Weights of items [from, to): B_ij = −P_ij / P_jj with P = (XᵀX + λI)⁻¹, plus low_pass times the filter's entry, without the
 * diagonal.
 */
function exactWeights(
  { settings, gram, weights, k, filter }: EaseInput,
  inverse: Float64Array,
  from: number,
  to: number,
) {
  const { items: n } = gram;
  const { start, length, items, scores } = weights;
  const best = new TopK(k);
  // Known item → its weight times −P_jj.
  const all = new Float64Array(n);
  for (let item = from; item < to; item++) {
    best.clear();
    const row = item * n;
    for (let known = 0; known < n; known++) {
      if (known === item) continue;
      all[known] = inverse[row + known]!;
      if (filter) all[known]! -= settings.low_pass * filterEntry(filter, item, known) * inverse[row + item]!;
      const size = Math.abs(all[known]!);
      if (size > 0 && best.admits(size)) best.push(size, known);
    }
    length[item] = best.length;
    for (let at = 0; at < best.length; at++) {
      items[start[item]! + at] = best.ids[at]!;
      scores[start[item]! + at] = -all[best.ids[at]!]! / inverse[row + item]!;
    }
  }
}
