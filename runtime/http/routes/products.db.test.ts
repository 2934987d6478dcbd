// Products over a real server: pages, searches, the displayed variant, cursors, invalid requests.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type CatalogueServer, catalogueServer, type Reply } from '../../test-support/products-server.ts';

const test = suite<{ shop: CatalogueServer }>('products');

test.before(async (context) => {
  context.shop = await catalogueServer(async (wares) => {
    const juno = { group_id: '1', category: 'Dresses', inventory: 5 };
    await wares.add(
      {
        product_id: '1',
        ...juno,
        name: 'Juno Sundress in White',
        price: 40,
        description: 'Light.',
        tags: ['summer'],
      },
      { product_id: '2', ...juno, name: 'Juno Sundress in Black', price: 45 },
      {
        product_id: '3',
        ...juno,
        name: 'Juno Sundress in Red',
        price: 30,
        inventory: 9,
        url: 'javascript:alert(1)',
      },
      { product_id: '4', name: 'Noor Dress', category: 'Dresses', price: 80, inventory: 1, featured: true },
      {
        product_id: '5',
        name: 'Bella Bag',
        category: 'Bags & More',
        price: 60,
        inventory: 0,
        rating: 4,
        review_count: 2,
      },
      {
        product_id: '6',
        name: 'Tote',
        category: 'Bags & More',
        price: 20,
        inventory: 3,
        url: 'https://elsewhere.example/tote',
      },
    );
  });
});
test.after(({ shop }) => shop?.close());
test.afterEach(async ({ shop }) => {
  await shop.wares.client.query(
    `update wares.product set inventory = case product_id when 3 then 9 when 5 then 0 else 5 end`,
  );
});

/** Without this, fetch adds "no-cache" to a condition of one's own, and asks for everything. */
const revalidating = { 'Cache-Control': 'max-age=0' };

const ids = (reply: Reply) => reply.body.products.map((product: { id: number }) => product.id);

test('a listing is filtered by price, sale and stock, page by page', async ({ shop }) => {
  const found = async (query: string) => ids(await shop.get(`/api/products?sort=price&${query}`));
  assert.equal(await found('min_price=30&max_price=60'), [1, 5], 'the variant that fits, the first of them');
  assert.equal(await found('max_price=35'), [6, 3]);
  assert.equal(await found('min_price=30.01&max_price=59.99'), []);
  assert.equal(await found('max_price=20'), [6]);
  assert.equal(await found('in_stock=1'), [6, 1, 4]);
  assert.equal(await found('on_sale=1'), []);
  assert.equal(
    await found('on_sale=&in_stock=0&min_price=&max_price='),
    [6, 1, 5, 4],
    'a form that nobody filled in',
  );
  assert.equal(await found('q=dress&max_price=50'), [1]);
  const first = await shop.get('/api/products?sort=price&in_stock=1&limit=2');
  const cursor = encodeURIComponent(first.body.next_cursor);
  assert.equal(ids(await shop.get(`/api/products?sort=price&in_stock=1&limit=2&cursor=${cursor}`)), [4]);
  await shop.wares.client.query(
    'update wares.product set on_sale = true, discounted_price = 15 where product_id = 4',
  );
  await shop.refresh();
  try {
    assert.equal(await found('on_sale=1&max_price=15'), [4]);
  } finally {
    await shop.wares.client.query(
      'update wares.product set on_sale = null, discounted_price = null where product_id = 4',
    );
    await shop.refresh();
  }
  for (const query of ['min_price=ten', 'max_price=-1', 'max_price=1.23456', 'on_sale=yes']) {
    assert.is((await shop.get(`/api/products?${query}`)).status, 400, query);
  }
});

test('a page has one card per product, in the requested order', async ({ shop }) => {
  const orders = {
    '': [4, 1, 5, 6],
    '?sort=featured': [4, 1, 5, 6],
    '?sort=price': [6, 1, 5, 4],
    '?sort=-price': [4, 5, 1, 6],
    '?sort=name': [5, 1, 4, 6],
    '?sort=rating': [5, 1, 4, 6],
    '?category=Dresses': [4, 1],
    '?category=Bags%20%26%20More&sort=price': [6, 5],
    '?category=Nothing': [],
    '?category=&q=&cursor=': [4, 1, 5, 6],
  };
  for (const [query, expected] of Object.entries(orders)) {
    const reply = await shop.get(`/api/products${query}`);
    assert.equal([reply.status, reply.body.next_cursor, reply.body.loosened], [200, null, false], query);
    assert.equal(ids(reply).toSorted(), expected.toSorted(), query);
    // Without reviews all stand alike; which comes first then is not said.
    if (/price|name/.test(query)) assert.equal(ids(reply), expected, query);
    else if (expected.length > 2) assert.is(ids(reply)[0], expected[0], query);
  }
});

