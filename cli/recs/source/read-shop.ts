// Everything the build needs of the shop, read in one snapshot: catalog, order lines, watch lists.

import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { BasketLog, type LogOptions, type LogPartition, type LogTotals } from './basket-log.ts';
import type { Catalog } from './catalog.ts';
import { type IdTable, openIdTable } from './id-table.ts';
import { type ReaderName, type ReadOptions, readOrderLines } from './order-lines.ts';
import { estimateRows } from './plan.ts';

/** An estimate may be wild; a table that is too small grows, one that is too large is memory for nothing. */
const mostExpected = 1 << 22;

export interface SourceIds {
  readonly order: IdType;
  readonly customer: IdType;
  readonly product: IdType;
}

/** Order lines as the build holds them: a log in partitions, and the customers that they name. */
export interface OrderHistory {
  /** Emptied by whoever turns them into baskets. */
  readonly partitions: LogPartition[];
  readonly spilled: boolean;
  readonly totals: LogTotals;
  readonly customers: IdTable;
  readonly reader: ReaderName;
}

/** Streams order lines into the log; memory does not grow with their number. */
export async function readHistory(
  client: Client,
  catalog: Catalog,
  ids: SourceIds,
  log: LogOptions,
  options: ReadOptions,
): Promise<OrderHistory> {
  const customers = openIdTable(ids.customer, Math.min(mostExpected, await estimateRows(client, 'customer')));
  const tables = {
    orderType: ids.order,
    customerType: ids.customer,
    productType: ids.product,
    customers,
    products: catalog.products,
    itemOfProduct: catalog.itemOfProduct,
    latestDay: options.latestDay,
  };
  const basketLog = new BasketLog(log);
  const reader = await readOrderLines(client, tables, (batch) => basketLog.append(batch), options);
  return {
    partitions: basketLog.finish(),
    spilled: basketLog.spilled,
    totals: basketLog.totals,
    customers,
    reader,
  };
}
