// Drops orders with implausible dates: a wrong newest date would leave the test period empty.
import { DayCounter, dateWarnings, dayOf } from '../source/order-dates.ts';
import type { PendingOrder } from './order-log.ts';

export interface BelievedOrders {
  readonly orders: PendingOrder[];
  /** Number of lines in the dropped orders. */
  readonly skipped: number;
  /** One sentence for each reason that orders were dropped. */
  readonly warnings: readonly string[];
}

/**
 * @param days orders after `latestDay` are in the future; orders after `newest` are outliers (detected here if it is unset)
 */
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

/** NaN if the order is undated. */
function dayOfOrder({ day }: PendingOrder): number {
  return dayOf(day * 86_400_000);
}
