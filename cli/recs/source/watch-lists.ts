// couture_source.watchlist → watch lists in CSR form by dense customer index.
import { batchesOf } from '../../../sql/cursor.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { RowLengths } from '../csr.ts';
import { toShared } from '../shared-arrays.ts';
import type { Catalog } from './catalog.ts';
import { encodeId, type IdTable } from './id-table.ts';

/** Watch lists in CSR form: customer c watches items[start[c] … start[c+1]). */
export interface WatchLists {
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Parallel to `items`: index of the watched product, one of the item's variants. */
  readonly products: Int32Array;
}

/** Reads all watch lists. Adds customers without orders to `customers`; skips products that cannot be listed. */
export async function readWatchLists(
  client: Client,
  catalog: Catalog,
  customers: IdTable,
  customerType: IdType,
  signal: AbortSignal,
): Promise<WatchLists> {
  const pairs: WatchedPair[] = [];
  // Items of the current customer: two variants of a product count once, as the first of them.
  const watched = new Set<number>();
  let watcher = '';
  const text = `select customer_id::text, product_id::text from couture_source.watchlist
    where customer_id::text <> '' order by 1, 2`;
  for await (const rows of batchesOf<[string, string | null]>(client, text, [], { signal })) {
    for (const [customerId, productId] of rows) {
      const product = productId === null ? undefined : encodeId(catalog.idType, productId);
      const found = product ? catalog.products.find(product, 0, product.length) : -1;
      const item = found < 0 ? -1 : catalog.itemOfProduct[found]!;
      if (item < 0) continue;
      if (customerId !== watcher) watched.clear();
      watcher = customerId;
      if (watched.has(item)) continue;
      watched.add(item);
      const customer = encodeId(customerType, customerId);
      pairs.push([customers.add(customer, 0, customer.length), item, found]);
    }
  }
  return compress(pairs, customers.size);
}

type WatchedPair = readonly [customer: number, item: number, product: number];

function compress(pairs: readonly WatchedPair[], customers: number): WatchLists {
  const lengths = new RowLengths(new Int32Array(customers + 1));
  for (const [customer] of pairs) lengths.add(customer);
  const places = lengths.places();
  const [items, products] = [new Int32Array(pairs.length), new Int32Array(pairs.length)];
  for (const [customer, item, product] of pairs) {
    const at = places.next(customer);
    items[at] = item;
    products[at] = product;
  }
  return { start: toShared(places.start), items: toShared(items), products: toShared(products) };
}
