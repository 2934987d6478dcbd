// The shop's orders and products as they are measured by: ids as text, days since 1970. Rows in batches, read only.
import { batchesOf } from '../../cursor.ts';
import type { Client } from '../../pool.ts';

export type ShopLine = [orderId: string, customerId: string | null, productId: string, day: number];
export type ShopItem = [
  productId: string,
  groupId: string | null,
  name: string | null,
  imageUrl: string | null,
  category: string | null,
];

/** Every order line that counts, in the order in which it was sold. */
export function shopLines(
  client: Client,
  from: Date | undefined,
  signal: AbortSignal,
): AsyncGenerator<ShopLine[]> {
  return batchesOf<ShopLine>(
    client,
    `select order_id::text, customer_id::text, product_id::text,
            extract(epoch from ordered_at)::float8 / 86400
     from couture_source.order_line where $1::timestamptz is null or ordered_at >= $1
     order by ordered_at, order_id, product_id`,
    [from ?? null],
    { signal },
  );
}

/** Every product, with the group whose variants are one item. */
export function shopItems(client: Client, signal: AbortSignal): AsyncGenerator<ShopItem[]> {
  return batchesOf<ShopItem>(
    client,
    'select product_id::text, group_id::text, name, image_url, category from couture_source.product order by product_id',
    [],
    { signal },
  );
}
