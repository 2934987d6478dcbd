// A customer's watch list: read from couture_source.watchlist, written through two functions that a shop may provide.

import type { IdTypes } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';

type ShopIds = { readonly [K in keyof IdTypes]-?: NonNullable<IdTypes[K]> };

/** `read_only`: the function is missing or couture may not call it. `refused`: the shop's tables reject the ids. */
export type WatchOutcome = 'done' | 'read_only' | 'refused';

/** Reads up to `limit` products that the customer watches, ordered by id. */
export async function watchedProducts(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select product_id::text as id from (
       select distinct product_id from couture_source.watchlist
       where customer_id = $1::${ids.customer} and product_id is not null
     ) watched order by watched.product_id limit $2`,
    [customerId, limit],
  );
  return rows.map((row) => row.id);
}

/** Adds a product to the list; a no-op if it is there already. */
export function watch(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  return call(client, 'watch', ids, customerId, productId);
}

/** Removes a product from the list; a no-op if it is not there. */
export function unwatch(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  return call(client, 'unwatch', ids, customerId, productId);
}

async function call(
  client: Queryable,
  name: 'watch' | 'unwatch',
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  try {
    await client.query(`select couture_source.${name}($1::${ids.customer}, $2::${ids.product})`, [
      customerId,
      productId,
    ]);
    return 'done';
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    // 42883: no function that accepts these ids; 42501: no permission to call it, or to write its tables.
    if (code === '42883' && message.includes(`couture_source.${name}`)) return 'read_only';
    if (code === '42501') return 'read_only';
    // 23503: the id matches no row; 22003: the id is out of range of the table's integer type.
    if (code === '23503' || code === '22003') return 'refused';
    throw error;
  }
}
