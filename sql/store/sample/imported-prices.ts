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

/** Fills missing prices with the medians of what was paid, or asked in orders that were cancelled, if there are no others. */
export async function fillPrices(client: Queryable, { currency, decimals }: PriceUnit): Promise<void> {
  const ofPrices = '($1::text is null or currency is null or currency = $1)';
  const unsold = 'cancelled and product_id in (select product_id from imported.product where price is null)';
  for (const lines of ['not cancelled', unsold]) {
    await client.query(
      `${medians(`${lines} and ${ofPrices}`, 'product_id')}
       update imported.product p set price = ${rounded('m.price')}
       from median m where p.product_id = m.product_id and p.price is null`,
      [currency ?? null, decimals ?? null],
    );
  }
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
function rounded(price: string): string {
  const decimals = `coalesce($2::int, least(greatest(scale(trim_scale(${price})), 2), 3))`;
  return `greatest(round(${price}, ${decimals}), round(power(10::numeric, -${decimals}), ${decimals}))`;
}
