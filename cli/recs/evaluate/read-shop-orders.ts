// The shop's orders → a data set in memory, by the build's own catalogue, with names and pictures for the report.
import { int32 } from '../../../sql/copy/copy-decoder.ts';
import { hashBytes } from '../../../sql/hash32.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { orderLines, readOrderCustomers } from '../../../sql/source/order-customers.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { shopItems, shopLines } from '../../../sql/store/shop/shop-orders.ts';
import { readCatalog } from '../source/catalog.ts';
import { encodeId } from '../source/id-table.ts';
import { believedOrders } from './believed-orders.ts';
import { type Dataset, OrderLogBuilder, openDataset } from './order-log.ts';
import { type Split, splitByTime } from './split.ts';

export interface ShopCatalogue {
  /** Product id → name and picture URL. */
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
  const { ids } = await requireSource(client);
  const productType = ids.product!;
  const catalog = await readCatalog(client, productType, options.signal);
  const names = new Map<string, { name: string; image: string }>();
  for await (const rows of shopItems(client, options.signal))
    for (const [product, name, image] of rows)
      if (!names.has(product)) names.set(product, { name: name ?? product, image: image ?? '' });
  const itemOf = new Map<string, string>();
  for (const [product, item] of catalog.itemOfProduct.entries()) {
    if (item < 0) continue;
    itemOf.set(catalog.products.text(product), catalog.products.text(catalog.representative[item]!));
  }
  const builder = new OrderLogBuilder();
  const read = { lines: 0, skipped: 0 };
  const lines = orderLines(await readOrderCustomers(client), ids.customer!);
  for await (const rows of shopLines(client, lines, options.from, options.signal)) {
    for (const [order, customer, product, day, kept] of rows) {
      read.lines++;
      const item = itemOf.get(product);
      if (item === undefined || !kept || order === null || !Number.isFinite(day ?? Number.NaN)) {
        read.skipped++;
        continue;
      }
      const id = orderId(ids.order!, order);
      builder.add(`${order}\0${customer ?? ''}`, customer ?? '', item, day!, id[0] ^ id[1], id);
    }
    options.onProgress(read.lines);
  }
  const { orders, skipped, warnings } = believedOrders(builder.orders(), options);
  const { train, test } = splitByTime(orders, options.split);
  const data = openDataset(train, test, { lines: read.lines, skipped: read.skipped + skipped, warnings });
  const numberOf = new Map(
    Array.from(catalog.representative, (product, item) => [catalog.products.text(product), item]),
  );
  const numbers = data.itemIds.map((id) => numberOf.get(id)!);
  return {
    ...data,
    catalogue: { items: catalog.items, number: Int32Array.from(numbers) },
    itemOfProduct: itemOf,
    productNames: numbers.map((item) => catalog.names[item]!),
    productPrices: numbers.map((item) => catalog.price[item]!),
    itemCategory: numbers.map((item) => catalog.categories[catalog.category[item]!]!),
    names,
  };
}

/** The two halves by which a build knows an order. It samples an oversized one by their difference. */
function orderId(type: IdType, order: string): readonly [high: number, low: number] {
  const id = encodeId(type, order);
  if (type === 'bigint') return [int32(id, 0), int32(id, 4)];
  return [hashBytes(id, 0, id.length, 0x9e3779b9), hashBytes(id, 0, id.length, 0)];
}
