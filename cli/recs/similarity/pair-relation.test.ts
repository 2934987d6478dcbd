import { assert, suite } from '../../../fixtures/suite.ts';
import { type PairCounts, pairRelation, poissonAtMost } from './pair-relation.ts';

const test = suite('pair relation');

const pair: PairCounts = {
  together: 8,
  orders: [300, 280],
  allOrders: 20_000,
  customers: 122,
  shares: [0.4, 0.4],
  names: 0.76,
  nearPrice: true,
  category: undefined,
};

/** A category whose products are in one order as often as by chance. */
const category = { together: 1_000, expected: 1_000 };
/** One whose products are in a third of these orders. */
const alternatives = { together: 30, expected: 90 };

test('alike products that the same customers buy, but rarely in one order, are substitutes', () => {
  const { relation, score, evidence } = pairRelation(pair);
  assert.equal([relation, evidence], ['substitute', 122]);
  assert.ok(Math.abs(score - Math.log(8.5 / 49.3)) < 1e-9);
});

test('colours that customers collect are together as often as expected, and no substitutes', () => {
  assert.is(pairRelation({ ...pair, together: 45 }).relation, 'complement');
  assert.is(pairRelation({ ...pair, together: 45, orders: [1_500, 1_400] }).relation, 'none');
});

test('products that are not alike are complements or nothing, however rarely they are together', () => {
  const unlike = { ...pair, names: 0.2 };
  assert.is(pairRelation(unlike).relation, 'none');
  assert.is(pairRelation({ ...unlike, category }).relation, 'substitute');
  assert.is(pairRelation({ ...unlike, together: 40 }).relation, 'complement');
});

test('a category alone needs stronger evidence than alike names', () => {
  const few = { ...pair, together: 0, customers: 14 };
  assert.is(pairRelation(few).relation, 'substitute');
  assert.is(pairRelation({ ...few, names: 0, category }).relation, 'none');
});

test('a few customers prove nothing', () => {
  assert.is(pairRelation({ ...pair, together: 0, customers: 8 }).relation, 'none');
});

test('without customers, popular alike products that orders never combine are substitutes', () => {
  const guests = { ...pair, customers: 0, shares: [0, 0] as const };
  const { relation, evidence } = pairRelation({ ...guests, together: 0, orders: [400, 400] });
  assert.equal([relation, evidence], ['substitute', 0]);
  assert.is(pairRelation({ ...guests, together: 0, orders: [300, 280] }).relation, 'none');
  assert.is(
    pairRelation({ ...guests, together: 0, orders: [400, 400], names: 0, category }).relation,
    'none',
  );
});

test('alike names at another price are not substitutes', () => {
  assert.is(pairRelation({ ...pair, nearPrice: false }).relation, 'none');
});

test('a category of alternatives tells of pairs that few customers bought, unless they are often together', () => {
  const thin = { ...pair, together: 0, customers: 4, names: 0, category: alternatives };
  const { relation, proven, evidence } = pairRelation(thin);
  assert.equal([relation, proven, evidence], ['substitute', false, 4]);
  assert.is(pairRelation({ ...thin, together: 12 }).relation, 'complement');
  assert.is(pairRelation({ ...thin, together: 6, orders: [3_000, 2_800] }).relation, 'none');
});

test('a category is one of alternatives if chance would surely join its products more often', () => {
  const thin = { ...pair, together: 0, customers: 4, names: 0 };
  const relationIn = (together: number, expected: number) =>
    pairRelation({ ...thin, category: { together, expected } }).relation;
  assert.is(relationIn(60, 90), 'none');
  assert.is(relationIn(50, 90), 'substitute');
  assert.is(relationIn(2, 9), 'none');
  assert.is(relationIn(0, 0), 'none');
});

test('one joint order is no proof of a complement', () => {
  assert.is(pairRelation({ ...pair, together: 1, orders: [2, 2], customers: 1 }).relation, 'none');
});

test('the Poisson distribution sums its terms, also far from zero', () => {
  assert.ok(Math.abs(poissonAtMost(1, 2) - 3 * Math.exp(-2)) < 1e-12);
  assert.ok(poissonAtMost(700, 1_500) < 1e-100);
  assert.ok(Math.abs(poissonAtMost(2_000, 1_500) - 1) < 1e-6);
});
