// The histories that personal lists are made from, in parts.
import type { StoredPartition } from '../cooccurrence/grouped-store.ts';
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
    (customer) => !buyers[customer] && watch.start[customer + 1]! > watch.start[customer]!,
  );
  const none = { count: 0, start: new Int32Array(1), items: new Int32Array(0), weight: new Float32Array(0) };
  const histories = {
    ...none,
    count: watchers.length,
    start: new Int32Array(watchers.length + 1),
    customer: watchers,
    taste: new Float32Array(0),
    habit: new Float32Array(0),
    bought: new Int32Array(0),
  };
  return { kind: 'memory', grouped: { orders: none, histories } };
}
