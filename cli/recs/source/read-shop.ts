// The shop's order history → a basket log and the table of customers.

import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { BasketLog, type LogOptions, type LogPartition, type LogTotals } from './basket-log.ts';
import type { Catalog } from './catalog.ts';
import { type IdTable, openIdTable } from './id-table.ts';
import { type ReaderName, type ReadOptions, readOrderLines } from './order-lines.ts';
import { estimateRows } from './plan.ts';

/** Cap for the planner's estimate, which can be far off: too small a table grows, too large a table wastes memory. */
const maxExpected = 1 << 22;

export interface SourceIds {
  readonly order: IdType;
  readonly customer: IdType;
  readonly product: IdType;
}

/** The order lines in partitions of the basket log, and the customers that they name. */
export interface OrderHistory {
  /** Emptied by the code that turns them into baskets, to free memory. */
  readonly partitions: LogPartition[];
  readonly spilled: boolean;
  readonly totals: LogTotals;
  readonly customers: IdTable;
  readonly reader: ReaderName;
  /** Lines that were read from the shop, if others were kept. */
  readonly linesRead?: number;
}

/** Streams order lines into the log. Memory is bounded: beyond `log.memoryBytes` the log spills to files. */
export async function readHistory(
  client: Client,
  catalog: Catalog,
  ids: SourceIds,
  log: LogOptions,
  options: ReadOptions,
): Promise<OrderHistory> {
  const customers = openIdTable(ids.customer, Math.min(maxExpected, await estimateRows(client, 'customer')));
  const tables = {
    orderType: ids.order,
    customerType: ids.customer,
    productType: ids.product,
    customers,
    products: catalog.products,
    itemOfProduct: catalog.itemOfProduct,
    latestDay: options.latestDay,
  };
  const basketLog = new BasketLog({ ...log, customers });
  const reader = await readOrderLines(client, tables, (batch) => basketLog.append(batch), options);
  return {
    partitions: basketLog.finish(),
    spilled: basketLog.spilled,
    totals: basketLog.totals,
    customers,
    reader,
  };
}
