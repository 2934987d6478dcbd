// What the source views contain: products, order lines and customers in figures. Reads the first rows of each view, never more
// than `rowLimit`, so that it takes seconds on a shop of any size.
import type { Queryable } from '../../../sql/pool.ts';
import { shopView } from '../../../sql/source/shop-view.ts';
import { plainOriginsOf } from '../../../sql/store/shop/address-kinds.ts';

/** Rows of a view that are read. */
const rowLimit = 200_000;

/** Order lines that are read: joined, sorted and counted, they cost more than products. */
const lineLimit = 100_000;

/** How far lines are counted. */
export const countLimit = 1_000_000;

export interface ProductFigures {
  readonly rows: number;
  readonly products: number;
  /** Whether the view has more rows than were read. */
  readonly more: boolean;
  /** Some ids that have several rows. */
  readonly repeated: readonly string[];
  readonly named: number;
  readonly categories: number;
  readonly categorized: number;
  readonly blank_categories: number;
  readonly pictures: number;
  readonly urls: number;
  readonly relative_urls: number;
  readonly relative_pictures: number;
  readonly plain_origins: readonly string[];
  readonly priced: number;
  readonly in_stock: number;
  readonly grouped: number;
  readonly median_price: number | null;
  /** Products whose price has no fraction, and of these the ones that a hundred does not divide. */
  readonly whole_prices: number;
  readonly odd_prices: number;
  /** Standard deviation of the prices' logarithms: 0 if all products cost the same. */
  readonly price_spread: number | null;
}

export interface LineFigures {
  /** Lines of the view, counted up to `countLimit`. */
  readonly counted: number;
  /** Lines that were read, of which everything below is. */
  readonly lines: number;
  readonly orders: number;
  readonly orders_of_several: number;
  readonly products: number;
  readonly customers: number;
  readonly with_customer: number;
  /** Customers that were searched for, and found, in the view `customer`. */
  readonly asked_customers: number;
  readonly known_customers: number;
  readonly known_products: number;
  /** Lines whose product would be known if ids did not differ in letter case, spaces or leading zeros; one of these ids. */
  readonly alike_products: number;
  readonly alike_product: string | null;
  readonly undated: number;
  readonly times: number;
  readonly days: number;
  readonly whole_prices: number;
  /** The currency whose amounts are compared with prices; null if the view has none. */
  readonly currency: string | null;
  /** Currencies of the lines with the number of lines, the most frequent first. */
  readonly currencies: ReadonlyArray<{ readonly currency: string; readonly lines: number }>;
}

/** How prices paid agree with prices of the products, when joined by one column of the view `product`. */
export interface PriceFit {
  /** Products that were compared. */
  readonly products: number;
  /** Median of unit_price ÷ price. */
  readonly ratio: number | null;
  /** Share of products whose ratio is within a third of the median. */
  readonly near: number;
  /** Correlation of the logarithms of both; null when all products cost the same. */
  readonly correlation: number | null;
  /** Whether all products were sold at one and the same price, which then stands for no price at all. */
  readonly constant: boolean;
  /** Whether all ids are whole numbers. Serial ids of unrelated tables match by chance; texts and uuids don't. */
  readonly integer_ids: boolean;
}

export interface ContentFigures {
  readonly products: ProductFigures;
  readonly lines: LineFigures;
  readonly fit: PriceFit;
  /** Joined by `group_id`: order lines that hold the ids of products where the view has variants. */
  readonly groupFit: PriceFit & { readonly known_lines: number };
  readonly customerRows: number;
}

/**
 * Reads all figures. The views must match their contract.
 * @param currency of the shop's prices; if no line has it, that of most lines is taken
 */
export async function readContentFigures(client: Queryable, currency: string): Promise<ContentFigures> {
  const one = async <T extends object>(text: string, values: unknown[] = []): Promise<T> =>
    (await client.query<T>(text, values)).rows[0]!;
  const { known_lines, ...groupFit } = await one<PriceFit & { known_lines: number }>(fitBy('group_id'), [
    currency,
  ]);
  return {
    products: await one<ProductFigures>(productFigures),
    lines: await one<LineFigures>(lineFigures, [currency]),
    fit: await one<PriceFit>(fitBy('product_id'), [currency]),
    groupFit: { ...groupFit, known_lines },
    customerRows: (
      await one<{ rows: number }>(
        'select count(*)::int as rows from (select from couture_source.customer limit 1000) c',
      )
    ).rows,
  };
}

