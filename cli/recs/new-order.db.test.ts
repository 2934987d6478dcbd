// The next build uses orders placed through the checkout.
import { assert, suite } from '../../fixtures/suite.ts';
import { bundleSaving } from '../../runtime/contract/money.ts';
import { type Client, openPool } from '../../sql/pool.ts';
import { placeOrder } from '../../sql/store/sample/checkout.ts';
import { buildHere, type FaultShop, faultShop } from '../test-support/fault-shop.ts';

const test = suite<{ shop: FaultShop }>('a new order');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

/** Why one product stands in the list of another. */
async function reason(client: Client, subject: string, item: string): Promise<string | undefined> {
  const { rows } = await client.query<{ reason: string }>(
    `select reason from couture.recommendation where kind = 'bought_together' and subject = $1 and item_id = $2`,
    [subject, item],
  );
  return rows[0]?.reason;
}

test('products ordered together are bought together in the next build', async ({ shop }) => {
  const { client, url } = shop;
  const { rows } = await client.query<{ one: string; other: string }>(
    // Two products that nobody has bought together.
    `select p.product_id as one, o.product_id as other from shop.product p, shop.product o
     where p.product_id < o.product_id and p.group_id is null and o.group_id is null and not exists (
       select from shop.order_line a join shop.order_line b using (order_id)
       where a.product_id = p.product_id and b.product_id = o.product_id)
     order by 1, 2 limit 1`,
  );
  const { one, other } = rows[0]!;
  await client.query('update shop.product set inventory = 100 where product_id = any ($1)', [[one, other]]);
  const pool = openPool(url);
  try {
    for (let n = 0; n < 12; n++) {
      const request = {
        principal: 'guest',
        customerId: null,
        idempotencyKey: `order ${n}`,
        items: [one, other].map((productId) => ({ productId, quantity: 1 })),
        bundles: [],
      };
      const checkout = await placeOrder(pool, request, bundleSaving);
      assert.is(checkout.kind, 'placed');
    }
  } finally {
    await pool.end();
  }
  assert.is(await reason(client, one, other), undefined);
  await buildHere(shop);
  assert.is(await reason(client, one, other), 'bought together in 12 orders');
  assert.is(await reason(client, other, one), 'bought together in 12 orders');
});
