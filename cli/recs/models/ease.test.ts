import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { weightUnit } from '../cooccurrence/baskets.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { startBuildPool } from '../engines/local/build-tasks.ts';
import { fitEase as fitOnThreads } from '../engines/thread-stages.ts';
import {
  type EaseInput,
  finishEase,
  fitEase,
  maxExactItems,
  openEase,
  openEaseRows,
  planEase,
} from './ease.ts';
import { GramSelector } from './gram-rows.ts';
import { filterEntry } from './low-pass.ts';
import { type EaseSettings, personalizedShape } from './model-settings.ts';
import type { NeighbourTable } from './neighbour-table.ts';

const test = suite('ease');

test('the exact weights are the ridge regression of each item on all others', () => {
  const shop = histories(9, { customers: 25, items: 14 });
  const input = fitted(shop, { candidates: 0, neighbours: 0, ridge: 4 });
  assert.ok(input.matrices);
  checkRegression(shop, input);
});

test('from all items as candidates, the sparse weights are the exact ones', () => {
  const shop = histories(4, { customers: 200, items: 14 });
  const sparse = fitted(shop, { candidates: 14, neighbours: 0, ridge: 4 });
  assert.is(sparse.matrices, undefined);
  checkRegression(shop, sparse);
});

test('from few candidates, each item is predicted from those bought with it most, relative to √popularity', () => {
  const shop = histories(5, { customers: 80, items: 30 });
  const { weights, gram } = fitted(shop, { candidates: 4, neighbours: 3, ridge: 4 });
  for (let item = 0; item < 30; item++) {
    const score = (other: number) =>
      shop.together(item, other) * (1 / Math.sqrt(shop.together(other, other) + 1));
    const best = [...Array(30).keys()]
      .filter((other) => other !== item && shop.together(item, other) > 0)
      .sort((a, b) => score(b) - score(a) || a - b)
      .filter((other, _, all) => all.length <= 4 || score(other) > score(all[4]!))
      .slice(0, 4);
    assert.equal([...gram.columns.subarray(item * 4, item * 4 + gram.length[item]!)], best);
    const row = rowOf(weights, item);
    assert.ok(row.length <= 3 && row.every(([known]) => best.includes(known)));
    const sizes = row.map(([, weight]) => Math.abs(weight));
    assert.equal(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
  }
});

test('entries that are not kept are estimated, so that few of them cost little accuracy', () => {
  const shop = histories(6, { customers: 300, items: 40 });
  const exact = fitted(shop, { candidates: 40, neighbours: 0, ridge: 10 });
  const few = fitted(shop, { candidates: 12, neighbours: 0, ridge: 10 });
  let [difference, size] = [0, 0];
  for (let item = 0; item < 40; item++) {
    const all = new Map(rowOf(exact.weights, item));
    for (const [known, weight] of rowOf(few.weights, item)) {
      difference += (weight - all.get(known)!) ** 2;
      size += all.get(known)! ** 2;
    }
  }
  assert.ok(difference < size * 0.5, `${difference} of ${size}`);
});

for (const [name, given] of [
  ['exact', { candidates: 0 }],
  ['with the low-pass filter', { candidates: 0, low_pass: 0.5, factors: 8 }],
  ['sparse', { candidates: 6 }],
] as const) {
  test(`threads fit the same bytes as one, ${name}`, async () => {
    const shop = histories(7, { customers: 200, items: 150 });
    const alone = fitted(shop, { ...given, neighbours: 5, ridge: 2 });
    const pool = startBuildPool(3);
    try {
      const { settings, gram } = opened(shop, { ...given, neighbours: 5, ridge: 2 });
      const shared = await fitOnThreads(pool, settings, gram, { summary: '', update() {} });
      assert.equal(shared.weights, alone.weights);
    } finally {
      await pool.close();
    }
  });
}

test('the low-pass filter is added to the exact weights, and left out of sparse ones', () => {
  const shop = histories(9, { customers: 60, items: 20 });
  const plain = fitted(shop, { candidates: 0, neighbours: 0 });
  const { filter, weights } = fitted(shop, { candidates: 0, neighbours: 0, low_pass: 0.5, factors: 4 });
  for (let item = 0; item < 20; item++) {
    const before = new Map(rowOf(plain.weights, item));
    for (const [known, weight] of rowOf(weights, item))
      assert.ok(Math.abs(weight - before.get(known)! - 0.5 * filterEntry(filter!, item, known)) < 1e-6);
  }
  assert.is(fitted(shop, { candidates: 6, low_pass: 0.5 }).filter, undefined);
});

test('rows of the term sum to its weight on average and keep at most k entries, the best', () => {
  const shop = histories(8, { customers: 200, items: 40 });
  const input = fitted(shop, { candidates: 8, neighbours: 5, ridge: 2, weight: 3 });
  const table = finishEase(input);
  const known = Array.from({ length: 40 }, (_, row) => rowOf(table, row));
  const sums = known
    .filter((row) => row.length > 0)
    .map((row) => row.reduce((sum, [, w]) => sum + Math.abs(w), 0));
  assert.ok(Math.abs(sums.reduce((a, b) => a + b, 0) / sums.length - 3) < 1e-4);
  assert.is(Math.max(...known.map((row) => row.length)), 5);
  const scale = known[0]![0]![1] / new Map(rowOf(input.weights, known[0]![0]![0])).get(0)!;
  for (const [row, entries] of known.entries()) {
    const all = [...Array(40).keys()].flatMap((item) =>
      rowOf(input.weights, item)
        .filter(([from]) => from === row)
        .map(([, weight]) => weight * scale),
    );
    const best = all.sort((a, b) => b - a).slice(0, 5);
    assert.ok(entries.every(([, weight], at) => all.length <= 5 || Math.abs(weight - best[at]!) < 1e-4));
  }
});

test('the plan is exact up to the limit, and takes fewer candidates the larger the catalogue is', () => {
  assert.equal(planEase({ candidates: 0 }, maxExactItems), { candidates: maxExactItems, exact: true });
  assert.equal(planEase({ candidates: 60 }, 3_000), { candidates: 60, exact: false });
  assert.equal(planEase({ candidates: 60 }, 50_000), { candidates: 60, exact: false });
  const sizes = [10_000, 100_000, 1_000_000].map((items) => planEase({ candidates: 0 }, items).candidates);
  assert.equal(sizes, [133, 62, 28]);
});

interface Shop {
  readonly items: number;
  readonly sets: Array<Set<number>>;
  /** Number of customers of both items. */
  together(a: number, b: number): number;
}

/** Customers with up to eight items each. */
function histories(seed: number, { customers, items }: { customers: number; items: number }): Shop {
  const random = new Random(seed);
  const sets = Array.from(
    { length: customers },
    () => new Set(random.some([...Array(items).keys()], 1 + random.below(8))),
  );
  return { items, sets, together: (a, b) => sets.filter((set) => set.has(a) && set.has(b)).length };
}

function opened({ items, sets, together }: Shop, given: Partial<EaseSettings>): EaseInput {
  const settings = personalizedShape.parse({ ease: given }).ease!;
  const customers = Float64Array.from({ length: items }, (_, item) => together(item, item));
  const historyPairs = new Float64Array(items);
  for (const set of sets) for (const item of set) historyPairs[item]! += set.size - 1;
  const weight = Float32Array.from(sets, (set) => 1 / set.size);
  const customerWeight = new Float64Array(items);
  for (const [at, set] of sets.entries())
    for (const item of set) customerWeight[item]! += Math.round(weight[at]! / weightUnit);
  const gram = openEaseRows(settings, { customers, historyPairs, customerWeight });
  const selector = new GramSelector(gram);
  const flat = Int32Array.from(sets.flatMap((set) => [...set]));
  const start = new Int32Array(sets.length + 1);
  for (const [at, set] of sets.entries()) start[at + 1] = start[at]! + set.size;
  const baskets = { count: sets.length, start, items: flat, weight };
  new RowCounter(items).count(
    { from: 0, to: items },
    (visit) => visit(baskets),
    (row) => selector.select(row),
  );
  return openEase(settings, gram);
}

function fitted(shop: Shop, given: Partial<EaseSettings>): EaseInput {
  const input = opened(shop, given);
  fitEase(input);
  return input;
}

function rowOf({ start, length, items, scores }: NeighbourTable, row: number): Array<[number, number]> {
  return Array.from({ length: length[row]! }, (_, at) => [
    items[start[row]! + at]!,
    scores[start[row]! + at]!,
  ]);
}

/** Checks that the residual of the normal equations of each item, (G + λI) b = G_j without row j, is zero. */
function checkRegression({ items, together }: Shop, { weights, settings }: EaseInput): void {
  for (let to = 0; to < items; to++) {
    const column = new Map(rowOf(weights, to));
    for (let row = 0; row < items; row++) {
      if (row === to) continue;
      let left = 0;
      for (const [from, weight] of column)
        left += (together(row, from) + (row === from ? settings.ridge : 0)) * weight;
      assert.ok(Math.abs(left - together(row, to)) < 1e-4, `${row} ${to}: ${left}`);
    }
  }
}
