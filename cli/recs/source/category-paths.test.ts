// Paths of categories from those of their products.
import { assert, suite } from '../../../fixtures/suite.ts';
import { categoryPaths } from './category-paths.ts';

const test = suite('category paths');

test('a category has the path of its products, else its name', () => {
  const products = [
    { category: 'Polo', path: 'Clothing > Shirts > Polo' },
    { category: 'Hats', path: null },
    { category: 'Hats', path: ' ' },
    { category: 'A > B', path: 'Root > A > B' },
    { category: '', path: 'Clothing' },
  ];
  assert.equal(categoryPaths(['', 'A > B', 'Hats', 'Polo', 'X > Y'], products), [
    '',
    'Root > A > B',
    'Hats',
    'Clothing > Shirts > Polo',
    'X > Y',
  ]);
});

test('of a name in several places, only what is above all of them counts', () => {
  const products = [
    { category: 'Shirts', path: 'Clothing > Men > Shirts' },
    { category: 'Shirts', path: 'Clothing > Women > Shirts' },
    { category: 'Sale', path: 'Sale' },
    { category: 'Sale', path: 'Outlet > Sale' },
  ];
  assert.equal(categoryPaths(['Sale', 'Shirts'], products), ['Sale', 'Clothing > Shirts']);
});
