import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { packedRuns, type Run } from '../../test-support/packed-runs.ts';
import { basketWeight, decay, type GroupedPartition } from './baskets.ts';
import { bucketOfGap, gapBuckets, gapStarts } from './gaps.ts';
import { groupPartition, hasUsableDates } from './grouping.ts';
import type { GroupingOptions } from './grouping-options.ts';
import { ItemCounter } from './item-counter.ts';
import { Scratch } from './scratch.ts';

const test = suite('grouping');

const defaults: GroupingOptions = {
  items: 100,
  itemOfProduct: Int32Array.from({ length: 100 }, (_, item) => item),
  newest: 100,
  halfLife: Number.POSITIVE_INFINITY,
  maxOrderLines: 50,
  maxHistory: 50,
  seed: 1,
  repurchase: true,
  trendingDays: 30,
};

test('a product counts once per order, however many lines and runs it is in', () => {
  const { baskets, tallies } = group([
    { customer: 1, order: 7, day: 90, items: [3, 4, 3] },
    { customer: 1, order: 8, day: 95, items: [5, 6] },
    { customer: 1, order: 7, day: 91, items: [4, 9] },
  ]);
  assert.equal(baskets, [
    [3, 4, 9],
    [5, 6],
  ]);
  assert.is(tallies.totals.duplicateLines, 2);
  assert.is(tallies.totals.orders, 2);
  assert.equal(counts(tallies.orders), { 3: 1, 4: 1, 5: 1, 6: 1, 9: 1 });
  assert.equal(counts(tallies.orderPairs), { 3: 2, 4: 2, 5: 1, 6: 1, 9: 2 });
});

test('an order with one product makes no pair but counts as an order', () => {
  const { baskets, tallies } = group([
    { customer: -1, order: 1, day: 1, items: [3, 3] },
    { customer: -1, order: 2, day: 1, items: [3, 4] },
  ]);
  assert.equal(baskets, [[3, 4]]);
  assert.equal([tallies.totals.orders, tallies.totals.pairableOrders], [2, 1]);
  assert.equal(counts(tallies.orders), { 3: 2, 4: 1 });
});

test('an order id shared by two customers is two orders', () => {
  const { baskets, histories } = group([
    { customer: 1, order: 7, day: 1, items: [1, 2] },
    { customer: 65, order: 7, day: 1, items: [3, 4] },
  ]);
  assert.equal(baskets, [
    [1, 2],
    [3, 4],
  ]);
  assert.equal(histories, { 1: [1, 2], 65: [3, 4] });
});

test('guests have orders but no history', () => {
  const { baskets, histories, tallies } = group([{ customer: -1, order: 7, day: 1, items: [1, 2] }]);
  assert.equal(baskets, [[1, 2]]);
  assert.equal(histories, {});
  assert.is(tallies.totals.customers, 0);
});

test('a history is sorted newest first, on one day by time and then by id, and is cut to its newest products', () => {
  const runs: Run[] = [
    { customer: 1, order: 1, day: 10, items: [1, 2] },
    { customer: 1, order: 4, day: 40, items: [7] },
    { customer: 1, order: 2, day: 30, items: [3] },
    { customer: 1, order: 3, day: 30, items: [4, 1] },
    { customer: 1, order: 5, day: 5, items: [9] },
  ];
  assert.equal(group(runs).histories, { 1: [7, 1, 4, 3, 2, 9] });
  const cut = group(runs, { maxHistory: 4 });
  assert.equal(cut.histories, { 1: [7, 1, 4, 3] });
  assert.is(cut.tallies.totals.cutHistories, 1);
  assert.is(group(runs, { maxHistory: 6 }).tallies.totals.cutHistories, 0);
});

test('interactionWeight and repurchaseWeight weights decay from order to order, and add up for a product bought again', () => {
  const { grouped } = group([
    { customer: 1, order: 1, day: 10, items: [1] },
    { customer: 1, order: 2, day: 20, items: [2] },
    { customer: 1, order: 3, day: 30, items: [1, 3] },
  ]);
  const { items, interactionWeight, repurchaseWeight } = grouped.histories;
  assert.equal(Array.from(items), [1, 3, 2]);
  close(interactionWeight, [1 + 0.7 ** 2, 1, 0.7]);
  close(repurchaseWeight, [1 + 0.95 ** 2, 1, 0.95]);
  assert.is(group([], { repurchase: false }).grouped.histories.repurchaseWeight.length, 0);
});

