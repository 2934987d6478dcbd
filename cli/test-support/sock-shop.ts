// A planted shop: two brands of socks bought in turn, and shoes bought with them.
import type { Client } from '../../sql/pool.ts';

/** Ids of both socks, the shoe and the mug. */
export const sockShop = ['1', '2', '3', '4'] as const;

/**
 * Forty customers buy Alpha socks and shoes in spring, Bravo socks and shoes in autumn; three buy both socks at once;
 * others buy mugs.
 */
export async function plantSockShop(client: Client): Promise<void> {
  await client.query(`
    create schema shop;
    create table shop.product (id bigint, name text, category text, price numeric);
    insert into shop.product values (1, 'Alpha running sock', 'Socks', 9), (2, 'Bravo running sock', 'Socks', 10),
      (3, 'Trail shoe', 'Shoes', 90), (4, 'Mug', 'Kitchen', 8), (5, 'Bowl', 'Kitchen', 9), (6, 'Plate', 'Kitchen', 9);
    create table shop.line (order_id bigint, customer_id bigint, product_id bigint, at timestamptz);
    insert into shop.line
      select 4 * c + o, c, p, timestamptz '2026-03-01' + o * interval '90 days' + c * interval '1 hour'
      from generate_series(1, 40) c, (values (0, 1), (0, 3), (1, 2), (1, 3)) l (o, p);
    insert into shop.line
      select 1000 + 4 * c + o, 100 + c, p, timestamptz '2026-04-01' + o * interval '30 days' + c * interval '1 hour'
      from generate_series(1, 60) c, (values (0, 4), (0, 5), (1, 4), (1, 6)) l (o, p);
    insert into shop.line
      select 3000 + c, 300 + c, p, timestamptz '2026-05-01' from generate_series(1, 3) c, (values (1), (2)) l (p);
    create schema couture_source;
    create view couture_source.product as
      select id as product_id, name, category, price, 10 as inventory from shop.product;
    create view couture_source.order_line as
      select order_id, customer_id, product_id, 1 as quantity, 10::numeric as unit_price, at as ordered_at from shop.line;
    create view couture_source.watchlist as select customer_id, product_id from couture_source.order_line where false;
    create view couture_source.customer as select distinct customer_id from shop.line;
  `);
}
