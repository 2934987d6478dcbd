// Served `similar` lists stay short rather than showing products of other categories or price ranges.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type Body, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('served similar products');
test.before(async (context) => {
  context.shop = await sampleServer();
});
test.after((context) => context.shop?.close());

const similarTo = (shop: SampleServer, id: number, limit = 24): Promise<Body[]> =>
  shop.json(`/api/recommendations/similar/${id}?limit=${limit}`);
const sources = (list: Body[]) => new Set(list.map((each) => each.source));
const pay = ({ price, discounted_price: sale, on_sale: onSale }: Body): number => (onSale ? sale : price);
const isRelated = (subject: Body) => (each: Body) =>
  each.category === subject.category && pay(each) >= pay(subject) / 4 && pay(each) <= pay(subject) * 4;

test('every list has its product’s category and price range only, also when it is short', async ({
  shop,
}) => {
  const { rows } = await shop.client.query<{ id: number }>(
    'select min(product_id)::int as id from shop.product group by coalesce(group_id, product_id) order by 1',
  );
  const found = new Set<string>();
  let short = 0;
  for (const { id } of rows.filter((_, at) => at % 5 === 0)) {
    const [{ product, ...card }, list] = await Promise.all([
      shop.json(`/api/products/${id}`),
      similarTo(shop, id),
    ]);
    const subject = product ?? card;
    assert.equal(
      list.filter((each) => !isRelated(subject)(each)),
      [],
      `${subject.name}`,
    );
    if (list.length < 24) short++;
    for (const source of sources(list)) found.add(source);
  }
  assert.ok(short > 20, `${short} short lists`);
  assert.ok(found.has('category'), [...found].join());
  assert.ok(!found.has('bestseller') && !found.has('trending'), [...found].join());
});

test('a product newer than the build gets bestsellers of its category in its price range', async ({
  shop,
}) => {
  await shop.client.query(`
    insert into shop.product select (jsonb_populate_record(p, '{"product_id": 900001, "group_id": null, "handle": "new-piece"}')).*
    from shop.product p where product_id = 6`);
  await until(async () => (await shop.get('/api/products/900001')).status === 200, 'the new product');
  const subject = await shop.json('/api/products/900001');
  const list = await similarTo(shop, 900_001);
  assert.equal([...sources(list)], ['category_bestseller']);
  assert.equal(
    list.filter((each) => !isRelated(subject)(each)),
    [],
  );
  // Ten times as expensive as its category: nothing is similar, and the list says so.
  await shop.client.query(
    'update shop.product set price = price * 100, discounted_price = null, on_sale = false where product_id = 900001',
  );
  await until(async () => (await similarTo(shop, 900_001)).length === 0, 'an empty list');
});

test('an emptied category leaves its list empty, and the other lists full', async ({ shop }) => {
  const { category } = await shop.json('/api/products/6');
  await shop.client.query('update shop.product set inventory = 0 where category = $1', [category]);
  await until(async () => (await similarTo(shop, 6)).length === 0, 'an empty list');
  assert.is((await shop.json('/api/recommendations/you-may-like/6?limit=6')).length, 6);
  assert.is((await shop.json('/api/recommendations/bought-together/6?limit=6')).length, 6);
});
