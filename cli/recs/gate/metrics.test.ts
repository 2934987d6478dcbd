import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { bootstrapIntervals } from '../evaluate/bootstrap.ts';
import { gini, novelty, RankedLists } from './metrics.ts';
import type { TestCases } from './test-cases.ts';

const test = suite('metrics');

function ask(targets: readonly number[][]): TestCases {
  const start = Int32Array.from([0, ...targets.map((_, at) => targets.slice(0, at + 1).flat().length)]);
  return {
    task: 'personalized',
    count: targets.length,
    subject: Int32Array.from(targets.keys()),
    start,
    targets: Int32Array.from(targets.flat()),
    unit: Int32Array.from(targets.keys()),
    units: targets.length,
    repeats: true,
  };
}

test('metrics of a list equal those computed by hand', () => {
  const ranked = new RankedLists(
    ask([[3, 5, 9]]),
    [4, 2],
    10,
    Float64Array.of(1, 1, 1, 4, 1, 16, 1, 1, 1, 1),
  );
  // Right at places 1 and 3; 5 was bought before.
  ranked.add(0, [5, 1, 3, 2], 4, (item) => item === 5);
  const at4 = (metric: Parameters<typeof ranked.mean>[0]) => ranked.mean(metric, 1)!;
  near(at4('recall'), 2 / 3);
  near(at4('precision'), 2 / 4);
  near(at4('ndcg'), (1 + 1 / 2) / (1 + 1 / Math.log2(3) + 1 / 2));
  near(ranked.mean('ndcg', 0)!, 1 / (1 + 1 / Math.log2(3)));
  near(ranked.mean('ndcg_full_ideal', 0)!, 1 / (1 + 1 / Math.log2(3) + 1 / 2));
  near(at4('map'), (1 + 2 / 3) / 3);
  near(at4('mrr'), 1);
  near(at4('hit_rate'), 1);
  near(at4('recall_repeat'), 1);
  near(at4('recall_explore'), 1 / 2);
  // 5 alone makes up half of all purchases.
  near(at4('recall_head'), 1);
  near(at4('recall_tail'), 1 / 2);
  near(at4('recall_stratified'), (1 / 4 + 1 / 2) / (1 / 4 + 1 / 2 + 1));
  assert.equal(Array.from(ranked.shown(1)), [0, 1, 1, 1, 0, 1, 0, 0, 0, 0]);
});

test('an item without training orders is as novel as half a basket', () => {
  // The third item is only in test orders, so the popularity has no place for it.
  const shown = Float64Array.of(1, 0, 1);
  near(novelty(shown, Float64Array.of(4, 2), 8), (Math.log2(8 / 4) + Math.log2(8 / 0.5)) / 2);
});

test('metrics of random lists equal a direct computation', () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const all = Array.from({ length: 30 }, (_, item) => item);
    const targets = Array.from({ length: 5 }, () => random.some(all, 1 + random.below(12)));
    const lists = targets.map(() => random.some(all, random.below(20)));
    const bought = new Set(random.some(all, 10));
    const ks = [3, 10];
    const ranked = new RankedLists(ask(targets), ks, 30, new Float64Array(30).fill(2));
    for (const [at, list] of lists.entries()) ranked.add(at, list, list.length, (item) => bought.has(item));
    for (const [index, k] of ks.entries()) {
      const rows = targets.map((target, at) => slow(lists[at]!.slice(0, k), target, k, bought));
      for (const metric of Object.keys(rows[0]!) as Array<keyof ReturnType<typeof slow>>) {
        const values = rows.map((row) => row[metric]).filter((value) => value !== null);
        const expected = values.reduce((sum, each) => sum + each, 0) / values.length;
        if (values.length > 0) near(ranked.mean(metric, index)!, expected, `${metric}@${k}, seed ${seed}`);
        else assert.is(ranked.mean(metric, index), null);
      }
    }
  }
});

/** Straight from the definitions, one test case at a time. */
function slow(list: readonly number[], target: readonly number[], k: number, bought: ReadonlySet<number>) {
  const isRight = list.map((item) => target.includes(item));
  const hits = isRight.filter(Boolean).length;
  const gain = (places: readonly boolean[]) =>
    places.reduce((sum, right, at) => sum + (right ? 1 / Math.log2(at + 2) : 0), 0);
  const ideal = (n: number) => gain(Array.from({ length: n }, () => true));
  const part = (belongs: (item: number) => boolean) => {
    const wanted = target.filter(belongs);
    return wanted.length === 0 ? null : wanted.filter((item) => list.includes(item)).length / wanted.length;
  };
  const precisions = isRight.map((right, at) =>
    right ? isRight.slice(0, at + 1).filter(Boolean).length / (at + 1) : 0,
  );
  return {
    recall: hits / target.length,
    precision: hits / k,
    ndcg: gain(isRight) / ideal(Math.min(k, target.length)),
    ndcg_full_ideal: gain(isRight) / ideal(target.length),
    map: precisions.reduce((sum, each) => sum + each, 0) / Math.min(k, target.length),
    mrr: hits > 0 ? 1 / (isRight.indexOf(true) + 1) : 0,
    hit_rate: hits > 0 ? 1 : 0,
    recall_stratified: hits / target.length,
    recall_repeat: part((item) => bought.has(item)),
    recall_explore: part((item) => !bought.has(item)),
    // All items sell equally: the first half of them is the head.
    recall_head: part((item) => item < 15),
    recall_tail: part((item) => item >= 15),
  };
}

test('gini is 0 if all items are shown equally often, and nearly 1 if only one is shown', () => {
  near(gini(Float64Array.of(2, 2, 2, 2)), 0);
  near(gini(Float64Array.of(0, 0, 0, 8)), 3 / 4);
  near(gini(Float64Array.of(1, 3)), 1 / 4);
});

test('novelty is the mean self-information of the items shown', () => {
  near(novelty(Float64Array.of(1, 3), Float64Array.of(4, 1), 8), (1 * 1 + 3 * 3) / 4);
});

test('confidence intervals contain the true mean about as often as they claim', () => {
  const random = new Random(7);
  let held = 0;
  const trials = 200;
  for (let trial = 0; trial < trials; trial++) {
    // Units of one to three test cases each, with a mean of .3.
    const count = Float64Array.from({ length: 150 }, () => 1 + random.below(3));
    const sum = count.map((testCases) => {
      let right = 0;
      for (let at = 0; at < testCases; at++) if (random.chance(0.3)) right++;
      return right;
    });
    const [[low, high]] = bootstrapIntervals([{ sum, count }], { seed: trial }) as [[number, number]];
    if (low <= 0.3 && 0.3 <= high) held++;
  }
  assert.ok(held / trials > 0.9 && held / trials < 0.985, `${held} of ${trials}`);
});

function near(value: number, expected: number, what = ''): void {
  assert.ok(Math.abs(value - expected) < 1e-9, `${what} ${value} is not ${expected}`);
}
