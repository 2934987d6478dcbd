// Grouping does not depend on the order in which lines are read.
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { packedRuns, type Run } from '../../test-support/packed-runs.ts';
import { ticksPerDay } from '../source/line-batch.ts';
import { groupPartition } from './grouping.ts';
import type { GroupingOptions } from './grouping-options.ts';
import { ItemCounter } from './item-counter.ts';
import { sortItems } from './order-runs.ts';

const test = suite('order runs');

const options: GroupingOptions = {
  items: 30,
  itemOfProduct: Int32Array.from({ length: 30 }, (_, item) => item),
  newest: 40,
  halfLife: 7.3,
  maxOrderLines: 6,
  maxHistory: 15,
  seed: 1,
  repurchase: true,
  trendingDays: 30,
};

test('runs in any order are grouped to the same bytes', () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = new Random(seed);
    // Orders share times, and customers share ids of orders.
    const runs = Array.from({ length: 400 }, () => ({
      customer: random.chance(0.2) ? -1 : random.below(12),
      order: random.below(90),
      day: random.below(40),
      tick: random.below(3),
      items: Array.from({ length: 1 + random.below(4) }, () => random.below(30)),
    }));
    const shuffled = random.some(runs, runs.length);
    const other = shuffled.map((run) => ({ ...run, items: random.some(run.items, run.items.length) }));
    assert.equal(group(other), group(runs));
  }
});

test('times a thousand years apart are sorted like others', () => {
  const times = [365_250, -365_250, 0, 9_000, 8_999];
  const runs = Array.from({ length: 2_000 }, (_, order) => ({
    customer: -1,
    order,
    day: times[order % times.length]!,
    tick: (order * 7_919_333) % ticksPerDay,
    items: [order % 30, (order + 1) % 30],
  }));
  const grouped = group(runs, { newest: 365_250 });
  const byTime = runs.toSorted((a, b) => a.day - b.day || a.tick - b.tick || a.order - b.order);
  assert.equal(
    Array.from(grouped.orders.items),
    byTime.flatMap(({ items }) => items.toSorted((a, b) => a - b)),
  );
});

test('short and long orders are sorted', () => {
  for (const length of [0, 1, 2, 32, 33, 100]) {
    const random = new Random(length);
    const items = Int32Array.from({ length: length + 2 }, () => random.below(1_000));
    const expected = [items[0], ...items.slice(1, length + 1).sort(), items[length + 1]];
    sortItems(items, 1, length + 1);
    assert.equal(Array.from(items), expected);
  }
});

function group(runs: readonly Run[], other: Partial<GroupingOptions> = {}) {
  const counter = new ItemCounter(options.items);
  const grouped = groupPartition(packedRuns(runs), { ...options, ...other }, counter);
  return { ...grouped, tallies: counter.tallies() };
}
