// What lines of an order share, in the schema `imported`: its status, time and customer; returns; numbers that
// restart; other currencies. Runs after the lines are in, and only where a line lacks something.
import { copyText } from '../../copy/copy-text.ts';
import type { Client, Queryable } from '../../pool.ts';

/** A row of a file of orders, in the order of the columns of the temporary table order_fact. */
export type OrderFactRow = readonly [
  /** Number of the file; a later one knows more of an order. */
  file: number,
  /** Ids by which lines may know the order: its number, its row. */
  keys: readonly string[],
  customerId: string | null,
  /** Null if the file of orders has no time. */
  orderedAt: string | null,
  cancelled: boolean | null,
  /** Since when this is the status; null if the file does not say. */
  changedAt: string | null,
  currency: string | null,
  /** The order that this one refunds. */
  refundOf: string | null,
];

/** SQL: whether a line takes a sale back, by its quantity or by its amount. */
function givenBack(line = 'order_line'): string {
  return `(${line}.quantity < 0 or coalesce(${line}.unit_price, 0) < 0)`;
}

/** COPYs orders of files that name no products. They are joined to the lines with `joinOrderFacts`. */
export async function copyOrderFacts(
  client: Client,
  batches: AsyncIterable<readonly OrderFactRow[]>,
): Promise<void> {
  await client.query(`
    create temporary table if not exists order_fact (
      file int, keys text[], customer_id text, ordered_at timestamptz, cancelled boolean, changed_at timestamptz, currency text,
      refund_of text, line bigint generated always as identity
    ) on commit drop`);
  const columns = 'file, keys, customer_id, ordered_at, cancelled, changed_at, currency, refund_of';
  await copyText(client, `pg_temp.order_fact (${columns})`, batches);
}

/** What a join of orders to lines did. */
export interface JoinedOrders {
  readonly orders: number;
  /** Lines whose order is in the files of orders. */
  readonly lines: number;
  readonly dated: number;
  /** Lines of refunds that have an order number of their own. */
  readonly refunded: number;
}

/**
 * Completes lines with their orders' customers, times, statuses and currencies; lines of refunds go to the order that they refund. Times
 * in the range stand for none. The file of orders decides on the customer, if it names any: lines may have another kind of id.
 */
export async function joinOrderFacts(client: Queryable, from: Date, end: Date): Promise<JoinedOrders> {
  const key = await keyOfLines(client);
  // An order has several rows in files that overlap, and in lists of payments or of states: the last state counts. Without times it is
  // the lowest of the last file, or the highest where the newest orders come first; files in no order hardly correlate.
  await client.query(`
    create temporary table order_key on commit drop as
      with direction as (
        select file, coalesce(corr(line, extract(epoch from ordered_at)) < -0.5, false) as newest_first from order_fact group by file
      )
      select keys[${key}] as order_id, min(customer_id) as customer_id, min(ordered_at) as ordered_at,
             (array_agg(cancelled order by coalesce(changed_at, ordered_at) desc nulls last, file desc,
                                           case when newest_first then line else -line end)
                filter (where refund_of is null and cancelled is not null))[1] as cancelled,
             min(currency) as currency, min(refund_of) as refund_of
      from order_fact join direction using (file) where keys[${key}] <> '' group by 1`);
  await client.query('analyze order_key');
  const { rows } = await client.query<{ lines: string; dated: string }>(
    `with joined as (
       update imported.order_line l set
         customer_id = case when exists (select from order_key where customer_id is not null) then f.customer_id else l.customer_id end,
         ordered_at = case when l.ordered_at >= $1 and l.ordered_at < $2
                           then coalesce(f.ordered_at, l.ordered_at) else l.ordered_at end,
         cancelled = coalesce(l.cancelled, false) or coalesce(f.cancelled, false),
         currency = coalesce(l.currency, f.currency)
       from order_key f where f.order_id = l.order_id
       returning f.ordered_at is not null as dated
     )
     select count(*)::text as lines, (count(*) filter (where dated))::text as dated from joined`,
    [from, end],
  );
  const refunds = await client.query(`
    with refund as (
      select f.order_id, coalesce(sale.order_id, f.refund_of) as sale_id
      from order_key f
      left join (select distinct unnest(keys) as key, keys[${key}] as order_id from order_fact) sale on sale.key = f.refund_of
      where f.refund_of is not null
    )
    update imported.order_line l set order_id = refund.sale_id, quantity = -abs(l.quantity), cancelled = false
    from refund where refund.order_id = l.order_id`);
  return {
    orders: await countRows(client, 'select count(distinct keys[1]) as rows from order_fact'),
    lines: Number(rows[0]!.lines),
    dated: Number(rows[0]!.dated),
    refunded: refunds.rowCount ?? 0,
  };
}

