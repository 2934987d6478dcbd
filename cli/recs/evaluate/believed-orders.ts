// Orders without those whose dates are not believed: a wrong newest date would leave nothing to hold out.
import { DayCounter, dateWarnings, dayOf } from '../source/order-dates.ts';
import type { PendingOrder } from './order-log.ts';

export interface BelievedOrders {
  readonly orders: PendingOrder[];
  /** Lines of the others. */
  readonly skipped: number;
  /** What was left out, in words. */
  readonly warnings: readonly string[];
}

/** @param days `latestDay`: later ones are in the future; `newest`: later ones are outliers, where that is known */
export function believedOrders(
  orders: readonly PendingOrder[],
  { latestDay, newest }: { readonly latestDay: number; readonly newest?: number },
): BelievedOrders {
  const counter = new DayCounter();
  const future = { lines: 0, until: Number.NEGATIVE_INFINITY };
  for (const [at, order] of orders.entries()) {
    const day = dayOfOrder(order);
    if (day > latestDay) {
      future.lines += order.products.size;
      future.until = Math.max(future.until, day);
    } else if (!Number.isNaN(day)) {
      counter.add(day, at, order.products.size);
    }
  }
  const dates = counter.dates(newest);
  return {
    orders: orders.filter((order) => !(dayOfOrder(order) > dates.newest)),
    skipped: future.lines + (dates.outliers?.lines ?? 0),
    warnings: dateWarnings(dates, latestDay, future),
  };
}

/** NaN where it is not dated. */
function dayOfOrder({ day }: PendingOrder): number {
  return dayOf(day * 86_400_000);
}
