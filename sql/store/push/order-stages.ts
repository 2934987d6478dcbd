// How far orders were when they were last read, for customers with messages about orders: the shop's orders of the last
// days → the furthest stage of each, and when it was seen to change.
import { batchesOf } from '../../cursor.ts';
import { fittingId, type IdType } from '../../id-types.ts';
import type { Client, Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { believedDate } from '../shop/believed-dates.ts';
import { isId } from '../shop/shop-products.ts';
import { wantsTopic } from './subscriptions.ts';

/** An order as the shop has it now. */
export interface ShopOrder {
  readonly order_id: string;
  readonly customer_id: string;
  readonly ordered_at: Date;
  /** What shoppers know the order by. */
  readonly number: string;
  /** As the shop writes it; of an order that no longer counts, why. */
  readonly status: string | null;
  /** Whether the source view counts it: a cancelled order does not. */
  readonly counts: boolean;
}

export interface OrderStageSeen {
  readonly order_id: string;
  readonly customer_id: string;
  readonly ordered_at: Date;
  readonly stage: string | null;
}

/** Days after which the state of an order is no news. Occasions are kept longer, so that no stage is found again. */
const watchedDays = 60;

type OrderRow = [string, string, string, string | null, string | null, boolean];

/** Yields the orders of the last days of customers with the topic. */
export async function* subscribersOrders(
  client: Client,
  type: IdType,
  signal: AbortSignal,
): AsyncGenerator<ShopOrder[]> {
  const sql = `with asked as materialized (
      select distinct ${fittingId('s.customer_id', type)} as customer_id from couture.push_subscription s
      where 'orders' = any (s.topics))
    ${ordersOf('in (select asked.customer_id from asked)', await hasOrderView(client))}`;
  for await (const rows of batchesOf<OrderRow>(client, sql, [], { batchRows: 1_000, signal }))
    yield rows.map(orderOf);
}

/** The orders of the last days of these customers: order id → order. */
export async function ordersOfCustomers(
  client: Queryable,
  type: IdType,
  customers: readonly string[],
): Promise<Map<string, ShopOrder>> {
  const asked = [...new Set(customers)].filter((id) => isId(type, id));
  if (asked.length === 0) return new Map();
  const { rows } = await client.query<{ row: OrderRow }>(
    `select jsonb_build_array(o.order_id, o.customer_id, o.micros, o.number, o.status, o.counts) as row
     from (${ordersOf(`= any ($1::${type}[])`, await hasOrderView(client))}) o`,
    [asked],
  );
  return new Map(rows.map(({ row }) => [row[0], orderOf(row)]));
}

/**
 * Notes the stage of each order if it is further than the one seen before. An order that was not seen before is noted as
 * it is, and never reported.
 * @param stages from the first to the last
 */
export async function noteStages(
  client: Queryable,
  stages: readonly string[],
  orders: readonly OrderStageSeen[],
): Promise<void> {
  const column = <T>(of: (order: OrderStageSeen) => T) => orders.map(of);
  await client.query(
    `insert into couture.push_order as k (order_id, customer_id, ordered_at, stage)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[])
     on conflict (order_id) do update set stage = excluded.stage, customer_id = excluded.customer_id,
       changed_at = case when k.customer_id = excluded.customer_id then now() end
     where coalesce(array_position($5::text[], excluded.stage), 0) > coalesce(array_position($5, k.stage), 0)`,
    [
      column((each) => each.order_id),
      column((each) => each.customer_id),
      column((each) => each.ordered_at),
      column((each) => each.stage),
      stages,
    ],
  );
}

/** Whether the journey read the orders within the last day; changes from before then are no news. */
export async function wasReadRecently(client: Queryable, journey: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from couture.push_journey where name = $1 and looked_at > now() - interval '1 day'`,
    [journey],
  );
  return rowCount === 1;
}

/** Forgets orders that are old, and those of customers who no longer want messages about orders. */
export async function pruneOrders(client: Queryable): Promise<void> {
  await client.query(
    `delete from couture.push_order k
     where ordered_at < now() - interval '${watchedDays + 1} days' or not ${wantsTopic('orders', 'k.customer_id')}`,
  );
}

/** Forgets all orders: without the journey, their stages are of no use. */
export async function forgetOrders(client: Queryable): Promise<void> {
  await client.query('delete from couture.push_order');
}

/**
 * Whether the views have every order, also those that do not count: without it, cancellations are not known. An owner's
 * own views need not have it, and the role may lack the right to read it.
 */
async function hasOrderView(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ readable: boolean }>(
    `select coalesce((select has_table_privilege(c.oid, 'select') and (
         select count(*) = 5 from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
           and a.attname in ('order_id', 'customer_id', 'status', 'counts', 'ordered_at'))
       from pg_class c where c.oid = to_regclass('couture_source.shop_order')), false) as readable`,
  );
  return rows[0]!.readable;
}

/** One row per order of the customers. extract(epoch …) reads times without a zone as UTC, as the build does. */
function ordersOf(customers: string, all: boolean): string {
  const micros = (time: string) => `(extract(epoch from ${time}) * 1000000)::bigint::text as micros`;
  const recent = `ordered_at > now() - interval '${watchedDays} days' and ${believedDate}`;
  const counted = `
    select order_id::text as order_id, max(customer_id::text) as customer_id, ${micros('max(ordered_at)')},
      max(order_number::text) as number, max(order_status::text) as status, true as counts
    from ${shopView.order_line} line
    where customer_id ${customers} and order_id is not null and ${recent} group by order_id`;
  if (!all) return counted;
  return `${counted} union all
    select o.order_id::text, o.customer_id::text, ${micros('o.ordered_at')}, to_jsonb(o) ->> 'number', o.status::text, false
    from couture_source.shop_order o
    where not o.counts and o.customer_id ${customers} and o.order_id is not null and ${recent}`;
}

function orderOf([order_id, customer_id, micros, number, status, counts]: OrderRow): ShopOrder {
  const ordered_at = new Date(Math.floor(Number(micros) / 1_000));
  return { order_id, customer_id, ordered_at, number: number ?? order_id, status, counts };
}
