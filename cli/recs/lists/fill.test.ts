import { assert, suite } from '../../../fixtures/suite.ts';
import { TopK } from '../similarity/top-k.ts';
import { fillLists } from './fill.ts';
import type { ItemFacts } from './item-facts.ts';
import {
  appendEntry,
  type ListTable,
  mostEvidence,
  openListTable,
  reasonCode,
  storeList,
} from './list-table.ts';
import type { ShopList } from './trending.ts';

const test = suite('fill');

// Items 0–3 are of category 0, 4–7 of category 1, 8 and 9 of category 2.
const category = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2);
const facts: ItemFacts = {
  items: 10,
  category,
  categories: 3,
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
// Category 0 goes best with 2, then with 1; category 2 with nothing.
const affinity = Float64Array.of(9, 2, 5, 2, 0, 0, 0, 0, 7);
const { categoryBestseller, bestseller: shopBestseller, categoryAffinity } = reasonCode;

test('similar lists go on with the category, then with the shop, never with the item itself or one twice', () => {
  const table = openListTable(10, 6);
  appendEntry(table, 1, 2, 0.8, 4);
  fillLists('similar', table, { facts, bestsellers, affinity });
  assert.equal(read(table, 1), [
    [2, 0.8, 4],
    [0, -1, categoryBestseller],
    [4, -2, shopBestseller],
    [5, -3, shopBestseller],
    [8, -4, shopBestseller],
  ]);
});

test('bought_together lists go on with the categories that fit, one product of each in turn', () => {
  const table = openListTable(10, 7);
  fillLists('bought_together', table, { facts, bestsellers, affinity });
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

test('scores keep falling below negative ones, and a full list stays as it is', () => {
  const table = openListTable(10, 2);
  appendEntry(table, 0, 7, -3.5, 1);
  for (const item of [6, 7]) appendEntry(table, 1, item, 1, 1);
  fillLists('bought_together', table, { facts, bestsellers, affinity });
  assert.equal(read(table, 0), [
    [7, -3.5, 1],
    [8, -4.5, categoryAffinity],
  ]);
  assert.equal(
    read(table, 1).map(([item]) => item),
    [6, 7],
  );
});

test('without affinity, with too many categories to keep it, the shop’s bestsellers fill', () => {
  const table = openListTable(10, 3);
  fillLists('bought_together', table, { facts, bestsellers, affinity: new Float64Array(0) });
  assert.equal(
    read(table, 0).map(([item]) => item),
    [4, 5, 8],
  );
});

test('evidence beyond 16 bits is shown as the most there is', () => {
  const table = openListTable(1, 1);
  const best = new TopK(1);
  best.push(1, 0, 40_000);
  storeList(table, 0, best);
  assert.equal(read(table, 0), [[0, 1, mostEvidence]]);
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
