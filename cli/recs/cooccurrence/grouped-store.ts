// Stores grouped partitions between tasks: in shared memory, or in a file if the log has spilled.
import { writeFileSync } from 'node:fs';
import { toShared } from '../shared-arrays.ts';
import { readInto } from '../source/basket-log.ts';
import type { Baskets, GroupedPartition, Histories } from './baskets.ts';

/** A grouped partition as it is passed between threads. */
export type StoredPartition =
  | { readonly kind: 'memory'; readonly grouped: GroupedPartition }
  | { readonly kind: 'file'; readonly file: string; readonly sizes: PartitionSizes };

interface PartitionSizes {
  readonly orders: number;
  readonly orderItems: number;
  readonly customers: number;
  readonly historyItems: number;
  /** Entries with repurchase weights, ages and times: all or none. */
  readonly repurchases: number;
  readonly bought: number;
}

/** Stores the result of `groupPartition` in shared memory, or in `file` if it is given. */
export function storeGrouped({ orders, histories }: GroupedPartition, file?: string): StoredPartition {
  if (file === undefined) {
    return {
      kind: 'memory',
      grouped: {
        orders: {
          count: orders.count,
          start: toShared(orders.start),
          items: toShared(orders.items),
          weight: toShared(orders.weight),
        },
        histories: {
          count: histories.count,
          start: toShared(histories.start),
          items: toShared(histories.items),
          weight: toShared(histories.weight),
          customer: toShared(histories.customer),
          interactionWeight: toShared(histories.interactionWeight),
          repurchaseWeight: toShared(histories.repurchaseWeight),
          bought: toShared(histories.bought),
          last: toShared(histories.last),
          first: toShared(histories.first),
          times: toShared(histories.times),
          chances: toShared(histories.chances),
        },
      },
    };
  }
  const parts = [
    orders.start,
    orders.items,
    orders.weight,
    histories.start,
    histories.items,
    histories.weight,
    histories.customer,
    histories.interactionWeight,
    histories.repurchaseWeight,
    histories.bought,
    histories.last,
    histories.first,
    histories.times,
    histories.chances,
  ];
  writeFileSync(
    file,
    Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))),
    { mode: 0o600 },
  );
  const sizes = {
    orders: orders.count,
    orderItems: orders.items.length,
    customers: histories.count,
    historyItems: histories.items.length,
    repurchases: histories.repurchaseWeight.length,
    bought: histories.bought.length,
  };
  return { kind: 'file', file, sizes };
}

export function loadOrders(stored: StoredPartition): Baskets {
  if (stored.kind === 'memory') return stored.grouped.orders;
  const { orders, orderItems } = stored.sizes;
  const ints = new Int32Array(orders + 1 + orderItems + orders);
  readInto(stored.file, ints);
  return {
    count: orders,
    start: ints.subarray(0, orders + 1),
    items: ints.subarray(orders + 1, orders + 1 + orderItems),
    weight: new Float32Array(ints.buffer, (orders + 1 + orderItems) * 4, orders),
  };
}

export function loadHistories(stored: StoredPartition): Histories {
  if (stored.kind === 'memory') return stored.grouped.histories;
  const { orders, orderItems, customers, historyItems, repurchases, bought } = stored.sizes;
  const position = (orders + 1 + orderItems + orders) * 4;
  const bytes = new ArrayBuffer(
    (customers + 1 + historyItems * 2 + customers * 2 + repurchases + bought) * 4 + repurchases * 4 * 2,
  );
  readInto(stored.file, new Uint8Array(bytes), position);
  let at = 0;
  const next = (length: number, size = 4) => (at += length * size) - length * size;
  return {
    count: customers,
    start: new Int32Array(bytes, next(customers + 1), customers + 1),
    items: new Int32Array(bytes, next(historyItems), historyItems),
    weight: new Float32Array(bytes, next(customers), customers),
    customer: new Int32Array(bytes, next(customers), customers),
    interactionWeight: new Float32Array(bytes, next(historyItems), historyItems),
    repurchaseWeight: new Float32Array(bytes, next(repurchases), repurchases),
    bought: new Int32Array(bytes, next(bought), bought),
    last: new Uint16Array(bytes, next(repurchases, 2), repurchases),
    first: new Uint16Array(bytes, next(repurchases, 2), repurchases),
    times: new Uint16Array(bytes, next(repurchases, 2), repurchases),
    chances: new Uint16Array(bytes, next(repurchases, 2), repurchases),
  };
}
