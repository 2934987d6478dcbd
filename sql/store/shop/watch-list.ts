// One customer's watch list: the shop's own, written through two functions that a shop may provide, and couture's own for shops
// without these functions.

import { fittingId, type IdTypes } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';

/** Ids are texts as Postgres writes the shop's ids. */
type ShopIds = { readonly [K in keyof IdTypes]-?: NonNullable<IdTypes[K]> };

/**
 * `read_only`: couture may not call the shop's function, or only the shop's list, which it cannot write, has the product.
 * `refused`: the shop does not have these ids. `full`: couture keeps no more products for the customer.
 */
export type WatchOutcome = 'done' | 'read_only' | 'refused' | 'full';

/** Maximum of products that couture keeps for a customer. Requests at the same moment may exceed it by as many. */
export const maxWatched = 500;

/** Reads up to `limit` products that the customer watches, ordered by id. */
export async function watchedProducts(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id::text from (
       select product_id as id from couture_source.watchlist
       where customer_id = $1::${ids.customer} and product_id is not null
       union
       select ${fittingId('product_id', ids.product)} from couture.watch_entry
       where customer_id = $1::${ids.customer}::text
     ) watched where id is not null order by watched.id limit $2`,
    [customerId, limit],
  );
  return rows.map((row) => row.id);
}

/** Reads up to `limit` products that couture keeps on the customer's list, where the shop's is in another database. */
export async function keptProducts(client: Queryable, customerId: string, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select product_id as id from couture.watch_entry where customer_id = $1 order by 1 limit $2`,
    [customerId, limit],
  );
  return rows.map((row) => row.id);
}

/** Adds a product to the shop's list, or to couture's if the shop has no function for it; a no-op if it is there already. */
export async function watch(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  const outcome = await callShop(client, 'watch', ids, customerId, productId);
  return outcome === 'missing' ? keep(client, ids, customerId, productId) : outcome;
}

/** Removes a product from both lists; a no-op if it is on neither. */
export async function unwatch(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  await client.query('delete from couture.watch_entry where customer_id = $1 and product_id = $2', [
    customerId,
    productId,
  ]);
  const outcome = await callShop(client, 'unwatch', ids, customerId, productId);
  if (outcome !== 'missing') return outcome;
  const { rows } = await client.query<{ there: boolean }>(`select ${onShopsList(ids)} as there`, [
    customerId,
    productId,
  ]);
  return rows[0]!.there ? 'read_only' : 'done';
}

async function keep(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  const { rows } = await client.query<{ there: boolean }>(
    `with there as (
       select ${onShopsList(ids)} or exists (select from couture.watch_entry
         where customer_id = $1::${ids.customer}::text and product_id = $2::${ids.product}::text) as there
     ), kept as (
       insert into couture.watch_entry (customer_id, product_id)
       select $1::${ids.customer}::text, $2::${ids.product}::text from there
       where not there and (select count(*) from couture.watch_entry where customer_id = $1::${ids.customer}::text) < $3
       on conflict do nothing returning customer_id
     )
     select there or exists (select from kept) as there from there`,
    [customerId, productId, maxWatched],
  );
  return rows[0]!.there ? 'done' : 'full';
}

/** Whether the shop's list of customer $1 has product $2. */
function onShopsList({ customer, product }: ShopIds): string {
  return `exists (select from couture_source.watchlist where customer_id = $1::${customer} and product_id = $2::${product})`;
}

/** Whether the shop has a function that adds a product to its own list, or removes one. */
export async function writesWatchLists(
  client: Queryable,
  name: 'watch' | 'unwatch' = 'watch',
): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select exists (select from pg_proc where pronamespace = to_regnamespace('couture_source') and proname = $1) as there`,
    [name],
  );
  return rows[0]!.there;
}

async function callShop(
  client: Queryable,
  name: 'watch' | 'unwatch',
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<'missing' | 'done' | 'read_only' | 'refused'> {
  // Asked first: each call of a missing function would be an error in the server's log.
  if (!(await writesWatchLists(client, name))) return 'missing';
  try {
    await client.query(`select couture_source.${name}($1::${ids.customer}, $2::${ids.product})`, [
      customerId,
      productId,
    ]);
    return 'done';
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    // 42883: no function that accepts these ids; 42501: no permission to call it, or to write its tables.
    if (code === '42883' && message.includes(`couture_source.${name}`)) return 'missing';
    if (code === '42501') return 'read_only';
    // 23503: the id matches no row; 22003: the id is out of range of the table's integer type.
    if (code === '23503' || code === '22003') return 'refused';
    throw error;
  }
}
