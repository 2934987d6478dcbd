import { assert, suite } from '../../../fixtures/suite.ts';
import type { ItemFacts } from './item-facts.ts';
import { openRelatedProducts, type RelatedInput } from './related-products.ts';

const test = suite('related products');

test('the price band comes first, then half to twice the price, then a quarter to four times, best-selling first', () => {
  const related = open([
    ['Laptops', 1_000],
    ['Laptops', 4_001, 90],
    ['Laptops', 4_000, 80],
    ['Laptops', 249, 70],
    ['Laptops', 250, 60],
    ['Laptops', 2_000, 20],
    ['Laptops', 500, 30],
    ['Laptops', 1_300, 1],
    ['Laptops', 700, 2],
    ['Bikes', 1_000, 99],
  ]);
  assert.equal(distinct(related.category(0)), [8, 7, 6, 5, 2, 4]);
  assert.equal(distinct(related.parent_category(0)), []);
});

test('a price band wider than the steps is kept', () => {
  const shop: Row[] = [
    ['Laptops', 1_000],
    ['Laptops', 5_000],
    ['Laptops', 6_001],
  ];
  assert.equal(distinct(open(shop, 5).category(0)), [1]);
});

test('products with equal sales are ordered by rating, then by id', () => {
  const related = open([
    ['Hats', 10],
    ['Hats', 10, 0, 3],
    ['Hats', 10, 0, 4],
    ['Hats', 10, 0, 4],
    ['Hats', 10, 1, 1],
  ]);
  assert.equal(distinct(related.category(0)), [4, 2, 3, 1]);
});

test('parent categories follow the path upwards, but not to a root above every category', () => {
  const related = open([
    ['Home > Clothing > Shirts', 20],
    ['Home > Clothing > Shirts', 20, 1],
    ['Home > Clothing > Trousers', 20, 2],
    ['Home > Clothing', 20, 3],
    ['Home > Clothing > Trousers > Jeans', 200, 4],
    ['Home > Tools', 20, 5],
    ['', 20, 6],
    ['Home > Clothing2', 20, 7],
  ]);
  assert.equal(distinct(related.category(0)), [1]);
  assert.equal(distinct(related.parent_category(0)), [3, 2, 1], 'jeans cost ten times as much');
  assert.equal(distinct(related.parent_category(4)), []);
  assert.equal(distinct(related.parent_category(5)), []);
});

test('products without a category are related to none', () => {
  const related = open([
    ['', 20],
    ['', 20],
    ['Hats', 20],
  ]);
  assert.equal([...related.category(0), ...related.parent_category(0)], []);
});

type Row = readonly [category: string, price: number, orders?: number, rating?: number];

function open(rows: readonly Row[], priceBand = 0.3) {
  const categories = [...new Set(rows.map(([category]) => category))];
  const facts: ItemFacts = {
    items: rows.length,
    category: Int32Array.from(rows, ([category]) => categories.indexOf(category)),
    categories: categories.length,
    uncategorized: categories.indexOf(''),
    price: Float64Array.from(rows, ([, price]) => price),
    rating: Float32Array.from(rows, (row) => row[3] ?? 0),
    featured: new Uint8Array(rows.length),
  };
  const orders = Float64Array.from(rows, (row) => row[2] ?? 0);
  const input: RelatedInput = { facts, categories, orders, priceBand };
  return openRelatedProducts(input);
}

function distinct(items: Iterable<number>): number[] {
  return [...new Set(items)];
}
