// Watch lists of all customers, as SQL: the shop's own and those that couture keeps. Every query over more than one customer's
// list reads these; one customer's is in watch-list.ts.
import { fittingId, type IdType } from '../../id-types.ts';

/**
 * A subquery for `from` with customer_id and product_id as text. A product may occur twice on a list: on the shop's and on
 * the one that couture keeps.
 */
export const watchLists = `(
  select customer_id::text as customer_id, product_id::text as product_id from couture_source.watchlist
  union all
  select customer_id, product_id from couture.watch_entry)`;

/** A query for the ids of all watched products, of the shop's type, so that products are found by their index. */
export function watchedIds(type: IdType): string {
  return `select product_id from couture_source.watchlist
    union all
    select ${fittingId('product_id', type)} from couture.watch_entry`;
}

/**
 * A query for the customers, as text, who watch one of some products.
 * @param products query for one column, `product_id`
 */
export function watchersOf(products: string): string {
  return `select customer_id::text as customer_id from couture_source.watchlist where product_id in (${products})
    union all
    select customer_id from couture.watch_entry
    where product_id in (select sold.product_id::text from (${products}) sold)`;
}
