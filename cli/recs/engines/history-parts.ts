// The histories that personal lists are made from, in parts.
import { noBaskets, noHistories } from '../cooccurrence/baskets.ts';
import type { StoredPartition } from '../cooccurrence/grouped-store.ts';
import { rowLength } from '../csr.ts';
import type { WatchLists } from '../source/watch-lists.ts';

/** Histories that personal lists are made from, part by part, and the number of customers. */
export interface HistoryParts {
  readonly parts: Iterable<StoredPartition> | AsyncIterable<StoredPartition>;
  /** Estimated number of parts, for the progress display. */
  readonly expected: number;
  readonly customers: number;
}

/** Histories without purchases, for customers who have a watch list but no orders. */
export function watchersOnly(buyers: Uint8Array, watch: WatchLists): StoredPartition {
  const watchers = Int32Array.from(Array(watch.start.length - 1).keys()).filter(
    (customer) => !buyers[customer] && rowLength(watch.start, customer) > 0,
  );
  const histories = {
    ...noHistories,
    count: watchers.length,
    start: new Int32Array(watchers.length + 1),
    customer: watchers,
  };
  return { kind: 'memory', grouped: { orders: noBaskets, histories } };
}
