import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { bucketOfGap, gapBuckets } from '../cooccurrence/gaps.ts';
import { groupPartition } from '../cooccurrence/grouping.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import { BuyingPace, fitIntervals } from './intervals.ts';

const test = suite('re-purchase intervals');

interface Gaps {
  readonly category?: number;
  readonly closed?: readonly number[];
  readonly open?: readonly number[];
}

test('the median of an item with many gaps is its own, that of one without gaps the category’s', () => {
  const { median, spread } = fit([
    { closed: Array(1_000).fill(30), open: [5] },
    { category: 1, closed: Array(1_000).fill(90) },
    { category: 1, open: [40] },
  ]);
  assert.ok(median[0]! > 24 && median[0]! < 32, `${median[0]}`);
  assert.ok(median[1]! > 64 && median[1]! < 96, `${median[1]}`);
  assert.ok(Math.abs(median[2]! - median[1]!) < 1, `${median[2]}`);
  assert.ok(spread[0]! < 0.4, `${spread[0]}`);
});

test('the spread is the standard deviation of the logarithm of the gaps', () => {
  const random = new Random(4);
  const closed = Array.from({ length: 20_000 }, () => Math.ceil(Math.exp(3 + 0.8 * normal(random))));
  const { median, spread } = fit([{ closed }]);
  assert.ok(Math.abs(Math.log(median[0]!) - 3) < 0.1, `${median[0]}`);
  assert.ok(Math.abs(spread[0]! - 0.8) < 0.08, `${spread[0]}`);
});

test('gaps that have not ended lower the rate of buying again', () => {
  const closed = Array(200).fill(20);
  const soon = (open: number[]) => probability(fit([{ closed, open }]), { last: 16 }, 7);
  const [all, half] = [soon([]), soon(Array(200).fill(100))];
  assert.ok(all > 0.6, `${all}`);
  assert.ok(half < all * 0.75, `${half}`);
  assert.ok(probability(fit([{ closed, open: Array(200).fill(100) }]), { last: 60 }, 7) < 0.05);
});

test('constant rates are estimated without bias, whatever share of the gaps has not ended', () => {
  const random = new Random(1);
  const gaps: { closed: number[]; open: number[] } = { closed: [], open: [] };
  for (let customer = 0; customer < 30_000; customer++) {
    const gap = Math.ceil(-Math.log(1 - random.next()) * 50);
    const seen = 1 + random.below(365);
    if (gap <= seen) gaps.closed.push(gap);
    else gaps.open.push(seen);
  }
  const { rate } = fit([gaps]);
  for (const days of [1, 5, 20, 70])
    assert.ok(Math.abs(rate[bucketOfGap(days)]! * 50 - 1) < 0.1, `${days} days: ${rate[bucketOfGap(days)]}`);
});

test('a shop in which nobody bought anything twice expects nothing', () => {
  const intervals = fit([{ open: [3, 50] }, {}]);
  assert.equal(
    [probability(intervals, { last: 30 }, 7), intervals.median[0], intervals.spread[0]],
    [0, 0, 0],
  );
  assert.is(probability(fit([]), { item: -1 }, 7), 0);
});

test('a customer who bought more often than others is expected sooner, a lapsed one later', () => {
  const intervals = fit([{ closed: Array(100).fill(30), open: Array(100).fill(40) }]);
  const [once, often] = [{ last: 20 }, { last: 20, first: 200, times: 10 }];
  assert.ok(probability(intervals, often, 7) > 2 * probability(intervals, once, 7));
  assert.ok(probability(intervals, { ...often, last: 150 }, 7) < probability(intervals, often, 7) / 2);
});

test('the interval of a customer is their own mean gap and four times the median of the item, on a log scale', () => {
  const intervals = fit([{ closed: Array(1_000).fill(30) }]);
  const median = intervals.median[0]!;
  const interval = (entry: Entry) => open(intervals, entry).interval(0);
  assert.is(interval({ last: 5 }), median);
  const own = (2 * Math.log(10) + 4 * Math.log(median)) / 6;
  assert.ok(Math.abs(interval({ last: 5, first: 25, times: 3 }) - Math.exp(own)) < 1e-9);
});

