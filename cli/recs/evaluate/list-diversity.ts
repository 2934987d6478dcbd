// Intra-list diversity: how rarely the items of one list were bought together.
import { RowLengths, rowLength, rowOf } from '../csr.ts';
import type { Evaluation } from './evaluation.ts';

/** Compare only the first items of a list. */
const maxItems = 10;

/** Returns the mean of 1 − cosine of the training baskets, over all pairs of the first items of each sampled list. */
export function listDiversity(
  evaluation: Evaluation,
  sample: ReadonlyArray<{ readonly items: readonly number[] }>,
): number {
  const { trainItems, train } = evaluation.data;
  const lengths = new RowLengths(new Int32Array(trainItems + 1));
  for (const item of train.items) lengths.add(item);
  const places = lengths.places();
  const { start } = places;
  const baskets = new Int32Array(places.length);
  for (let order = 0; order < train.count; order++)
    for (const item of rowOf(train.start, train.items, order)) baskets[places.next(item)] = order;
  const cosine = (a: number, b: number) => {
    let [left, right, common] = [start[a]!, start[b]!, 0];
    while (left < start[a + 1]! && right < start[b + 1]!) {
      const [x, y] = [baskets[left]!, baskets[right]!];
      if (x === y) common++;
      if (x <= y) left++;
      if (y <= x) right++;
    }
    const size = rowLength(start, a) * rowLength(start, b);
    return size > 0 ? common / Math.sqrt(size) : 0;
  };
  const known = new Map<number, number>();
  let [total, pairs] = [0, 0];
  for (const { items } of sample.slice(0, 300)) {
    const list = items.filter((item) => item < trainItems).slice(0, Math.min(maxItems, evaluation.asked[0]!));
    for (const [at, a] of list.entries()) {
      for (const b of list.slice(at + 1)) {
        const key = Math.min(a, b) * trainItems + Math.max(a, b);
        const similarity = known.get(key) ?? cosine(a, b);
        known.set(key, similarity);
        total += 1 - similarity;
        pairs++;
      }
    }
  }
  return pairs > 0 ? total / pairs : 0;
}
