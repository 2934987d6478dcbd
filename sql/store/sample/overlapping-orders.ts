// Orders that several files have: only the lines of the last of these files are kept. Its status is the latest, too.
import { copyText } from '../../copy/copy-text.ts';
import type { Client } from '../../pool.ts';

export interface OverlappingOrder {
  readonly order_id: string;
  /** Midnight UTC of the day on which it was placed. */
  readonly day: Date;
  /** Lines of the last file that has it. */
  lines: number;
}

/**
 * Deletes the lines of these orders that came from earlier files. Orders without a common product are kept: two tills may use the
 * same number on the same day. Call this before any update of the lines, because it relies on their order in the table.
 * @returns how many lines
 */
export async function dropOverlappingLines(
  client: Client,
  orders: readonly OverlappingOrder[],
): Promise<number> {
  if (orders.length === 0) return 0;
  await client.query(
    'create temporary table overlapping_order (order_id text, day timestamptz, lines int) on commit drop',
  );
  const rows = orders.map(({ order_id, day, lines }) => [order_id, day.toISOString(), lines] as const);
  await copyText(client, 'pg_temp.overlapping_order', [rows]);
  await client.query('analyze overlapping_order');
  const { rowCount } = await client.query(`
    with line as materialized (
      select l.ctid as id, o.order_id, o.day, l.product_id,
             row_number() over (partition by o.order_id, o.day order by l.ctid desc) <= o.lines as latest
      from imported.order_line l
      join overlapping_order o on o.order_id = l.order_id and l.ordered_at >= o.day and l.ordered_at < o.day + interval '1 day'
    ), again as (
      select distinct early.order_id, early.day
      from line early join line late using (order_id, day, product_id) where not early.latest and late.latest
    )
    delete from imported.order_line where ctid = any(array(
      select id from line join again using (order_id, day) where not latest))`);
  return rowCount ?? 0;
}
