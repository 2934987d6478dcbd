// The schema `imported`: order lines and products from CSV files, and tables derived from them. One transaction per file.
import { readFileSync } from 'node:fs';
import { CoutureError } from '../../errors.ts';
import { sqlFile } from '../../package-root.ts';
import type { Queryable } from '../../pool.ts';
import { hasSchema } from '../../relations.ts';
import { countsAsSold } from './imported-counts.ts';
import {
  type ForeignProducts,
  fillPrices,
  type PriceUnit,
  priceForeignProducts,
  settleUnpriced,
} from './imported-prices.ts';

/**
 * Creates the empty tables; call it in the transaction that fills them.
 * @throws CoutureError `shop_not_empty` if imported orders exist and `replace` is not set
 */
export async function createImportedTables(client: Queryable, replace: boolean): Promise<void> {
  const exists = await hasSchema(client, 'imported');
  if (exists && !replace) {
    const lines = await client
      .query<{ lines: string }>(`select count(*)::text as lines from imported.order_line`)
      .then((result) => Number(result.rows[0]!.lines));
    throw new CoutureError(
      'shop_not_empty',
      `The schema imported holds ${lines.toLocaleString('en-GB')} order lines already`,
      'Replace them with --replace, or set DATABASE_URL to another database. To import several files, pass them together: couture import orders A.csv B.csv.',
    );
  }
  // The four source views that read these tables are recreated afterwards; any other dependent view blocks the drop.
  if (exists) await dropImported(client);
  await client.query(readFileSync(sqlFile('presets', 'import-tables.sql'), 'utf8'));
}

/** What `deriveImported` found. */
export interface DerivedImport {
  /** What became of products sold in other currencies only, if there are several. */
  readonly foreign: ForeignProducts | undefined;
  /** Customers with a line that counts. */
  readonly customers: number;
}

/** Indexes the lines, and counts their values for the planner. The products need not be there yet. */
export async function indexLines(client: Queryable): Promise<void> {
  // Tried: a hash index, whose build takes a third longer, and for one customer with 400,000 lines, as of a till, minutes: it walks
  // through all pages of a value for each line. Statistics of four columns only: half of the time, 0.1 s.
  await client.query(
    `set local maintenance_work_mem = '256MB'; set local work_mem = '128MB'; set local jit = off;
     create index on imported.order_line (customer_id text_pattern_ops) where customer_id is not null; analyze imported.order_line`,
  );
}

/**
 * Fills missing prices with medians and creates customers dated by their first order. Call it after `indexLines`: without
 * statistics, the updates join by a nested loop, 17 s instead of 1 s for 700,000 lines.
 * @param pricesKnown whether the products have the medians of what was paid
 */
export async function deriveImported(
  client: Queryable,
  unit: PriceUnit,
  pricesKnown: boolean,
): Promise<DerivedImport> {
  await client.query('analyze imported.product');
  await fillPrices(client, unit, pricesKnown);
  const foreign = unit.currency === undefined ? undefined : await priceForeignProducts(client, unit);
  await settleUnpriced(client);
  // One pass for both: a customer who bought nothing that counts is one, too.
  const { rows } = await client.query<{ customers: string }>(`
    with buyer as materialized (
      select customer_id, min(ordered_at) as first_order, bool_or(${countsAsSold}) as counts
      from imported.order_line where customer_id is not null group by customer_id
    ), written as (insert into imported.customer select customer_id, first_order from buyer)
    select count(*) filter (where counts)::text as customers from buyer`);
  await client.query(
    'alter table imported.customer add primary key (customer_id); analyze imported.product, imported.customer',
  );
  return { foreign, customers: Number(rows[0]!.customers) };
}

async function dropImported(client: Queryable): Promise<void> {
  try {
    await client.query(`
      do $$ declare name text; begin
        for name in
          select distinct v.oid::regclass::text
          from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
          join pg_class t on t.oid = d.refobjid and t.relnamespace = 'imported'::regnamespace
          where d.classid = 'pg_rewrite'::regclass and v.relnamespace = to_regnamespace('couture_source')
        loop execute 'drop view if exists ' || name; end loop;
      end $$`);
    await client.query('drop table imported.order_line, imported.product, imported.customer');
    await client.query('drop schema imported');
  } catch (cause) {
    // Only other objects that depend on the tables are for the user to drop.
    if ((cause as { code?: string }).code !== '2BP01') throw cause;
    throw new CoutureError(
      'shop_not_empty',
      `Cannot replace the imported orders: ${(cause as Error).message}`,
      `${(cause as { detail?: string }).detail ?? ''} Drop it yourself, then run this again.`.trim(),
      { cause },
    );
  }
}

/** Counts the lines between two moments, the stand-ins for no time. */
export async function countUndated(client: Queryable, from: Date, end: Date): Promise<number> {
  const { rows } = await client.query<{ lines: string }>(
    'select count(*)::text as lines from imported.order_line where ordered_at >= $1 and ordered_at < $2',
    [from, end],
  );
  return Number(rows[0]!.lines);
}
