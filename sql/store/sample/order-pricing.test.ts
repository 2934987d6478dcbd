// Order pricing: lines add up to the total and bundles to their saving, for any prices.
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { priceOrder, unitsOrdered } from './order-pricing.ts';

const test = suite('order pricing');

/** As the runtime passes it; its rounding is tested there. */
const bundleSaving = (cents: number, share: number) => Math.round(cents * share);

const prices: Record<string, number> = { a: 1999, b: 2995, c: 5, d: 0 };
const price = (id: string) => prices[id]!;

test('items cost their price times their quantity', () => {
  const order = priceOrder([{ productId: 'a', quantity: 3 }], [], price, bundleSaving);
  assert.equal(order, {
    lines: [{ productId: 'a', quantity: 3, unitCents: 1999, lineCents: 5997 }],
    totalCents: 5997,
    savingCents: 0,
  });
});

test('a bundle saves its share, rounded half up, and its lines add up to its price', () => {
  // 29.95 + .05 = 30.00, of which .1 is 3.00; 29.95 alone: 2.995 → 3.00.
  const both = priceOrder([], [{ items: ['b', 'c'], discountShare: 0.1 }], price, bundleSaving);
  assert.is(both.savingCents, 300);
  assert.is(both.totalCents, 2700);
  assert.equal(
    both.lines.map((line) => [line.productId, line.quantity, line.lineCents]),
    // Shares of the saving: 299.5 and .5 cents; with equal remainders the first is rounded up.
    [
      ['b', 1, 2695],
      ['c', 1, 5],
    ],
  );
  const alone = priceOrder([], [{ items: ['b'], discountShare: 0.1 }], price, bundleSaving);
  assert.is(alone.savingCents, 300);
});

test('a bundle that costs nothing saves nothing', () => {
  const order = priceOrder([], [{ items: ['d', 'd'], discountShare: 0.5 }], price, bundleSaving);
  assert.equal([order.totalCents, order.savingCents], [0, 0]);
});

test('the lines of any bundle add up, and none is below zero or above its price', () => {
  const random = new Random(5);
  for (let turn = 0; turn < 2_000; turn++) {
    const scale = 10 ** (1 + random.below(9));
    const cents = Array.from({ length: 1 + random.below(4) }, () => random.below(scale));
    const discountShare = random.below(901) / 1000;
    const order = priceOrder(
      [],
      [{ items: cents.map((_, at) => String(at)), discountShare }],
      (id) => cents[Number(id)]!,
      bundleSaving,
    );
    const original = cents.reduce((sum, each) => sum + each, 0);
    const words = JSON.stringify({ cents, discountShare });
    assert.is(
      order.lines.reduce((sum, line) => sum + line.lineCents, 0),
      order.totalCents,
      words,
    );
    assert.is(order.totalCents + order.savingCents, original, words);
    assert.ok(Math.abs(order.savingCents - original * discountShare) <= 0.5 + 1e-6 * original, words);
    for (const [at, line] of order.lines.entries()) {
      assert.ok(line.unitCents >= 0 && line.unitCents <= cents[at]!, words);
      assert.ok(
        Math.abs(cents[at]! - line.unitCents - (cents[at]! * order.savingCents) / (original || 1)) < 1,
        words,
      );
    }
  }
});

test('units of a product are counted over items and bundles', () => {
  const units = unitsOrdered([{ productId: 'a', quantity: 2 }], [{ items: ['a', 'b'], discountShare: 0.1 }]);
  assert.equal(
    [...units],
    [
      ['a', 3],
      ['b', 1],
    ],
  );
});
