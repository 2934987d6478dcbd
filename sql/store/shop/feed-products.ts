// All products of the shop for a product feed, through pg-cursor: memory is bounded by one batch.
import { batchesOf, type CursorOptions } from '../../cursor.ts';
import type { Client } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { optionColumns } from './product-cards.ts';

export interface FeedRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The whole path where the shop says it: "Women > Dresses". */
  readonly category: string;
  readonly price_cents: number | null;
  /** Null: not on sale. */
  readonly sale_cents: number | null;
  /** Null: untracked stock. */
  readonly inventory: number | null;
  readonly group_id: string | null;
  readonly url: string | null;
  readonly image_url: string | null;
  readonly colour: string | null;
  readonly size: string | null;
}

type Columns = [FeedRow];

/** Yields every variant, by id. @param scale cents in one unit of the shop's currency */
export async function* feedProducts(
  client: Client,
  scale: number,
  options: CursorOptions = {},
): AsyncGenerator<FeedRow[]> {
  const sql = `
    select to_jsonb(f) from (
      select product_id::text as id, coalesce(name::text, '') as name, left(coalesce(description::text, ''), 10000) as description,
        coalesce(nullif(trim(category_path::text), ''), category::text, '') as category,
        round(price::numeric * $1::numeric)::float8 as price_cents,
        case when on_sale then round(discounted_price::numeric * $1::numeric) end::float8 as sale_cents,
        inventory::float8 as inventory, group_id::text as group_id, url::text as url, image_url::text as image_url, ${optionColumns}
      from ${shopView.product} p where product_id is not null order by product_id) f`;
  for await (const rows of batchesOf<Columns>(client, sql, [scale], { batchRows: 1_000, ...options }))
    yield rows.map(([row]) => row);
}