test('a history keeps the variant of the newest order, and of several on one day the lowest', () => {
  // Products 50 … 54 are variants of item 5, 60 and 61 of item 6.
  const itemOfProduct = Int32Array.from({ length: 100 }, (_, product) =>
    product >= 50 ? Math.trunc(product / 10) : product,
  );
  const runs: Run[] = [
    { customer: 1, order: 1, day: 10, items: [50, 61] },
    { customer: 1, order: 2, day: 30, items: [54, 53, 2] },
    { customer: 1, order: 3, day: 30, items: [52, 54] },
    { customer: 1, order: 4, day: 20, items: [51] },
    { customer: 2, order: 5, day: 30, items: [60] },
  ];
  const bought = (options: Partial<GroupingOptions> = {}) => {
    const { histories } = group(runs, { itemOfProduct, variants: true, ...options }).grouped;
    return [Array.from(histories.items), Array.from(histories.bought)];
  };
  assert.equal(bought(), [
    [5, 2, 6, 6],
    [52, 2, 61, 60],
  ]);
  runs.reverse();
  assert.equal(bought()[1]!.toSorted(), [2, 52, 60, 61], 'whatever the order of the rows');
  assert.equal(bought({ variants: false })[1], []);
});

test('rebuyers bought a product on two days; returners had the chance to', () => {
  const { tallies } = group([
    { customer: 1, order: 1, day: 10, items: [1, 1, 2] },
    { customer: 1, order: 2, day: 20, items: [1, 3] },
    { customer: 2, order: 3, day: 20, items: [2] },
  ]);
  assert.equal(counts(tallies.rebuyers), { 1: 1 });
  assert.equal(counts(tallies.returners), { 1: 1, 2: 1 }, 'nobody shopped after buying 3');
  assert.equal(counts(tallies.customers), { 1: 1, 2: 2, 3: 1 });
});

const twoOrdersOfOneDay: Run[] = [
  { customer: 1, order: 1, day: 10, items: [1, 2] },
  { customer: 1, order: 2, day: 20, items: [1] },
  { customer: 1, order: 3, day: 20, items: [1, 2] },
];

test('two orders on one day count as one purchase of a product', () => {
  const { tallies, grouped } = group([
    ...twoOrdersOfOneDay,
    { customer: 2, order: 4, day: 30, items: [5] },
    { customer: 2, order: 5, day: 30, items: [5] },
  ]);
  assert.equal(counts(tallies.returners), { 1: 1, 2: 1 });
  assert.equal(counts(tallies.rebuyers), { 1: 1, 2: 1 });
  const { items, repurchaseWeight } = grouped.histories;
  assert.equal(Array.from(items), [1, 2, 5]);
  close(repurchaseWeight, [1 + 0.95, 1 + 0.95, 1]);
});

test('without usable dates each order is a separate occasion', () => {
  const { tallies, grouped } = group(twoOrdersOfOneDay, { undated: true });
  assert.equal(counts(tallies.returners), { 1: 1, 2: 1 });
  assert.equal(counts(tallies.rebuyers), { 1: 1, 2: 1 });
  close(grouped.histories.repurchaseWeight, [1 + 0.95 + 0.95 ** 2, 1 + 0.95 ** 2]);
  const sameDay = twoOrdersOfOneDay.map((run) => ({ ...run, day: 0 }));
  assert.equal(counts(group(sameDay, { undated: true }).tallies.rebuyers), { 1: 1, 2: 1 });
  assert.equal(counts(group(sameDay).tallies.rebuyers), {});
});

const returning: Run[] = [
  { customer: 1, order: 1, day: 40, items: [1, 2] },
  { customer: 1, order: 2, day: 60, items: [1] },
  { customer: 1, order: 3, day: 60, items: [1, 2] },
  { customer: 1, order: 4, day: 90, items: [1] },
  { customer: 2, order: 5, day: 100, items: [1] },
  { customer: -1, order: 6, day: 50, items: [1] },
];

test('a history keeps the ages of the first and the last purchase, and gaps between days are counted', () => {
  const { grouped, tallies } = group(returning);
  const { items, last, first, times } = grouped.histories;
  assert.equal(Array.from(items), [1, 2, 1]);
  assert.equal(
    [Array.from(last), Array.from(first)],
    [
      [10, 40, 0],
      [60, 60, 0],
    ],
  );
  assert.equal(Array.from(times), [3, 2, 1]);
  assert.equal(gapsOf(tallies.closedGaps), { 1: { 16: 1, 24: 1 }, 2: { 16: 1 } });
  assert.equal(
    gapsOf(tallies.openGaps),
    { 1: { 8: 1 }, 2: { 32: 1 } },
    'no gap has begun since the newest day',
  );
});

