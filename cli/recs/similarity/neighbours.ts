// Rows of the customer matrix → each item's nearest neighbours, the model behind `personalized`.
import { weightUnit } from '../cooccurrence/baskets.ts';
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { sharedFloat32, sharedInt32 } from '../shared-arrays.ts';
import { TopK } from './top-k.ts';

/** Neighbours of item i: items[i·k … i·k + length[i]), best first. */
export interface Neighbours {
  readonly k: number;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

export function openNeighbours(items: number, k: number): Neighbours {
  return { k, length: sharedInt32(items), items: sharedInt32(items * k), scores: sharedFloat32(items * k) };
}

/** Of 10, 20, 50, 100 and 200 neighbours, 20 had the best recall on two real data sets; longer lists need more. */
export function neighbourCount(top: number): number {
  return Math.min(60, Math.max(20, top));
}

/** Smoothing and power of the popularity damping; fitted on two real sets of histories, flat around these values. */
export const [smoothing, power] = [2, 0.3];

/**
 * Selects the k best neighbours of each row by t(i, j) = W_ij / (V_j + 2)^.3, scaled so that a row sums to 1.
 * W_ij: Σ of 10 / (10 + n) over customers of both items, n items in the history; V_j: the same over customers of j.
 */
export class NeighbourSelector {
  readonly #neighbours: Neighbours;
  readonly #best: TopK;
  readonly #damping: Float64Array;

  /** @param weight V by item, in units of `weightUnit` */
  constructor(neighbours: Neighbours, weight: Float64Array) {
    this.#neighbours = neighbours;
    this.#best = new TopK(neighbours.k);
    this.#damping = weight.map((units) => 1 / (units * weightUnit + smoothing) ** power);
  }

  select({ row, length, columns, sums }: CountedRow): void {
    const best = this.#best;
    best.clear();
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      const score = sums[column]! * this.#damping[column]!;
      if (best.admits(score)) best.push(score, column);
    }
    let total = 0;
    for (let at = 0; at < best.length; at++) total += best.scores[at]!;
    const { k, length: lengths, items, scores } = this.#neighbours;
    lengths[row] = best.length;
    for (let at = 0; at < best.length; at++) {
      items[row * k + at] = best.ids[at]!;
      scores[row * k + at] = best.scores[at]! / total;
    }
  }
}
