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

test('paths come from the optional column category_path', async ({ client }) => {
  const product = (id: string, category: string) => ({ id, price: 10, category });
  await loadTinyShop(client, {
    products: [product('1', 'Polo'), product('2', 'Hats')],
    lines: [],
    watched: [],
  });
  const read = async () => (await readCatalog(client, 'text', new AbortController().signal)).categoryPaths;
  assert.equal(await read(), ['Hats', 'Polo']);
  await client.query(`alter view couture_source.product rename to plain_product;
    create view couture_source.product as select *, case category when 'Polo' then 'Clothing > Shirts > Polo' end as category_path
    from couture_source.plain_product`);
  assert.equal(await read(), ['Hats', 'Clothing > Shirts > Polo']);
});
