// Lists of one kind as columns in shared memory: every thread writes the rows that it owns.
import { sharedFloat64, sharedInt16, sharedInt32 } from '../shared-arrays.ts';
import type { TopK } from '../similarity/top-k.ts';

/** List i: entries [i·k … i·k + length[i]), best first. */
export interface ListTable {
  readonly k: number;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float64Array;
  /** Why an entry is there: evidence above zero, a rung at or below; see `reasonCode`. */
  readonly reasons: Int16Array;
}

/** Codes of `reasons` that are no count; couture.reason_words says them in words. */
export const reasonCode = {
  content: 0,
  categoryBestseller: -1,
  bestseller: -2,
  trending: -3,
  categoryAffinity: -4,
} as const;

/** Reasons are 16-bit: larger counts are shown as this. */
export const mostEvidence = 32_767;

export function openListTable(lists: number, k: number): ListTable {
  return {
    k,
    length: sharedInt32(lists),
    items: sharedInt32(lists * k),
    scores: sharedFloat64(lists * k),
    reasons: sharedInt16(lists * k),
  };
}

/** Stores sorted entries as list `list`; the entries' extras are their reasons. */
export function storeList(table: ListTable, list: number, best: TopK): void {
  const length = Math.min(table.k, best.length);
  const base = list * table.k;
  table.length[list] = length;
  for (let at = 0; at < length; at++) {
    table.items[base + at] = best.ids[at]!;
    table.scores[base + at] = best.scores[at]!;
    table.reasons[base + at] = Math.min(mostEvidence, best.extras[at]!);
  }
}

/** Appends an entry below the others; false when the list is full or has the item already. */
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
