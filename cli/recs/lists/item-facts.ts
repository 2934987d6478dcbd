// The facts about items that list rules use, in shared memory, by item index.
import { toShared } from '../shared-arrays.ts';
import type { Catalog } from '../source/catalog.ts';

export interface ItemFacts {
  readonly items: number;
  readonly category: Int32Array;
  readonly categories: number;
  /** The category of items without one; −1 if all have one. */
  readonly uncategorized: number;
  readonly price: Float64Array;
  readonly rating: Float32Array;
  readonly featured: Uint8Array;
}

/** Copies the catalog columns that the list rules need to shared memory. */
export function itemFacts(catalog: Catalog): ItemFacts {
  return {
    items: catalog.items,
    category: toShared(catalog.category),
    categories: catalog.categories.length,
    uncategorized: catalog.categories.indexOf(''),
    price: toShared(catalog.price),
    rating: toShared(catalog.rating),
    featured: toShared(catalog.featured),
  };
}
