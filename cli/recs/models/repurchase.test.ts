import { assert, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { type RepurchaseRule, repurchaseFigures, repurchaseRule } from './repurchase.ts';

const test = suite('repurchase');

const soap = { category: 0, returners: 100, rebuyers: 40 };
const dress = { category: 1, returners: 100, rebuyers: 1 };

test('a rate is shrunk towards its category, and a category towards the shop, with a prior of ten buyers', () => {
  const { rate } = decide([soap, dress, { category: 1, returners: 0, rebuyers: 0 }]);
  const shop = 41 / 200;
  const dresses = (1 + 10 * shop) / 110;
  close(rate[0]!, (40 + (10 * (40 + 10 * shop)) / 110) / 110);
  close(rate[1]!, (1 + 10 * dresses) / 110);
  close(rate[2]!, dresses);
});

test('products that buyers buy again are recommended again, products that they buy once are not', () => {
  const { again } = decide([soap, dress]);
  assert.equal(Array.from(again), [1, 0]);
});

test('the threshold is 7 % of the buyers who returned', () => {
  const of = (rebuyers: number) => decide([{ category: 0, returners: 1_000, rebuyers }]).again[0];
  assert.equal([of(69), of(70)], [0, 1]);
});

test('a product without buyers follows its category', () => {
  const fresh = { returners: 0, rebuyers: 0 };
  const { again } = decide([soap, dress, dress, { category: 0, ...fresh }, { category: 1, ...fresh }]);
  assert.equal(Array.from(again.slice(3)), [1, 0]);
});

test('a product that buyers do not buy again is not recommended again, even in a category that is', () => {
  assert.equal(Array.from(decide([soap, { category: 0, returners: 80, rebuyers: 0 }]).again), [1, 0]);
});

test('in a category that is bought once, a rare product needs three rebuyers: two are not enough', () => {
  const many = { category: 1, returners: 2_000, rebuyers: 30 };
  const rare = (rebuyers: number) => decide([many, { category: 1, returners: 10, rebuyers }]).again[1];
  assert.equal([rare(2), rare(3)], [0, 1]);
});

test('one rebuyer in a shop with few orders proves nothing', () => {
  const few = (rebuyers: number) => decide([{ category: 0, returners: 3, rebuyers }]).again[0];
  assert.equal([few(1), few(2), few(3)], [0, 0, 1]);
});

test('a model may set another threshold; with 0 every product is recommended again', () => {
  const of = (threshold: number, rebuyers: number) => {
    const items = [{ category: 0, returners: 1_000, rebuyers }];
    const categories = { category: Int32Array.of(0), categories: 1 };
    return repurchaseRule(countsOf(items), categories, 'auto', threshold).again[0];
  };
  assert.equal([of(0.03, 29), of(0.03, 30), of(0, 0)], [0, 1, 1]);
  const rule = repurchaseRule(countsOf([soap]), { category: Int32Array.of(0), categories: 1 }, 'auto', 0.03);
  assert.is(repurchaseFigures(countsOf([soap]), rule, 'days').threshold, 0.03);
});

test('always and never ignore the rates', () => {
  assert.equal(Array.from(decide([soap, dress], 'always').again), [1, 1]);
  assert.equal(Array.from(decide([soap, dress], 'never').again), [0, 0]);
});

test('without rebuyers nothing is recommended again', () => {
  const { rate, again } = decide([{ category: 0, returners: 0, rebuyers: 0 }]);
  assert.equal([rate[0], again[0]], [0, 0]);
});

test('the figures count only products that a buyer had the chance to buy again', () => {
  const items = [soap, dress, { category: 0, returners: 0, rebuyers: 0 }];
  const figures = repurchaseFigures(countsOf(items), decide(items), 'days');
  assert.equal(figures, {
    mode: 'auto',
    threshold: 0.07,
    shop_rate: 0.205,
    products: 2,
    products_again: 1,
    occasions: 'days',
  });
});

test('the boolean values of earlier versions mean always and never', () => {
  const modeOf = (value: unknown) =>
    loadConfig({ directory: '/nowhere', env: {}, flags: { repurchase: value } }).config.repurchase;
  assert.equal([undefined, true, 'true', false, '0'].map(modeOf), [
    'auto',
    'always',
    'always',
    'never',
    'never',
  ]);
  assert.equal(['auto', 'always', 'never'].map(modeOf), ['auto', 'always', 'never']);
  assert.throws(() => modeOf('sometimes'), /--repurchase is "sometimes": expected always, auto, never/);
});

interface Item {
  readonly category: number;
  readonly returners: number;
  readonly rebuyers: number;
}

function countsOf(items: readonly Item[]) {
  return {
    returners: Float64Array.from(items, ({ returners }) => returners),
    rebuyers: Float64Array.from(items, ({ rebuyers }) => rebuyers),
  };
}

function decide(items: readonly Item[], mode: RepurchaseRule['mode'] = 'auto'): RepurchaseRule {
  const category = Int32Array.from(items, (item) => item.category);
  return repurchaseRule(countsOf(items), { category, categories: 2 }, mode);
}

function close(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) < 1e-12, `${value}, expected ${expected}`);
}
