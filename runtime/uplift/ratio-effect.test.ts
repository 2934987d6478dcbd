import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { addUnit, noUnits, type RatioSums, ratioEffect } from './ratio-effect.ts';

const test = suite('ratio effect');

/** Simulates visitors: a fifth of them buy, some several times, at amounts that vary widely between visitors. */
function visitors(random: Random, count: number, lift: number): RatioSums {
  const sums = noUnits();
  for (let visitor = 0; visitor < count; visitor++) {
    const orders = random.chance(0.2) ? 1 + random.below(3) : 0;
    const taste = Math.exp(random.normal(3, 0.5));
    let revenue = 0;
    for (let order = 0; order < orders; order++)
      revenue += taste * Math.exp(random.normal(0, 0.3)) * (1 + lift);
    addUnit(sums, revenue, orders);
  }
  return sums;
}

test('two groups of two visitors have the effect computed by hand', () => {
  const [one, other] = [noUnits(), noUnits()];
  addUnit(one, 30, 1);
  addUnit(one, 30, 2);
  addUnit(other, 10, 1);
  addUnit(other, 10, 1);
  const effect = ratioEffect(one, other, 0.05);
  near(effect.group!, 20);
  near(effect.control!, 10);
  near(effect.relative!, 1);
  // Deviations 30 − 20 and 30 − 40: variance 200 · 2 / 1 / 3²; that of the logarithm is a 400th of it. The control has none.
  const reach = 1.959964 * Math.sqrt((200 * 2) / 9 / 400);
  near(effect.low!, 2 * Math.exp(-reach) - 1);
  near(effect.high!, 2 * Math.exp(reach) - 1);
});

for (const lift of [0, 0.06]) {
  test(`95 % of the intervals of 400 simulated shops contain the true effect of ${lift}`, () => {
    const random = new Random(17, String(lift));
    let held = 0;
    let significant = 0;
    for (let shop = 0; shop < 400; shop++) {
      const effect = ratioEffect(visitors(random, 4_000, lift), visitors(random, 1_000, 0), 0.05);
      if (effect.low! <= lift && lift <= effect.high!) held++;
      if (effect.significant) significant++;
    }
    // Three standard deviations of a count of 400 at 95 %.
    assert.ok(held >= 367 && held <= 393, `${held} of 400`);
    if (lift === 0) assert.is(significant, 400 - held);
  });
}

test('with the estimated sample size, four out of five simulated shops detect the effect', () => {
  const random = new Random(23);
  const first = ratioEffect(visitors(random, 2_000, 0.1), visitors(random, 2_000, 0), 0.1);
  const needed = (4_000 + first.still_needed!) / 2;
  let seen = 0;
  const shops = 150;
  for (let shop = 0; shop < shops; shop++)
    if (ratioEffect(visitors(random, needed, 0.1), visitors(random, needed, 0), 0.1).significant) seen++;
  assert.ok(seen / shops > 0.68 && seen / shops < 0.92, `${seen} of ${shops}, ${needed} visitors per group`);
});

test('groups that are empty or have no revenue give null, without a division by zero', () => {
  const none = ratioEffect(noUnits(), noUnits(), 0.05);
  assert.equal([none.group, none.relative, none.low, none.significant], [null, null, null, false]);
  const [one, other] = [noUnits(), noUnits()];
  for (let each = 0; each < 3; each++) {
    addUnit(one, 0, 1);
    addUnit(other, 5, 1);
  }
  assert.is(ratioEffect(one, other, 0.05).relative, null);
});

function near(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);
}
