// The size of a build: lines, orders, products, customers and multiply-adds, estimated or counted (for a dry run); and
// the window of `--since`.
import type { Client } from '../../../sql/pool.ts';
import { lastDay } from './line-batch.ts';
import { dateOfDay, type FutureLines, type OrderDates, orderDates } from './order-dates.ts';

export interface SourceCounts {
  readonly lines: number;
  readonly orders: number;
  readonly customers: number;
  readonly products: number;
  /** Σ n² over orders, n lines each: the multiply-adds of the order matrix. */
  readonly squaredLines: number;
}

/** Number of rows of a source view as Postgres's planner estimates it: free, and good enough for a progress bar. */
export async function estimateRows(client: Client, view: 'order_line' | 'customer'): Promise<number> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) select 1 from couture_source.${view}`,
  );
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
}

/** Counts in Postgres, exactly, from the time `from` up to the day `newest`. Takes about as long as reading the lines. */
export async function countSource(
  client: Client,
  from: Date | undefined,
  newest: number,
): Promise<SourceCounts> {
  const { rows } = await client.query<
    Record<'lines' | 'orders' | 'customers' | 'products' | 'squared', string>
  >(
    `with orders as (
       select order_id, min(customer_id::text) as customer_id, count(*) as n
       from couture_source.order_line
       where ($1::timestamptz is null or ordered_at >= $1)
         and ($2::timestamptz is null or ordered_at is null or ordered_at < $2)
       group by order_id
     )
     select coalesce(sum(n), 0) as lines, count(*) as orders, count(distinct customer_id) as customers,
            coalesce(sum(n * n), 0) as squared, (select count(*) from couture_source.product) as products
     from orders`,
    [from ?? null, Number.isFinite(newest) ? dateOfDay(newest + 1) : null],
  );
  const { lines, orders, customers, products, squared } = rows[0]!;
  return {
    lines: Number(lines),
    orders: Number(orders),
    customers: Number(customers),
    products: Number(products),
    squaredLines: Number(squared),
  };
}

export interface SourceDates extends OrderDates {
  /** Time of the newest believed order, to the millisecond; undefined if no order has a date. */
  readonly newestAt: Date | undefined;
  readonly future: FutureLines;
}

/** Reads the dates of all order lines with one scan in Postgres. */
export async function readSourceDates(client: Client, latestDay: number): Promise<SourceDates> {
  // Seconds since 1970 treat a timestamp without time zone as UTC, like the reader does. date_part returns floats and
  // takes half as long as extract, which returns numerics.
  const { rows } = await client.query<{ day: number; lines: number; newest: number }>(
    `select floor((date_part('epoch', ordered_at) - 946684800) / 86400) as day, count(*)::float8 as lines,
            floor(extract(epoch from max(ordered_at)) * 1000)::float8 as newest
     from couture_source.order_line where isfinite(ordered_at) group by 1 order by 1`,
  );
  return judgeDays(client, rows, latestDay);
}

/** @param days in ascending order, each with its lines and its newest order, in epoch milliseconds */
export async function judgeDays(
  client: Client,
  days: ReadonlyArray<{ readonly day: number; readonly lines: number; readonly newest: number }>,
  latestDay: number,
): Promise<SourceDates> {
  const dated = days.filter(({ day }) => Math.abs(day) <= lastDay);
  const known = dated.filter(({ day }) => day <= latestDay);
  const late = dated.slice(known.length);
  const guess = orderDates(known.map(({ day, lines }) => ({ day, lines, orders: 0 })));
  // Counting distinct orders takes a sort: only do it after a gap, where the number matters.
  const after = guess.outliers ? guess.newest : guess.stray?.after;
  const dates = after === undefined ? guess : orderDates(await withOrders(client, known, after));
  const newest = known.find(({ day }) => day === dates.newest);
  return {
    ...dates,
    newestAt: newest && new Date(newest.newest),
    future: {
      lines: late.reduce((sum, { lines }) => sum + lines, 0),
      until: late.at(-1)?.day ?? Number.NEGATIVE_INFINITY,
    },
  };
}

async function withOrders(
  client: Client,
  days: ReadonlyArray<{ day: number; lines: number }>,
  after: number,
) {
  const { rows } = await client.query<{ day: number; orders: number }>(
    `select floor((extract(epoch from ordered_at) - 946684800) / 86400)::float8 as day,
            count(distinct (order_id::text, customer_id::text))::float8 as orders
     from couture_source.order_line where ordered_at >= $1 and isfinite(ordered_at) group by 1`,
    [dateOfDay(after + 1)],
  );
  const ordersOf = new Map(rows.map(({ day, orders }) => [day, orders]));
  return days.map(({ day, lines }) => ({ day, lines, orders: ordersOf.get(day) ?? lines }));
}

/** The orders that `--since` selects. */
export interface SinceWindow {
  readonly from: Date | undefined;
  /** Newest believed day over all orders of the shop; Infinity if their dates were not read. */
  readonly newest: number;
  /** Days with a few orders long after all others, from which a duration counts back. */
  readonly stray?: OrderDates['stray'];
}

/** Resolves `--since`. A duration counts back from the newest believed order, so that an old data set is not empty. */
export async function resolveSince(
  client: Client,
  since: { days: number } | { date: Date } | 'all',
  latestDay: number,
): Promise<SinceWindow> {
  const counted = since !== 'all' && 'days' in since;
  if (!counted) return { from: sinceDate(since, undefined), newest: Number.POSITIVE_INFINITY };
  const { newestAt, newest, stray } = await readSourceDates(client, latestDay);
  return {
    from: sinceDate(since, newestAt),
    newest: newestAt ? newest : Number.POSITIVE_INFINITY,
    ...(stray ? { stray } : {}),
  };
}

/** Like `resolveSince`, for a known newest order. */
export function sinceDate(
  since: { days: number } | { date: Date } | 'all',
  newestAt: Date | undefined,
): Date | undefined {
  if (since === 'all') return undefined;
  if ('date' in since) return since.date;
  return newestAt && new Date(newestAt.getTime() - since.days * 86_400_000);
}
