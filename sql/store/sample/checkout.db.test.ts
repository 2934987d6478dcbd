// Checkout under concurrency: the last units are sold once, an idempotency key gives one order, and overlapping carts
// never deadlock.
import { type TestDatabase, templateDatabase, testDatabase } from '../../../fixtures/database.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { migrate } from '../../migrate.ts';
import { type Client, openClient, openPool, type Pool } from '../../pool.ts';
import { initPreset } from '../../source/preset.ts';
import {
  type Checkout,
  checkoutAvailable,
  type OrderRequest,
  type PlacedOrder,
  placeOrder as place,
  pruneOrderRequests,
} from './checkout.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
}

const test = suite<Context>('checkout');

test.beforeEach(async (context) => {
  context.database = await testDatabase({ template: await templateDatabase('checkout', fillShop) });
  context.client = await openClient(context.database.url);
  context.pool = openPool(context.database.url, { max: 12 });
});
test.afterEach(async (context) => {
  await context.pool?.end();
  await context.client?.end();
  await context.database?.drop();
});

/** Products 1 to 5 at 20.00, 29.95, 10.00, 5.00 and 80.00 (on sale: 60.00), ten of each. */
async function fillShop(url: string): Promise<void> {
  const client = await openClient(url);
  try {
    await generateShop(client, { orders: 200, products: 20, customers: 30, seed: 3 });
    await client.query(`
      update shop.product p set price = n.price, on_sale = n.sale is not null, discounted_price = n.sale, inventory = 10
      from (values (1, 20.00, null), (2, 29.95, null), (3, 10.00, null), (4, 5.00, null), (5, 80.00, 60.00))
        as n (id, price, sale) where p.product_id = n.id;
      update shop.product set price = 7, discounted_price = 6, on_sale = false, inventory = 10 where product_id = 6`);
    await initPreset(client, 'sample');
    await migrate(client);
  } finally {
    await client.end();
  }
}

/** As the runtime passes it; its rounding is tested there. */
const bundleSaving = (cents: number, share: number) => Math.round(cents * share);

function placeOrder(pool: Pool, request: OrderRequest): Promise<Checkout> {
  return place(pool, request, bundleSaving);
}

let keys = 0;

function request(items: Record<string, number>, more: Partial<OrderRequest> = {}): OrderRequest {
  const customerId = '7';
  return {
    principal: `customer:${customerId}`,
    customerId,
    idempotencyKey: `key-${keys++}`,
    items: Object.entries(items).map(([productId, quantity]) => ({ productId, quantity })),
    bundles: [],
    ...more,
  };
}

function placed(checkout: Checkout): PlacedOrder {
  assert.ok(checkout.kind === 'placed' || checkout.kind === 'repeated', JSON.stringify(checkout));
  return (checkout as { order: PlacedOrder }).order;
}

async function stock(client: Client, id: string): Promise<number> {
  const { rows } = await client.query<{ inventory: number }>(
    'select inventory from shop.product where product_id = $1',
    [id],
  );
  return rows[0]!.inventory;
}

/** Rows of orders, lines and requests, and the stock of the whole shop. */
async function counts(client: Client): Promise<unknown> {
  const { rows } = await client.query(`select (select count(*) from shop.orders) as orders,
    (select count(*) from shop.order_line) as lines, (select count(*) from couture.order_request) as requests,
    (select sum(inventory) from shop.product) as stock`);
  return rows[0];
}

test('an order is written at today’s prices and reduces the stock', async ({ client, pool }) => {
  const order = placed(await placeOrder(pool, request({ 1: 2, 5: 1, 6: 1 })));
  assert.is(order.total_cents, 4000 + 6000 + 700, 'the sale price applies only to products on sale');
  assert.is(order.status, 'paid');
  assert.equal(
    order.lines.map((line) => [line.product_id, line.quantity, line.unit_cents, line.line_cents]),
    [
      ['1', 2, 2000, 4000],
      ['5', 1, 6000, 6000],
      ['6', 1, 700, 700],
    ],
  );
  assert.ok(order.lines[0]!.name);
  assert.equal([await stock(client, '1'), await stock(client, '5')], [8, 9]);
  const { rows } = await client.query(
    `select customer_id, product_id, quantity, unit_price, ordered_at from couture_source.order_line
     where order_id = $1 order by product_id`,
    [order.order_id],
  );
  const ordered_at = new Date(order.ordered_at);
  assert.equal(rows, [
    { customer_id: '7', product_id: '1', quantity: 2, unit_price: '20.00', ordered_at },
    { customer_id: '7', product_id: '5', quantity: 1, unit_price: '60.00', ordered_at },
    { customer_id: '7', product_id: '6', quantity: 1, unit_price: '7.00', ordered_at },
  ]);
});

test('a guest orders without a customer', async ({ client, pool }) => {
  const order = placed(await placeOrder(pool, request({ 1: 1 }, { principal: 'guest', customerId: null })));
  const { rows } = await client.query('select customer_id from shop.orders where order_id = $1', [
    order.order_id,
  ]);
  assert.equal(rows, [{ customer_id: null }]);
});