test('a card shows current data, not that of the last catalogue refresh', async ({ shop }) => {
  const [card] = (await shop.get('/api/products?q=tote')).body.products;
  assert.equal(card, {
    id: 6,
    name: 'Tote',
    price: 20,
    discounted_price: null,
    on_sale: false,
    image_url: null,
    rating: 0,
    review_count: 0,
    in_stock: true,
    category: 'Bags & More',
    url: 'https://elsewhere.example/tote',
  });
  await shop.wares.client.query('update wares.product set inventory = 0, price = 21.5 where product_id = 6');
  const [now] = (await shop.get('/api/products?q=tote')).body.products;
  assert.equal([now.price, now.in_stock], [21.5, false]);
  await shop.wares.client.query('update wares.product set price = 20 where product_id = 6');
});

test('the displayed variant is in stock and matches the search', async ({ shop }) => {
  const shown = async (query: string) => ids(await shop.get(`/api/products?${query}`))[0];
  assert.is(await shown('q=juno'), 1, 'the first');
  assert.is(await shown('q=juno+black'), 2);
  assert.is(await shown('q=red+juno'), 3);
  await shop.wares.client.query('update wares.product set inventory = 0 where product_id in (1, 2)');
  assert.is(await shown('category=Dresses&sort=price'), 3, 'only products that can be bought');
  assert.is(await shown('q=juno+black'), 3, 'better another one than none');
  await shop.wares.client.query('update wares.product set inventory = 0 where group_id = 1');
  const sold = await shop.get('/api/products?q=juno+black');
  assert.equal(
    sold.body.products.map((card: Record<string, unknown>) => [card.id, card.in_stock]),
    [[2, false]],
  );
});

test('a search without matches is loosened and marked as such', async ({ shop }) => {
  const loosened = await shop.get('/api/products?q=noor+sneakers');
  assert.equal([ids(loosened), loosened.body.loosened], [[4], true]);
  const none = await shop.get('/api/products?q=sneakers');
  assert.equal([none.status, ids(none), none.body.next_cursor], [200, [], null]);
});

test('the cursor leads from page to page', async ({ shop }) => {
  for (const query of [
    'sort=price',
    'sort=name',
    'sort=featured',
    'sort=rating',
    'sort=-price',
    'q=bella+noor+juno&sort=relevance',
    'q=dresses',
  ]) {
    const all = await shop.get(`/api/products?${query}`);
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Reply = await shop.get(`/api/products?${query}&limit=1&cursor=${cursor}`);
      assert.equal([page.status, page.body.loosened], [200, all.body.loosened]);
      seen.push(...ids(page));
      cursor = page.body.next_cursor;
    }
    assert.equal(seen, ids(all), query);
  }
});

test('an invalid cursor, or one of another sort order, is rejected', async ({ shop }) => {
  const { next_cursor: own } = (await shop.get('/api/products?sort=price&limit=1')).body;
  assert.is((await shop.get(`/api/products?sort=price&cursor=${own}`)).status, 200);
  assert.match(
    (await shop.get(`/api/products?sort=-price&cursor=${own}`)).body.detail,
    'a different sort order',
  );
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged = [
    'x',
    '%00',
    '*',
    written(null),
    written({}),
    written(['price', 1, '2']),
    written(['price', '1.5', '2']),
    written(['price', '9'.repeat(30), '2']),
    written(['price', 'NaN', '2']),
    written(['price', '1', '\0']),
    written(['price', '1', '2', 0]),
    written(['price', '1', 'x'.repeat(300)]),
  ];
  for (const cursor of forged) {
    const reply = await shop.get(`/api/products?sort=price&cursor=${cursor}`);
    assert.equal([reply.status, reply.body.code], [400, 'bad_request'], cursor);
  }
  for (const [sort, key] of [
    ['featured', '1e400'],
    ['rating', '1e-60'],
    ['name', '\0'],
    ['relevance', '0x1'],
  ]) {
    const reply = await shop.get(`/api/products?q=a&sort=${sort}&cursor=${written([sort, key, '1'])}`);
    assert.is(reply.status, 400, sort);
  }
  const own2 = written(['price', '1', '2', 1]);
  assert.is((await shop.get(`/api/products?sort=price&cursor=${own2}`)).status, 200);
});

