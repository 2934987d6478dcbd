// Watched products: polls for price drops and restocks, which two journeys tell their watchers about.
import { readIdTypes } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { watchedIds, watchLists } from '../shop/watch-lists.ts';

/** Polls price and stock of watched products, and records price drops and restocks. */
export async function checkWatched(client: Queryable): Promise<void> {
  const { product = 'text' } = await readIdTypes(client);
  await client.query(
    `with watched as (
       select distinct on (p.product_id::text) p.product_id::text as product_id,
         coalesce(case when p.on_sale then p.discounted_price end, p.price) as price, coalesce(p.inventory, 1) > 0 as in_stock
       from ${shopView.product} p
       where p.product_id in (${watchedIds(product)}) and p.price is not null
     ), unwatched as (
       -- A price from when nobody watched the product would look like a drop to the next watcher.
       delete from couture.push_watched k
       where not exists (select from ${watchLists} w where w.product_id = k.product_id)
     ), forgotten as (
       -- Alerts are about changes of the last hours, so older records of sent alerts are not needed.
       delete from couture.push_told where told_at < now() - interval '1 day'
     )
     insert into couture.push_watched as k (product_id, price, in_stock)
     select product_id, price, in_stock from watched
     on conflict (product_id) do update set price = excluded.price, in_stock = excluded.in_stock,
       price_before = case when excluded.price < k.price then k.price else k.price_before end,
       dropped_at = case when excluded.price < k.price then now() else k.dropped_at end,
       restocked_at = case when excluded.in_stock and not k.in_stock then now() else k.restocked_at end
     where (k.price, k.in_stock) is distinct from (excluded.price, excluded.in_stock)`,
  );
}

/** Marks a product as seen by a new watcher: this customer gets no alert about earlier changes. */
export async function seenNow(client: Queryable, customerId: string, productId: string): Promise<void> {
  await client.query(
    `insert into couture.push_told (customer_id, product_id, kind) values ($1, $2, 'price'), ($1, $2, 'stock')
     on conflict (customer_id, product_id, kind) do update set told_at = now()`,
    [customerId, productId],
  );
}

/** Takes `seenNow` back, for a product that could not be watched: nothing is kept of customers whom the shop refuses. */
export async function notSeen(client: Queryable, customerId: string, productId: string): Promise<void> {
  await client.query(`delete from couture.push_told where customer_id = $1 and product_id = $2`, [
    customerId,
    productId,
  ]);
}
