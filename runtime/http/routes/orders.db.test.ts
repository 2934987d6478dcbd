// POST and GET /api/orders over a real server: prices, buyers, and who can see an order.
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { placedOrder } from '../../contract/order.ts';
import { type Asking, type Reply, type ShopServer, shopServer } from '../../test-support/shopper-routes.ts';

const test = suite<{ shop: ShopServer }>('orders');

test.beforeEach(async (context) => {
  context.shop = await shopServer();
});
test.afterEach(({ shop }) => shop.close());

let keys = 0;

function place(shop: ShopServer, body: object, asking: Asking = {}): Promise<Reply> {
  const headers = { 'Idempotency-Key': `order-key-${keys++}`, ...asking.headers };
  return shop.ask('POST /api/orders', { ...asking, headers, body });
}

const items = [{ product_id: 1, quantity: 2 }];

test('an order is placed once, and the response matches the contract', async ({ shop }) => {
  const headers = { 'Idempotency-Key': '0b0e7a6e-8a53-4d0e-9d5e-5f0f6a4f0001' };
  const asking = { as: '7', headers };
  const first = await place(shop, { items: [...items, { product_id: '3', quantity: 1 }, ...items] }, asking);
  assert.is(first.status, 201, JSON.stringify(first.body));
  assert.equal(placedOrder.parse(first.body), first.body);
  assert.equal([first.body.total, first.body.savings, first.body.status], [90, 0, 'paid']);
  assert.equal(
    first.body.lines.map(({ name, ...line }: { name: string }) => line),
    [
      { product_id: 1, quantity: 4, unit_price: 20, line_price: 80 },
      { product_id: 3, quantity: 1, unit_price: 10, line_price: 10 },
    ],
  );
  const again = await place(shop, { items: [...items, { product_id: '3', quantity: 1 }, ...items] }, asking);
  assert.is(again.status, 200);
  assert.equal(again.body, first.body);
  const other = await place(shop, { items }, asking);
  assert.equal([other.status, other.body.code], [422, 'idempotency_reused']);
});

test('an idempotency key is scoped to its owner', async ({ shop }) => {
  const headers = { 'Idempotency-Key': 'order-2026-11-28-1' };
  const guest = (visitor: string) => ({ headers: { ...headers, 'X-Couture-Visitor': visitor } });
  const placed = [];
  for (const asking of [
    { as: '7', headers },
    { as: '8', headers },
    guest('visitor-one'),
    guest('visitor-two'),
  ])
    placed.push(await place(shop, { items }, asking));
  assert.equal(
    placed.map(({ status }) => status),
    [201, 201, 201, 201],
  );
  assert.is(new Set(placed.map(({ body }) => body.order_id)).size, 4);
  const again = await place(shop, { items }, guest('visitor-one'));
  assert.equal([again.status, again.body.order_id], [200, placed[2]!.body.order_id]);
});

test('the token decides who orders, regardless of the body', async ({ shop }) => {
  const signedIn = await place(shop, { items, customer_id: 9, customerId: '9' }, { as: '7' });
  const guest = await place(shop, { items, customer_id: 9 });
  const { rows } = await shop.client.query(
    'select customer_id from shop.orders where order_id = any ($1) order by order_id',
    [[signedIn.body.order_id, guest.body.order_id]],
  );
  assert.equal(rows, [{ customer_id: '7' }, { customer_id: null }]);
});

test('a login that the shop has no customer for places no order', async ({ shop }) => {
  const before = await shop.client.query('select count(*) from shop.orders');
  for (const as of ['999999999', '9223372036854775807']) {
    const refused = await place(shop, { items }, { as });
    assert.equal(
      [refused.status, refused.body.code],
      [404, 'customer_unknown'],
      JSON.stringify(refused.body),
    );
    assert.match(refused.body.detail, as);
  }
  assert.equal((await shop.client.query('select count(*) from shop.orders')).rows, before.rows);
  const { rows } = await shop.client.query(
    `select from couture.order_request where principal = 'customer:999999999'`,
  );
  assert.equal(rows, []);
});

