// The shop's orders → a data set in memory, with the variants of a product as one item, and names and pictures for the
// report.
import type { Client } from '../../../sql/pool.ts';
import { shopItems, shopLines } from '../../../sql/store/shop/shop-orders.ts';
import { believedOrders } from './believed-orders.ts';
import { type Dataset, OrderLogBuilder, openDataset } from './order-log.ts';
import { type Split, splitByTime } from './split.ts';

export interface ShopCatalogue {
  /** Item id → name and picture URL. */
  readonly names: ReadonlyMap<string, { readonly name: string; readonly image: string }>;
}

/** Reads all orders from `from` on and splits them into training and test. */
export async function readShopOrders(
  client: Client,
  options: {
    from: Date | undefined;
    latestDay: number;
    /** The newest plausible order day of the shop. */
    newest: number;
    split: Split;
    signal: AbortSignal;
    onProgress: (lines: number) => void;
  },
): Promise<Dataset & ShopCatalogue> {
  const itemOf = new Map<string, string>();
  const names = new Map<string, { name: string; image: string }>();
  const group = new Map<string, string>();
  const categories = new Map<string, string>();
  for await (const rows of shopItems(client, options.signal)) {
    for (const [product, groupId, name, image, category] of rows) {
      if (itemOf.has(product)) continue;
      const item = groupId === null ? product : (group.get(groupId) ?? product);
      if (groupId !== null && !group.has(groupId)) group.set(groupId, product);
      itemOf.set(product, item);
      if (!categories.has(item)) categories.set(item, category ?? '');
      if (!names.has(item)) names.set(item, { name: name ?? item, image: image ?? '' });
    }
  }
  const builder = new OrderLogBuilder();
  const read = { lines: 0, skipped: 0 };
  for await (const rows of shopLines(client, options.from, options.signal)) {
    for (const [order, customer, product, day, kept] of rows) {
      read.lines++;
      const item = itemOf.get(product);
      if (item === undefined || !kept) read.skipped++;
      else builder.add(`${order}\0${customer ?? ''}`, customer ?? '', item, day);
    }
    options.onProgress(read.lines);
  }
  const { orders, skipped, warnings } = believedOrders(builder.orders(), options);
  const { train, test } = splitByTime(orders, options.split);
  const data = openDataset(train, test, { lines: read.lines, skipped: read.skipped + skipped, warnings });
  return {
    ...data,
    catalogue: names.size,
    productNames: data.itemIds.map((id) => names.get(id)?.name ?? ''),
    itemCategory: data.itemIds.map((id) => categories.get(id) ?? ''),
    names,
  };
}
