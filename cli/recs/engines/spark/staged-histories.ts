// Histories that Spark staged, one row per customer → parts for the threads that make personal lists.

import type { IdType } from '../../../../sql/id-types.ts';
import { type Staging, stagedRows } from '../../../../sql/store/builds/spark-staging.ts';
import { noBaskets } from '../../cooccurrence/baskets.ts';
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import { startsOf } from '../../csr.ts';
import { encodeId, type IdTable, openIdTable } from '../../source/id-table.ts';

type HistoryRow = [
  customer: string,
  items: number[],
  interactionWeight: number[],
  repurchaseWeight: number[],
  bought: number[],
  last: number[],
  first: number[],
  times: number[],
  chances: number[],
];

/** Customers per part: a few megabytes. */
const partCustomers = 10_000;

/** Assigns dense indexes to all customers who bought something. */
export async function readBuyers(staging: Staging, type: IdType): Promise<IdTable> {
  const customers = openIdTable(type);
  for await (const rows of stagedRows<[customer: string]>(staging, 'buyer')) {
    for (const [customer] of rows) {
      const id = encodeId(type, customer);
      customers.add(id, 0, id.length);
    }
  }
  return customers;
}

/** Yields the histories part by part, in constant memory. */
export async function* historyParts(
  staging: Staging,
  type: IdType,
  customers: IdTable,
): AsyncGenerator<StoredPartition> {
  const seen = new Uint8Array(customers.size);
  for await (const rows of stagedRows<HistoryRow>(staging, 'history', partCustomers)) {
    const fresh: Array<{ customer: number; row: HistoryRow }> = [];
    for (const row of rows) {
      const id = encodeId(type, row[0]);
      const customer = customers.find(id, 0, id.length);
      if (seen[customer]) continue;
      seen[customer] = 1;
      fresh.push({ customer, row });
    }
    yield toPart(fresh);
  }
}

function toPart(rows: ReadonlyArray<{ customer: number; row: HistoryRow }>): StoredPartition {
  const start = startsOf(rows.map(({ row }) => row[1].length));
  const length = start[rows.length]!;
  const [items, interactionWeight] = [new Int32Array(length), new Float32Array(length)];
  const repurchases = rows.some(({ row }) => row[3].length > 0) ? length : 0;
  const repurchaseWeight = new Float32Array(repurchases);
  const ages = [5, 6, 7, 8].map((column) => [column, new Uint16Array(repurchases)] as const);
  const bought = new Int32Array(rows.some(({ row }) => row[4].length > 0) ? length : 0);
  for (const [at, { row }] of rows.entries()) {
    items.set(row[1], start[at]!);
    interactionWeight.set(row[2], start[at]!);
    if (repurchases > 0) {
      repurchaseWeight.set(row[3], start[at]!);
      for (const [column, values] of ages) values.set(row[column as 5 | 6 | 7 | 8], start[at]!);
    }
    if (bought.length > 0) bought.set(row[4], start[at]!);
  }
  const histories = {
    count: rows.length,
    start,
    items,
    interactionWeight,
    repurchaseWeight,
    bought,
    last: ages[0]![1],
    first: ages[1]![1],
    times: ages[2]![1],
    chances: ages[3]![1],
    weight: new Float32Array(rows.length),
    customer: Int32Array.from(rows, ({ customer }) => customer),
  };
  return { kind: 'memory', grouped: { orders: noBaskets, histories } };
}
