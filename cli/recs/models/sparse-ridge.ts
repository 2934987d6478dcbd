// The largest entries of XᵀX → a sparse linear model: each item's customers predicted from its most related items.
//
// Column j of EASE's weights is the ridge regression of item j on all other items. Here it is solved over the m most related
// items alone: m³/6 multiply-adds per item, and no step waits for another. See decisions/0005 for what it replaced.
import type { RowRange } from '../cooccurrence/pair-counter.ts';
import { TopK } from '../similarity/top-k.ts';
import type { GramRows } from './gram-rows.ts';
import type { NeighbourTable } from './neighbour-table.ts';

/** Fits ranges of items. One per thread; its arrays are reused. */
export class RidgeSolver {
  readonly #gram: GramRows;
  readonly #ridge: number;
  readonly #best: TopK;
  /** Item → its place among the candidates plus 1; zeros between items. */
  readonly #place: Int32Array;
  readonly #factor: Float64Array;
  readonly #weights: Float64Array;
  /** Item → Σ of the counts of its row that are not kept; and 1 / Σ over all items. */
  readonly #rest: Float64Array;
  readonly #perRest: number;

  /** @param neighbours largest number of weights per item */
  constructor(gram: GramRows, ridge: number, neighbours: number) {
    this.#gram = gram;
    this.#ridge = ridge;
    this.#best = new TopK(Math.min(neighbours, gram.k));
    this.#place = new Int32Array(gram.items);
    this.#factor = new Float64Array(gram.k ** 2);
    this.#weights = new Float64Array(gram.k);
    this.#rest = restOf(gram);
    const rest = this.#rest.reduce((sum, each) => sum + each, 0);
    this.#perRest = rest > 0 ? 1 / rest : 0;
  }

  /** Writes the weights of items [from, to) to `table`: recommended item → known items, by absolute value. */
  fit({ from, to }: RowRange, table: NeighbourTable): void {
    const { k, length, columns, counts } = this.#gram;
    for (let item = from; item < to; item++) {
      const candidates = columns.subarray(item * k, item * k + length[item]!);
      const m = candidates.length;
      let ridge = this.#ridge;
      this.#collect(candidates);
      // Estimated entries can cost the matrix its positive definiteness; a larger λ restores it.
      while (!factor(this.#factor, m, ridge)) {
        ridge *= 2;
        this.#collect(candidates);
      }
      for (let at = 0; at < m; at++) this.#weights[at] = counts[item * k + at]!;
      solve(this.#factor, this.#weights, m);
      this.#store(item, candidates, table);
    }
  }

  /**
   * Fills the lower triangle with the entries of XᵀX between the candidates. Entries that neither row has kept are
   * estimated by rest_i · rest_j / Σ rest, which keeps the sums of the rows. Zeros in their place cost two thirds of the
   * recall (UCI, 60 entries per row: .104 instead of .323; with all entries .325).
   */
  #collect(candidates: Int32Array): void {
    const { k, length, columns, counts, diagonal } = this.#gram;
    const [place, a, rest, m] = [this.#place, this.#factor, this.#rest, candidates.length];
    for (let at = 0; at < m; at++) {
      const share = rest[candidates[at]!]! * this.#perRest;
      for (let other = 0; other < at; other++) a[at * m + other] = share * rest[candidates[other]!]!;
      place[candidates[at]!] = at + 1;
    }
    for (let at = 0; at < m; at++) {
      const row = candidates[at]!;
      a[at * m + at] = diagonal[row]!;
      const end = row * k + length[row]!;
      for (let entry = row * k; entry < end; entry++) {
        const other = place[columns[entry]!]! - 1;
        if (other >= 0) a[other < at ? at * m + other : other * m + at] = counts[entry]!;
      }
    }
    for (let at = 0; at < m; at++) place[candidates[at]!] = 0;
  }

  #store(item: number, candidates: Int32Array, { start, length, items, scores }: NeighbourTable): void {
    const [best, weights, begin] = [this.#best, this.#weights, start[item]!];
    best.clear();
    for (let at = 0; at < candidates.length; at++) {
      const size = Math.abs(weights[at]!);
      if (size > 0 && best.admits(size)) best.push(size, candidates[at]!, at);
    }
    length[item] = best.length;
    for (let at = 0; at < best.length; at++) {
      items[begin + at] = best.ids[at]!;
      scores[begin + at] = weights[best.extras[at]!]!;
    }
  }
}

function restOf({ items, k, length, counts, pairs }: GramRows): Float64Array {
  const rest = pairs.slice();
  for (let item = 0; item < items; item++)
    for (let at = item * k; at < item * k + length[item]!; at++) rest[item]! -= counts[at]!;
  return rest;
}

/** Cholesky factorization of A + λI in place; false if it is not positive definite. */
function factor(a: Float64Array, m: number, ridge: number): boolean {
  for (let row = 0; row < m; row++) {
    const begin = row * m;
    for (let column = 0; column < row; column++) {
      const other = column * m;
      let sum = a[begin + column]!;
      for (let k = 0; k < column; k++) sum -= a[begin + k]! * a[other + k]!;
      a[begin + column] = sum / a[other + column]!;
    }
    let square = a[begin + row]! + ridge;
    for (let k = 0; k < row; k++) square -= a[begin + k]! ** 2;
    if (!(square > 0)) return false;
    a[begin + row] = Math.sqrt(square);
  }
  return true;
}

/** Solves LLᵀx = b in place. */
function solve(l: Float64Array, x: Float64Array, m: number): void {
  for (let row = 0; row < m; row++) {
    let sum = x[row]!;
    for (let k = 0; k < row; k++) sum -= l[row * m + k]! * x[k]!;
    x[row] = sum / l[row * m + row]!;
  }
  for (let row = m - 1; row >= 0; row--) {
    const value = x[row]! / l[row * m + row]!;
    x[row] = value;
    for (let k = 0; k < row; k++) x[k]! -= l[row * m + k]! * value;
  }
}
