// The catalog as a build reads it.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadTinyShop } from '../../../fixtures/tiny-shop.ts';
import { readCatalog } from './catalog.ts';

const test = databaseSuite('catalog');

test('a blank category is no category', async ({ client }) => {
  const categories = ['Dresses', '', '  ', undefined, 'Belts'];
  const products = categories.map((category, n) => ({
    id: `${n}`,
    price: 10,
    ...(category === undefined ? {} : { category }),
  }));
  await loadTinyShop(client, { products, lines: [], watched: [] });
  const catalog = await readCatalog(client, 'text', new AbortController().signal);
  assert.equal(catalog.categories, ['', 'Belts', 'Dresses']);
  assert.equal([...catalog.category], [2, 0, 0, 0, 1]);
});
