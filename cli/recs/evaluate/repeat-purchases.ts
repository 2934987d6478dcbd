// Training orders → each customer's own purchases, scored from 0 to 1 by frequency and recency.
import { rowOf } from '../csr.ts';
import { type OrderLog, ordersByCustomer } from './order-log.ts';
import { type SparseMatrix, SparseMatrixBuilder } from './sparse-matrix.ts';

export interface RepeatSettings {
  /** Only the newest orders count; 0: all of them. */
  readonly window: number;
  /** Weight of an order, relative to the order after it. */
  readonly decay: number;
}

/**
 * Customer → items: Σ decay^k over the orders in the window that contain the item (k = 0 is the newest), divided by
 * Σ decay^k of all orders in the window. With decay 1 this is the user-wise popularity of Faggioli et al. 2020 (“Recency
 * aware collaborative filtering for next basket recommendation”). The items of a row are in the order of their latest
 * purchase, newest first.
 */
export function repeatPurchases(
  log: OrderLog,
  customers: number,
  { window, decay }: RepeatSettings,
): SparseMatrix {
  const { start, orders } = ordersByCustomer(log, customers);
  const builder = new SparseMatrixBuilder(customers);
  for (let customer = 0; customer < customers; customer++) {
    const [from, to] = [start[customer]!, start[customer + 1]!];
    const oldest = window > 0 ? Math.max(from, to - window) : from;
    const value = new Map<number, number>();
    let total = 0;
    for (let at = to - 1; at >= oldest; at--) {
      const share = decay ** (to - 1 - at);
      total += share;
      for (const item of rowOf(log.start, log.items, orders[at]!))
        value.set(item, (value.get(item) ?? 0) + share);
    }
    const scores = Float64Array.from(value.values(), (each) => each / total);
    builder.add(customer, Int32Array.from(value.keys()), scores, scores.length);
  }
  return builder.finish();
}
