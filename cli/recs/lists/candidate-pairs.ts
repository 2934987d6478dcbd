// Pairs of alike products, whose counts are kept exactly while both matrices are counted: only they can be substitutes.
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { startsOf } from '../csr.ts';
import { sharedInt32, toShared } from '../shared-arrays.ts';
import type { AlikeNames } from '../similarity/alike-names.ts';
import type { ContentNeighbours } from '../similarity/content.ts';
import type { ItemFacts } from './item-facts.ts';

/** Candidates of item i: items[start[i] … start[i + 1]). In shared memory: 12 bytes per pair, at most 80 pairs per item. */
export interface CandidatePairs {
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Number of orders with both. */
  readonly orders: Int32Array;
  /** Number of customers who bought both. */
  readonly customers: Int32Array;
}

/** Collects the items with alike names, and the content neighbours of the same category. */
export function openCandidatePairs(
  alike: AlikeNames,
  content: ContentNeighbours,
  { items: count, category, uncategorized }: Pick<ItemFacts, 'items' | 'category' | 'uncategorized'>,
): CandidatePairs {
  const lengths = new Int32Array(count);
  const found: number[] = [];
  for (let item = 0; item < count; item++) {
    const candidates = new Set(alike.items.subarray(alike.start[item]!, alike.start[item + 1]!));
    const begin = item * content.k;
    if (category[item] !== uncategorized)
      for (let at = begin; at < begin + (content.length[item] ?? 0); at++)
        if (category[content.items[at]!] === category[item]) candidates.add(content.items[at]!);
    lengths[item] = candidates.size;
    for (const candidate of candidates) found.push(candidate);
  }
  return {
    start: toShared(startsOf(lengths)),
    items: toShared(Int32Array.from(found)),
    orders: sharedInt32(found.length),
    customers: sharedInt32(found.length),
  };
}

/** Reads the counts of a row's candidates from the row of the order matrix, or of the customer matrix. */
export function countCandidates(
  { start, items, ...counted }: CandidatePairs,
  by: 'orders' | 'customers',
  { row, counts }: CountedRow,
): void {
  const kept = counted[by];
  for (let at = start[row]!; at < start[row + 1]!; at++) kept[at] = counts[items[at]!]!;
}
