// Rows of both matrices → per category, how often its products are in one order, and how often they would be by chance.
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { sharedFloat64, toShared } from '../shared-arrays.ts';
import type { CategoryPairs } from '../similarity/pair-relation.ts';

/** Sums over the columns of a row that have its category. In shared memory; each thread writes its own rows. */
export interface SameCategory {
  readonly category: Int32Array;
  /** Item → √ of the share of its pairs in histories that are in one order. */
  readonly root: Float64Array;
  /** Item → Σ of the orders with both, and Σ of customers · √(share · share). */
  readonly together: Float64Array;
  readonly expected: Float64Array;
}

/** @param pairs item → number of ordered pairs in its row of each matrix; zeros for a matrix that is not counted */
export function openSameCategory(
  category: Int32Array,
  pairs: { readonly orderPairs: Float64Array; readonly historyPairs: Float64Array },
): SameCategory {
  const items = category.length;
  const { orderPairs, historyPairs } = pairs;
  const root = historyPairs.map((held, item) =>
    held > 0 ? Math.sqrt(Math.min(1, orderPairs[item]! / held)) : 0,
  );
  return { category, root: toShared(root), together: sharedFloat64(items), expected: sharedFloat64(items) };
}

/** Adds up a row of the customer matrix; bought-together.ts does so for a row of the order matrix. */
export function addExpected(
  { category, root, expected }: SameCategory,
  { row, length, columns, counts }: CountedRow,
): void {
  const own = category[row]!;
  let sum = 0;
  for (let at = 0; at < length; at++) {
    const column = columns[at]!;
    if (category[column] === own) sum += counts[column]! * root[column]!;
  }
  expected[row] = sum * root[row]!;
}

/** Category → its pairs, each once; undefined for categories without a name. */
export function categoryPairs(
  { category, together, expected }: SameCategory,
  named: readonly boolean[],
): Array<CategoryPairs | undefined> {
  const sums = named.map(() => ({ together: 0, expected: 0 }));
  for (const [item, of] of category.entries()) {
    sums[of]!.together += together[item]! / 2;
    sums[of]!.expected += expected[item]! / 2;
  }
  return sums.map((sum, of) => (named[of] ? sum : undefined));
}