/** The place among the keys of orders whose ids the most lines have. */
async function keyOfLines(client: Queryable): Promise<number> {
  await client.query('analyze order_fact, imported.order_line');
  const { rows } = await client.query<{ place: number }>(`
    select place from (
      select place, key from order_fact, unnest(keys) with ordinality as each(key, place) where key <> '' group by place, key
    ) keys join (select order_id from imported.order_line group by order_id) line on line.order_id = key
    group by place order by count(*) desc, place limit 1`);
  return Number(rows[0]?.place ?? 1);
}

/** An order id of the lines, and one of the orders. */
export async function joinExamples(client: Queryable): Promise<{ line: string; order: string }> {
  const { rows } = await client.query<{ line: string; order: string }>(`
    select (select order_id from imported.order_line limit 1) as line, (select keys[1] from order_fact limit 1) as order`);
  return rows[0]!;
}

async function countRows(client: Queryable, sql: string): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(sql);
  return Number(rows[0]!.rows);
}

/**
 * Gives the lines between two moments, the stand-ins for no time, the first time of their order's other lines.
 * @returns how many lines got one
 */
export async function dateUndatedLines(client: Queryable, from: Date, end: Date): Promise<number> {
  const { rowCount } = await client.query(
    `with dated as (
       select order_id, min(ordered_at) as ordered_at from imported.order_line
       where order_id in (select order_id from imported.order_line where ordered_at >= $1 and ordered_at < $2)
         and not (ordered_at >= $1 and ordered_at < $2)
       group by order_id
     )
     update imported.order_line l set ordered_at = d.ordered_at from dated d
     where l.order_id = d.order_id and l.ordered_at >= $1 and l.ordered_at < $2`,
    [from, end],
  );
  return rowCount ?? 0;
}

/** Gives lines without a status that of another line of their order. @returns how many got one */
export async function completeStatuses(client: Queryable): Promise<number> {
  const { rowCount } = await client.query(
    `update imported.order_line l set cancelled = o.cancelled
     from (select order_id, bool_or(cancelled) as cancelled from imported.order_line
           where order_id in (select order_id from imported.order_line where cancelled is null)
           group by order_id) o
     where o.order_id = l.order_id and l.cancelled is null and o.cancelled is not null`,
  );
  await client.query('update imported.order_line set cancelled = false where cancelled is null');
  return rowCount ?? 0;
}

/** Gives lines without a customer that of another line of their order. @returns how many got one */
export async function completeCustomers(client: Queryable): Promise<number> {
  const { rowCount } = await client.query(
    `update imported.order_line l set customer_id = o.customer_id
     from (select order_id, min(customer_id) as customer_id from imported.order_line
           where order_id in (select order_id from imported.order_line where customer_id is null)
           group by order_id having min(customer_id) = max(customer_id)) o
     where o.order_id = l.order_id and l.customer_id is null`,
  );
  return rowCount ?? 0;
}

/** How far apart the lines of an order lie. */
export interface OrderSpans {
  /** Orders of two lines or more. */
  readonly orders: number;
  /** Those of them whose lines lie more than a week apart. */
  readonly long: number;
  /** Those that name two customers or more. */
  readonly shared: number;
  /** Those that name a customer on some lines only. */
  readonly partial: number;
  readonly example: { readonly order_id: string; readonly from: Date; readonly to: Date } | undefined;
}

