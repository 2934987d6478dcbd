// Item → neighbouring items with scores: what item_knn and ease hand to the ranking, blended into one table.
import { RowLengths } from '../csr.ts';
import { sharedFloat32, sharedInt32 } from '../shared-arrays.ts';

/** The neighbours of item i: items[start[i] … start[i] + length[i]) and the scores at the same places. In shared memory. */
export interface NeighbourTable {
  readonly start: Int32Array;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

/** Limit of the entries of a table: 8 bytes each, and twice that while a table is transposed. */
export const maxEntries = 40_000_000;

/** An empty table with room for `k` neighbours of each item. */
export function openNeighbourTable(items: number, k: number): NeighbourTable {
  const start = sharedInt32(items);
  for (let item = 0; item < items; item++) start[item] = item * k;
  return {
    start,
    length: sharedInt32(items),
    items: sharedInt32(items * k),
    scores: sharedFloat32(items * k),
  };
}

/** Recommended item → known items becomes known item → recommended items. */
export function transposeTable({ start, length, items, scores }: NeighbourTable): NeighbourTable {
  const rows = length.length;
  const lengths = new RowLengths(new Int32Array(rows + 1));
  for (let row = 0; row < rows; row++)
    for (let at = start[row]!; at < start[row]! + length[row]!; at++) lengths.add(items[at]!);
  const places = lengths.places();
  const turned = {
    start: sharedInt32(rows),
    length: sharedInt32(rows),
    items: sharedInt32(places.length),
    scores: sharedFloat32(places.length),
  };
  for (let row = 0; row < rows; row++) {
    turned.start[row] = places.start[row]!;
    turned.length[row] = places.start[row + 1]! - places.start[row]!;
    for (let at = start[row]!; at < start[row]! + length[row]!; at++) {
      const to = places.next(items[at]!);
      turned.items[to] = row;
      turned.scores[to] = scores[at]!;
    }
  }
  return turned;
}

/** Scales each row so that the absolute values of its scores add up to 1. */
export function normaliseRows({ start, length, scores }: NeighbourTable): void {
  for (let row = 0; row < length.length; row++) {
    const [from, to] = [start[row]!, start[row]! + length[row]!];
    let total = 0;
    for (let at = from; at < to; at++) total += Math.abs(scores[at]!);
    if (total > 0) for (let at = from; at < to; at++) scores[at]! /= total;
  }
}

/** Mean of the rows' sums of absolute scores, without empty rows; 1 if all are empty. */
export function meanRowSum({ start, length, scores }: NeighbourTable): number {
  let [total, rows] = [0, 0];
  for (let row = 0; row < length.length; row++) {
    if (length[row]! > 0) rows++;
    for (let at = start[row]!; at < start[row]! + length[row]!; at++) total += Math.abs(scores[at]!);
  }
  return total > 0 ? total / rows : 1;
}

/** The table with all scores times `factor`. */
export function scaledTable(table: NeighbourTable, factor: number): NeighbourTable {
  if (factor === 1) return table;
  const scores = sharedFloat32(table.scores.length);
  for (let at = 0; at < scores.length; at++) scores[at] = factor * table.scores[at]!;
  return { ...table, scores };
}
