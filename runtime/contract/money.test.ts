// Money: amounts to cents and back, and bundle prices that reconcile to the cent.
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { bundlePrice, centsOf, decimalOf, decimalsOf, payCents, unitsOf } from './money.ts';

const test = suite('money');

test('an amount with two decimals is the same after its way through cents', () => {
  assert.is(centsOf(0.1 + 0.2, 'EUR'), 30);
  const random = new Random(18);
  for (let turn = 0; turn < 20_000; turn++) {
    const cents = random.below(10 ** (1 + random.below(12)));
    assert.is(centsOf(unitsOf(cents, 'EUR'), 'EUR'), cents);
    assert.is(centsOf(Number((cents / 100).toFixed(2)), 'EUR'), cents, 'as a decimal in text');
  }
});

test('amounts have the decimals of their currency', () => {
  assert.equal(['EUR', 'KWD', 'JPY', 'XYZ'].map(decimalsOf), [2, 3, 0, 2]);
  assert.equal([centsOf(12.345, 'KWD'), centsOf(1_980, 'JPY')], [12_345, 1_980]);
  assert.equal([unitsOf(12_345, 'KWD'), unitsOf(1_980, 'JPY')], [12.345, 1_980]);
  assert.equal(
    [decimalOf(12_340, 'KWD'), decimalOf(1_980, 'JPY'), decimalOf(8_990, 'EUR')],
    ['12.340', '1980', '89.90'],
  );
  const random = new Random(20);
  for (let turn = 0; turn < 5_000; turn++) {
    const fils = random.below(10 ** (1 + random.below(12)));
    assert.is(centsOf(unitsOf(fils, 'KWD'), 'KWD'), fils);
  }
});

test('a shopper pays the sale price if there is one', () => {
  assert.is(payCents({ price: 69, discounted_price: 47.95 }, 'EUR'), 4_795);
  assert.is(payCents({ price: 69, discounted_price: null }, 'EUR'), 6_900);
});

test('a bundle’s saving reconciles to the cent, and half a cent rounds in favour of the shopper', () => {
  assert.equal(bundlePrice([2_995, 1_000], 0.1), {
    originalCents: 3_995,
    savingCents: 400,
    bundleCents: 3_595,
  });
  assert.equal(bundlePrice([2_995], 0.1), {
    originalCents: 2_995,
    savingCents: 300,
    bundleCents: 2_695,
  });
  for (let cents = 1; cents < 3_000; cents += 7) {
    for (const share of [0, 0.1, 0.15, 0.333, 0.9]) {
      const { originalCents, savingCents, bundleCents } = bundlePrice([cents, cents + 5], share);
      assert.is(originalCents, savingCents + bundleCents);
      assert.ok(Math.abs(savingCents - originalCents * share) <= 0.5000001, `${cents} ${share}`);
    }
  }
  for (const cents of [[2000, 2995, 1000], [5], [15, 0], [999999999, 1]]) {
    assert.is(
      bundlePrice(cents, 0.1).savingCents,
      Math.floor((cents.reduce((a, b) => a + b) * 10 + 50) / 100),
    );
  }
});

test('the saving is exact for every share in thousandths', () => {
  const random = new Random(19);
  for (let turn = 0; turn < 20_000; turn++) {
    const cents = Array.from({ length: 1 + random.below(4) }, () => random.below(10_000_000));
    const thousandths = random.below(1_001);
    const original = cents.reduce((sum, each) => sum + each, 0);
    const exact = (2n * BigInt(original) * BigInt(thousandths) + 1_000n) / 2_000n;
    const { savingCents, bundleCents } = bundlePrice(cents, thousandths / 1_000);
    assert.is(BigInt(savingCents), exact, `${cents} ${thousandths}`);
    assert.ok(bundleCents >= 0 && bundleCents <= original);
  }
});