test('invalid queries are rejected, but any search text is accepted', async ({ shop }) => {
  for (const query of [
    'sort=cheap',
    'limit=0',
    'limit=49',
    'limit=x',
    `q=${'x'.repeat(201)}`,
    `category=${'x'.repeat(201)}`,
    'category=%00',
    'q=a&q=b',
  ]) {
    const reply = await shop.get(`/api/products?${query}`);
    assert.equal([reply.status, reply.body.code], [400, 'bad_request'], query);
  }
  for (const text of ['%00', "'", '%26%7C!', '%F0%9F%91%97', 'a:*b', '%FF', '\\', '%3Cb%3E']) {
    assert.is((await shop.get(`/api/products?q=${text}`)).status, 200, text);
  }
});

test('an unchanged page is 304', async ({ shop }) => {
  const page = await shop.get('/api/products?sort=price');
  const etag = page.headers.get('ETag')!;
  assert.is(page.headers.get('Cache-Control'), 'public, no-cache');
  const having = { 'If-None-Match': etag, ...revalidating };
  const again = await shop.get('/api/products?sort=price', having);
  assert.equal([again.status, again.text], [304, '']);
  await shop.wares.client.query('update wares.product set inventory = 0 where product_id = 6');
  assert.is((await shop.get('/api/products?sort=price', having)).status, 200);
});

test('a product includes its text and the cards of its variants', async ({ shop }) => {
  const { body, status } = await shop.get('/api/products/1');
  assert.equal([status, body.id, body.description, body.tags], [200, 1, 'Light.', ['summer']]);
  assert.equal(
    body.variants.map((card: { id: number }) => card.id),
    [1, 2, 3],
  );
  assert.is(body.variants[2].url, '/product/3', 'a script is no address');
  const alone = (await shop.get('/api/products/5/')).body;
  assert.equal([alone.description, alone.tags, alone.variants.length, alone.rating], ['', [], 1, 4]);
});

test('a product is available before the catalogue lists it, and leaves its group at once', async ({
  shop,
}) => {
  await shop.wares.add({ product_id: '7', name: 'New', group_id: '1' });
  await shop.wares.client.query('update wares.product set group_id = null where product_id = 3');
  const added = (await shop.get('/api/products/7')).body;
  assert.equal([added.name, added.variants.map((card: { id: number }) => card.id)], ['New', [7]]);
  const left = (await shop.get('/api/products/1')).body;
  assert.equal(
    left.variants.map((card: { id: number }) => card.id),
    [1, 2],
  );
  await shop.wares.client.query(`delete from wares.product where product_id = 7;
    update wares.product set group_id = 1 where product_id = 3`);
  assert.is((await shop.get('/api/products/7')).status, 404);
});

test('a deleted product disappears from the pages at once', async ({ shop }) => {
  await shop.wares.add({ product_id: '8', name: 'Passing Fancy' });
  await shop.refresh();
  assert.equal(ids(await shop.get('/api/products?q=passing')), [8]);
  await shop.wares.client.query('delete from wares.product where product_id = 8');
  assert.equal(ids(await shop.get('/api/products?q=passing')), []);
  await shop.refresh();
});

test('an unknown id is 404, an invalid one 400', async ({ shop }) => {
  for (const id of ['99', '-5', '9223372036854775807']) {
    const reply = await shop.get(`/api/products/${id}`);
    assert.equal([reply.status, reply.body.code], [404, 'not_found'], id);
  }
  for (const id of ['six', '1.5', '9223372036854775808', '%00', "'"]) {
    const reply = await shop.get(`/api/products/${id}`);
    assert.equal([reply.status, reply.body.code], [400, 'bad_request'], id);
  }
});

test('categories have product counts', async ({ shop }) => {
  const reply = await shop.get('/api/categories');
  assert.equal(reply.body, [
    { name: 'Bags & More', count: 2, image_url: null },
    { name: 'Dresses', count: 2, image_url: null },
  ]);
  const having = { 'If-None-Match': reply.headers.get('ETag')!, ...revalidating };
  assert.is((await shop.get('/api/categories', having)).status, 304);
});

test('text ids stay strings', async () => {
  const shop = await catalogueServer(
    (wares) => wares.add({ product_id: 'prod_1', group_id: 'g' }, { product_id: '0085', group_id: 'g' }),
    { type: 'text' },
  );
  try {
    assert.equal(ids(await shop.get('/api/products')), ['0085']);
    const { body } = await shop.get('/api/products/prod_1');
    assert.equal([body.id, body.variants.length], ['prod_1', 2]);
    assert.is((await shop.get('/api/products/Prod_1')).status, 404);
  } finally {
    await shop.close();
  }
});