test('a customer sees their own orders, newest first, page by page, and nobody else’s', async ({ shop }) => {
  await shop.client.query('delete from shop.orders where customer_id in (7, 8)');
  const placed: number[] = [];
  for (let n = 0; n < 3; n++) placed.unshift((await place(shop, { items }, { as: '7' })).body.order_id);
  await place(shop, { items }, { as: '8' });
  const all = await shop.ask('GET /api/orders', { as: '7' });
  assert.equal(
    all.body.orders.map((order: { order_id: number }) => order.order_id),
    placed,
  );
  assert.is(all.body.next, null);
  const [newest] = all.body.orders;
  assert.is(newest.total, 40);
  assert.equal(
    [newest.lines[0].product_id, newest.lines[0].quantity, newest.lines[0].line_price],
    [1, 2, 40],
  );
  assert.ok(newest.lines[0].name);
  const first = await shop.ask('GET /api/orders?limit=2', { as: '7' });
  const second = await shop.ask(`GET /api/orders?limit=2&cursor=${first.body.next}`, { as: '7' });
  assert.equal(
    [...first.body.orders, ...second.body.orders].map((order: { order_id: number }) => order.order_id),
    placed,
  );
  assert.is(second.body.next, null);
  const other = await shop.ask(`GET /api/orders?customer_id=7&cursor=${first.body.next}`, { as: '9999' });
  assert.equal(other.body, { orders: [], next: null });
  assert.is((await shop.ask('GET /api/orders')).status, 401);
  assert.is((await shop.ask('GET /api/orders?cursor=bm9wZQ', { as: '7' })).status, 400);
  assert.equal((await shop.ask('GET /api/orders', { as: 'agent' })).body, { orders: [], next: null });
});

test('out_of_stock lists what is left; price_changed lists the current prices', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 1 where product_id = 1');
  const short = await place(shop, { items });
  assert.equal(
    [short.status, short.type, short.body.code],
    [409, 'application/problem+json', 'out_of_stock'],
  );
  assert.is(short.body.items.length, 1);
  const { name, ...left } = short.body.items[0];
  assert.equal(left, { product_id: 1, wanted: 2, left: 1 });
  const dearer = await place(shop, { items: [{ product_id: 3, quantity: 2 }], expected_total: 19.99 });
  assert.equal([dearer.status, dearer.body.code], [409, 'price_changed']);
  assert.is(dearer.body.items[0].unit_price, 10);
  const agreed = await place(shop, { items: [{ product_id: 3, quantity: 2 }], expected_total: 20 });
  assert.is(agreed.status, 201);
  const unknown = await place(shop, { items: [{ product_id: 4711, quantity: 1 }] });
  assert.equal([unknown.status, unknown.body.code], [404, 'product_unknown']);
});

test('an offered bundle costs its offered price in any variant', async ({ shop }) => {
  const offer = { product_id: 1, product_ids: [1, 2, 3] };
  const whole = await place(shop, { items, bundles: [offer] });
  assert.is(whole.status, 201, JSON.stringify(whole.body));
  // 20.00 + 29.95 + 10.00 = 59.95, less 6.00.
  assert.equal([whole.body.savings, whole.body.total], [6, 40 + 53.95]);
  const other = await place(shop, { bundles: [{ product_id: 1, product_ids: [4, 1] }] });
  assert.equal([other.body.savings, other.body.total], [2.5, 22.5], 'the other size at its own price');
});

test('products that are not currently a bundle are rejected', async ({ shop }) => {
  for (const bundle of [
    { product_id: 1, product_ids: [1, 5] },
    { product_id: 1, product_ids: [2, 3] },
    { product_id: 1, product_ids: [1, 1] },
    { product_id: 1, product_ids: [1, 2, 4] },
    { product_id: 2, product_ids: [1, 2] },
    { product_id: 4711, product_ids: [1, 4711] },
  ]) {
    const refused = await place(shop, { bundles: [bundle] });
    assert.equal([refused.status, refused.body.code], [400, 'bad_request'], JSON.stringify(bundle));
  }
  await shop.client.query(`insert into couture.curation (action, product_id) values ('block', '3')`);
  await until(async () => {
    const blocked = await place(shop, { bundles: [{ product_id: 1, product_ids: [1, 3] }] });
    return blocked.status === 400;
  }, 'the block to count');
});

test('a repeated order of a bundle returns the same order even if the bundle is no longer offered', async ({
  shop,
}) => {
  const body = { bundles: [{ product_id: 1, product_ids: [1, 3] }] };
  const asking = { as: '7', headers: { 'Idempotency-Key': 'a-bundle-of-yesterday' } };
  const first = await place(shop, body, asking);
  assert.is(first.status, 201);
  await shop.client.query(`insert into couture.curation (action, product_id) values ('block', '3')`);
  await until(async () => (await place(shop, body)).status === 400, 'the block to count');
  const again = await place(shop, body, asking);
  assert.equal([again.status, again.body], [200, first.body]);
  const another = await place(shop, { bundles: [{ product_id: 1, product_ids: [1, 2] }] }, asking);
  assert.equal([another.status, another.body.code], [422, 'idempotency_reused']);
});

