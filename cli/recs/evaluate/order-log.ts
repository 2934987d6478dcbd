// Orders in memory for measuring: dense items and customers, oldest order first.

/** Order o holds items[start[o] … start[o+1]), each once, in the order in which they were read. */
export interface OrderLog {
  readonly count: number;
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Order → customer; -1: a guest. */
  readonly customer: Int32Array;
  /** Order → days since 1970; NaN where the order is not dated. */
  readonly day: Float64Array;
}

/** Each customer's orders of a log, oldest first: orders[start[c] … start[c+1]). */
export interface CustomerOrders {
  readonly start: Int32Array;
  readonly orders: Int32Array;
}

/** What is learnt from and what is asked about; items below `trainItems` stand in a training order. */
export interface Dataset {
  /** Item → id, those of the training orders first; each part in the order of a hash, see `shuffleIds`. */
  readonly itemIds: readonly string[];
  readonly trainItems: number;
  readonly customerIds: readonly string[];
  readonly train: OrderLog;
  readonly test: OrderLog;
  /** Lines that were read, and those that name no product, or neither order nor customer. */
  readonly lines: number;
  readonly skipped: number;
  /** Remarks on what was left out. */
  readonly warnings?: readonly string[];
  /** Item → its name, where names were read. */
  readonly productNames?: readonly string[];
  /** Item → its category, where categories were read. */
  readonly itemCategory?: readonly string[];
}

/** Gathers lines into orders; ids become numbers in `finish`. */
export class OrderLogBuilder {
  readonly #orders = new Map<string, PendingOrder>();
  #position = 0;

  /** `order`: any text that tells orders apart. `day`: NaN where the line is not dated. */
  add(order: string, customer: string, product: string, day: number): void {
    let pending = this.#orders.get(order);
    if (!pending) {
      pending = { customer, day, position: this.#position++, products: new Set() };
      this.#orders.set(order, pending);
    }
    // A later line of the same product is no second purchase; dates of one order may differ by seconds.
    pending.products.add(product);
    if (day < pending.day || Number.isNaN(pending.day)) pending.day = day;
  }

  /** Orders by date, undated ones and those of one moment as they came. */
  orders(): PendingOrder[] {
    const orders = [...this.#orders.values()];
    const undated = orders.some((order) => Number.isNaN(order.day));
    return undated ? orders : orders.sort((a, b) => a.day - b.day || a.position - b.position);
  }
}

export interface PendingOrder {
  customer: string;
  day: number;
  readonly position: number;
  readonly products: Set<string>;
}

/** Numbers items and customers of both parts. */
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
 * Ties go to the lower number, and what nothing is known of is ranked by it: numbers must tell nothing. Ids do (those of
 * Ta-Feng ascend with age, and ties by id would lend a model that counts own purchases .012 of recall), so they are
 * shuffled, alike on every machine.
 */
export function shuffleIds(ids: Iterable<string>): string[] {
  const hashed = Array.from(ids, (id) => [hash(id), id] as const);
  return hashed.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)).map(([, id]) => id);
}

/** FNV-1a with a final mix: neighbouring ids fall far apart. */
function hash(id: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) h = Math.imul(h ^ id.charCodeAt(at), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function toLog(
  orders: readonly PendingOrder[],
  itemOf: ReadonlyMap<string, number>,
  customerOf: ReadonlyMap<string, number>,
): OrderLog {
  const start = new Int32Array(orders.length + 1);
  for (const [at, order] of orders.entries()) start[at + 1] = start[at]! + order.products.size;
  const items = new Int32Array(start[orders.length]!);
  let next = 0;
  for (const order of orders) for (const id of order.products) items[next++] = itemOf.get(id)!;
  return {
    count: orders.length,
    start,
    items,
    customer: Int32Array.from(orders, (order) => customerOf.get(order.customer) ?? -1),
    day: Float64Array.from(orders, (order) => order.day),
  };
}

/** Orders of each customer, oldest first. */
export function ordersByCustomer(log: OrderLog, customers: number): CustomerOrders {
  const start = new Int32Array(customers + 1);
  for (const customer of log.customer) if (customer >= 0) start[customer + 1]!++;
  for (let customer = 0; customer < customers; customer++) start[customer + 1]! += start[customer]!;
  const cursor = start.slice();
  const orders = new Int32Array(start[customers]!);
  for (let order = 0; order < log.count; order++) {
    const customer = log.customer[order]!;
    if (customer >= 0) orders[cursor[customer]!++] = order;
  }
  return { start, orders };
}

/** The orders for which `keep` says so, in the same order. */
export function filterLog(log: OrderLog, keep: (order: number) => boolean): OrderLog {
  const kept = Int32Array.from(Array.from({ length: log.count }, (_, order) => order).filter(keep));
  const start = new Int32Array(kept.length + 1);
  for (const [at, order] of kept.entries())
    start[at + 1] = start[at]! + log.start[order + 1]! - log.start[order]!;
  const items = new Int32Array(start[kept.length]!);
  for (const [at, order] of kept.entries())
    items.set(log.items.subarray(log.start[order]!, log.start[order + 1]!), start[at]!);
  return {
    count: kept.length,
    start,
    items,
    customer: Int32Array.from(kept, (order) => log.customer[order]!),
    day: Float64Array.from(kept, (order) => log.day[order]!),
  };
}
