// The same rows as pair-counter.ts, computed row by row through an inverted index (Gustavson's sparse product).
// Faster for long baskets (hundreds of items): each lookup of a basket is followed by a long run of additions, and no
// pairs are written to memory. The baskets must fit in memory.
import { RowLengths } from '../csr.ts';
import type { Baskets } from './baskets.ts';
import type { BasketSource, RowRange, RowSink } from './pair-counter.ts';

/** Counts ranges of rows through an inverted index of the baskets. One per thread. */
export class RowCounter {
  readonly #counts: Int32Array;
  readonly #sums: Float64Array;
  readonly #columns: Int32Array;

  constructor(items: number) {
    this.#counts = new Int32Array(items);
    this.#sums = new Float64Array(items);
    this.#columns = new Int32Array(items);
  }

  /** Counts rows [from, to) and passes each row that has pairs to `sink`, in ascending order. */
  count(range: RowRange, source: BasketSource, sink: RowSink): void {
    const index = invert(range, source);
    const [counts, sums, columns] = [this.#counts, this.#sums, this.#columns];
    for (let row = range.from; row < range.to; row++) {
      let length = 0;
      for (let at = index.start[row - range.from]!; at < index.start[row - range.from + 1]!; at++) {
        const part = index.parts[index.part[at]!]!;
        const basket = index.basket[at]!;
        const weight = part.weight[basket]!;
        const end = part.start[basket + 1]!;
        for (let item = part.start[basket]!; item < end; item++) {
          const column = part.items[item]!;
          if (counts[column]!++ === 0) columns[length++] = column;
          sums[column]! += weight;
        }
      }
      length = dropDiagonal(row, columns, length, counts, sums);
      if (length > 0) sink({ row, length, columns, counts, sums });
      for (let at = 0; at < length; at++) {
        counts[columns[at]!] = 0;
        sums[columns[at]!] = 0;
      }
    }
  }
}

/** Removes the row's own item, which the additions count too: cheaper to undo once per row than to skip every time. */
function dropDiagonal(
  row: number,
  columns: Int32Array,
  length: number,
  counts: Int32Array,
  sums: Float64Array,
): number {
  counts[row] = 0;
  sums[row] = 0;
  // The row's own item is in its first basket, so it is among the first columns.
  for (let at = 0; at < length; at++) {
    if (columns[at] !== row) continue;
    columns.copyWithin(at, at + 1, length);
    return length - 1;
  }
  return length;
}

interface InvertedIndex {
  readonly parts: readonly Baskets[];
  /** Row → entries [start[row] … start[row+1]). */
  readonly start: Int32Array;
  readonly part: Uint16Array;
  readonly basket: Int32Array;
}

function invert(range: RowRange, source: BasketSource): InvertedIndex {
  const rows = range.to - range.from;
  const parts: Baskets[] = [];
  const lengths = new RowLengths(new Int32Array(rows + 1));
  source((baskets) => {
    parts.push(baskets);
    for (const item of baskets.items) {
      const row = item - range.from;
      if (row >>> 0 < rows) lengths.add(row);
    }
  });
  const places = lengths.places();
  const part = new Uint16Array(places.length);
  const basket = new Int32Array(places.length);
  for (const [index, baskets] of parts.entries()) {
    for (let each = 0; each < baskets.count; each++) {
      for (let at = baskets.start[each]!; at < baskets.start[each + 1]!; at++) {
        const row = baskets.items[at]! - range.from;
        if (row >>> 0 >= rows) continue;
        const entry = places.next(row);
        part[entry] = index;
        basket[entry] = each;
      }
    }
  }
  return { parts, start: places.start, part, basket };
}