test('of generated customers, as many buy again within a week as predicted, in each tenth', () => {
  // Each customer has a pace, and a pace per item, that nobody is told; some never come back.
  const random = new Random(7);
  const [days, week, items] = [365, 7, 20];
  const runs: number[] = [];
  const bought = new Set<string>();
  for (let customer = 0; customer < 3_000; customer++) {
    const pace = Math.exp(0.5 * normal(random));
    for (let item = 0; item < items; item++) {
      if (random.chance(0.7)) continue;
      const mean = (20 + item * 5) / (pace * Math.exp(0.5 * normal(random)));
      for (let day = random.below(days); day < days + week; ) {
        if (day < days) runs.push(customer, 0, customer * 1_000 + day, day, 1, 0, item);
        else bought.add(`${customer} ${item}`);
        if (random.chance(0.1)) break;
        day += Math.max(1, Math.round(mean * Math.exp(0.4 * normal(random))));
      }
    }
  }
  const counter = new ItemCounter(items);
  const { histories } = groupPartition(
    Int32Array.from(runs),
    { ...grouping, items, newest: days - 1 },
    counter,
  );
  const pace = new BuyingPace(
    fitIntervals(counter.tallies(), { category: new Int32Array(items), categories: 1 }),
  );
  const found: { predicted: number; bought: number }[] = [];
  for (let basket = 0; basket < histories.count; basket++) {
    pace.open(histories, basket);
    for (let at = histories.start[basket]!; at < histories.start[basket + 1]!; at++)
      found.push({
        predicted: pace.probability(at, week),
        bought: bought.has(`${histories.customer[basket]} ${histories.items[at]}`) ? 1 : 0,
      });
  }
  found.sort((a, b) => a.predicted - b.predicted);
  for (let tenth = 0; tenth < 10; tenth++) {
    const part = found.slice((tenth * found.length) / 10, ((tenth + 1) * found.length) / 10);
    const mean = (key: 'predicted' | 'bought') =>
      part.reduce((sum, each) => sum + each[key], 0) / part.length;
    assert.ok(
      Math.abs(mean('predicted') - mean('bought')) < 0.05,
      `tenth ${tenth}: predicted ${mean('predicted')}, bought ${mean('bought')}`,
    );
  }
});

const grouping = {
  itemOfProduct: Int32Array.from({ length: 20 }, (_, item) => item),
  halfLife: Number.POSITIVE_INFINITY,
  maxOrderLines: 50,
  maxHistory: 50,
  seed: 1,
  repurchase: true,
  trendingDays: 30,
};

function fit(items: readonly Gaps[]) {
  const tallies = { closedGaps: counted(items, 'closed'), openGaps: counted(items, 'open') };
  const category = Int32Array.from(items, (item) => item.category ?? 0);
  return fitIntervals(tallies, { category, categories: 2 });
}

function counted(items: readonly Gaps[], kind: 'closed' | 'open'): Uint32Array {
  const counts = new Uint32Array(items.length * gapBuckets);
  for (const [item, each] of items.entries())
    for (const gap of each[kind] ?? []) counts[item * gapBuckets + bucketOfGap(gap)]!++;
  return counts;
}

interface Entry {
  readonly item?: number;
  readonly last?: number;
  readonly first?: number;
  readonly times?: number;
}

/** The pace of a customer with one entry; with none if the item is below zero. */
function open(intervals: ReturnType<typeof fit>, { item = 0, last = 0, first = last, times = 1 }: Entry) {
  const pace = new BuyingPace(intervals);
  const entries = item < 0 ? 0 : 1;
  const histories = {
    start: Int32Array.of(0, entries),
    items: Int32Array.of(item),
    last: Uint16Array.of(last),
    first: Uint16Array.of(first),
    times: Uint16Array.of(times),
  };
  pace.open(histories as unknown as Histories, 0);
  return pace;
}

function probability(intervals: ReturnType<typeof fit>, entry: Entry, days: number): number {
  const pace = open(intervals, entry);
  return (entry.item ?? 0) < 0 ? 0 : pace.probability(0, days);
}

/** A draw from the standard normal distribution. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
