// Compressed sparse rows (CSR): row r holds the entries [start[r] … start[r + 1]) of one or more parallel arrays.

type Starts = Int32Array | Float64Array;

/** The entries of row `r`, without copying them. */
export function rowOf<V extends Int32Array | Float32Array>(start: Starts, entries: V, r: number): V {
  return entries.subarray(start[r]!, start[r + 1]!) as V;
}

export function rowLength(start: Starts, r: number): number {
  return start[r + 1]! - start[r]!;
}

/** Where each row starts, of rows that follow one another; the last number is the length of all. */
export function startsOf(lengths: ArrayLike<number>): Int32Array {
  const start = new Int32Array(lengths.length + 1);
  for (let r = 0; r < lengths.length; r++) start[r + 1] = start[r]! + lengths[r]!;
  return start;
}

/** First of the two passes that sort entries by row in linear time: counts the entries of each row. */
export class RowLengths<S extends Starts = Int32Array> {
  readonly #start: S;

  /** @param start zeros, one more than there are rows */
  constructor(start: S) {
    this.#start = start;
  }

  add(r: number): void {
    this.#start[r + 1]!++;
  }

  /** Ends the pass: turns the lengths into the starts of the rows, in place. */
  places(): RowPlaces<S> {
    const start = this.#start;
    for (let r = 1; r < start.length; r++) start[r]! += start[r - 1]!;
    return new RowPlaces(start);
  }
}

/** Second pass: gives every entry its place. Entries of one row keep the order in which they are placed. */
class RowPlaces<S extends Starts = Int32Array> {
  readonly start: S;
  /** Number of entries of all rows. */
  readonly length: number;
  readonly #next: S;

  constructor(start: S) {
    this.start = start;
    this.length = start.at(-1)!;
    this.#next = start.slice() as S;
  }

  /** The place of the next entry of row `r`. */
  next(r: number): number {
    return this.#next[r]!++;
  }
}