test('a bundle with a product sold in the meantime is out of stock, not unknown', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 0 where product_id = 2');
  const refused = await place(shop, { bundles: [{ product_id: 1, product_ids: [1, 2] }] });
  assert.equal([refused.status, refused.body.code], [409, 'out_of_stock']);
});

test('the cards of ordered products are refreshed at once', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 2 where product_id = 1');
  shop.storefront.cards.forget(['1']);
  assert.is((await shop.storefront.cards.read(['1'])).get('1')!.in_stock, true);
  assert.is((await place(shop, { items })).status, 201);
  assert.is((await shop.storefront.cards.read(['1'])).get('1')!.in_stock, false);
});

test('invalid requests are rejected', async ({ shop }) => {
  const headers = { 'Idempotency-Key': 'short' };
  const wrong: Array<[object, Asking?]> = [
    [{ items }, { headers }],
    [{ items }, { headers: { 'Idempotency-Key': 'with blanks in it' } }],
    [{ items: [] }],
    [{}],
    [{ items: [{ product_id: 1, quantity: 0 }] }],
    [{ items: [{ product_id: 1, quantity: 100 }] }],
    [{ items: [{ product_id: 1, quantity: 1.5 }] }],
    [{ items: [{ product_id: 'dress', quantity: 1 }] }],
    [{ items: [{ product_id: '99999999999999999999', quantity: 1 }] }],
    [{ items: Array.from({ length: 101 }, (_, n) => ({ product_id: n, quantity: 1 })) }],
    [{ items, expected_total: -1 }],
    [{ items, expected_total: '40' }],
  ];
  for (const [body, asking] of wrong) {
    const refused = await place(shop, body, asking);
    assert.is(refused.status, 400, JSON.stringify(body));
  }
  const keyless = await shop.ask('POST /api/orders', { body: { items } });
  assert.is(keyless.status, 400);
  assert.match(keyless.body.detail, 'idempotency-key');
});

test('many orders at once leave connections to everybody else', async ({ shop }) => {
  // The last step of an order waits for this lock, so all orders are under way while it is held.
  await shop.client.query('select pg_advisory_lock($1)', [0x636f6f72]);
  const placed = Array.from({ length: 40 }, () => place(shop, { items: [{ product_id: 1, quantity: 1 }] }));
  try {
    const others = await Promise.all(
      Array.from({ length: 5 }, () => shop.ask('GET /api/orders', { as: '7' })),
    );
    assert.equal(
      others.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    const { rows } = await shop.client.query(
      `select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted`,
    );
    assert.ok(rows[0].waiting <= 2, `${rows[0].waiting} connections wait with orders`);
  } finally {
    await shop.client.query('select pg_advisory_unlock_all()');
  }
  const statuses = (await Promise.all(placed)).map(({ status }) => status);
  assert.ok(
    statuses.every((status) => [201, 409].includes(status)),
    statuses.join(),
  );
});

test('a shop with its own checkout responds with checkout_unavailable', async ({ shop }) => {
  await shop.client.query(
    'drop view couture_source.order_line cascade; create view couture_source.order_line as select 1::bigint as order_id, 1::bigint as customer_id, 1::bigint as product_id, 1 as quantity, 1::numeric(10,2) as unit_price, now() as ordered_at',
  );
  const refused = await place(shop, { items });
  assert.equal([refused.status, refused.body.code], [501, 'checkout_unavailable']);
});

test('orders in several currencies each have their own, with its decimals', async ({ shop }) => {
  const euros = await place(shop, { items }, { as: '7' });
  const yen = await place(shop, { items }, { as: '7' });
  await shop.client.query(`alter view couture_source.order_line rename to plain_line;
    create view couture_source.order_line as
    select *, case when order_id::text = '${yen.body.order_id}' then ' jpy ' else 'not known' end as currency from couture_source.plain_line`);
  const { body } = await shop.ask('GET /api/orders?limit=2', { as: '7' });
  assert.equal(
    body.orders.map((order: { order_id: number; currency: string; total: number }) => [
      order.order_id,
      order.currency,
      order.total,
    ]),
    [
      [yen.body.order_id, 'JPY', 40],
      [euros.body.order_id, 'EUR', 40],
    ],
  );
});
