// couture_source.product → the catalog in columns: items (one a variant group) with category, price and words.
import { batchesOf } from '../../../sql/cursor.ts';
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { encodeId, type IdTable, openIdTable } from './id-table.ts';
import { lineFault } from './line-batch.ts';

/** The products that can be listed. An item is a product, or all variants of one group together. */
export interface Catalog {
  readonly idType: IdType;
  /** Products of the source view, in ascending order of id. */
  readonly products: IdTable;
  /** Product index → item index, or a `lineFault` where the product cannot be sold. */
  readonly itemOfProduct: Int32Array;
  readonly items: number;
  /** Item index → index of the product that stands for it; ascending, so that ties go to the lower product id. */
  readonly representative: Int32Array;
  /** Names of categories, in ascending order; '' where a product has none. */
  readonly categories: readonly string[];
  /** Item index → index in `categories`. */
  readonly category: Int32Array;
  /** What a shopper pays now: the sale price where there is one. */
  readonly price: Float64Array;
  readonly rating: Float32Array;
  readonly featured: Uint8Array;
  /** Item index → name, description and tags, for content similarity. */
  readonly words: readonly string[];
  readonly names: readonly string[];
}

/** Whether any item stands for more than one product. */
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
];

/**
 * Order of ids that makes ties, items and keys the same everywhere, whatever the database's collation. Of the view's
 * column: the plain name would be the selected text, where 10 comes before 9.
 */
const idOrder: Record<IdType, string> = {
  bigint: 'p.product_id',
  uuid: 'p.product_id',
  text: 'p.product_id collate "C"',
};

/**
 * Reads the catalog through pg-cursor. Variants share a group: the first of them in id order with a price stands
 * for all. Products without a price above zero stay known, so that their lines can be counted, but are no items.
 */
export async function readCatalog(client: Client, idType: IdType, signal: AbortSignal): Promise<Catalog> {
  const products = openIdTable(idType);
  const itemOfProduct: number[] = [];
  const representative: number[] = [];
  const itemOfGroup = new Map<string, number>();
  const rows: ProductRow[] = [];
  const text = `
    select product_id::text, name, description, category,
           coalesce(case when on_sale then discounted_price end, price)::float8, rating::float8, featured, array_to_string(tags, ' '), group_id::text
    from couture_source.product p where product_id is not null order by ${idOrder[idType]}`;
  for await (const batch of batchesOf<ProductRow>(client, text, [], { signal })) {
    for (const row of batch) {
      const id = encodeId(idType, row[0]);
      const product = products.add(id, 0, id.length);
      // A view that joins too much gives a product twice; the first row counts.
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
    const categories = [...new Set(rows.map((row) => row[3] ?? ''))].sort();
    const categoryIndex = new Map(categories.map((name, index) => [name, index]));
    return {
      idType,
      products,
      itemOfProduct: Int32Array.from(itemOfProduct),
      items: rows.length,
      representative: Int32Array.from(representative),
      categories,
      category: Int32Array.from(rows, (row) => categoryIndex.get(row[3] ?? '')!),
      price: Float64Array.from(rows, (row) => row[4]!),
      rating: Float32Array.from(rows, (row) => row[5] ?? 0),
      featured: Uint8Array.from(rows, (row) => (row[6] ? 1 : 0)),
      words: rows.map((row) => `${row[1] ?? ''} ${row[2] ?? ''} ${row[7] ?? ''}`),
      names: rows.map((row) => row[1] ?? ''),
    };
  }
}
