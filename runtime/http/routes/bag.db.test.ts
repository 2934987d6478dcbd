// POST /api/bag over a real server: stored only for customers who asked for reminders, under their own id.
import { assert, suite } from '../../../fixtures/suite.ts';
import { pruneBags } from '../../../sql/store/push/bags.ts';
import { setJourney } from '../../../sql/store/push/journeys.ts';
import { type ShopServer, shopServer } from '../../test-support/shopper-routes.ts';

const test = suite<{ shop: ShopServer }>('the route of bags');

test.beforeEach(async (context) => {
  context.shop = await shopServer();
});
test.afterEach(({ shop }) => shop.close());

test('a bag is stored with consent alone, for its owner, and deleted when it is empty, old or unwanted', async ({
  shop,
}) => {
  const { client } = shop;
  const save = async (as: string, ...items: object[]) => {
    const { status, body } = await shop.ask('POST /api/bag', { as, body: { items } });
    assert.is(status, 200, JSON.stringify(body));
    return body.stored as boolean;
  };
  const stored = async () =>
    (await client.query('select customer_id, items from couture.bag order by customer_id')).rows;
  const [one, two] = [
    { product_id: 3, quantity: 2 },
    { product_id: '1', quantity: 1 },
  ];
  const subscribe = (customer: string, topics: string[]) =>
    client.query(
      `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics)
       values ('https://push.example/' || $1, 'https://push.example', '', '', $1, 'k', $2)
       on conflict (endpoint) do update set topics = excluded.topics`,
      [customer, topics],
    );
  await subscribe('7', ['news', 'bag']);
  await subscribe('8', ['news']);
  assert.not.ok(await save('7', one), 'the shop sends no reminders');
  await setJourney(client, 'bag', true);
  assert.not.ok(await save('8', one), 'asked for news only');
  assert.not.ok(await save('9', one), 'has no subscription');
  assert.not.ok(await save('agent-1', one), 'is no customer');
  assert.ok(await save('7', one, { product_id: 4711, quantity: 1 }, two));
  const items = [
    { product_id: '3', quantity: 2 },
    { product_id: '1', quantity: 1 },
  ];
  assert.equal(await stored(), [{ customer_id: '7', items }]);
  // The same bag keeps its time, another one does not.
  await client.query(`update couture.bag set changed_at = now() - interval '5 hours'`);
  const age = async () =>
    (await client.query(`select changed_at < now() - interval '4 hours' as old from couture.bag`)).rows[0]
      .old;
  assert.ok((await save('7', one, two)) && (await age()));
  assert.ok((await save('7', two)) && !(await age()));
  assert.not.ok(await save('7'));
  assert.equal(await stored(), []);
  for (const body of [
    { items: [one], customer_id: '8' },
    { items: [{ product_id: 3, quantity: 0 }] },
    { items: Array.from({ length: 51 }, () => one) },
    {},
  ])
    assert.is((await shop.ask('POST /api/bag', { as: '7', body })).status, 400);
  assert.is((await shop.ask('POST /api/bag', { body: { items: [] } })).status, 401);
  await save('7', one);
  await pruneBags(client);
  assert.is((await stored()).length, 1);
  await subscribe('7', ['news']);
  await pruneBags(client);
  assert.equal(await stored(), [], 'the reminders were turned off');
  await subscribe('7', ['bag']);
  await save('7', one);
  await client.query(`update couture.bag set changed_at = now() - interval '8 days'`);
  await pruneBags(client);
  assert.equal(await stored(), []);
});
