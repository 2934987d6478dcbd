// The k best entries of a long row, by sorting its scores.

/**
 * Moves the best `k` of the first `length` entries to the front, ties to the lower column, and returns their number.
 * For hundreds of neighbours, sorting the scores alone is faster than maintaining a sorted list (`TopK`).
 */
export function selectBest(
  columns: Int32Array,
  scores: Float64Array,
  length: number,
  k: number,
  scratch: Float64Array,
): number {
  if (length <= k) return length;
  const sorted = scratch.subarray(0, length);
  sorted.set(scores.subarray(0, length));
  sorted.sort();
  const least = sorted[length - k]!;
  let ties: number[] = [];
  let kept = 0;
  for (let at = 0; at < length; at++) {
    const score = scores[at]!;
    if (score < least) continue;
    if (score === least) {
      ties.push(columns[at]!);
    } else {
      columns[kept] = columns[at]!;
      scores[kept++] = score;
    }
  }
  if (ties.length > k - kept) ties = ties.sort((a, b) => a - b).slice(0, k - kept);
  for (const column of ties) {
    columns[kept] = column;
    scores[kept++] = least;
  }
  return kept;
}
