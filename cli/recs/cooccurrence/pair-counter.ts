// Baskets → the rows of the item-item co-occurrence matrix, one dense row at a time, never the whole matrix.
//
// For a range of rows, every ordered pair (row, column) is appended to the bucket of its row block: sequential
// writes to a few hundred streams. Each bucket then fits the cache, where it is split by row and added up in a
// dense accumulator. This reads each basket once per range, where the inverted index of row-counter.ts waits for
// memory at every basket that it looks up.
import type { Baskets } from './baskets.ts';

/** Receives one finished row. Its arrays are reused for the next row; `columns[0 … length)` have a count above zero. */
export type RowSink = (row: CountedRow) => void;

export interface CountedRow {
  readonly row: number;
  readonly length: number;
  /** Columns in order of first appearance. */
  readonly columns: Int32Array;
  /** Dense, by column: number of baskets with both items, and the sum of their weights. */
  readonly counts: Int32Array;
  readonly sums: Float64Array;
}

/** Rows [from, to) whose pairs are counted in one task. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Calls `visit` with every part of the baskets, always in the same order. */
export type BasketSource = (visit: (baskets: Baskets) => void) => void;

/**
 * Pairs per bucket: keys and weights stay in a 1 MB L2 cache while they are split by row. One warm thread of a
 * 2-core EPYC, 50 k items, orders of mean size 4 / histories of 13, in million ordered pairs per second:
 * 16 k 62 / 72, 64 k 64 / 73, 256 k 60 / 67. Emitting takes a third of the time, adding up the rest.
 */
export const bucketPairs = 1 << 16;

/** Counts ranges of rows. One per thread; its memory is reused from range to range. */
export class PairCounter {
  readonly #columnBits: number;
  readonly #counts: Int32Array;
  readonly #sums: Float64Array;
  readonly #columns: Int32Array;
  #keys = new Uint32Array(0);
  #weights = new Float32Array(0);
  #sortedColumns = new Int32Array(0);
  #sortedWeights = new Float32Array(0);

  /** @param items number of rows and columns, at most 2^24 */
  constructor(items: number) {
    this.#columnBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, items))));
    this.#counts = new Int32Array(items);
    this.#sums = new Float64Array(items);
    this.#columns = new Int32Array(items);
  }