test('without usable dates gaps are counted in orders', () => {
  const { grouped, tallies } = group(returning, { undated: true });
  const { last, first } = grouped.histories;
  assert.equal(
    [Array.from(last), Array.from(first)],
    [
      [0, 1, 0],
      [3, 3, 0],
    ],
  );
  assert.equal(gapsOf(tallies.closedGaps), { 1: { 1: 3 }, 2: { 2: 1 } });
  assert.equal(gapsOf(tallies.openGaps), { 2: { 1: 1 } });
});

test('ages that do not fit 16 bits are stored as the largest one, and no gaps are counted unless lists use them', () => {
  const ancient = { customer: 1, order: 7, day: -90_000, items: [1] };
  const { grouped, tallies } = group([...returning, ancient]);
  assert.equal(Array.from(grouped.histories.first), [65_535, 60, 0]);
  assert.equal(gapsOf(tallies.closedGaps), { 1: { 16: 1, 24: 1, 512: 1 }, 2: { 16: 1 } });
  const none = group(returning, { repurchase: false });
  assert.equal(gapsOf(none.tallies.closedGaps), {});
  const { last, first, times } = none.grouped.histories;
  assert.equal([last.length, first.length, times.length], [0, 0, 0]);
});

test('a gap is in the bucket that starts at it or before it', () => {
  const of = (gap: number) => gapStarts[bucketOfGap(gap)];
  assert.equal([1, 2, 5, 7, 8, 511, 512, 60_000].map(of), [1, 2, 4, 6, 8, 384, 512, 512]);
});

test('the gaps of two workers add up to those of one', () => {
  const one = group(returning).tallies;
  const sum = group(returning.slice(0, 4)).tallies;
  sum.add(group(returning.slice(4)).tallies);
  assert.equal(gapsOf(sum.closedGaps), gapsOf(one.closedGaps));
  assert.equal(gapsOf(sum.openGaps), gapsOf(one.openGaps));
});

test('dates are unusable if there is only one day, or if an import dated orders one second apart', () => {
  const tell = (oldest: number, newest: number, lines: number) =>
    hasUsableDates({ dates: { oldest, newest }, lines });
  assert.is(tell(9_000, 9_365, 100_000_000), true);
  assert.is(tell(9_000, 9_000, 10), false);
  assert.is(tell(0, 11, 1_000_000), false, 'eleven days of seconds from 2000 on');
  assert.is(tell(0, 12, 1_000_000), true);
  assert.is(tell(-1, 3, 1_000_000), true);
});

test('a basket weighs 10 / (10 + n), halved for each half-life of its age', () => {
  const { grouped, tallies } = group(
    [
      { customer: -1, order: 1, day: 100, items: [1, 2] },
      { customer: -1, order: 2, day: 90, items: [1, 2, 3] },
      { customer: -1, order: 3, day: 80, items: [4] },
    ],
    { halfLife: 10 },
  );
  close(grouped.orders.weight, [10 / 13 / 2, 10 / 12]);
  const unit = 2 ** -20;
  assert.ok(Math.abs(tallies.totals.orderWeight * unit - (10 / 12 + 10 / 26 + 10 / 44)) < 3 * unit);
  assert.ok(Math.abs(tallies.orderWeight[1]! * unit - (10 / 12 + 10 / 26)) < 2 * unit);
  assert.is(basketWeight(10), 0.5);
  assert.equal(
    [decay(0, 90), decay(90, 90), decay(180, 90), decay(1e6, Number.POSITIVE_INFINITY)],
    [1, 0.5, 0.25, 1],
  );
});

test('sales count as recent, as earlier (six windows), or not at all', () => {
  const ages = [0, 29, 30, 209, 210];
  const { tallies } = group(
    ages.map((age, order) => ({ customer: -1, order, day: 100 - age, items: [order] })),
  );
  assert.equal(counts(tallies.recent), { 0: 1, 1: 1 });
  assert.equal(counts(tallies.recentWeighted), { 0: 30, 1: 1 });
  assert.equal(counts(tallies.earlier), { 2: 1, 3: 1 });
});

