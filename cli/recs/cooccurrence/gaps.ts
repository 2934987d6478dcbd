// Buckets that count gaps between the purchases of one product by one customer: log-spaced, so that a shop's histograms
// have the same size whatever its products are bought for.

/**
 * Bucket → the shortest gap in it, in days, or in orders if orders have no dates: 1, 2, 3, 4, 6, 8, 12 … 512. The last
 * bucket holds all longer gaps.
 */
export const gapStarts: readonly number[] = [
  1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512,
];
export const gapBuckets = gapStarts.length;

/** Ages and counts of a history are kept in 16 bits: larger values are stored as this one. */
export const maxAge = 65_535;

const bucketByGap = Uint8Array.from(
  { length: gapStarts.at(-1)! + 1 },
  (_, gap) => gapStarts.filter((start) => start <= gap).length - 1,
);

/** The bucket of a gap of at least 1. */
export function bucketOfGap(gap: number): number {
  return gap < bucketByGap.length ? bucketByGap[gap]! : gapBuckets - 1;
}
