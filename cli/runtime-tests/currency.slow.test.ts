// Amounts in currencies with none to four decimals: lists, bundles, filters, the checkout, orders and product pages.
import { assert, suite } from '../../fixtures/suite.ts';
import type { Client } from '../../sql/pool.ts';
import { type Body, bearer, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite('amounts in the shop’s currency');

/** Gives the sample shop prices with this many decimals, which its tables otherwise round to two. */
async function reprice(client: Client, decimals: number, factor: string): Promise<void> {
  const view = async (name: string) =>
    (
      await client.query<{ text: string }>(
        `select pg_get_viewdef('couture_source.${name}'::regclass) as text`,
      )
    ).rows[0]!.text;
  const [product, line] = [await view('product'), await view('order_line')];
  const type = `numeric(14, ${decimals})`;
  await client.query(`
    drop view couture_source.product, couture_source.order_line;
    alter table shop.product alter price type ${type} using round(price * ${factor}, ${decimals}),
      alter discounted_price type ${type} using round(discounted_price * ${factor}, ${decimals});
    alter table shop.order_line alter unit_price type ${type} using round(unit_price * ${factor}, ${decimals});
    create view couture_source.product as ${product};
    create view couture_source.order_line as ${line}`);
}

/** Whether the amount has no more decimals than the currency. */
function isExact(amount: number, decimals: number): boolean {
  return Number(amount.toFixed(decimals)) === amount;
}

for (const { currency, decimals, factor } of [
  { currency: 'KWD', decimals: 3, factor: '0.333' },
  { currency: 'JPY', decimals: 0, factor: '163' },
  // Intl gives these two no decimals, ISO 4217 three and two.
  { currency: 'IQD', decimals: 3, factor: '1.3171' },
  { currency: 'HUF', decimals: 2, factor: '3.97' },
  { currency: 'CLF', decimals: 4, factor: '0.0271' },
]) {
  test(`${currency}: the amounts of lists, bundles and orders have ${decimals} decimals and add up`, async () => {
    const shop: SampleServer = await sampleServer({ currency, cardAge: 0, bundleDiscount: 0.1 });
    try {
      await reprice(shop.client, decimals, factor);
      assert.is((await shop.json('/api/shop')).currency, currency);
      const { rows } = await shop.client.query<{ id: string; price: string; pay: string }>(
        `select product_id::text as id, price::text, coalesce(case when on_sale then discounted_price end, price)::text as pay
         from shop.product`,
      );
      const stored = new Map(rows.map((row) => [row.id, row]));
      const similar: Body[] = await shop.json('/api/recommendations/similar/6');
      for (const product of similar) {
        const { price, pay } = stored.get(String(product.id))!;
        assert.is(product.price, Number(price), `product ${product.id}`);
        assert.is(product.discounted_price ?? product.price, Number(pay));
      }
      if (decimals === 3)
        assert.ok(
          similar.some(({ price }) => !isExact(price, 2)),
          'thousandths are kept',
        );

      const bundle: Body = await shop.json('/api/recommendations/bundle/6');
      const { original_price: original, bundle_price: together, savings } = bundle;
      for (const amount of [original, together, savings]) assert.ok(isExact(amount, decimals), `${amount}`);
      const sum = bundle.products.reduce(
        (total: number, each: Body) => total + (each.discounted_price ?? each.price),
        0,
      );
      assert.is(Number(sum.toFixed(decimals)), original);
      assert.is(Number((together + savings).toFixed(decimals)), original);
      assert.ok(Math.abs(savings - original / 10) <= 0.50001 / 10 ** decimals, `${savings} of ${original}`);

      const product_ids = bundle.products.map((each: Body) => each.id);
      const order = { bundles: [{ product_id: 6, product_ids }], expected_total: together };
      const customer = await bearer('7');
      const placed = await shop.post('/api/orders', order, {
        ...customer,
        'Idempotency-Key': `order-in-${currency}-1`,
      });
      const body: Body = await placed.json();
      assert.is(placed.status, 201, JSON.stringify(body));
      assert.equal([body.total, body.savings], [together, savings]);
      const own = (await shop.json('/api/orders?limit=1', customer)).orders[0];
      assert.is(own.total, together);

      const { id, pay } = rows.find((row) => similar.some((each) => String(each.id) === row.id))!;
      const range = `min_price=${pay}&max_price=${pay}&limit=48`;
      const found: Body = await shop.json(`/api/products?${range}`);
      for (const each of found.products) assert.is(each.discounted_price ?? each.price, Number(pay));
      const page = await (await shop.get(`/product/${id}`, { Accept: 'text/html' })).text();
      assert.match(page, `content="${Number(pay).toFixed(decimals)}"`);
    } finally {
      await shop.close();
    }
  });
}
