// One customer in the source views: name, recent purchases and watch list.

import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { keptQuantity, returnedInFull, shopView } from '../../source/shop-view.ts';
import { believedDate } from './believed-dates.ts';

export interface Purchase {
  readonly product_id: string;
  readonly quantity: number;
  /** Time of the latest purchase; null if none has a plausible date. */
  readonly ordered_at: Date | null;
}

/** Returns a customer's name; null if the shop has none, undefined if no view contains the customer. */
export async function customerName(
  source: Queryable,
  type: IdType,
  id: string,
): Promise<string | null | undefined> {
  const { rows } = await source.query<{ name: string | null }>(
    `select max(name) as name from ${shopView.customer} c where customer_id = $1::${type} having count(*) > 0`,
    [id],
  );
  if (rows[0]) return rows[0].name;
  const known = await source.query<{ known: boolean }>(
    `select exists (select from couture_source.order_line where customer_id = $1::${type})
         or exists (select from couture_source.watchlist where customer_id = $1::${type}) as known`,
    [id],
  );
  return known.rows[0]?.known ? null : undefined;
}

/** Products that the customer bought, latest first. */
export async function purchasesOf(
  source: Queryable,
  type: IdType,
  customerId: string,
  limit: number,
): Promise<Purchase[]> {
  const { rows } = await source.query<Purchase>(
    `select product_id::text as product_id, sum(${keptQuantity})::float8 as quantity, max(ordered_at) filter (where ${believedDate})::timestamptz as ordered_at
     from ${shopView.order_line} line where customer_id = $1::${type} and product_id is not null and not ${returnedInFull}
     group by product_id order by max(ordered_at) filter (where ${believedDate}) desc nulls last, product_id limit $2`,
    [customerId, limit],
  );
  return rows;
}

/** Ids of the products on the customer's watch list. */
export async function watchListOf(
  source: Queryable,
  type: IdType,
  customerId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await source.query<{ product_id: string }>(
    `select distinct product_id::text as product_id from couture_source.watchlist
     where customer_id = $1::${type} and product_id is not null order by 1 limit $2`,
    [customerId, limit],
  );
  return rows.map((row) => row.product_id);
}
