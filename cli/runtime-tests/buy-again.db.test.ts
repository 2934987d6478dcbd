// What a customer is due to buy again, as it is served: from the sample shop's own build, with live stock and purchases.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { addRule } from '../../sql/store/lists/curation.ts';
import { type Body, bearer, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer; customer: string }>('buy again, served', { timeout: 120_000 });

test.before(async (context) => {
  context.shop = await sampleServer({ cardAge: 50 });
  // The customer with the longest list.
  const { rows } = await context.shop.client.query<{ customer: string }>(
    `select subject as customer from couture.recommendation where kind = 'buy_again'
     group by subject order by count(*) desc, subject limit 1`,
  );
  context.customer = rows[0]!.customer;
});
test.after((context) => context.shop?.close());

const path = '/api/recommendations/buy-again';

test('entries are the variants bought, with the last day, the interval, and a day that is due', async ({
  shop,
  customer,
}) => {
  const list: Body[] = await shop.json(path, await bearer(customer));
  assert.ok(list.length > 1);
  const week = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  for (const { id, due_on: due, last_bought_on: last, interval_days: every, reason, source } of list) {
    const { rows } = await shop.client.query<{ last: string }>(
      `select max(ordered_at)::date::text as last from couture_source.order_line
       where customer_id = $1 and product_id in (
         select v.product_id from couture.product_key k join couture.product_key v using (representative_key)
         where k.product_id = $2)`,
      [customer, id],
    );
    assert.is(last, rows[0]!.last);
    assert.is(Date.parse(due), Date.parse(last) + every * 86_400_000, `${due} ${last} ${every}`);
    assert.ok(due <= week, `${due} is not due by ${week}`);
    assert.match(reason, /^(you|customers) buy this about every .+; (last|you bought it) on \d+ \w+ \d{4}$/);
    assert.is(source, 'repeat');
  }
  const later: Body[] = await shop.json(`${path}?within=365&limit=24`, await bearer(customer));
  assert.ok(later.length >= list.length);
});

test('only the signed-in customer gets it, and each their own', async ({ shop, customer }) => {
  assert.is((await shop.get(path)).status, 401);
  const response = await shop.get(path, await bearer(customer));
  assert.is(response.headers.get('cache-control'), 'private, no-cache');
  assert.equal(await shop.json(`${path}?limit=24&customer_id=${customer}`, await bearer('999999')), []);
});

test('sold-out, blocked and just bought products are left out', async ({ shop, customer }) => {
  const mine = await bearer(customer);
  const ids = async () => ((await shop.json(path, mine)) as Body[]).map(({ id }) => id);
  const [first, second] = await ids();
  await shop.client.query('update shop.product set inventory = 0 where product_id = $1', [first]);
  await until(async () => !(await ids()).includes(first), 'the sold-out product to leave the list');
  await shop.client.query('update shop.product set inventory = 9 where product_id = $1', [first]);
  await until(async () => (await ids())[0] === first, 'it to be back');

  const rule = { action: 'block', scope: 'shop', subject: '', place: null, factor: null, note: '' } as const;
  await addRule(shop.client, {
    ...rule,
    product_id: String(second),
    kinds: ['buy_again'],
    from_at: null,
    until_at: null,
  });
  await until(async () => !(await ids()).includes(second), 'the blocked product to leave the list');

  const order = { items: [{ product_id: first, quantity: 1 }] };
  const placed = await shop.post('/api/orders', order, { ...mine, 'Idempotency-Key': 'bought-it-again' });
  assert.is(placed.status, 201);
  await until(async () => !(await ids()).includes(first), 'the product just bought to leave the list');
});
