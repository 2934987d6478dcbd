// Each customer's own purchases as numbers from 0 to 1: how often, and how lately.
import { type OrderLog, ordersByCustomer } from './order-log.ts';
import { type SparseMatrix, SparseMatrixBuilder } from './sparse-matrix.ts';

export interface OwnSettings {
  /** Newest orders that are looked at; 0: all. */
  readonly window: number;
  /** What an order counts against the one after it. */
  readonly decay: number;
}

/**
 * Customer → items: Σ decay^k over the newest orders with the item (k = 0 is the newest), over Σ decay^k of all of
 * them; with decay 1 the user-wise popularity of Faggioli et al. 2020 (“Recency aware collaborative filtering for next
 * basket recommendation”). Items stand in the order of their newest purchase, as ties between them go.
 */
export function ownPurchases(log: OrderLog, customers: number, { window, decay }: OwnSettings): SparseMatrix {
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
      const order = orders[at]!;
      for (let line = log.start[order]!; line < log.start[order + 1]!; line++) {
        const item = log.items[line]!;
        value.set(item, (value.get(item) ?? 0) + share);
      }
    }
    const scores = Float64Array.from(value.values(), (each) => each / total);
    builder.add(customer, Int32Array.from(value.keys()), scores, scores.length);
  }
  return builder.finish();
}
