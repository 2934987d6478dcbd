// couture_source.product → the catalog in columns: items (one per variant group) with category, price and words.
import { batchesOf } from '../../../sql/cursor.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { shopView } from '../../../sql/source/shop-view.ts';
import { categoryPaths } from './category-paths.ts';
import { encodeId, type IdTable, openIdTable } from './id-table.ts';
import { lineFault } from './line-batch.ts';

/** The products that can be listed. An item is one product, or all variants of one group together. */
export interface Catalog {
  readonly idType: IdType;
  /** Products of the source view, in ascending order of id. */
  readonly products: IdTable;
  /** Product index → item index, or a `lineFault` if the product cannot be listed. */
  readonly itemOfProduct: Int32Array;
  readonly items: number;
  /** Item index → index of the product that represents it; ascending, so that ties go to the lower product id. */
  readonly representative: Int32Array;
  /** Names of categories in ascending order; '' for products without one. */
  readonly categories: readonly string[];
  /** Index in `categories` → path of the category from the root, such as `Clothing > Shirts`; its name without one. */
  readonly categoryPaths: readonly string[];
  /** Item index → index in `categories`. */
  readonly category: Int32Array;
  /** Item index → price that a shopper pays now: the sale price if there is one. */
  readonly price: Float64Array;
  readonly rating: Float32Array;
  readonly featured: Uint8Array;
  /** Item index → name, description and tags as one text, for content similarity. */
  readonly words: readonly string[];
  readonly names: readonly string[];
}

/** Whether any item has more than one product. */
export function hasVariants({ itemOfProduct, items }: Pick<Catalog, 'itemOfProduct' | 'items'>): boolean {
  return itemOfProduct.reduce((sold, item) => (item < 0 ? sold : sold + 1), 0) > items;
}

type ProductRow = [
  id: string,
  name: string | null,
  description: string | null,
  category: string | null,
  price: number | null,
  rating: number | null,
  featured: boolean | null,
  tags: string | null,
  group: string | null,
  path: string | null,
];

/**
 * Sort key that gives the same ties, items and keys with any collation of the database. Uses the view's column `p.…`:
 * the plain name would sort by the selected text, in which 10 comes before 9.
 */
const idOrder: Record<IdType, string> = {
  bigint: 'p.product_id',
  uuid: 'p.product_id',
  text: 'p.product_id collate "C"',
};

/**
 * Reads the catalog through pg-cursor. The first variant of a group in id order that has a price represents the group.
 * Products without a price above zero are not items, but stay known so that their skipped lines can be counted.
 */
export async function readCatalog(client: Client, idType: IdType, signal: AbortSignal): Promise<Catalog> {
  const products = openIdTable(idType);
  const itemOfProduct: number[] = [];
  const representative: number[] = [];
  const itemOfGroup = new Map<string, number>();
  const rows: ProductRow[] = [];
  const text = `
    select product_id::text, name, description, category,
           coalesce(case when on_sale then discounted_price end, price)::float8, rating::float8, featured, array_to_string(tags, ' '), group_id::text,
           category_path
    from ${shopView.product} p where product_id is not null order by ${idOrder[idType]}`;
  for await (const batch of batchesOf<ProductRow>(client, text, [], { signal })) {
    for (const row of batch) {
      const id = encodeId(idType, row[0]);
      const product = products.add(id, 0, id.length);
      // A view whose join multiplies rows returns a product twice; keep the first row.
      if (product < itemOfProduct.length) continue;
      itemOfProduct.push(place(row, product));
    }
  }
  return columns();

  function place(row: ProductRow, product: number): number {
    const [price, group] = [row[4], row[8]];
    if (!(price !== null && price > 0)) return lineFault.zeroPriceProduct;
    const known = group === null ? undefined : itemOfGroup.get(group);
    if (known !== undefined) return known;
    const item = representative.length;
    representative.push(product);
    rows.push(row);
    if (group !== null) itemOfGroup.set(group, item);
    return item;
  }

  function columns(): Catalog {
    const categories = [...new Set(rows.map(categoryOf))].sort();
    const categoryIndex = new Map(categories.map((name, index) => [name, index]));
    return {
      idType,
      products,
      itemOfProduct: Int32Array.from(itemOfProduct),
      items: rows.length,
      representative: Int32Array.from(representative),
      categories,
      categoryPaths: categoryPaths(
        categories,
        rows.map((row) => ({ category: categoryOf(row), path: row[9] })),
      ),
      category: Int32Array.from(rows, (row) => categoryIndex.get(categoryOf(row))!),
      price: Float64Array.from(rows, (row) => row[4]!),
      rating: Float32Array.from(rows, (row) => row[5] ?? 0),
      featured: Uint8Array.from(rows, (row) => (row[6] ? 1 : 0)),
      words: rows.map((row) => `${row[1] ?? ''} ${row[2] ?? ''} ${row[7] ?? ''}`),
      names: rows.map((row) => row[1] ?? ''),
    };
  }
}

/** A blank category counts as no category. */
function categoryOf(row: ProductRow): string {
  const category = row[3] ?? '';
  return category.trim() === '' ? '' : category;
}
