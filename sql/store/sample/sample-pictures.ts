// Pictures of the sample shop: SVG, stored in shop.picture.
import type { Pool } from '../../pool.ts';

/** Returns a product's picture; undefined if it has none or the shop is not the sample shop. */
export async function samplePicture(pool: Pool, productId: string): Promise<string | undefined> {
  try {
    const { rows } = await pool.query<{ svg: string }>(
      'select svg from shop.picture where product_id = $1::bigint',
      [productId],
    );
    return rows[0]?.svg;
  } catch (error) {
    // No such table or column, or no permission: not the sample shop.
    if (['42P01', '42703', '42501'].includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}