/** Measures the orders that have a number. */
export async function orderSpans(client: Queryable): Promise<OrderSpans> {
  const { rows } = await client.query<{
    orders: string;
    long: string;
    shared: string;
    partial: string;
    order_id: string;
    first: Date;
    last: Date;
  }>(
    `with spans as (
       select order_id, min(ordered_at) as first, max(ordered_at) as last,
              min(customer_id) is distinct from max(customer_id) as shared,
              count(customer_id) between 1 and count(*) - 1 as partial
       from imported.order_line where order_id not like 'customer:%' and not ${givenBack()}
       group by order_id having count(*) > 1
     ), longest as (select * from spans order by last - first desc, order_id limit 1)
     select (select count(*)::text from spans) as orders,
            (select count(*)::text from spans where last - first > interval '7 days') as long,
            (select count(*)::text from spans where shared) as shared,
            (select count(*)::text from spans where partial) as partial, longest.* from longest`,
  );
  const row = rows[0];
  return {
    orders: Number(row?.orders ?? 0),
    long: Number(row?.long ?? 0),
    shared: Number(row?.shared ?? 0),
    partial: Number(row?.partial ?? 0),
    example: row && { order_id: row.order_id, from: row.first, to: row.last },
  };
}

/** Adds the day to every order's number. What was given back goes to the latest sale of it under the same number. */
export async function splitOrdersByDay(client: Queryable): Promise<void> {
  await client.query(
    `update imported.order_line l set ordered_at = sale.ordered_at
     from (select back.ctid as line, max(sold.ordered_at) as ordered_at
           from imported.order_line back join imported.order_line sold using (order_id, product_id)
           where ${givenBack('back')} and not ${givenBack('sold')} and sold.ordered_at <= back.ordered_at
           group by back.ctid) sale
     where l.ctid = sale.line`,
  );
  await client.query(
    `update imported.order_line set order_id = order_id || to_char(ordered_at at time zone 'UTC', ' YYYY-MM-DD')
     where order_id not like 'customer:%'`,
  );
}

/**
 * Marks lines whose product was returned in the same order, or paid back in full; a discount on it leaves it sold.
 * Keeps those of them that counted before in the temporary table taken_back.
 * @returns how many lines
 */
export async function markTakenBack(client: Queryable): Promise<number> {
  // What a line pays back is negative, whether its quantity is, its price, or both.
  const amount = 'case when quantity < 0 then -abs(unit_price * quantity) else unit_price * quantity end';
  await client.query('create temporary table taken_back (order_id text, product_id text) on commit drop');
  const { rows } = await client.query<{ lines: string }>(
    `with marked as (
       update imported.order_line l set cancelled = true
       from (select order_id, product_id from imported.order_line
             where (order_id, product_id) in (select order_id, product_id from imported.order_line where ${givenBack()})
             group by order_id, product_id
             having max(quantity) filter (where not ${givenBack()}) > 0
               and (sum(quantity) <= 0 or min(unit_price) < 0 and sum(${amount}) <= 0)) r
       where l.order_id = r.order_id and l.product_id = r.product_id and l.quantity > 0 and not ${givenBack('l')} and not l.cancelled
       returning l.order_id, l.product_id, coalesce(l.unit_price, 1) > 0 as counted
     ), kept as (insert into taken_back select order_id, product_id from marked where counted)
     select count(*)::text as lines from marked`,
  );
  return Number(rows[0]!.lines);
}

/** Values lines in other currencies at the price of their product, whose currency is the main one. */
export async function valueForeignLines(client: Queryable, currency: string): Promise<void> {
  await client.query(
    `update imported.order_line l set unit_price = p.price
     from imported.product p
     where p.product_id = l.product_id and l.currency <> $1 and l.unit_price > 0`,
    [currency],
  );
}
