// What was paid → prices of the products that have none in the schema `imported`, in one currency.
import type { Queryable } from '../../pool.ts';

export interface PriceUnit {
  /** The only currency whose amounts are prices; undefined if the files have one currency, or none. */
  readonly currency: string | undefined;
  /** Decimals of prices; undefined if the currency is not known: two, or three if amounts have them. */
  readonly decimals: number | undefined;
}

/** Products that were sold in other currencies only. */
export interface ForeignProducts {
  /** Priced at the rate that products sold in both currencies show. */
  readonly converted: number;
  /** Without a price, since no product was sold in both; out of stock. */
  readonly unpriced: number;
}

/** Rounds medians of what was paid to prices: product → price. */
export async function pricesOf(
  client: Queryable,
  { decimals }: PriceUnit,
  medians: ReadonlyArray<readonly [productId: string, price: number]>,
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ prices: string[] }>(
    `select array(select ${rounded('price', '$1')}::text from unnest($2::numeric[]) with ordinality as paid(price, place) order by place) as prices`,
    [decimals ?? null, medians.map(([, price]) => String(price))],
  );
  return new Map(medians.map(([id], at) => [id, rows[0]!.prices[at]!]));
}

/**
 * Fills missing prices with the medians of what was paid, or asked in orders that were cancelled, if there are no others.
 * @param known whether products have the medians of what was paid already
 */
export async function fillPrices(
  client: Queryable,
  { currency, decimals }: PriceUnit,
  known: boolean,
): Promise<void> {
  const ofPrices = '($1::text is null or currency is null or currency = $1)';
  const unsold = 'cancelled and product_id in (select product_id from imported.product where price is null)';
  for (const lines of known ? [unsold] : ['not cancelled', unsold]) {
    if (!(await lacksPrices(client))) return;
    await client.query(
      `${medians(`${lines} and ${ofPrices}`, 'product_id')}
       update imported.product p set price = ${rounded('m.price')}
       from median m where p.product_id = m.product_id and p.price is null`,
      [currency ?? null, decimals ?? null],
    );
  }
}

async function lacksPrices(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ lacks: boolean }>(
    'select exists (select from imported.product where price is null) as lacks',
  );
  return rows[0]!.lacks;
}

/** Prices the products that were sold in other currencies only. Run it after `fillPrices`. */
export async function priceForeignProducts(
  client: Queryable,
  { currency, decimals }: PriceUnit,
): Promise<ForeignProducts> {
  const { rowCount: converted } = await client.query(
    `${medians('not cancelled and currency <> $1::text', 'product_id, currency')}, rate as (
       select m.currency, (percentile_cont(0.5) within group (order by p.price / m.price))::numeric as rate
       from median m join imported.product p using (product_id) where p.price > 0 group by m.currency
     ), best as (
       select distinct on (product_id) product_id, m.price * rate as price
       from median m join rate using (currency) order by product_id, lines desc, currency
     )
     update imported.product p set price = ${rounded('m.price')}
     from best m where p.product_id = m.product_id and p.price is null`,
    [currency, decimals ?? null],
  );
  const { rowCount: unpriced } = await client.query(
    `update imported.product p set inventory = 0
     where price is null and exists (select from imported.order_line l where l.product_id = p.product_id and l.currency <> $1)`,
    [currency],
  );
  return { converted: converted ?? 0, unpriced: unpriced ?? 0 };
}

/**
 * What is left without a price, where other products have one: a product with variants costs what the cheapest of them in stock does. All
 * others, such as discounts that no service name gives away, were never sold for a price: out of stock.
 */
export async function settleUnpriced(client: Queryable): Promise<void> {
  await client.query(`
    update imported.product p set price = v.price, discounted_price = v.discounted_price, on_sale = v.on_sale
    from (select distinct on (group_id) group_id, price, discounted_price, on_sale
          from imported.product where group_id is not null and price is not null and not service
          order by group_id, inventory > 0 desc, case when on_sale then coalesce(discounted_price, price) else price end, product_id) v
    where p.price is null and v.group_id = p.group_id`);
  await client.query(`
    update imported.product set inventory = 0
    where price is null and inventory > 0 and exists (select from imported.product where price is not null)`);
}

/**
 * A query's beginning: the table `median`. Amounts that are equal are counted first: products have few prices, and sorting all lines
 * takes four times as long.
 */
function medians(condition: string, keys: string): string {
  return `
    with paid as (
      select ${keys}, unit_price, count(*) as lines from imported.order_line
      where unit_price > 0 and quantity > 0 and ${condition}
      group by ${keys}, unit_price
    ), ranked as (
      select ${keys}, unit_price, sum(lines) over (partition by ${keys} order by unit_price) as up_to,
             sum(lines) over (partition by ${keys}) as lines
      from paid
    ), median as (
      select ${keys}, min(unit_price) as price, max(lines) as lines from ranked where 2 * up_to >= lines group by ${keys}
    )`;
}

/** At least the smallest coin: a price of 0 could not be sold. */
function rounded(price: string, given = '$2'): string {
  const decimals = `coalesce(${given}::int, least(greatest(scale(trim_scale(${price})), 2), 3))`;
  return `greatest(round(${price}, ${decimals}), round(power(10::numeric, -${decimals}), ${decimals}))`;
}