test('a product without a price cannot be ordered', async ({ client, pool }) => {
  await client.query('alter table shop.product alter price drop not null');
  await client.query('update shop.product set price = null, on_sale = false where product_id = 6');
  const checkout = await placeOrder(pool, request({ 6: 1 }));
  assert.is(checkout.kind, 'out_of_stock');
});

test('a bundle gets its own order lines, which add up to its price', async ({ client, pool }) => {
  const order = placed(
    await placeOrder(pool, request({ 1: 1 }, { bundles: [{ items: ['1', '2'], discountShare: 0.1 }] })),
  );
  // 49.95, of which .1 is 4.995: 5.00 saved, 44.95 paid.
  assert.equal([order.saving_cents, order.total_cents], [500, 2000 + 4495]);
  const { rows } = await client.query(
    'select product_id, quantity, unit_price from shop.order_line where order_id = $1 order by unit_price',
    [order.order_id],
  );
  assert.equal(rows, [
    { product_id: '1', quantity: 1, unit_price: '18.00' },
    { product_id: '1', quantity: 1, unit_price: '20.00' },
    { product_id: '2', quantity: 1, unit_price: '26.95' },
  ]);
  assert.is(await stock(client, '1'), 8, 'two units, one of them from the bundle');
});

test('an order with too little stock, a different total or an unknown product changes nothing', async ({
  client,
  pool,
}) => {
  const before = await counts(client);
  const short = await placeOrder(
    pool,
    request({ 1: 1, 2: 10, 3: 11 }, { bundles: [{ items: ['2'], discountShare: 0.1 }] }),
  );
  assert.is(short.kind, 'out_of_stock');
  assert.equal(
    (short as Checkout & { kind: 'out_of_stock' }).left.map(({ name, ...each }) => each),
    [
      { product_id: '2', wanted: 11, left: 10 },
      { product_id: '3', wanted: 11, left: 10 },
    ],
  );
  const dearer = await placeOrder(pool, request({ 1: 1, 5: 1 }, { expectedTotalCents: 7999 }));
  assert.is(dearer.kind, 'price_changed');
  const now = dearer as Checkout & { kind: 'price_changed' };
  assert.is(now.total_cents, 8000);
  assert.equal(
    now.lines.map((line) => line.unit_cents),
    [2000, 6000],
  );
  assert.equal(await placeOrder(pool, request({ 1: 1, 999999: 1 })), {
    kind: 'product_unknown',
    productIds: ['999999'],
  });
  assert.equal(await counts(client), before);
  assert.is((await placeOrder(pool, request({ 1: 1 }, { expectedTotalCents: 2000 }))).kind, 'placed');
});

test('a key whose order was refused may be used again', async ({ client, pool }) => {
  const asked = request({ 1: 11 });
  assert.is((await placeOrder(pool, asked)).kind, 'out_of_stock');
  await client.query('update shop.product set inventory = 11 where product_id = 1');
  assert.is((await placeOrder(pool, asked)).kind, 'placed');
});

test('of forty concurrent orders for the last three units, three succeed', async ({ client, pool }) => {
  await client.query('update shop.product set inventory = 3 where product_id = 1');
  const before = await client.query<{ orders: number }>('select count(*)::int as orders from shop.orders');
  const checkouts = await Promise.all(
    Array.from({ length: 40 }, (_, n) => placeOrder(pool, request({ 1: 1, [2 + (n % 3)]: 1 }))),
  );
  const orders = checkouts.filter((each) => each.kind === 'placed').map((each) => placed(each).order_id);
  assert.is(orders.length, 3);
  assert.is(new Set(orders).size, 3, 'each order has its own number');
  const refused = checkouts.filter((each) => each.kind === 'out_of_stock');
  assert.is(refused.length, 37);
  assert.ok(refused.every((each) => each.kind === 'out_of_stock' && each.left[0]!.left === 0));
  assert.is(await stock(client, '1'), 0);
  const after = await client.query<{ orders: number }>('select count(*)::int as orders from shop.orders');
  assert.is(after.rows[0]!.orders - before.rows[0]!.orders, 3);
});

test('the same request sent twenty times concurrently places one order', async ({ client, pool }) => {
  const asked = request({ 1: 2, 2: 1 });
  const checkouts = await Promise.all(Array.from({ length: 20 }, () => placeOrder(pool, asked)));
  assert.is(checkouts.filter((each) => each.kind === 'placed').length, 1);
  const [first, ...others] = checkouts.map(placed);
  for (const other of others) assert.equal(other, first);
  assert.is(await stock(client, '1'), 8);
});

test('a request that waits for a key whose order is refused is processed itself', async ({
  client,
  pool,
}) => {
  const asked = request({ 1: 11 });
  const checkouts = await Promise.all(Array.from({ length: 8 }, () => placeOrder(pool, asked)));
  assert.ok(checkouts.every((each) => each.kind === 'out_of_stock'));
  assert.is(await stock(client, '1'), 10);
});

