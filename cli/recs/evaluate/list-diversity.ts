// Intra-list diversity: how unlike the items of a list are, by who bought them.
import type { Examination } from './measure-model.ts';

/** Items of a list that are compared. */
const longest = 10;

/** Mean of 1 − cosine of the training baskets over all pairs in the first places of the sampled lists. */
export function listDiversity(
  exam: Examination,
  sample: ReadonlyArray<{ readonly items: readonly number[] }>,
): number {
  const { trainItems, train } = exam.data;
  const start = new Int32Array(trainItems + 1);
  for (const item of train.items) start[item + 1]!++;
  for (let item = 0; item < trainItems; item++) start[item + 1]! += start[item]!;
  const cursor = start.slice();
  const baskets = new Int32Array(train.items.length);
  for (let order = 0; order < train.count; order++)
    for (let line = train.start[order]!; line < train.start[order + 1]!; line++)
      baskets[cursor[train.items[line]!]!++] = order;
  const cosine = (a: number, b: number) => {
    let [left, right, common] = [start[a]!, start[b]!, 0];
    while (left < start[a + 1]! && right < start[b + 1]!) {
      const [x, y] = [baskets[left]!, baskets[right]!];
      if (x === y) common++;
      if (x <= y) left++;
      if (y <= x) right++;
    }
    const size = (start[a + 1]! - start[a]!) * (start[b + 1]! - start[b]!);
    return size > 0 ? common / Math.sqrt(size) : 0;
  };
  const known = new Map<number, number>();
  let [total, pairs] = [0, 0];
  for (const { items } of sample.slice(0, 300)) {
    const list = items.filter((item) => item < trainItems).slice(0, Math.min(longest, exam.asked[0]!));
    for (const [at, a] of list.entries()) {
      for (const b of list.slice(at + 1)) {
        const key = Math.min(a, b) * trainItems + Math.max(a, b);
        const alike = known.get(key) ?? cosine(a, b);
        known.set(key, alike);
        total += 1 - alike;
        pairs++;
      }
    }
  }
  return pairs > 0 ? total / pairs : 0;
}