const productFigures = `
  with product as materialized (
    select product_id::text as id, group_id::text as group_id, name, category, image_url, url, inventory,
           price::float8 as price
    from ${shopView.product} p limit ${rowLimit}
  ), ids as (select id, count(*) as rows from product group by id)
  select count(*)::int as rows, (select count(*)::int from ids) as products, count(*) = ${rowLimit} as more,
         (select coalesce(array_agg(id), '{}') from (select id from ids where rows > 1 order by rows desc, id limit 3) r) as repeated,
         count(*) filter (where trim(name) <> '')::int as named,
         count(distinct nullif(trim(category), ''))::int as categories,
         count(*) filter (where trim(category) <> '')::int as categorized,
         count(*) filter (where trim(category) = '')::int as blank_categories,
         count(*) filter (where image_url <> '')::int as pictures,
         count(*) filter (where url <> '')::int as urls,
         count(*) filter (where url <> '' and url !~* '^https?://')::int as relative_urls,
         count(*) filter (where image_url <> '' and image_url !~* '^https?://')::int as relative_pictures,
         ${plainOriginsOf} as plain_origins,
         count(*) filter (where price > 0)::int as priced,
         count(*) filter (where inventory is null or inventory > 0)::int as in_stock,
         count(group_id)::int as grouped,
         percentile_cont(0.5) within group (order by price) filter (where price > 0) as median_price,
         count(*) filter (where price > 0 and price = floor(price))::int as whole_prices,
         count(*) filter (where price > 0 and price = floor(price) and price::numeric % 100 <> 0)::int as odd_prices,
         stddev_samp(ln(price)) filter (where price > 0) as price_spread
  from product`;

const lines = `line as materialized (
    select order_id::text as order_id, customer_id::text as customer_id, product_id::text as product_id,
           unit_price::float8 as unit_price, ordered_at, nullif(upper(trim(currency::text)), '') as currency
    from ${shopView.order_line} every limit ${lineLimit}
  ), main as materialized (
    select currency from line group by currency
    order by currency is null, currency = upper($1::text) desc, count(*) desc, currency limit 1
  )`;

const plainId = (id: string) => `ltrim(lower(trim(${id})), '0')`;
const isAlike = `product_id not in (select p.product_id::text from couture_source.product p where p.product_id is not null)
    and ${plainId('product_id')} in (select ${plainId('p.product_id::text')} from couture_source.product p)`;

const lineFigures = `
  with ${lines},
  orders as (select order_id, count(distinct product_id) as products from line group by order_id),
  customer as (select distinct customer_id from line where customer_id is not null limit 500)
  select (select count(*)::int from (select from couture_source.order_line limit ${countLimit}) l) as counted,
         count(*)::int as lines, (select count(*)::int from orders) as orders,
         (select count(*)::int from orders where products > 1) as orders_of_several,
         count(distinct product_id)::int as products, count(distinct customer_id)::int as customers,
         count(customer_id)::int as with_customer, (select count(*)::int from customer) as asked_customers,
         (select count(*)::int from customer where customer_id in (select c.customer_id::text from couture_source.customer c)) as known_customers,
         count(*) filter (where product_id in (select p.product_id::text from couture_source.product p))::int as known_products,
         count(*) filter (where ${isAlike})::int as alike_products, min(product_id) filter (where ${isAlike}) as alike_product,
         count(*) filter (where ordered_at is null)::int as undated, count(distinct ordered_at)::int as times,
         count(distinct ordered_at::date)::int as days,
         count(*) filter (where unit_price = floor(unit_price))::int as whole_prices,
         (select currency from main) as currency,
         (select coalesce(json_agg(c order by lines desc, currency), '[]') from (
            select currency, count(*)::int as lines from line where currency is not null group by 1) c) as currencies
  from line`;

function fitBy(column: 'product_id' | 'group_id'): string {
  return `
  with ${lines},
  sold as (
    select product_id as id, percentile_cont(0.5) within group (order by unit_price) as paid, count(*) as lines
    from line where unit_price > 0 and currency is not distinct from (select currency from main) group by product_id
  ), priced as (
    select ${column}::text as id, min(price)::float8 as price from ${shopView.product} p
    where price > 0 and ${column} is not null group by 1
  ), pair as materialized (select id, ln(paid / price) as ratio, ln(paid) as paid, ln(price) as price, lines from sold join priced using (id)),
  middle as (select percentile_cont(0.5) within group (order by ratio) as ratio from pair)
  select count(*)::int as products, exp(min(middle.ratio)) as ratio,
         coalesce(avg((abs(pair.ratio - middle.ratio) < ln(4 / 3.0))::int), 0)::float8 as near,
         corr(pair.paid, pair.price) as correlation, coalesce(min(pair.paid) = max(pair.paid), false) as constant,
         coalesce(bool_and(id ~ '^[0-9]+$'), false) as integer_ids, coalesce(sum(lines), 0)::int as known_lines
  from pair, middle`;
}
