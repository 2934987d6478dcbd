// What lies ahead: how many lines, orders, products, customers, and multiply-adds; estimated, or counted for a dry run.
import type { Client } from '../../../sql/pool.ts';

export interface SourceCounts {
  readonly lines: number;
  readonly orders: number;
  readonly customers: number;
  readonly products: number;
  /** Σ n² over orders: multiply-adds of the order matrix. */
  readonly squaredLines: number;
  readonly newest: Date | null;
}

/** Rows that Postgres's planner expects of a source view: free, and good enough for a progress bar. */
export async function estimateRows(client: Client, view: 'order_line' | 'customer'): Promise<number> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) select 1 from couture_source.${view}`,
  );
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
}

/** Counts exactly, in the server; takes about as long as reading the lines. */
export async function countSource(client: Client, from: Date | undefined): Promise<SourceCounts> {
  const { rows } = await client.query<
    Record<'lines' | 'orders' | 'customers' | 'products' | 'squared', string> & { newest: Date | null }
  >(
    `with orders as (
       select order_id, min(customer_id::text) as customer_id, count(*) as n,
              max(ordered_at) filter (where ${datable}) as ordered_at
       from couture_source.order_line where $1::timestamptz is null or ordered_at >= $1 group by order_id
     )
     select coalesce(sum(n), 0) as lines, count(*) as orders, count(distinct customer_id) as customers,
            coalesce(sum(n * n), 0) as squared, max(ordered_at) as newest,
            (select count(*) from couture_source.product) as products
     from orders`,
    [from ?? null],
  );
  const { lines, orders, customers, products, squared, newest } = rows[0]!;
  return {
    lines: Number(lines),
    orders: Number(orders),
    customers: Number(customers),
    products: Number(products),
    squaredLines: Number(squared),
    newest,
  };
}

/** `--since 365d` counts back from the newest order, so that an old data set is not simply empty. */
export async function resolveSince(
  client: Client,
  since: { days: number } | { date: Date } | 'all',
): Promise<Date | undefined> {
  if (since === 'all') return undefined;
  if ('date' in since) return since.date;
  const { rows } = await client.query<{ newest: Date | null }>(
    `select max(ordered_at) as newest from couture_source.order_line where ${datable}`,
  );
  const { newest } = rows[0]!;
  return newest ? new Date(newest.getTime() - since.days * 86_400_000) : undefined;
}

/** The moments that the readers take for dates: not infinity, nor the year 9999 that some shops write for it. */
const datable = `ordered_at between '1000-01-01' and '2999-12-31'`;
