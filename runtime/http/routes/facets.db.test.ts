// Colours and sizes over a real server: filters of pages, the variant that is shown, counts, swatches, invalid requests.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type CatalogueServer, catalogueServer } from '../../test-support/products-server.ts';

const test = suite<{ shop: CatalogueServer }>('facets');

test.before(async (context) => {
  context.shop = await catalogueServer(async (wares) => {
    const juno = { group_id: '1', category: 'Dresses', name: 'Juno Sundress' };
    const [navy, rust] = [
      { colour: 'Navy', swatch: '#26324F' },
      { colour: 'Rust', swatch: 'url(//evil)' },
    ];
    await wares.add(
      { product_id: '1', ...juno, ...navy, size: 'M', inventory: 5 },
      { product_id: '2', ...juno, ...navy, size: 'L', inventory: 0 },
      { product_id: '3', ...juno, ...rust, size: 'M', inventory: 5, price: 8 },
      { product_id: '4', name: 'Noor Dress', category: 'Dresses', ...navy, size: '  ', inventory: 5 },
      { product_id: '5', name: 'Tote', category: 'Bags', inventory: 5 },
      { product_id: '6', group_id: '6', name: 'Tee', category: 'Tees', size: '36 / Linen', inventory: 5 },
      { product_id: '7', group_id: '6', name: 'Tee', category: 'Tees', size: '38 / Wool', inventory: 5 },
      { product_id: '8', name: 'Cap', category: 'Caps', size: 'Fit: Slim / Material: Linen', inventory: 5 },
      { product_id: '9', name: 'Hat', category: 'Caps', size: 'Fit: Wide / Material: Linen', inventory: 5 },
    );
  });
});
test.after(({ shop }) => shop?.close());

test('a page shows the variant that was asked for, with its colour and size', async ({ shop }) => {
  const shown = async (query: string) => {
    const { body } = await shop.get(`/api/products?sort=price&${query}`);
    return body.products.map((card: Record<string, unknown>) => [
      card.id,
      card.colour,
      card.size,
      card.swatch,
    ]);
  };
  assert.equal(await shown('colour=Rust'), [[3, 'Rust', 'M', undefined]]);
  assert.equal(await shown('colour=Navy&colour=Rust&size=M&size=XL'), [[1, 'Navy', 'M', '#26324f']]);
  assert.equal(await shown('size=L'), [[2, 'Navy', 'L', '#26324f']]);
  assert.equal(await shown('size=L&in_stock=1'), []);
  assert.equal(await shown('colour=&size='), [
    [1, 'Navy', 'M', '#26324f'],
    [4, 'Navy', undefined, '#26324f'],
    [5, undefined, undefined, undefined],
    [6, undefined, '36 / Linen', undefined],
    [8, undefined, 'Fit: Slim / Material: Linen', undefined],
    [9, undefined, 'Fit: Wide / Material: Linen', undefined],
  ]);
});

test('a card says how many colours and variants there are; a product has all of them', async ({ shop }) => {
  const { body } = await shop.get('/api/products?category=Dresses&sort=name');
  assert.equal(
    body.products.map((card: Record<string, unknown>) => [card.id, card.variant_count, card.colour_count]),
    [
      [1, 3, 2],
      [4, undefined, undefined],
    ],
  );
  const product = await shop.get('/api/products/2');
  assert.equal(
    product.body.variants.map((card: Record<string, unknown>) => [card.colour, card.size, card.in_stock]),
    [
      ['Navy', 'M', true],
      ['Navy', 'L', false],
      ['Rust', 'M', true],
    ],
  );
});

test('facets count the products of a category or search', async ({ shop }) => {
  const navy = (count: number) => ({ name: 'Navy', count, swatch: '#26324f' });
  const dresses = {
    colours: [navy(2), { name: 'Rust', count: 1 }],
    sizes: [
      { name: 'L', count: 1 },
      { name: 'M', count: 1 },
    ],
    options: [],
  };
  assert.equal((await shop.get('/api/facets?category=Dresses')).body, dresses);
  assert.equal((await shop.get('/api/facets?q=noor')).body, { colours: [navy(1)], sizes: [], options: [] });
  assert.equal((await shop.get('/api/facets?q=sundress%20quetzalcoatl')).body.colours, [
    navy(1),
    dresses.colours[1],
  ]);
  assert.equal((await shop.get('/api/facets?category=Dresses&size=L')).body, {
    colours: [navy(1)],
    sizes: dresses.sizes,
    options: [],
  });
  assert.equal((await shop.get('/api/facets?category=Bags')).body, { colours: [], sizes: [], options: [] });
  const again = await shop.get('/api/facets?category=Bags');
  assert.is(again.status, 200);
  assert.ok(again.headers.get('etag'));
});

test('options after the size are a facet of their own, and lead to their variant', async ({ shop }) => {
  const one = (name: string) => ({ name, count: 1 });
  assert.equal((await shop.get('/api/facets?category=Tees')).body, {
    colours: [],
    sizes: [one('36'), one('38')],
    options: [one('Linen'), one('Wool')],
  });
  assert.equal((await shop.get('/api/facets?category=Tees&size=38')).body.options, [one('Wool')]);
  const shown = async (query: string) =>
    (await shop.get(`/api/products?${query}`)).body.products.map(({ id }: { id: number }) => id);
  assert.equal(await shown('size=38'), [7]);
  assert.equal(await shown('option=wool&category=Tees'), []);
  assert.equal(await shown('option=Wool'), [7]);
  assert.equal(await shown('size=36&option=Wool'), []);
  assert.equal(await shown('size=36&option=Linen'), [6]);
  // What a card says of its size, in an address.
  assert.equal(await shown('size=36+%2F+Linen'), [6]);
  assert.equal(await shown('size=38+%2F+Linen'), []);
});

test('each title of options narrows the list, and can be changed', async ({ shop }) => {
  const slim = 'option=Material:+Linen&option=Fit:+Slim';
  const { body } = await shop.get(`/api/products?category=Caps&${slim}`);
  assert.equal(
    body.products.map(({ id }: { id: number }) => id),
    [8],
  );
  assert.equal((await shop.get(`/api/facets?category=Caps&${slim}`)).body.options, [
    { name: 'Fit: Slim', count: 1 },
    { name: 'Fit: Wide', count: 1 },
    { name: 'Material: Linen', count: 1 },
  ]);
});

test('too many names and overlong ones are refused', async ({ shop }) => {
  for (const query of [`colour=${'x'.repeat(101)}`, 'size=M&'.repeat(31), 'colour=%00']) {
    for (const path of ['products', 'facets'])
      assert.is((await shop.get(`/api/${path}?${query}`)).status, 400, query);
  }
});
