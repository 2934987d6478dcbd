// The shop's orders and products for evaluation: ids as text, times in days since 1970. Reads rows in batches.
import { batchesOf } from '../../cursor.ts';
import type { Client } from '../../pool.ts';
import { returnedInFull, shopView } from '../../source/shop-view.ts';

export type ShopLine = [
  orderId: string | null,
  customerId: string | null,
  productId: string,
  day: number | null,
  kept: boolean | null,
];
export type ShopItem = [productId: string, name: string | null, imageUrl: string | null];

/**
 * Reads every counted order line, in the order in which a build reads them. Lines without a quantity or returned in full
 * are not kept.
 * @param lines the order lines for `from`, as `orderLines` gives them
 */
export function shopLines(
  client: Client,
  lines: string,
  from: Date | undefined,
  signal: AbortSignal,
): AsyncGenerator<ShopLine[]> {
  return batchesOf<ShopLine>(
    client,
    `select order_id::text, customer_id::text, product_id::text,
            extract(epoch from ordered_at)::float8 / 86400, quantity between 1 and 2147483646 and not ${returnedInFull}
     from ${lines} line where $1::timestamptz is null or ordered_at >= $1`,
    [from ?? null],
    { signal },
  );
}

/** Reads every product with its name and picture. */
export function shopItems(client: Client, signal: AbortSignal): AsyncGenerator<ShopItem[]> {
  return batchesOf<ShopItem>(
    client,
    `select product_id::text, name, image_url from ${shopView.product} p order by product_id`,
    [],
    { signal },
  );
}
