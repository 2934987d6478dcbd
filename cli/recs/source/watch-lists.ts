// couture_source.watchlist and couture.watch_entry → watch lists in CSR form by dense customer index.
import { batchesOf } from '../../../sql/cursor.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { isId } from '../../../sql/store/shop/shop-products.ts';
import { RowLengths } from '../csr.ts';
import { toShared } from '../shared-arrays.ts';
import type { Catalog } from './catalog.ts';
import { encodeId, type IdTable } from './id-table.ts';
import type { SourceIds } from './read-shop.ts';

/** Watch lists in CSR form: customer c watches items[start[c] … start[c+1]). */
export interface WatchLists {
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Parallel to `items`: index of the watched product, one of the item's variants. */
  readonly products: Int32Array;
}

/** Customer → products, in byte order: what couture keeps for shops whose own watch list it cannot write. */
export type KeptLists = ReadonlyMap<string, readonly string[]>;

/**
 * Reads what couture keeps, without ids that are none of this shop.
 * @param session the connection with couture's tables; the shop's may be in another database
 */
export async function readKeptLists(
  session: Client,
  ids: SourceIds,
  signal: AbortSignal,
): Promise<KeptLists> {
  const text = `select customer_id, array_agg(product_id order by product_id collate "C") from couture.watch_entry
    group by customer_id order by customer_id collate "C"`;
  const kept = new Map<string, readonly string[]>();
  for await (const rows of batchesOf<[string, string[]]>(session, text, [], { signal }))
    for (const [customer, products] of rows)
      if (isId(ids.customer, customer))
        kept.set(
          customer,
          products.filter((product) => isId(ids.product, product)),
        );
  return kept;
}

/** Reads all watch lists. Adds customers without orders to `customers`; skips products that cannot be listed. */
export async function readWatchLists(
  client: Client,
  kept: KeptLists,
  catalog: Catalog,
  customers: IdTable,
  customerType: IdType,
  signal: AbortSignal,
): Promise<WatchLists> {
  const pairs: WatchedPair[] = [];
  const add = (customerId: string, productIds: readonly string[]) => {
    // Two variants of a product count once, as the first of them.
    const watched = new Set<number>();
    for (const productId of productIds) {
      const product = encodeId(catalog.idType, productId);
      const found = catalog.products.find(product, 0, product.length);
      const item = found < 0 ? -1 : catalog.itemOfProduct[found]!;
      if (item < 0 || watched.has(item)) continue;
      watched.add(item);
      const customer = encodeId(customerType, customerId);
      pairs.push([customers.add(customer, 0, customer.length), item, found]);
    }
  };
  const rest = new Map(kept);
  for await (const [customer, products] of shopLists(client, signal)) {
    const own = rest.get(customer);
    rest.delete(customer);
    add(customer, own ? [...products, ...own].sort(byBytes) : products);
  }
  for (const [customer, products] of rest) add(customer, products);
  return compress(pairs, customers.size);
}

type WatchedPair = readonly [customer: number, item: number, product: number];

/** The shop's own list of each customer, in byte order. */
async function* shopLists(
  client: Client,
  signal: AbortSignal,
): AsyncGenerator<[customer: string, products: string[]]> {
  const text = `select customer_id::text collate "C", product_id::text collate "C" from couture_source.watchlist
    where customer_id::text <> '' and product_id is not null order by 1, 2`;
  let list: [string, string[]] | undefined;
  for await (const rows of batchesOf<[string, string]>(client, text, [], { signal })) {
    for (const [customer, product] of rows) {
      if (list && list[0] !== customer) yield list;
      if (list?.[0] !== customer) list = [customer, []];
      list[1].push(product);
    }
  }
  if (list) yield list;
}

/** As Postgres sorts with the collation C. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

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
