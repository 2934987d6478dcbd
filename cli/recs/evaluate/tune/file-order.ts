// Tests whether orders without dates are in time order: then a customer's neighbouring orders are more alike than others.
import { rowLength, rowOf } from '../../csr.ts';
import { type OrderLog, ordersByCustomer } from '../order-log.ts';

const maxCustomers = 5_000;
/** More orders per customer only take time: all pairs of them are compared. */
const maxOrders = 20;
/** Standard errors by which neighbouring orders must be more alike: by chance one file in 30,000 gets there. */
const minDeviation = 4;
const minCustomers = 50;

/**
 * Compares, for each customer with three orders or more, the mean overlap of neighbouring orders with that of all pairs
 * of their orders: common items / product of the sizes, so that orders sorted by size are not more alike. If the lines were
 * in any other order, both would be the same on average.
 */
export function isFileOrderTime(log: OrderLog, customers: number): boolean {
  const { start, orders } = ordersByCustomer(log, customers);
  let [count, sum, squares] = [0, 0, 0];
  for (let customer = 0; customer < customers && count < maxCustomers; customer++) {
    if (rowLength(start, customer) < 3) continue;
    const baskets = Array.from(
      rowOf(start, orders, customer).subarray(0, maxOrders),
      (order) => new Set(rowOf(log.start, log.items, order)),
    );
    const difference = neighboursAgainstAll(baskets);
    count++;
    sum += difference;
    squares += difference ** 2;
  }
  if (count < minCustomers) return false;
  const mean = sum / count;
  const error = Math.sqrt(Math.max(0, squares / count - mean ** 2) / count);
  return mean > minDeviation * error && mean > 0;
}

function neighboursAgainstAll(baskets: ReadonlyArray<ReadonlySet<number>>): number {
  let [near, nearPairs, all, pairs] = [0, 0, 0, 0];
  for (let one = 0; one < baskets.length; one++) {
    for (let other = one + 1; other < baskets.length; other++) {
      const alike = overlap(baskets[one]!, baskets[other]!);
      all += alike;
      pairs++;
      if (other > one + 1) continue;
      near += alike;
      nearPairs++;
    }
  }
  return near / nearPairs - all / pairs;
}

function overlap(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  let common = 0;
  for (const item of one) if (other.has(item)) common++;
  return common / Math.max(1, one.size * other.size);
}
