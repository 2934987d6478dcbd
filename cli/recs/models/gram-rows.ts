// Rows of the customer matrix → the largest entries of XᵀX, which the term `ease` is fitted to.
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { sharedFloat32, sharedInt32, toShared } from '../shared-arrays.ts';
import { selectBest } from '../similarity/select-best.ts';

/** Entries of row i: places i·k … i·k + length[i], the most related item first, and the diagonal. In shared memory. */
export interface GramRows {
  readonly items: number;
  /** Largest number of entries of a row. */
  readonly k: number;
  readonly length: Int32Array;
  readonly columns: Int32Array;
  /** Number of customers of both items. */
  readonly counts: Float32Array;
  /** Item → number of its customers. */
  readonly customers: Float64Array;
  /** Item → Σ of the counts of its whole row. */
  readonly pairs: Float64Array;
}

export function openGramRows(
  { customers, historyPairs }: { customers: Float64Array; historyPairs: Float64Array },
  k: number,
): GramRows {
  const items = customers.length;
  return {
    items,
    k,
    length: sharedInt32(items),
    columns: sharedInt32(items * k),
    counts: sharedFloat32(items * k),
    customers: toShared(customers),
    pairs: toShared(historyPairs),
  };
}

/**
 * Keeps the k entries of each row with the highest count / √(customers of the column + 1). If the entry after them is as
 * high as the last, all entries like it are left out, so that the model does not depend on how items are numbered.
 * One per thread.
 */
export class GramSelector {
  readonly #rows: GramRows;
  readonly #damping: Float64Array;
  readonly #kept: Int32Array;
  readonly #scores: Float64Array;
  readonly #scratch: Float64Array;

  constructor(rows: GramRows) {
    this.#rows = rows;
    this.#damping = rows.customers.map((customers) => 1 / Math.sqrt(customers + 1));
    this.#kept = new Int32Array(rows.items);
    this.#scores = new Float64Array(rows.items);
    this.#scratch = new Float64Array(rows.items);
  }

  select({ row, length, columns, counts }: CountedRow): void {
    const { k, length: lengths, columns: of, counts: values } = this.#rows;
    const [kept, scores, damping] = [this.#kept, this.#scores, this.#damping];
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      kept[at] = column;
      scores[at] = counts[column]! * damping[column]!;
    }
    const best = kept.subarray(0, selectBest(kept, scores, length, k + 1, this.#scratch));
    const score = (column: number) => counts[column]! * damping[column]!;
    best.sort((a, b) => score(b) - score(a) || a - b);
    let end = best.length;
    if (end > k) while (end > 0 && score(best[end - 1]!) === score(best[k]!)) end--;
    lengths[row] = end;
    of.set(best.subarray(0, end), row * k);
    for (let at = row * k; at < row * k + end; at++) values[at] = counts[of[at]!]!;
  }
}
