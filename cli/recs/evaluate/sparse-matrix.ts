// Sparse rows of scores (CSR): item → items, customer → customers, customer → items.
import { RowLengths } from '../csr.ts';

/** Row r has columns[start[r] … start[r+1]) and the scores at the same places. */
export interface SparseMatrix {
  readonly rows: number;
  readonly start: Float64Array;
  readonly columns: Int32Array;
  readonly scores: Float32Array;
}

/** Collects rows in ascending order; rows left out are empty. */
export class SparseMatrixBuilder {
  readonly #rows: number;
  readonly #start: Float64Array;
  #columns = new Int32Array(1 << 16);
  #scores = new Float32Array(1 << 16);
  #length = 0;
  #next = 0;

  constructor(rows: number) {
    this.#rows = rows;
    this.#start = new Float64Array(rows + 1);
  }

  /** Adds the first `length` entries as row `row`. */
  add(row: number, columns: Int32Array, scores: Float64Array, length: number): void {
    while (this.#next <= row) this.#start[this.#next++] = this.#length;
    if (this.#length + length > this.#columns.length) {
      const room = Math.max(this.#length + length, this.#columns.length * 2);
      const [larger, more] = [new Int32Array(room), new Float32Array(room)];
      larger.set(this.#columns);
      more.set(this.#scores);
      [this.#columns, this.#scores] = [larger, more];
    }
    this.#columns.set(columns.subarray(0, length), this.#length);
    this.#scores.set(scores.subarray(0, length), this.#length);
    this.#length += length;
  }

  finish(): SparseMatrix {
    while (this.#next <= this.#rows) this.#start[this.#next++] = this.#length;
    return {
      rows: this.#rows,
      start: this.#start,
      columns: this.#columns.subarray(0, this.#length),
      scores: this.#scores.subarray(0, this.#length),
    };
  }
}

export function transpose(matrix: SparseMatrix, columns: number): SparseMatrix {
  const lengths = new RowLengths(new Float64Array(columns + 1));
  for (const column of matrix.columns) lengths.add(column);
  const places = lengths.places();
  const rows = new Int32Array(matrix.columns.length);
  const scores = new Float32Array(matrix.columns.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = matrix.start[row]!; at < matrix.start[row + 1]!; at++) {
      const to = places.next(matrix.columns[at]!);
      rows[to] = row;
      scores[to] = matrix.scores[at]!;
    }
  }
  return { rows: columns, start: places.start, columns: rows, scores };
}

/** Scales each row so that the absolute values of its scores add up to 1. */
export function normaliseRows({ rows, start, scores }: SparseMatrix): void {
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let at = start[row]!; at < start[row + 1]!; at++) total += Math.abs(scores[at]!);
    if (total === 0) continue;
    for (let at = start[row]!; at < start[row + 1]!; at++) scores[at]! /= total;
  }
}
