// One partition of the log → distinct items per order and per customer, with the data hygiene that needs whole orders.
import type { LogTotals } from '../source/basket-log.ts';
import type { Baskets, GroupedPartition } from './baskets.ts';
import { noHistories } from './baskets.ts';
import type { GroupingOptions } from './grouping-options.ts';
import { collectHistories } from './histories.ts';
import type { ItemCounter } from './item-counter.ts';
import { collectOrders, type OrderRows } from './order-rows.ts';
import { Scratch } from './scratch.ts';

/**
 * Whether days distinguish occasions. They do not if all orders are dated on one day, or if all lines lie within as many
 * seconds after 2000-01-01 as there are lines: the import dates orders without a time like that, one second apart.
 */
export function hasUsableDates({ dates, lines }: Pick<LogTotals, 'dates' | 'lines'>): boolean {
  const { newest, oldest } = dates;
  return newest > oldest && !(oldest >= 0 && newest <= lines / 86_400);
}

/**
 * Groups the runs of a partition. An order is identified by customer and order id, so an order with two customers
 * counts as two. Adds whole numbers to `counter`, so their sums do not depend on the order of the partitions.
 * The result is stored in `scratch` and valid until the next partition is grouped with it.
 */
export function groupPartition(
  runs: Int32Array,
  options: GroupingOptions,
  counter: ItemCounter,
  scratch = new Scratch(),
): GroupedPartition {
  const orders = collectOrders(runs, options, counter, scratch);
  const histories =
    options.histories === false ? noHistories : collectHistories(orders, options, counter, scratch);
  return { orders: pairableOrders(orders, scratch), histories };
}

/** Keeps orders of at least two items: others have no pairs. */
function pairableOrders(orders: OrderRows, scratch: Scratch): Baskets {
  let [count, length] = [0, 0];
  for (let order = 0; order < orders.count; order++) {
    const size = orders.start[order + 1]! - orders.start[order]!;
    if (size > 1) [count, length] = [count + 1, length + size];
  }
  const start = scratch.int32('pairable start', count + 1);
  const items = scratch.int32('pairable items', length);
  const weight = scratch.float32('pairable weight', count);
  let to = 0;
  for (let order = 0, basket = 0; order < orders.count; order++) {
    const [begin, end] = [orders.start[order]!, orders.start[order + 1]!];
    if (end - begin < 2) continue;
    for (let at = begin; at < end; at++) items[to++] = orders.items[at]!;
    weight[basket] = orders.weight[order]!;
    start[++basket] = to;
  }
  return { count, start, items, weight };
}
