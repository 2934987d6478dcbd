// A shop that is nothing but a table of order lines, `public.line`, for reports that read only those.
import type { Client } from '../../sql/pool.ts';

export async function createOrderLines(client: Client): Promise<void> {
  await client.query(`
    create schema couture_source;
    create table public.line (order_id bigint, customer_id bigint, product_id bigint, quantity int, unit_price numeric,
      ordered_at timestamptz);
    create view couture_source.order_line as select * from public.line`);
}
