// The schema `imported`: order lines and products from CSV files, and tables derived from them. One transaction per file.
import { readFileSync } from 'node:fs';
import { copyText } from '../../copy/copy-text.ts';
import { CoutureError } from '../../errors.ts';
import { sqlFile } from '../../package-root.ts';
import type { Client, Queryable } from '../../pool.ts';
import { type ForeignProducts, fillPrices, type PriceUnit, priceForeignProducts } from './imported-prices.ts';

/** In the order of the columns of imported.order_line. */
export type ImportedLineRow = readonly [
  orderId: string,
  customerId: string | null,
  productId: string,
  quantity: number,
  unitPrice: number | null,
  orderedAt: string,
  /** Null until the order's other lines are known. */
  cancelled: boolean | null,
  currency: string | null,
];

/** Row counts of the tables, and how many of the rows the source views count. */
export interface ImportedCounts {
  readonly cancelled: number;
  readonly without_customer: number;
  readonly quantity_not_positive: number;
  readonly price_not_positive: number;
  /** Lines that are equal to another in every column. */
  readonly duplicates: number;
  readonly counted: {
    readonly lines: number;
    readonly orders: number;
    readonly products: number;
    readonly customers: number;
  };
  readonly first_order: Date | null;
  readonly last_order: Date | null;
}

/**
 * Creates the empty tables; call it in the transaction that fills them.
 * @throws CoutureError `shop_not_empty` if imported orders exist and `replace` is not set
 */
export async function createImportedTables(client: Queryable, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regnamespace('imported') is not null as there`,
  );
  if (rows[0]?.there && !replace) {
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
  if (rows[0]?.there) await dropImported(client);
  await client.query(readFileSync(sqlFile('presets', 'import-tables.sql'), 'utf8'));
}

/** COPYs batches of lines. If `batches` fails, the COPY is aborted. */
export async function copyImportedLines(
  client: Client,
  batches: AsyncIterable<readonly ImportedLineRow[]>,
): Promise<void> {
  await copyText(client, 'imported.order_line', batches);
}

/**
 * Fills missing prices with medians, creates customers dated by their first order, builds indexes and statistics.
 * @returns what became of products sold in other currencies only, if there are several
 */
export async function deriveImported(
  client: Queryable,
  unit: PriceUnit,
): Promise<ForeignProducts | undefined> {
  await client.query(`set local maintenance_work_mem = '256MB'; set local work_mem = '128MB'`);
  // Without statistics, the update below joins by a nested loop: 17 s instead of 1 s for 700,000 lines.
  await client.query('analyze imported.order_line, imported.product');
  await fillPrices(client, unit);
  const foreign = unit.currency === undefined ? undefined : await priceForeignProducts(client, unit);
  await client.query(`
    insert into imported.customer
    select customer_id, min(ordered_at) from imported.order_line where customer_id is not null group by customer_id`);
  await client.query('create index on imported.order_line using hash (customer_id)');
  await client.query('analyze imported.product, imported.customer');
  return foreign;
}

/** Counts the imported rows, and the rows that the source views return for them. */
export async function countImported(client: Queryable): Promise<ImportedCounts> {
  // Grouping by hash: the sorts of count(distinct) compare texts in the language of the database, which takes 9 s instead
  // of 1 s for 700,000 lines.
  const counted = (column: string) =>
    `(select count(*) from (select from couture_source.order_line where ${column} is not null group by ${column}) each)`;
  const { rows } = await client.query<Record<string, string> & { first_order: Date; last_order: Date }>(`
    select c.*, e.* from (
      select count(*) filter (where cancelled) as cancelled,
             count(*) filter (where customer_id is null) as without_customer,
             count(*) filter (where quantity <= 0) as quantity_not_positive,
             count(*) filter (where unit_price <= 0) as price_not_positive,
             count(*) - count(distinct hash_record_extended(line, 0)) as duplicates
      from imported.order_line line
    ) c, (
      select count(*) as lines, ${counted('order_id')} as orders, ${counted('product_id')} as products,
             ${counted('customer_id')} as customers, min(ordered_at) as first_order, max(ordered_at) as last_order
      from couture_source.order_line
    ) e`);
  const { first_order, last_order, ...figures } = rows[0]!;
  const at = (name: string) => Number(figures[name]);
  return {
    cancelled: at('cancelled'),
    without_customer: at('without_customer'),
    quantity_not_positive: at('quantity_not_positive'),
    price_not_positive: at('price_not_positive'),
    duplicates: at('duplicates'),
    counted: {
      lines: at('lines'),
      orders: at('orders'),
      products: at('products'),
      customers: at('customers'),
    },
    first_order,
    last_order,
  };
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
