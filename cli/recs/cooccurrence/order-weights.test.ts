// How much an order counts in co-purchases and for popularity.
import { assert, suite } from '../../../fixtures/suite.ts';
import { Decay, decay } from './baskets.ts';
import { groupPartition } from './grouping.ts';
import { defaultHistoryWeights, type GroupingOptions } from './grouping-options.ts';
import { ItemCounter } from './item-counter.ts';

const test = suite('order weights');

const defaults: GroupingOptions = {
  items: 10,
  itemOfProduct: Int32Array.from({ length: 10 }, (_, item) => item),
  newest: 100,
  halfLife: Number.POSITIVE_INFINITY,
  maxOrderLines: 50,
  maxHistory: 50,
  seed: 1,
  repurchase: true,
  trendingDays: 30,
};

/** Groups orders of (customer, items), all on day 100. */
function group(
  orders: ReadonlyArray<readonly [customer: number, items: readonly number[]]>,
  options: Partial<GroupingOptions>,
) {
  const counter = new ItemCounter(defaults.items);
  const runs = orders.flatMap(([customer, items], order) => [
    customer,
    0,
    order,
    100,
    items.length,
    0,
    ...items,
  ]);
  const grouped = groupPartition(Int32Array.from(runs), { ...defaults, ...options }, counter);
  return { ...grouped, tallies: counter.tallies() };
}

test('orders weigh as the settings say, histories by the model', () => {
  const { orders, histories } = group([[1, [1, 2, 3, 4]]], { orderWeighting: 'inverse' });
  assert.equal([...orders.weight], [0.25]);
  assert.equal([...histories.weight], [Math.fround(10 / 14)]);
});

test('for popularity, orders without dates count by the number of newer orders of their customer', () => {
  const popularity = (orders: number, undated = true) => {
    const weights = { ...defaultHistoryWeights, popularityHalfLife: 1, popularityHalfLifeOrders: orders };
    const { tallies } = group(
      [
        [1, [1]],
        [1, [2]],
        [1, [1, 3]],
        [2, [2]],
        [-1, [3]],
      ],
      { undated, weights },
    );
    const unit = 2 ** 20;
    return [tallies.totals.popularity / unit, ...[1, 2, 3].map((item) => tallies.popularity[item]! / unit)];
  };
  assert.equal(popularity(1), [3.75, 1.25, 1.5, 2]);
  assert.equal(popularity(Number.POSITIVE_INFINITY), [5, 2, 2, 2]);
  assert.equal(popularity(1, false), [5, 2, 2, 2]);
});

test('decay that is kept by age equals the power, at any age and for any half-life', () => {
  for (const halfLife of [0.5, 30, 90, Number.POSITIVE_INFINITY]) {
    const kept = new Decay(halfLife);
    for (const age of [0, 1, 29.5, 400, 4_095, 4_096, 300_000, 1, 400])
      assert.is(kept.at(age), decay(age, halfLife), `age ${age}, half-life ${halfLife}`);
  }
});
