// The largest entries of XᵀX → a sparse linear model: each item's customers predicted from its most related items.
//
// Column j of EASE's weights is the ridge regression of item j on all other items. Here it is solved over the m most related
// items alone: m³/6 multiply-adds per item, and no step waits for another. See decisions/0005 for what it replaced.
import type { RowRange } from '../cooccurrence/pair-counter.ts';
import { TopK } from '../similarity/top-k.ts';
import { addDots, type Rows } from './dense-kernel.ts';
import type { GramRows } from './gram-rows.ts';
import type { NeighbourTable } from './neighbour-table.ts';

/** Fits ranges of items. One per thread; its arrays are reused. */
export class RidgeSolver {
  readonly #gram: GramRows;
  readonly #ridge: number;
  readonly #best: TopK;
  /** Item → its place among the candidates plus 1; zeros between items. */
  readonly #place: Int32Array;
  /** A square of one more row and column than candidates: the first ones take the entries of other items. */
  readonly #square: Float64Array;
  readonly #weights: Float64Array;
  /** Item → Σ of the counts of its row that are not kept; and 1 / Σ over all items. */
  readonly #rest: Float64Array;
  readonly #perRest: number;
  /** Place of a candidate → its rest. */
  readonly #near: Float64Array;

  /** @param neighbours largest number of weights per item */
  constructor(gram: GramRows, ridge: number, neighbours: number) {
    this.#gram = gram;
    this.#ridge = ridge;
    this.#best = new TopK(Math.min(neighbours, gram.k));
    this.#place = new Int32Array(gram.items);
    this.#square = new Float64Array((gram.k + 1) ** 2);
    this.#weights = new Float64Array(gram.k);
    this.#near = new Float64Array(gram.k + 1);
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
      const matrix = { values: this.#square.subarray(m + 2), n: m + 1 };
      while (!factor(matrix, m, ridge)) {
        ridge *= 2;
        this.#collect(candidates);
      }
      for (let at = 0; at < m; at++) this.#weights[at] = counts[item * k + at]!;
      solve(matrix, this.#weights, m);
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
    const [place, a, rest, m] = [this.#place, this.#square, this.#rest, candidates.length];
    const near = this.#near;
    const width = m + 1;
    for (let at = 1; at <= m; at++) {
      const item = candidates[at - 1]!;
      near[at] = rest[item]!;
      const share = near[at]! * this.#perRest;
      for (let other = 1; other < at; other++) a[at * width + other] = share * near[other]!;
      place[item] = at;
    }
    for (let at = 1; at <= m; at++) {
      const row = candidates[at - 1]!;
      const end = row * k + length[row]!;
      // Storing both halves, and what is not needed in the spare row and column, is faster than a test per entry.
      for (let entry = row * k; entry < end; entry++) {
        const other = place[columns[entry]!]!;
        const count = counts[entry]!;
        a[at * width + other] = count;
        a[other * width + at] = count;
      }
      a[at * width + at] = diagonal[row]!;
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

/** Columns per block: the dot products with all earlier blocks are computed four rows by two columns at a time. */
const blockColumns = 8;

/**
 * Cholesky factorization of A + λI in place, of the lower triangle; false if it is not positive definite. An item of 60
 * candidates takes 51 µs in all on a busy 2-core EPYC. Tried and rejected: 72 µs column by column and with a test per entry in
 * `#collect`; blocks of 12 columns 52 µs, of 16 53 µs, of 20 58 µs; 16-bit places, no faster.
 */
function factor(matrix: Rows, m: number, ridge: number): boolean {
  const { values: a, n } = matrix;
  for (let from = 0; from < m; from += blockColumns) {
    const to = Math.min(m, from + blockColumns);
    if (from > 0) addDots(matrix, matrix, matrix, -1, [from, m], [from, to], [0, from]);
    for (let row = from; row < m; row++) {
      const begin = row * n;
      const end = Math.min(row, to);
      for (let column = from; column < end; column++) {
        const other = column * n;
        let sum = a[begin + column]!;
        for (let k = from; k < column; k++) sum -= a[begin + k]! * a[other + k]!;
        a[begin + column] = sum / a[other + column]!;
      }
      if (row >= to) continue;
      let square = a[begin + row]! + ridge;
      for (let k = from; k < row; k++) square -= a[begin + k]! ** 2;
      if (!(square > 0)) return false;
      a[begin + row] = Math.sqrt(square);
    }
  }
  return true;
}

/** Solves LLᵀx = b in place. */
function solve({ values: l, n }: Rows, x: Float64Array, m: number): void {
  for (let row = 0; row < m; row++) {
    let sum = x[row]!;
    for (let k = 0; k < row; k++) sum -= l[row * n + k]! * x[k]!;
    x[row] = sum / l[row * n + row]!;
  }
  for (let row = m - 1; row >= 0; row--) {
    const value = x[row]! / l[row * n + row]!;
    x[row] = value;
    for (let k = 0; k < row; k++) x[k]! -= l[row * n + k]! * value;
  }
}
