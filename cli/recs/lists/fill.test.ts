import { assert, suite } from '../../../fixtures/suite.ts';
import { reasonCode } from '../../../sql/store/lists/fallback-chain.ts';
import { TopK } from '../similarity/top-k.ts';
import { type FillInput, fillLists } from './fill.ts';
import type { ItemFacts } from './item-facts.ts';
import { appendEntry, type ListTable, maxEvidence, openListTable, storeList } from './list-table.ts';
import type { ShopList } from './trending.ts';

const test = suite('fill');

// Items 0–3 are in category 0, 4–7 in category 1, 8 and 9 in category 2.
const category = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2);
const facts: ItemFacts = {
  items: 10,
  category,
  categories: 3,
  uncategorized: -1,
  price: new Float64Array(10).fill(1),
  rating: new Float32Array(10),
  featured: new Uint8Array(10),
};
const bestsellers = new Map<number, ShopList>([
  [-1, bestseller(-1, [4, 0, 5, 8, 1])],
  [0, bestseller(0, [0, 1, 2])],
  [1, bestseller(1, [4, 5, 6, 7])],
  [2, bestseller(2, [8, 9])],
]);
// Category 0 is bought most often with 2, then with 1; category 2 with none.
const affinity = Float64Array.of(9, 2, 5, 2, 0, 0, 0, 0, 7);
const filling: FillInput = {
  facts,
  bestsellers,
  affinity,
  categories: ['A', 'B', 'C'],
  orders: new Float64Array(10),
  priceBand: 0.3,
};
const {
  bestseller: shopBestseller,
  category_affinity: categoryAffinity,
  category: sameCategory,
} = reasonCode;

test('similar lists are filled from the category only, without the item itself or duplicates', () => {
  const table = openListTable(10, 6);
  appendEntry(table, 1, 2, 0.8, 4);
  fillLists('similar', table, filling);
  assert.equal(read(table, 1), [
    [2, 0.8, 4],
    [0, -1, sameCategory],
    [3, -2, sameCategory],
  ]);
});

test('bought_together lists are filled from partner categories, one product of each in turn', () => {
  const table = openListTable(10, 7);
  fillLists('bought_together', table, filling);
  assert.equal(read(table, 0), [
    [8, -1, categoryAffinity],
    [4, -2, categoryAffinity],
    [9, -3, categoryAffinity],
    [5, -4, categoryAffinity],
    [6, -5, categoryAffinity],
    [1, -6, shopBestseller],
  ]);
  assert.equal(
    read(table, 8).map(([item]) => item),
    [4, 0, 5, 1],
    'what goes with nothing gets the shop’s',
  );
});

test('fallback scores keep decreasing below negative ones, and a full list is unchanged', () => {
  const table = openListTable(10, 2);
  appendEntry(table, 0, 7, -3.5, 1);
  for (const item of [6, 7]) appendEntry(table, 1, item, 1, 1);
  fillLists('bought_together', table, filling);
  assert.equal(read(table, 0), [
    [7, -3.5, 1],
    [8, -4.5, categoryAffinity],
  ]);
  assert.equal(
    read(table, 1).map(([item]) => item),
    [6, 7],
  );
});

test('without affinities (too many categories), lists are filled with the shop’s bestsellers', () => {
  const table = openListTable(10, 3);
  fillLists('bought_together', table, { ...filling, affinity: new Float64Array(0) });
  assert.equal(
    read(table, 0).map(([item]) => item),
    [4, 5, 8],
  );
});

test('counts beyond 16 bits are stored as the maximum', () => {
  const table = openListTable(1, 1);
  const best = new TopK(1);
  best.push(1, 0, 40_000);
  storeList(table, 0, best);
  assert.equal(read(table, 0), [[0, 1, maxEvidence]]);
});

function bestseller(of: number, items: readonly number[]): ShopList {
  return {
    kind: 'bestseller',
    category: of,
    items: Int32Array.from(items),
    scores: Float64Array.from(items, (_, rank) => 100 - rank),
    reasons: new Int16Array(items.length),
  };
}

function read({ k, length, items, scores, reasons }: ListTable, list: number): number[][] {
  return Array.from({ length: length[list]! }, (_, at) => [
    items[list * k + at]!,
    scores[list * k + at]!,
    reasons[list * k + at]!,
  ]);
}
