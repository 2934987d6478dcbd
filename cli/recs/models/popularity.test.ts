import { assert, suite } from '../../../fixtures/suite.ts';
import { weightUnit } from '../cooccurrence/baskets.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { fitPopularity, fitTrend, withTrend } from './popularity.ts';

const test = suite('popularity');

/** Eight old orders, which weigh ¼, have items 0 and 1; eight new ones, which weigh 1, items 1 and 2. */
function tallies(weights: readonly [number, number] = [0.25, 1]): ItemTallies {
  const counted = new ItemCounter(3);
  for (const [weight, items] of [
    [weights[0], Int32Array.of(0, 1)],
    [weights[1], Int32Array.of(1, 2)],
  ] as const)
    for (let order = 0; order < 8; order++) {
      counted.addOrder(items, 0, 2, 1, 0, 30);
      counted.addPopularity(items, 0, 2, weight);
    }
  return counted.tallies();
}

test('an item that sells more than it used to has a trend above 1, and one no longer sold one near 0', () => {
  const trend = fitTrend(tallies(), 1)!;
  // All orders weigh 10; each of items 0 and 2 is in half of them, item 1 in all.
  const expected = [(2 + 0.25) / (5 + 0.25), 1, (8 + 0.25) / (5 + 0.25)];
  for (const [item, value] of expected.entries()) assert.ok(Math.abs(trend[item]! - value) < 1e-5, `${item}`);
  const root = fitTrend(tallies(), 0.5)!;
  assert.ok(Math.abs(root[0]! ** 2 - expected[0]!) < 1e-5);
});

test('there is no trend without dates, or with the power 0', () => {
  assert.is(fitTrend(tallies([1, 1]), 0.5), undefined);
  assert.is(fitTrend(tallies(), 0), undefined);
});

test('bestsellers are ordered by their share of the orders times their trend', () => {
  const counted = tallies();
  const { share, first } = fitPopularity(
    counted,
    { weight: 2, half_life_days: 30, half_life_orders: 'none', trend: 1 },
    Float64Array.of(9, 1, 1),
  );
  assert.equal(Array.from(first), [0, 1, 2]);
  assert.ok(
    Math.abs(share[0]! - (2 * 2 * 9) / 10) < 1e-5,
    `${share[0]} of ${counted.totals.popularity * weightUnit}`,
  );
});

test('a neighbour’s score is multiplied by its own trend, and the table given stays as it was', () => {
  const table = {
    start: Int32Array.of(0, 2, 2),
    length: Int32Array.of(2, 0, 0),
    items: Int32Array.of(1, 2),
    scores: Float32Array.of(0.5, 0.25),
  };
  assert.equal(Array.from(withTrend(table, Float64Array.of(9, 2, 4)).scores), [1, 1]);
  assert.equal(Array.from(table.scores), [0.5, 0.25]);
});
