// Order lines → orders in memory, oldest first, with items and customers as dense numbers.
import { hashText, mix32 } from '../../../sql/hash32.ts';
import { RowLengths, rowLength, rowOf, startsOf } from '../csr.ts';

/** Order o contains items[start[o] … start[o+1]), each once, in the order in which they were read. */
export interface OrderLog {
  readonly count: number;
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Order → customer; -1 for a guest. */
  readonly customer: Int32Array;
  /** Order → days since 1970; NaN if the order is undated. */
  readonly day: Float64Array;
  /** Order → its place among all orders, by time; as they were read if any is undated. A build keeps this order within a day. */
  readonly position: Int32Array;
  /** Order → number that a build samples its items by if they are too many. */
  readonly key: Int32Array;
}

/** The orders of customer c, oldest first: orders[start[c] … start[c+1]). */
export interface CustomerOrders {
  readonly start: Int32Array;
  readonly orders: Int32Array;
}

/** A training part and a test part; items below `trainItems` occur in a training order. */
export interface Dataset {
  /** Item → id: first the training items, then those that only the test has; each part ordered by a hash (`shuffleIds`). */
  readonly itemIds: readonly string[];
  readonly trainItems: number;
  readonly customerIds: readonly string[];
  /** Product id → id of its item, if the two differ for variants. */
  readonly itemOfProduct?: ReadonlyMap<string, string>;
  /** The shop's catalogue as a build numbers it: how many items it has, and item → its number. Unset for files. */
  readonly catalogue?: { readonly items: number; readonly number: Int32Array };
  readonly train: OrderLog;
  readonly test: OrderLog;
  /** Number of lines read. */
  readonly lines: number;
  /** Number of lines skipped: unknown or missing product, neither order nor customer, or an implausible date. */
  readonly skipped: number;
  /** What was skipped and why, for the user. */
  readonly warnings?: readonly string[];
  /** Item → its name, if names were read. */
  readonly productNames?: readonly string[];
  /** Item → its price, if prices were read. */
  readonly productPrices?: readonly number[];
  /** Item → its category, if categories were read. */
  readonly itemCategory?: readonly string[];
}

/** Collects lines into orders; `openDataset` then turns ids into numbers. */
export class OrderLogBuilder {
  readonly #orders = new Map<string, PendingOrder>();
  #position = 0;

  /**
   * @param order any text that identifies the order
   * @param day days since 1970; NaN if the line is undated
   * @param key what an oversized order is sampled by
   * @param id the two halves of its id or of a hash of it, by which a build sorts orders of the same time
   */
  add(
    order: string,
    customer: string,
    product: string,
    day: number,
    key = hashText(order),
    id: readonly [high: number, low: number] = [0, 0],
  ): void {
    let pending = this.#orders.get(order);
    if (!pending) {
      pending = { customer, day, position: this.#position++, key, id, products: new Set() };
      this.#orders.set(order, pending);
    }
    // A second line of the same product isn't a second purchase. As in a build, an order is as new as its newest line.
    pending.products.add(product);
    if (day > pending.day || Number.isNaN(pending.day)) pending.day = day;
  }

  /** Returns the orders by date, ties as they were added. If any order is undated, all stay as they were added. */
  orders(): PendingOrder[] {
    const orders = [...this.#orders.values()];
    const undated = orders.some((order) => Number.isNaN(order.day));
    if (undated) return orders;
    orders.sort(
      (a, b) =>
        a.day - b.day || a.id[0] - b.id[0] || (a.id[1] >>> 0) - (b.id[1] >>> 0) || a.position - b.position,
    );
    for (const [position, order] of orders.entries()) order.position = position;
    return orders;
  }
}

export interface PendingOrder {
  customer: string;
  day: number;
  position: number;
  readonly key: number;
  readonly id: readonly [high: number, low: number];
  readonly products: Set<string>;
}

/** Numbers the items and customers of both parts. */
export function openDataset(
  train: readonly PendingOrder[],
  test: readonly PendingOrder[],
  read: { lines: number; skipped: number; warnings?: readonly string[] },
): Dataset {
  const known = new Set(train.flatMap((order) => [...order.products]));
  const unknown = new Set(test.flatMap((order) => [...order.products]).filter((id) => !known.has(id)));
  const itemIds = [...shuffleIds(known), ...shuffleIds(unknown)];
  const customers = new Set([...train, ...test].map((order) => order.customer));
  customers.delete('');
  const customerIds = shuffleIds(customers);
  const itemOf = new Map(itemIds.map((id, item) => [id, item]));
  const customerOf = new Map(customerIds.map((id, customer) => [id, customer]));
  const log = (orders: readonly PendingOrder[]) => toLog(orders, itemOf, customerOf);
  return { itemIds, trainItems: known.size, customerIds, train: log(train), test: log(test), ...read };
}

/**
 * Shuffles ids, the same way on every machine. Ties, and items without a score, are ranked by item number, so a number must
 * carry no information. Ids do: those of Ta-Feng ascend with age, and ties by id would give a model that counts a
 * customer's purchases .012 of recall that it hasn't earned.
 */
export function shuffleIds(ids: Iterable<string>): string[] {
  const hashed = Array.from(ids, (id) => [mix32(hashText(id)) >>> 0, id] as const);
  return hashed.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)).map(([, id]) => id);
}

