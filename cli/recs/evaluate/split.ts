// Orders → a training part and a held-out part.

import type { PendingOrder } from './order-log.ts';

/** Held out: each customer's last order (`last`), the orders of the last `days`, or those after a day (since 1970). */
export type Split = 'last' | { readonly days: number } | { readonly after: number };

export interface Parts {
  readonly train: PendingOrder[];
  readonly test: PendingOrder[];
}

/** Splits orders by time: a held-out order is never older than a training order of the same customer. */
export function splitByTime(orders: readonly PendingOrder[], split: Split): Parts {
  const held =
    split === 'last'
      ? lastOrders(orders)
      : 'after' in split
        ? new Set(orders.filter(({ day }) => Math.floor(day) > split.after))
        : newestOrders(orders, split.days);
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
