// Rows of a co-count matrix → its largest entries: what the term `ease` is computed from.
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { sharedFloat32, sharedInt32, toShared } from '../shared-arrays.ts';
import { selectBest } from '../similarity/select-best.ts';
import { TopK } from '../similarity/top-k.ts';

/** Entries of row i: places i·k … i·k + length[i], the most related item first, and the diagonal. In shared memory. */
export interface GramRows {
  readonly items: number;
  /** Largest number of entries of a row. */
  readonly k: number;
  readonly length: Int32Array;
  readonly columns: Int32Array;
  /** Number of baskets with both items. */
  readonly counts: Float32Array;
  /** Item → number of its baskets. */
  readonly diagonal: Float64Array;
  /** Item → Σ of the counts of its whole row. */
  readonly pairs: Float64Array;
  /** The same with the weights of the baskets in place of counts; undefined if no term needs them. */
  readonly weighted: WeightedRows | undefined;
}

export interface WeightedRows {
  /** Σ of the weights of the baskets with both items, at the places of `counts`. */
  readonly sums: Float32Array;
  /** Item → Σ of the weights of its baskets. */
  readonly diagonal: Float64Array;
}

/** @param weight item → Σ of the weights of its baskets, if the rows are to have weighted sums, too */
export function openGramRows(
  diagonal: Float64Array,
  pairs: Float64Array,
  k: number,
  weight?: Float64Array,
): GramRows {
  const items = diagonal.length;
  return {
    items,
    k,
    length: sharedInt32(items),
    columns: sharedInt32(items * k),
    counts: sharedFloat32(items * k),
    diagonal: toShared(diagonal),
    pairs: toShared(pairs),
    weighted: weight && { sums: sharedFloat32(items * k), diagonal: toShared(weight) },
  };
}

/** With up to this many entries, sorted insertion is faster than sorting the scores of a row. */
const maxInserted = 100;

/**
 * Keeps the k entries of each row with the highest count / √(baskets of the column + 1). If the entry after them is as
 * high as the last, all entries like it are left out, so that the model does not depend on how items are numbered.
 * One per thread.
 */
export class GramSelector {
  readonly #rows: GramRows;
  readonly #damping: Float64Array;
  readonly #best: TopK;
  readonly #kept: Int32Array;
  readonly #scores: Float64Array;
  readonly #scratch: Float64Array;

  constructor(rows: GramRows) {
    this.#rows = rows;
    this.#damping = rows.diagonal.map((baskets) => 1 / Math.sqrt(baskets + 1));
    const inserted = rows.k <= maxInserted;
    this.#best = new TopK(inserted ? rows.k + 1 : 1);
    const room = inserted ? 0 : rows.items;
    this.#kept = new Int32Array(room);
    this.#scores = new Float64Array(room);
    this.#scratch = new Float64Array(room);
  }

  select(row: CountedRow): void {
    if (this.#rows.k <= maxInserted) this.#insert(row);
    else this.#sort(row);
  }

  #insert(row: CountedRow): void {
    const { length, columns, counts } = row;
    const [best, damping] = [this.#best, this.#damping];
    best.clear();
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      const score = counts[column]! * damping[column]!;
      if (best.admits(score)) best.push(score, column);
    }
    this.#store(row, best.ids, best.scores, best.length);
  }

  #sort(row: CountedRow): void {
    const { length, columns, counts } = row;
    const [kept, scores, damping] = [this.#kept, this.#scores, this.#damping];
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      kept[at] = column;
      scores[at] = counts[column]! * damping[column]!;
    }
    const best = kept.subarray(0, selectBest(kept, scores, length, this.#rows.k + 1, this.#scratch));
    const score = (column: number) => counts[column]! * damping[column]!;
    best.sort((a, b) => score(b) - score(a) || a - b);
    this.#store(row, best, Float64Array.from(best, score), best.length);
  }

  /** Stores the entries, sorted by score, one of which may be too many. */
  #store({ row, counts, sums }: CountedRow, ids: Int32Array, scores: Float64Array, length: number): void {
    const { k, length: lengths, columns, counts: values, weighted } = this.#rows;
    let end = length;
    if (end > k) while (end > 0 && scores[end - 1] === scores[k]) end--;
    lengths[row] = end;
    for (let at = 0; at < end; at++) {
      columns[row * k + at] = ids[at]!;
      values[row * k + at] = counts[ids[at]!]!;
      if (weighted) weighted.sums[row * k + at] = sums[ids[at]!]!;
    }
  }
}
