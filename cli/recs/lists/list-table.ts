// Lists of one kind as columns in shared memory: each thread writes the lists of its own rows.
import { sharedFloat64, sharedInt16, sharedInt32 } from '../shared-arrays.ts';
import type { TopK } from '../similarity/top-k.ts';

/** List i: entries [i·k … i·k + length[i]), best first. */
export interface ListTable {
  readonly k: number;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float64Array;
  /** Reason of each entry: a count of common baskets if above zero, otherwise one of `reasonCode`. */
  readonly reasons: Int16Array;
}

/** Reasons are 16-bit integers: larger counts are stored as this. */
export const maxEvidence = 32_767;

export function openListTable(lists: number, k: number): ListTable {
  return {
    k,
    length: sharedInt32(lists),
    items: sharedInt32(lists * k),
    scores: sharedFloat64(lists * k),
    reasons: sharedInt16(lists * k),
  };
}

/** Stores sorted entries as list number `list`. The entries' extras become their reasons. */
export function storeList(table: ListTable, list: number, best: TopK): void {
  const length = Math.min(table.k, best.length);
  const base = list * table.k;
  table.length[list] = length;
  for (let at = 0; at < length; at++) {
    table.items[base + at] = best.ids[at]!;
    table.scores[base + at] = best.scores[at]!;
    table.reasons[base + at] = Math.min(maxEvidence, best.extras[at]!);
  }
}

/** Appends an entry at the end. Returns false if the list is full or already has the item. */
export function appendEntry(
  table: ListTable,
  list: number,
  item: number,
  score: number,
  reason: number,
): boolean {
  const length = table.length[list]!;
  const base = list * table.k;
  if (length === table.k) return false;
  for (let at = base; at < base + length; at++) if (table.items[at] === item) return false;
  table.items[base + length] = item;
  table.scores[base + length] = score;
  table.reasons[base + length] = reason;
  table.length[list] = length + 1;
  return true;
}