test('reusing a key for a different order is refused; keys are separate per person', async ({ pool }) => {
  const asked = request({ 1: 1 });
  const first = placed(await placeOrder(pool, asked));
  const other = { ...asked, items: [{ productId: '1', quantity: 2 }] };
  assert.equal(await placeOrder(pool, other), { kind: 'idempotency_reused' });
  assert.equal(await placeOrder(pool, { ...asked, expectedTotalCents: 2000 }), {
    kind: 'idempotency_reused',
  });
  const repeated = await placeOrder(pool, asked);
  assert.is(repeated.kind, 'repeated');
  assert.equal(placed(repeated), first);
  const stranger = { ...asked, principal: 'customer:8', customerId: '8' };
  assert.is.not(placed(await placeOrder(pool, stranger)).order_id, first.order_id);
});

test('carts that overlap in opposite orders all succeed', async ({ client, pool }) => {
  await client.query('update shop.product set inventory = 1000');
  const ids = ['1', '2', '3', '4', '5', '6'];
  const checkouts = await Promise.all(
    Array.from({ length: 60 }, (_, n) => {
      const mine = n % 2 ? ids : [...ids].reverse();
      const items = mine.map((productId) => ({ productId, quantity: 1 }));
      return placeOrder(pool, { ...request({}), items });
    }),
  );
  assert.ok(checkouts.every((each) => each.kind === 'placed'));
  assert.is(await stock(client, '3'), 940);
});

test('concurrent orders without a common product get distinct numbers', async ({ client, pool }) => {
  await client.query('update shop.product set inventory = 1000');
  const checkouts = await Promise.all(
    Array.from({ length: 60 }, (_, n) => placeOrder(pool, request({ [1 + (n % 20)]: 1 }))),
  );
  assert.is(new Set(checkouts.map((each) => placed(each).order_id)).size, 60);
});

test('servers are notified which products’ stock changed, in payloads that Postgres accepts', async ({
  client,
  pool,
}) => {
  const heard: string[] = [];
  client.on('notification', ({ payload }) => heard.push(payload!));
  await client.query('listen couture_stock');
  await placeOrder(pool, request({ 3: 1, 1: 1 }));
  await placeOrder(pool, request({ 1: 100 }));
  await client.query('select 1');
  assert.equal(
    heard.map((each) => JSON.parse(each).sort()),
    [['1', '3']],
  );
  await client.query(`insert into shop.product (product_id, name, category, price, inventory)
    select 9000000000000000 + n, 'p', 'c', 1, 5 from generate_series(1, 900) n`);
  const many = Object.fromEntries(
    Array.from({ length: 900 }, (_, n) => [`${9000000000000001n + BigInt(n)}`, 1]),
  );
  placed(await placeOrder(pool, request(many)));
  await client.query('select 1');
  const told = heard.slice(1);
  assert.ok(told.length > 1 && told.every((each) => Buffer.byteLength(each) < 8000));
  assert.equal(told.flatMap((each) => JSON.parse(each) as string[]).sort(), Object.keys(many).sort());
});

test('idempotency keys are kept for a week', async ({ client, pool }) => {
  const [old, young] = [request({ 1: 1 }), request({ 1: 1 })];
  for (const each of [old, young]) await placeOrder(pool, each);
  await client.query(
    `update couture.order_request set created_at = now() - interval '8 days' where idempotency_key = $1`,
    [old.idempotencyKey],
  );
  assert.is(await pruneOrderRequests(client), 1);
  assert.is((await placeOrder(pool, young)).kind, 'repeated');
  assert.is((await placeOrder(pool, old)).kind, 'placed');
});

test('a failure halfway rolls back and leaves no broken connection in the pool', async ({ client, pool }) => {
  const before = await counts(client);
  await client.query('alter table shop.order_line add check (quantity < 5) not valid');
  await rejects(
    () => placeOrder(pool, request({ 1: 5 })),
    (error) => (error as { code?: string }).code === '23514',
  );
  assert.equal(await counts(client), before);
  assert.is((await placeOrder(pool, request({ 1: 4 }))).kind, 'placed');
});

test('checkout is available only with the sample shop’s tables', async ({ client }) => {
  assert.is(await checkoutAvailable(client), true);
  await client.query(`create schema own; create table own.line as select * from couture_source.order_line limit 1;
    drop view couture_source.order_line;
    create view couture_source.order_line as
      select order_id, customer_id, product_id, quantity, unit_price::numeric(10,2) as unit_price, ordered_at from own.line`);
  assert.is(
    await checkoutAvailable(client),
    false,
    'the tables exist, but the source view reads orders from elsewhere',
  );
  await initPreset(client, 'sample', { replace: true });
  assert.is(await checkoutAvailable(client), true);
  await client.query('alter table shop.sample_marker rename to another');
  assert.is(
    await checkoutAvailable(client),
    false,
    'a real shop whose tables have the same names and columns',
  );
  await client.query('alter table shop.another rename to sample_marker');
  assert.is(await checkoutAvailable(client), true);
  await client.query('alter table shop.orders rename column status to state');
  assert.is(await checkoutAvailable(client), false, 'another shop whose tables have the same names');
  await client.query('drop schema couture_source cascade; drop schema shop cascade');
  assert.is(await checkoutAvailable(client), false);
});
