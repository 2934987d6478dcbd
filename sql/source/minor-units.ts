// Shops whose tables hold amounts in the smallest unit of the currency, in columns whose names don't say so: 1999 is 19.99.
import type { Queryable } from '../pool.ts';
import type { Reading, Roles } from './preset-template.ts';
import { shopViewIn } from './shop-view.ts';

/** Roles and names in the template with amounts. Those called cents are divided by the template itself. */
const amounts: Readonly<Record<string, readonly string[]>> = {
  product: ['price', 'discounted_price', 'cost'],
  variant: ['price', 'discounted_price'],
  line: ['unit_price', 'total', 'unit_rate'],
};

/** The roles with amounts that are divided by 100. */
export function inMinorUnits(roles: Roles): Roles {
  return new Map(
    [...roles].map(([name, role]) => {
      const readings = new Map<string, Reading>(role.readings);
      for (const each of amounts[name] ?? []) {
        const read = readings.get(each) ?? ((sql: string) => sql);
        readings.set(each, (sql, alias) => `(${read(sql, alias)} / 100.0)::numeric(14,2)`);
      }
      return [name, { ...role, readings }];
    }),
  );
}

export interface PriceFigures {
  /** Products with a price, those whose price has no fraction, and of these the ones that a hundred does not divide. */
  readonly priced: number;
  readonly whole_prices: number;
  readonly odd_prices: number;
  readonly median_price: number | null;
}

/** Whether prices may be in cents: none has a fraction, and they are high for the currency. Furniture is sold at such prices, too. */
export function mayBeMinor(figures: PriceFigures, currency: string): boolean {
  const { priced, whole_prices, odd_prices, median_price } = figures;
  return (
    priced >= 20 &&
    hasCents(currency) &&
    whole_prices === priced &&
    odd_prices > priced * 0.3 &&
    (median_price ?? 0) >= 500
  );
}

/** The prices of the products in the views of a schema. */
export async function readPrices(client: Queryable, schema: string): Promise<PriceFigures> {
  const { rows } = await client.query<PriceFigures>(
    `select count(*)::int as priced, count(*) filter (where price = floor(price))::int as whole_prices,
            count(*) filter (where price = floor(price) and price % 100 <> 0)::int as odd_prices,
            (percentile_disc(0.5) within group (order by price))::float8 as median_price
     from (select price::numeric as price from ${shopViewIn(schema, 'product')} p where price > 0 limit 20000) p`,
  );
  return rows[0]!;
}

/** Yen have none, and of Kuwaiti dinars there are a thousand. */
export function hasCents(currency: string): boolean {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits === 2;
  } catch {
    return true;
  }
}
