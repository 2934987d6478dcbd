// A customer's own orders: newest first, in pages, nobody else's, for all types of ids and dates.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { loadTinyShop, type TinyTypes } from '../../../fixtures/tiny-shop.ts';
import type { Client } from '../../pool.ts';
import { type CustomerOrder, ordersOf } from './customer-orders.ts';
import { orderFactsOf } from './order-facts.ts';

const test = databaseSuite('customer orders');

const lines = [
  { order: '9', customer: '501', product: '1', at: '2024-03-01T10:00:00.000001Z' },
  { order: '9', customer: '501', product: '3', quantity: 2, at: '2024-03-01T10:00:00.000001Z' },
  { order: '10', customer: '501', product: '2', at: '2024-03-01T10:00:00.000002Z' },
  { order: '11', customer: '501', product: '2', at: '2024-03-01T10:00:00.000002Z' },
  { order: '12', customer: '501', product: '4', at: '2024-03-05T10:00:00Z' },
  { order: '13', customer: '502', product: '2', at: '2024-03-06T10:00:00Z' },
  { order: '14', customer: null, product: '2', at: '2024-03-07T10:00:00Z' },
  { order: null, customer: '501', product: '2', at: '2024-03-07T10:00:00Z' },
  { order: '15', customer: '501', product: '2', at: null },
];

async function shopOf(client: Client, types: Partial<TinyTypes> = {}): Promise<void> {
  await loadTinyShop(client, { products: [{ id: '1', price: 80 }], lines, watched: [] }, types);
}

function numbers(orders: readonly CustomerOrder[]): string[] {
  return orders.map((order) => order.order_id);
}

test('orders are listed newest first, with their lines and currency', async ({ client }) => {
  await shopOf(client);
  const orders = await ordersOf(client, 'text', '501', { limit: 10 });
  assert.equal(numbers(orders), ['12', '11', '10', '9']);
  assert.equal(orders[3]!.ordered_at, new Date('2024-03-01T10:00:00Z'));
  assert.equal(orders[3]!.lines, [
    { product_id: '1', quantity: 1, unit_price: 1 },
    { product_id: '3', quantity: 2, unit_price: 1 },
  ]);
  assert.equal(await ordersOf(client, 'text', '599', { limit: 10 }), []);
});

test('an order at the end of time hides no other', async ({ client }) => {
  const endless = ['infinity', '-infinity'].map((at) => ({ order: at, customer: '501', product: '1', at }));
  const shop = { products: [{ id: '1', price: 80 }], lines: [...lines, ...endless], watched: [] };
  await loadTinyShop(client, shop);
  assert.equal(numbers(await ordersOf(client, 'text', '501', { limit: 10 })), ['12', '11', '10', '9']);
  const facts = await orderFactsOf(client, 'text', '501', 10);
  assert.equal(
    facts.map(({ order_id }) => order_id),
    ['12', '11', '10', '9'],
  );
});

test('pages neither lose nor repeat an order, even within one microsecond', async ({ client }) => {
  await shopOf(client);
  const seen: string[] = [];
  for (let before: CustomerOrder['place'] | undefined; ; ) {
    const page = await ordersOf(client, 'text', '501', { limit: 1, before });
    if (page.length === 0) break;
    seen.push(...numbers(page));
    before = page.at(-1)!.place;
  }
  assert.equal(seen, ['12', '11', '10', '9']);
});

test('ids and dates may have any type of the source contract; times without a zone count as UTC', async ({
  client,
}) => {
  await client.query(`set time zone 'Asia/Tokyo'`);
  for (const [type, at] of [
    ['bigint', 'timestamp'],
    ['int', 'date'],
    ['text', 'timestamptz'],
  ] as const) {
    await shopOf(client, { order: type, customer: type, product: type, at });
    const idType = type === 'text' ? 'text' : 'bigint';
    const orders = await ordersOf(client, idType, '501', { limit: 10 });
    assert.equal([...numbers(orders)].sort(), ['10', '11', '12', '9'], type);
    assert.is(orders[0]!.numeric_id, type !== 'text');
    const date = at === 'date' ? '2024-03-05T00:00:00Z' : '2024-03-05T10:00:00Z';
    assert.equal(orders[0]!.ordered_at, new Date(date), at);
  }
});

test('an order has the currency of its lines; null if they have none, or several', async ({ client }) => {
  await shopOf(client);
  const read = async () =>
    (await ordersOf(client, 'text', '501', { limit: 10 })).map((order) => order.currency);
  assert.equal(await read(), [null, null, null, null]);
  await client.query(`alter view couture_source.order_line rename to plain_line;
    create view couture_source.order_line as select *, case when order_id = '12' then 'jpy' when order_id = '9' then 'cur' || product_id
      when order_id = '11' then 'EUR' end as currency from couture_source.plain_line`);
  assert.equal(await read(), ['JPY', 'EUR', null, null]);
});
