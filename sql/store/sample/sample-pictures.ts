// Pictures of the sample shop, drawn as SVG and kept in shop.picture.
import type { Pool } from '../../pool.ts';

/** The picture of a product; undefined where there is none, or no sample shop. */
export async function samplePicture(pool: Pool, productId: string): Promise<string | undefined> {
  try {
    const { rows } = await pool.query<{ svg: string }>(
      'select svg from shop.picture where product_id = $1::bigint',
      [productId],
    );
    return rows[0]?.svg;
  } catch (error) {
    // No such table, or a shop of another make.
    if (['42P01', '42703', '42501'].includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}
