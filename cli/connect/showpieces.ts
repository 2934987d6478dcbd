// Step 10: three products with their lists, for the shop's owner to judge.
import { listedProducts, richProducts } from '../../sql/store/lists/showpieces.ts';
import { productsById } from '../../sql/store/shop/shop-products.ts';
import { type InspectionInput, openInspection } from '../recs/builds/inspect/inspection.ts';
import { inspectProduct, type ProductInspection } from '../recs/builds/inspect/product.ts';

export interface Showpieces {
  /** The next products; fewer than asked for when there are no more. */
  next(count: number): Promise<ProductInspection[]>;
  close(): Promise<void>;
}

/** Number of products to choose from. */
const candidates = 100;
const entries = 4;

/** Opens the published build; products with the best evidence come first. Close it after use. */
export async function openShowpieces(input: Omit<InspectionInput, 'limit'>): Promise<Showpieces> {
  const opened = await openInspection(input);
  try {
    const inspection = { ...opened, limit: (kind: string) => Math.min(entries, opened.limit(kind)) };
    const { client, source, build, ids } = inspection;
    // In a small shop, or one without categories, few products have lists of every kind.
    const all = [
      ...new Set([
        ...(await richProducts(client, build.build_id, candidates)),
        ...(await listedProducts(client, build.build_id, candidates)),
      ]),
    ];
    const known = await productsById(source, ids.product, all);
    const queue = all.filter((id) => known.get(id) && known.get(id)?.inventory !== 0);
    return {
      next: async (count) => {
        const shown: ProductInspection[] = [];
        for (const id of queue.splice(0, count)) shown.push(await inspectProduct(inspection, id));
        return shown;
      },
      close: opened.close,
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
