// A customer's watch list: read from couture_source.watchlist, written by two functions that a shop may have.

import type { IdTypes } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';

type ShopIds = { readonly [K in keyof IdTypes]-?: NonNullable<IdTypes[K]> };

/** `read_only`: the shop has no such function, or lets couture not call it. `refused`: its tables do not take the ids. */
export type WatchOutcome = 'done' | 'read_only' | 'refused';

/** Products that the customer watches, by id; at most `limit`. */
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

/** Puts a product on the list; it may be there already. */
export function watch(
  client: Queryable,
  ids: ShopIds,
  customerId: string,
  productId: string,
): Promise<WatchOutcome> {
  return call(client, 'watch', ids, customerId, productId);
}

/** Takes a product off the list; it may be gone already. */
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
    // 42883: no function that takes these ids; 42501: no right to call it, or to write what it writes.
    if (code === '42883' && message.includes(`couture_source.${name}`)) return 'read_only';
    if (code === '42501') return 'read_only';
    // 23503: a key of no row; 22003: an id that the table's integer does not hold.
    if (code === '23503' || code === '22003') return 'refused';
    throw error;
  }
}
