// What the shop's own tables hold about a customer. Couture names it, and leaves it alone.
import { fittingId } from '../../id-types.ts';
import { relationName } from '../../source/shop-tables.ts';
import { shopView } from '../../source/shop-view.ts';
import type { ShopReads } from './find-person.ts';

export interface ShopHoldings {
  /** The shop's tables that the source views read, as `schema.table`; none for orders imported from files. */
  readonly tables: readonly string[];
  readonly customers: number;
  readonly order_lines: number;
  readonly watch_list: number;
}

export async function shopHoldings({ client, type }: ShopReads, customerId: string): Promise<ShopHoldings> {
  const { rows } = await client.query<Omit<ShopHoldings, 'tables'>>(
    `with own as (select ${fittingId('$1::text', type)} as id)
     select (select count(*)::int from ${shopView.customer} c join own on customer_id = id) as customers,
            (select count(*)::int from couture_source.order_line join own on customer_id = id) as order_lines,
            (select count(*)::int from couture_source.watchlist join own on customer_id = id) as watch_list`,
    [customerId],
  );
  // A view's rule depends on each relation that the view reads.
  const { rows: tables } = await client.query<{ schema: string; name: string }>(
    `with recursive reads as (
       select c.oid from pg_class c where c.relnamespace = to_regnamespace('couture_source')
         and c.relname in ('customer', 'order_line', 'watchlist')
       union
       select d.refobjid from reads r
       join pg_rewrite w on w.ev_class = r.oid
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
         and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid
     )
     select n.nspname::text as schema, c.relname::text as name from reads join pg_class c using (oid)
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f', 'm') and n.nspname not in ('imported', 'pg_catalog') order by 1, 2`,
  );
  return { ...rows[0]!, tables: tables.map(relationName) };
}
