// Orders whose lines disagree about the customer: views that give it on one line of an order only, and order ids that several
// customers share.
import type { IdType } from '../id-types.ts';
import type { Queryable } from '../pool.ts';
import { shopView } from './shop-view.ts';

/** Order lines that are read to find such orders. */
const lineLimit = 100_000;

/** Share of orders, in percent, from which they are the rule and not an accident. */
const minPercent = 1;

export interface OrderCustomers {
  /** Orders that were read. */
  readonly orders: number;
  /** Those of which some lines have a customer, always the same one, and others have none. */
  readonly partial: number;
  /** Those that several customers share. */
  readonly shared: number;
}

/** Reads the first lines of the shop. */
export async function readOrderCustomers(client: Queryable): Promise<OrderCustomers> {
  const { rows } = await client.query<OrderCustomers>(
    `select count(*)::int as orders, count(*) filter (where customers = 1 and guests)::int as partial,
            count(*) filter (where customers > 1)::int as shared
     from (select count(distinct customer) as customers, bool_or(customer is null) as guests
           from (select order_id, nullif(customer_id::text, '') as customer from couture_source.order_line
                 where order_id is not null limit ${lineLimit}) line
           group by order_id) orders`,
  );
  return rows[0]!;
}

/**
 * The order lines for `from`, to be followed by an alias, as `shopView.order_line` has them. If lines without a customer
 * are common in orders with one, they have the customer of their order; this takes a sort of all lines.
 */
export function orderLines({ orders, partial }: OrderCustomers, type: IdType): string {
  if (partial === 0 || partial * 100 < orders * minPercent) return shopView.order_line;
  return `(
    select order_id, coalesce(nullif(customer_id::text, ''), case when first_customer = last_customer then first_customer end)::${type} as customer_id,
           product_id, quantity, unit_price, ordered_at, currency, returned_quantity
    from (select every.*, min(nullif(customer_id::text, '')) over of_order as first_customer,
                 max(nullif(customer_id::text, '')) over of_order as last_customer
          from ${shopView.order_line} every window of_order as (partition by order_id)) every)`;
}

/** Warnings about such orders. */
export function orderCustomerWarnings({ orders, partial, shared }: OrderCustomers): string[] {
  const share = (count: number) => `${((100 * count) / orders).toFixed(count * 10 < orders ? 1 : 0)} %`;
  return [
    partial > 0 &&
      partial * 100 >= orders * minPercent &&
      `in ${share(partial)} of the orders, only some lines have a customer_id; the others count as lines of the same customer. Return it on every line of couture_source.order_line`,
    shared > 0 &&
      shared * 100 >= orders * minPercent &&
      `${share(shared)} of the order ids are shared by several customers; each customer's lines count as an order. If numbers restart, add the day or the branch to order_id in couture_source.order_line`,
  ].filter((warning) => typeof warning === 'string');
}
