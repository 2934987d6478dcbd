// The counts of both matrices → lists without substitutes where complements are wanted, and with them first in `similar`. On
// worker threads, with every engine: on one thread it took a quarter of the time of a build of a million lines.
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { categoryPairs } from '../lists/category-totals.ts';
import { toShared } from '../shared-arrays.ts';
import type { Catalog } from '../source/catalog.ts';
import type { StageReport } from '../stage-clock.ts';
import type { AlikeProducts, CustomerMatrixLists, OrderMatrixLists } from './engine.ts';
import type { BuildPool } from './local/build-tasks.ts';

/** Ranges per thread: how long a row takes depends on its category. */
const rangesPerThread = 8;

interface PairsToRelate {
  readonly alike: AlikeProducts;
  readonly lists: CustomerMatrixLists;
  readonly tallies: ItemTallies;
  readonly catalog: Pick<Catalog, 'items' | 'category' | 'categories' | 'price'>;
}

/** Changes the lists in place. Needs both matrices, since customers buy substitutes in different orders. */
export async function relatePairs(
  pool: BuildPool,
  { alike, lists, tallies, catalog }: PairsToRelate,
  report: StageReport,
): Promise<void> {
  const { names, candidates } = alike;
  const { boughtTogether, similar, sameCategory } = lists;
  const { items, category, categories, price } = catalog;
  const relations = {
    orders: toShared(tallies.orders),
    allOrders: tallies.totals.orders,
    root: sameCategory.root,
    names,
    price: toShared(price),
    category: toShared(category),
    categories: categoryPairs(sameCategory, categories.map(Boolean)),
  };
  const session = await pool.open('relations', { relations, boughtTogether, similar, candidates });
  const rows = Math.max(1, Math.ceil(items / (pool.size * rangesPerThread)));
  const ranges = Array.from({ length: Math.ceil(items / rows) }, (_, at) => ({
    from: at * rows,
    to: Math.min(items, (at + 1) * rows),
  }));
  let done = 0;
  report.update(0, items);
  await Promise.all(
    ranges.map(async (range) => {
      await session.run('relate', range);
      report.update((done += range.to - range.from));
    }),
  );
  await session.close();
}

/** Whether the build counts orders, and so knows both matrices. */
export function relatesPairs({ boughtTogether, bundle }: OrderMatrixLists): boolean {
  return boughtTogether !== undefined || bundle !== undefined;
}
