// Orders → a training part and a held-out part.

import type { Task } from '../gate/test-cases.ts';
import type { BasketKind } from '../models/model-settings.ts';
import { filterLog, type OrderLog, ordersByCustomer, type PendingOrder } from './order-log.ts';

/** Held out: each customer's last order (`last`), or the orders of the last `days`. */
export type Split = 'last' | { readonly days: number };

export interface Parts {
  readonly train: PendingOrder[];
  readonly test: PendingOrder[];
}

/** Splits orders by time: a held-out order is never older than a training order of the same customer. */
export function splitByTime(orders: readonly PendingOrder[], split: Split): Parts {
  const held = split === 'last' ? lastOrders(orders) : newestOrders(orders, split.days);
  return {
    train: orders.filter((order) => !held.has(order)),
    test: orders.filter((order) => held.has(order)),
  };
}

function lastOrders(orders: readonly PendingOrder[]): Set<PendingOrder> {
  const last = new Map<string, PendingOrder>();
  const several = new Set<string>();
  for (const order of orders) {
    if (order.customer === '') continue;
    if (last.has(order.customer)) several.add(order.customer);
    last.set(order.customer, order);
  }
  return new Set([...last].filter(([customer]) => several.has(customer)).map(([, order]) => order));
}

function newestOrders(orders: readonly PendingOrder[], days: number): Set<PendingOrder> {
  const newest = orders.reduce((latest, { day }) => (day > latest ? day : latest), Number.NEGATIVE_INFINITY);
  return new Set(orders.filter(({ day }) => day > newest - days));
}

/** Share of the orders, or of a customer's items, that is held out for validation. */
const validationShare = 0.2;

/**
 * Cuts a validation part from the training orders that resembles the test as far as possible without reading it.
 * Personalized: each customer's last order, or a fifth of each customer's items if customers are the baskets.
 * Co-purchase: a fifth of the baskets.
 */
export function cutValidation(
  log: OrderLog,
  customers: number,
  task: Task,
  basket: BasketKind,
  random: () => number,
): { train: OrderLog; test: OrderLog } {
  if (task === 'copurchase' && basket === 'order') {
    const held = Uint8Array.from({ length: log.count }, () => (random() < validationShare ? 1 : 0));
    return {
      train: filterLog(log, (order) => !held[order]),
      test: filterLog(log, (order) => held[order] === 1),
    };
  }
  const { start, orders } = ordersByCustomer(log, customers);
  if (task === 'copurchase') {
    const held = Uint8Array.from({ length: customers }, () => (random() < validationShare ? 1 : 0));
    const isHeld = (order: number) => held[log.customer[order]!] === 1;
    return { train: filterLog(log, (order) => !isHeld(order)), test: filterLog(log, isHeld) };
  }
  if (basket === 'order') {
    const held = new Uint8Array(log.count);
    for (let customer = 0; customer < customers; customer++)
      if (start[customer + 1]! - start[customer]! >= 2) held[orders[start[customer + 1]! - 1]!] = 1;
    return {
      train: filterLog(log, (order) => !held[order]),
      test: filterLog(log, (order) => held[order] === 1),
    };
  }
  return cutItems(log, random);
}

/**
 * Holds out a fifth of each order's items, at least one if it has several: for every second order at random, for the others
 * the last items in file order, because nothing says how the test set was drawn. Recall@20 of the model that tune then
 * chose, with random items only / half of each / last items only: ML-100k split at random .3670 / .3584 / .3005, split by
 * time .2018 / .2126 / .2199, CiteULike-a .0596 / .0671 / .0730.
 */
function cutItems(log: OrderLog, random: () => number): { train: OrderLog; test: OrderLog } {
  const held = new Uint8Array(log.items.length);
  for (let order = 0; order < log.count; order++) {
    const [from, to] = [log.start[order]!, log.start[order + 1]!];
    if (to - from < 2) continue;
    if (order % 2 === 1) {
      held.fill(1, to - Math.max(1, Math.round((to - from) * validationShare)), to);
      continue;
    }
    let some = false;
    for (let line = from; line < to; line++) if (random() < validationShare) some = Boolean((held[line] = 1));
    if (!some) held[from + Math.floor(random() * (to - from))] = 1;
    // Keep one item in training: without any, the customer can be neither learnt from nor tested.
    if (held.subarray(from, to).every((each) => each === 1)) held[from] = 0;
  }
  return { train: keepLines(log, held, 0), test: keepLines(log, held, 1) };
}

function keepLines(log: OrderLog, held: Uint8Array, wanted: 0 | 1): OrderLog {
  const start = new Int32Array(log.count + 1);
  const items: number[] = [];
  for (let order = 0; order < log.count; order++) {
    for (let line = log.start[order]!; line < log.start[order + 1]!; line++)
      if (held[line] === wanted) items.push(log.items[line]!);
    start[order + 1] = items.length;
  }
  const part = { ...log, start, items: Int32Array.from(items) };
  return filterLog(part, (order) => start[order + 1]! > start[order]!);
}
