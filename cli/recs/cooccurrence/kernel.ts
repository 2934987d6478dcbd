// The choice between the two kernels that count the rows of a matrix; both return the same rows.

/** `buckets`: pair-counter.ts, `rows`: row-counter.ts. */
export type KernelName = 'buckets' | 'rows';

/** Mean number of other items in an item's baskets from which the inverted index is the faster kernel. */
const longBaskets = 32;

/** @param items number of items in all baskets together */
export function chooseKernel(rowPairs: Float64Array, items: number, spilled: boolean): KernelName {
  // The inverted index needs all baskets in memory.
  return !spilled && countPairs(rowPairs) / Math.max(1, items) >= longBaskets ? 'rows' : 'buckets';
}

/** Largest range of rows, in pairs. Larger ranges read the baskets fewer times, but overflow the TLB. */
export const maxRangePairs = 1 << 25;

/** Number of ordered pairs in all rows. */
export function countPairs(rowPairs: Float64Array): number {
  return rowPairs.reduce((total, pairs) => total + pairs, 0);
}
