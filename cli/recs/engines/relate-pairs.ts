// The counts of both matrices → lists without substitutes where complements are wanted, and with them first in `similar`.
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { categoryPairs } from '../lists/category-totals.ts';
import { PairRelations } from '../lists/pair-relations.ts';
import type { Catalog } from '../source/catalog.ts';
import type { AlikeProducts, CustomerMatrixLists, OrderMatrixLists } from './engine.ts';

/**
 * Changes the lists in place. Needs both matrices, since customers buy substitutes in different orders: does nothing in a
 * build whose kinds need only one.
 */
export function relatePairs(
  { names, candidates }: AlikeProducts,
  order: OrderMatrixLists,
  { boughtTogether, similar, sameCategory }: CustomerMatrixLists,
  tallies: ItemTallies,
  { category, categories, price }: Pick<Catalog, 'category' | 'categories' | 'price'>,
): void {
  if (!order.boughtTogether && !order.bundle) return;
  const relations = new PairRelations({
    orders: tallies.orders,
    allOrders: tallies.totals.orders,
    root: sameCategory.root,
    names,
    price,
    category,
    categories: categoryPairs(sameCategory, categories.map(Boolean)),
  });
  if (boughtTogether) relations.drop(boughtTogether);
  if (similar) relations.prefer(similar, candidates);
}
