// A customer's own orders, newest first, from couture_source.order_line; works for any shop.

import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { orderMicros } from './believed-dates.ts';

export interface CustomerOrderLine {
  readonly product_id: string;
  readonly quantity: number;
  /** In units of the order's currency. */
  readonly unit_price: number;
}

export interface CustomerOrder {
  readonly order_id: string;
  /** Whether order ids are integers (bigint or smaller). */
  readonly numeric_id: boolean;
  readonly ordered_at: Date;
  /** As the shop writes it; null if its orders don't say, or say several. */
  readonly currency: string | null;
  readonly lines: readonly CustomerOrderLine[];
  /** The order's position in the list, to pass as `before` for the next page. */
  readonly place: OrderPlace;
}

export interface OrderPlace {
  /** Microseconds since 1970, the precision of Postgres, so that orders within one millisecond are not lost. */
  readonly micros: string;
  readonly orderId: string;
}

/**
 * Lists a customer's orders that the source view counts.
 * @param options.before position of the last order of the previous page
 */
export async function ordersOf(
  client: Queryable,
  customerIdType: IdType,
  customerId: string,
  options: { readonly limit: number; readonly before?: OrderPlace | undefined },
): Promise<CustomerOrder[]> {
  const { limit, before } = options;
  const { rows } = await client.query<{
    order_id: string;
    numeric_id: boolean;
    micros: string;
    currency: string | null;
    lines: CustomerOrderLine[];
  }>(
    `with own as materialized (
       select order_id::text collate "C" as order_id,
              pg_typeof(order_id)::text = any ('{bigint,integer,smallint}') as numeric_id, product_id::text as product_id, quantity, unit_price, currency,
              ${orderMicros} as micros
       from ${shopView.order_line} line where customer_id = $1::${customerIdType} and order_id is not null
     ), page as (
       select order_id, max(micros) as micros from own group by order_id
       having max(micros) is not null and ($3::bigint is null or (max(micros), order_id) < ($3::bigint, $4::text))
       order by 2 desc, 1 desc limit $2
     )
     select page.order_id, bool_and(own.numeric_id) as numeric_id, page.micros::text as micros,
            case when count(distinct upper(own.currency)) = 1 then max(upper(own.currency)) end as currency,
            jsonb_agg(jsonb_build_object('product_id', own.product_id, 'quantity', own.quantity::float8,
              'unit_price', own.unit_price::numeric::float8) order by own.product_id) as lines
     from page join own on own.order_id = page.order_id
     group by page.order_id, page.micros order by page.micros desc, page.order_id desc`,
    [customerId, limit, before?.micros ?? null, before?.orderId ?? null],
  );
  return rows.map(({ order_id, numeric_id, micros, currency, lines }) => ({
    order_id,
    numeric_id,
    ordered_at: new Date(Math.floor(Number(micros) / 1000)),
    currency,
    lines,
    place: { micros, orderId: order_id },
  }));
}