  /**
   * Counts rows [from, to) and passes each row that has pairs to `sink`, in ascending order.
   * @param rowPairs row → exact number of its ordered pairs (from `ItemTallies`)
   */
  count(range: RowRange, rowPairs: Float64Array, source: BasketSource, sink: RowSink): void {
    const plan = planBuckets(range, rowPairs, this.#columnBits);
    if (plan.pairs === 0) return;
    if (this.#keys.length < plan.pairs) {
      // Ranges are of about the same size: with some spare room the arrays are allocated only once.
      const room = Math.ceil(plan.pairs * 1.1);
      this.#keys = new Uint32Array(room);
      this.#weights = new Float32Array(room);
    }
    source((baskets) => this.#emit(baskets, range, plan));
    this.#addUp(range, rowPairs, plan, sink);
  }

  /** Appends every ordered pair whose row is in the range to the bucket of the row. */
  #emit(baskets: Baskets, range: RowRange, plan: BucketPlan): void {
    const { start, items, weight, count } = baskets;
    const { bucketOfRow, keyOfRow, cursor } = plan;
    const keys = this.#keys;
    const weights = this.#weights;
    const from = range.from;
    const rows = range.to - from;
    let begin = start[0]!;
    for (let basket = 0; basket < count; basket++) {
      const end = start[basket + 1]!;
      const basketWeight = weight[basket]!;
      for (let at = begin; at < end; at++) {
        const row = items[at]! - from;
        // One unsigned comparison for both ends of the range.
        if (row >>> 0 >= rows) continue;
        const bucket = bucketOfRow[row]!;
        const key = keyOfRow[row]!;
        let position = cursor[bucket]!;
        for (let other = begin; other < at; other++) {
          keys[position] = key | items[other]!;
          weights[position++] = basketWeight;
        }
        for (let other = at + 1; other < end; other++) {
          keys[position] = key | items[other]!;
          weights[position++] = basketWeight;
        }
        cursor[bucket] = position;
      }
      begin = end;
    }
  }

  /** Splits each bucket by row, then adds up each row. */
  #addUp(range: RowRange, rowPairs: Float64Array, plan: BucketPlan, sink: RowSink): void {
    const columnBits = this.#columnBits;
    const columnMask = 2 ** columnBits - 1;
    if (this.#sortedColumns.length < plan.largest) {
      this.#sortedColumns = new Int32Array(plan.largest);
      this.#sortedWeights = new Float32Array(plan.largest);
    }
    const [keys, weights] = [this.#keys, this.#weights];
    const [sortedColumns, sortedWeights] = [this.#sortedColumns, this.#sortedWeights];
    const rowCursor = new Int32Array(plan.maxRows);
    for (let bucket = 0; bucket < plan.buckets; bucket++) {
      const [firstRow, endRow] = [plan.firstRow[bucket]!, plan.firstRow[bucket + 1]!];
      const [begin, end] = [plan.start[bucket]!, plan.start[bucket + 1]!];
      for (let row = firstRow, position = 0; row < endRow; row++) {
        rowCursor[row - firstRow] = position;
        position += rowPairs[range.from + row]!;
      }
      for (let at = begin; at < end; at++) {
        const key = keys[at]!;
        const position = rowCursor[key >>> columnBits]!++;
        sortedColumns[position] = key & columnMask;
        sortedWeights[position] = weights[at]!;
      }
      // Each cursor is at the end of its row now.
      for (let row = firstRow, position = 0; row < endRow; row++) {
        const rowEnd = rowCursor[row - firstRow]!;
        if (rowEnd > position)
          this.#addUpRow(range.from + row, sortedColumns, sortedWeights, position, rowEnd, sink);
        position = rowEnd;
      }
    }
  }

  #addUpRow(
    row: number,
    sortedColumns: Int32Array,
    sortedWeights: Float32Array,
    begin: number,
    end: number,
    sink: RowSink,
  ): void {
    const [counts, sums, columns] = [this.#counts, this.#sums, this.#columns];
    let length = 0;
    for (let at = begin; at < end; at++) {
      const column = sortedColumns[at]!;
      if (counts[column]!++ === 0) columns[length++] = column;
      sums[column]! += sortedWeights[at]!;
    }
    sink({ row, length, columns, counts, sums });
    for (let at = 0; at < length; at++) {
      counts[columns[at]!] = 0;
      sums[columns[at]!] = 0;
    }
  }
}

/** Splits all rows into ranges of at most `pairs` ordered pairs each, but at least one row. */
export function splitRows(rowPairs: Float64Array, pairs: number): RowRange[] {
  const ranges: RowRange[] = [];
  let from = 0;
  let held = 0;
  for (let row = 0; row < rowPairs.length; row++) {
    if (row > from && held + rowPairs[row]! > pairs) {
      ranges.push({ from, to: row });
      [from, held] = [row, 0];
    }
    held += rowPairs[row]!;
  }
  if (rowPairs.length > from) ranges.push({ from, to: rowPairs.length });
  return ranges;
}

/** Assigns the pairs of each row to a bucket of neighbouring rows. Rows are relative to the range's first. */
interface BucketPlan {
  readonly pairs: number;
  readonly buckets: number;
  /** Bucket → its first row; one more entry for the end. */
  readonly firstRow: Int32Array;
  /** Bucket → its first pair; one more entry for the end. Integers, not doubles: positions count pair by pair. */
  readonly start: Int32Array;
  /** Bucket → position of its next pair. */
  readonly cursor: Int32Array;
  readonly bucketOfRow: Int32Array;
  /** Row within its bucket, shifted to the high bits of a key. */
  readonly keyOfRow: Int32Array;
  readonly largest: number;
  readonly maxRows: number;
}

function planBuckets(range: RowRange, rowPairs: Float64Array, columnBits: number): BucketPlan {
  const rows = range.to - range.from;
  const maxRows = 2 ** (32 - columnBits);
  const bucketOfRow = new Int32Array(rows);
  const keyOfRow = new Int32Array(rows);
  const firstRow = [0];
  const start = [0];
  let [pairs, bucketStart, bucketRow, largest, widest] = [0, 0, 0, 0, 1];
  for (let row = 0; row < rows; row++) {
    const more = rowPairs[range.from + row]!;
    if (row > bucketRow && (pairs + more - bucketStart > bucketPairs || row - bucketRow === maxRows)) {
      firstRow.push(row);
      start.push(pairs);
      [bucketStart, bucketRow] = [pairs, row];
    }
    bucketOfRow[row] = firstRow.length - 1;
    keyOfRow[row] = (row - bucketRow) << columnBits;
    pairs += more;
    largest = Math.max(largest, pairs - bucketStart);
    widest = Math.max(widest, row - bucketRow + 1);
  }
  firstRow.push(rows);
  start.push(pairs);
  return {
    pairs,
    buckets: firstRow.length - 1,
    firstRow: Int32Array.from(firstRow),
    start: Int32Array.from(start),
    cursor: Int32Array.from(start),
    bucketOfRow,
    keyOfRow,
    largest,
    maxRows: widest,
  };
}