function toLog(
  orders: readonly PendingOrder[],
  itemOf: ReadonlyMap<string, number>,
  customerOf: ReadonlyMap<string, number>,
): OrderLog {
  const start = startsOf(orders.map(({ products }) => products.size));
  const items = new Int32Array(start[orders.length]!);
  let next = 0;
  for (const order of orders) for (const id of order.products) items[next++] = itemOf.get(id)!;
  return {
    count: orders.length,
    start,
    items,
    customer: Int32Array.from(orders, (order) => customerOf.get(order.customer) ?? -1),
    day: Float64Array.from(orders, (order) => order.day),
    position: Int32Array.from(orders, (order) => order.position),
    key: Int32Array.from(orders, (order) => order.key),
  };
}

export function ordersByCustomer(log: OrderLog, customers: number): CustomerOrders {
  const lengths = new RowLengths(new Int32Array(customers + 1));
  for (const customer of log.customer) if (customer >= 0) lengths.add(customer);
  const places = lengths.places();
  const orders = new Int32Array(places.length);
  for (let order = 0; order < log.count; order++) {
    const customer = log.customer[order]!;
    if (customer >= 0) orders[places.next(customer)] = order;
  }
  return { start: places.start, orders };
}

/** The distinct items of all orders of a customer, in the order of their first purchase. */
export function itemsOfCustomer(
  log: OrderLog,
  { start, orders }: CustomerOrders,
  customer: number,
): Set<number> {
  const items = new Set<number>();
  for (const order of rowOf(start, orders, customer))
    for (const item of rowOf(log.start, log.items, order)) items.add(item);
  return items;
}

/** Returns the orders for which `keep` is true, in the same order. */
export function filterLog(log: OrderLog, keep: (order: number) => boolean): OrderLog {
  const kept = Int32Array.from(Array.from({ length: log.count }, (_, order) => order).filter(keep));
  const start = startsOf(kept.map((order) => rowLength(log.start, order)));
  const items = new Int32Array(start[kept.length]!);
  for (const [at, order] of kept.entries()) items.set(rowOf(log.start, log.items, order), start[at]!);
  return {
    count: kept.length,
    start,
    items,
    customer: Int32Array.from(kept, (order) => log.customer[order]!),
    day: Float64Array.from(kept, (order) => log.day[order]!),
    position: kept.map((order) => log.position[order]!),
    key: kept.map((order) => log.key[order]!),
  };
}

/** Returns the orders of both, those of `one` first. */
export function joinLogs(one: OrderLog, other: OrderLog): OrderLog {
  const count = one.count + other.count;
  const start = new Int32Array(count + 1);
  start.set(one.start.subarray(0, one.count + 1));
  for (let order = 0; order <= other.count; order++)
    start[one.count + order] = one.items.length + other.start[order]!;
  const joined = (values: Int32Array, more: Int32Array) => Int32Array.from([...values, ...more]);
  return {
    count,
    start,
    items: joined(one.items, other.items),
    customer: joined(one.customer, other.customer),
    day: Float64Array.from([...one.day, ...other.day]),
    position: joined(one.position, other.position),
    key: joined(one.key, other.key),
  };
}

/** The category of each training item, as a number; without categories all items are in one without a name. */
export function categoriesOf({ trainItems, itemCategory }: Dataset): {
  readonly category: Int32Array;
  readonly categories: number;
  /** Category → whether it has a name. */
  readonly named: readonly boolean[];
} {
  const names = [...new Set(itemCategory?.slice(0, trainItems) ?? [''])];
  const numbers = new Map(names.map((name, at) => [name, at]));
  const category = Int32Array.from(
    { length: trainItems },
    (_, item) => numbers.get(itemCategory?.[item] ?? '')!,
  );
  return { category, categories: names.length, named: names.map(Boolean) };
}
