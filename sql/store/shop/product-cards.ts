// Product cards: what a shopper sees of a product in a list, read live from couture_source.product.

import type { IdType } from '../../id-types.ts';
import { type Pool, runPrepared } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';

export interface CardRow {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** Null: the product has no price, so it can't be sold. */
  readonly price_cents: number | null;
  /** Null: not on sale. */
  readonly sale_cents: number | null;
  readonly image_url: string | null;
  readonly rating: number;
  readonly review_count: number;
  /** Null: untracked stock. */
  readonly inventory: number | null;
  readonly group_id: string | null;
  readonly url: string | null;
  /** Name of the variant's colour, such as "Navy"; null: the shop doesn't say. */
  readonly colour: string | null;
  /** The variant's size: "M", "38", "One size"; null: the shop doesn't say. */
  readonly size: string | null;
  /** The colour as `#rrggbb`. */
  readonly swatch: string | null;
}

/**
 * Colour, size and swatch of a row of the product view: trimmed, and null unless they can be shown. Each option of "M / Material: Linen" may be
 * as long as a size, and blank ones are left out, as of "M / ".
 */
export const optionColumns = `nullif(left(trim(colour::text), 60), '') as colour,
  nullif(case when length(size::text) > 60 or size::text like '% / %' then (
    select string_agg(left(trim(part), 100), ' / ' order by place)
    from unnest(string_to_array(left(size::text, 1000), ' / ')) with ordinality p (part, place) where trim(part) <> ''
  ) else trim(size::text) end, '') as size,
  case when swatch::text ~* '^#[0-9a-f]{6}$' then lower(swatch::text) end as swatch`;

/**
 * Reads cards by id; unknown ids are left out.
 * @param scale cents in one unit of the shop's currency
 */
export async function readCards(
  pool: Pool,
  type: IdType,
  ids: readonly string[],
  scale: number,
): Promise<Map<string, CardRow>> {
  if (ids.length === 0) return new Map();
  const rows = await runPrepared<CardRow>(
    pool,
    `cards_${type}`,
    // Cast every column, so that a prepared plan stays valid when the view's column types change.
    `select product_id::text as id, coalesce(name::text, '') as name, case when category::text ~ '\\S' then category::text else '' end as category,
       round(price::numeric * $2::numeric)::float8 as price_cents,
       case when on_sale then round(discounted_price::numeric * $2::numeric) end::float8 as sale_cents, image_url::text,
       coalesce(rating, 0)::float8 as rating, coalesce(review_count, 0)::int as review_count,
       inventory::float8 as inventory, group_id::text as group_id, url::text, ${optionColumns}
     from ${shopView.product} p where product_id = any ($1::${type}[])`,
    [ids, scale],
  );
  // A view with a faulty join may return a product twice; as in a build, the first row counts.
  const cards = new Map<string, CardRow>();
  for (const row of rows) if (!cards.has(row.id)) cards.set(row.id, row);
  return cards;
}