test('an oversized order is sampled by seed, independently of the order of its lines, evenly over its products', () => {
  const items = Array.from({ length: 90 }, (_, item) => item);
  const sampled = (list: readonly number[], options: Partial<GroupingOptions> = {}, order = 5) =>
    group([{ customer: 1, order, day: 1, items: list }], { maxOrderLines: 30, ...options });
  const one = sampled(items);
  assert.is(one.baskets[0]!.length, 30);
  assert.equal([one.tallies.totals.sampledOrders, one.tallies.totals.sampledLines], [1, 60]);
  assert.is(one.tallies.totals.orderItems, 30);
  const shuffled = new Random(3).some(items, items.length);
  assert.equal(sampled(shuffled).baskets, one.baskets);
  assert.equal(sampled([...shuffled, ...items]).baskets, one.baskets, 'nor does it matter that lines repeat');
  assert.not.equal(sampled(items, { seed: 2 }).baskets, one.baskets);
  assert.not.equal(sampled(items, {}, 6).baskets, one.baskets, 'another order keeps others');
  assert.ok(one.baskets[0]!.some((item) => item < 30) && one.baskets[0]!.some((item) => item >= 60));
  assert.is(sampled(items.slice(0, 30)).tallies.totals.sampledOrders, 0, 'at the limit all stay');
});

test('random runs are grouped like with Maps, also with reused working arrays', () => {
  const scratch = new Scratch();
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const runs = Array.from({ length: 10 + random.below(500) }, () => {
      const customer = random.chance(0.3) ? -1 : random.below(20);
      // Lines of an order scatter: the same order comes again and again.
      return { customer, order: random.below(60), day: random.below(100), items: some(random) };
    });
    const orders = new Map<string, { customer: number; items: Set<number> }>();
    let lines = 0;
    for (const { customer, order, items } of runs) {
      const key = `${customer} ${order}`;
      const known = orders.get(key) ?? { customer, items: new Set() };
      orders.set(key, known);
      for (const item of items) known.items.add(item);
      lines += items.length;
    }
    const { baskets, histories, tallies } = group(runs, { maxOrderLines: 100, maxHistory: 100 }, scratch);
    const expected = [...orders.values()]
      .map((order) => sorted(order.items))
      .filter((items) => items.length > 1);
    const inOrder = (rows: number[][]) => rows.map((row) => row.join()).sort();
    assert.equal(baskets, baskets.map(sorted));
    assert.equal(inOrder(baskets), inOrder(expected));
    assert.is(tallies.totals.orders, orders.size);
    assert.is(
      tallies.totals.duplicateLines,
      lines - [...orders.values()].reduce((sum, { items }) => sum + items.size, 0),
    );
    const bought: Record<number, number[]> = {};
    for (const { customer, items } of orders.values()) {
      if (customer >= 0) bought[customer] = sorted(new Set([...(bought[customer] ?? []), ...items]));
    }
    assert.equal(
      Object.fromEntries(Object.entries(histories).map(([key, items]) => [key, sorted(items)])),
      bought,
    );
  }
});

function group(runs: readonly Run[], options: Partial<GroupingOptions> = {}, scratch = new Scratch()) {
  const counter = new ItemCounter(100);
  const grouped = groupPartition(packedRuns(runs), { ...defaults, ...options }, counter, scratch);
  return {
    grouped,
    tallies: counter.tallies(),
    baskets: rows(grouped.orders),
    histories: historiesOf(grouped),
  };
}

function rows({ count, start, items }: { count: number; start: Int32Array; items: Int32Array }): number[][] {
  return Array.from({ length: count }, (_, row) => Array.from(items.subarray(start[row], start[row + 1])));
}

function historiesOf({ histories }: GroupedPartition): Record<number, number[]> {
  return Object.fromEntries(rows(histories).map((items, row) => [histories.customer[row], items]));
}

/** The counters above zero. */
function counts(values: Float64Array): Record<number, number> {
  return Object.fromEntries([...values.entries()].filter(([, value]) => value > 0));
}

/** Item → start of the bucket → gaps above zero. */
function gapsOf(gaps: Uint32Array): Record<number, Record<number, number>> {
  const found: Record<number, Record<number, number>> = {};
  for (const [at, count] of gaps.entries())
    if (count > 0) (found[Math.floor(at / gapBuckets)] ??= {})[gapStarts[at % gapBuckets]!] = count;
  return found;
}

/** Equal but for single precision. */
function close(values: Float32Array, expected: readonly number[]): void {
  assert.is(values.length, expected.length);
  for (const [at, value] of expected.entries())
    assert.ok(Math.abs(values[at]! - value) < 1e-6, `${values[at]} is not ${value}`);
}

function some(random: Random): number[] {
  return Array.from({ length: 1 + random.below(4) }, () => random.below(30));
}

function sorted(items: Iterable<number>): number[] {
  return [...items].sort((a, b) => a - b);
}
