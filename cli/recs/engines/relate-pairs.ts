// The counts of both matrices → lists without substitutes where complements are wanted, and with them first in `similar`.
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { PairRelations } from '../lists/pair-relations.ts';
import type { Catalog } from '../source/catalog.ts';
import type { CustomerMatrixLists, OrderMatrixLists } from './engine.ts';

/** Changes the lists in place. Needs both matrices: customers buy substitutes in different orders. */
export function relatePairs(
  order: OrderMatrixLists,
  customer: CustomerMatrixLists,
  tallies: ItemTallies,
  { category, categories }: Pick<Catalog, 'category' | 'categories'>,
): void {
  const { counts: orders, names } = order;
  if (!orders) return;
  const { orders: allOrders } = tallies.totals;
  const named = categories.map(Boolean);
  const { historyPairs } = tallies;
  const relations = new PairRelations({ orders, allOrders, historyPairs, names, category, named });
  for (const pairs of customer.pairs) {
    if (pairs.lists === order.boughtTogether) relations.drop(pairs);
    else relations.prefer(pairs);
  }
}
