// Journeys in a simulated shop send what an oracle expects and nothing else; `couture push journeys` shows and switches them.
import { assert, suite } from '../../fixtures/suite.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { simulateJourneys } from '../test-support/simulated-journeys.ts';

const test = suite<{ shop: PushShop }>('journeys');
test.before(async (context) => {
  context.shop = await pushShop();
});
test.after((context) => context.shop?.close());

test('only the journeys of watched products are on by default; others are previewed, switched and run', async ({
  shop,
}) => {
  const journeys = (await shop.json('journeys', 'list')).journeys as unknown as Array<
    Record<string, unknown>
  >;
  assert.equal(
    journeys.filter(({ enabled }) => enabled).map(({ journey }) => journey),
    ['price-drop', 'back-in-stock'],
  );
  const { rows } = await shop.client.query<{ id: string }>(
    'select product_id::text as id from couture_source.product where inventory > 0 order by product_id limit 3',
  );
  const people = ['1', '2', '3', '4', '5', '6', '7', '8'];
  await shop.subscribe(people, { timeZone: noonZone() });
  await shop.client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     select now() - interval '5 hours', 'view', 'product_page', $1, 1, c from unnest($2::text[]) c`,
    [rows[0]!.id, people],
  );
  await shop.client.query("update shop.orders set status = 'cancelled' where customer_id <= 8");
  const preview = await shop.json('journeys', 'preview', 'viewed');
  assert.is(preview.occasions, 8);
  assert.match(JSON.stringify(preview.examples), /"url":"[^"]*\/product\/\d+"/);
  assert.is(shop.server.got.length, 0);
  assert.equal(await shop.json('journeys', 'enable', 'viewed', '--holdout', '0.5'), {
    journey: 'viewed',
    enabled: true,
    holdout: 0.5,
  });
  const run = await shop.json('journeys', 'run', 'viewed');
  const { rows: held } = await shop.client.query<{ customer: string }>(
    `select customer_id as customer from couture.push_occasion where state = 'held_out' order by 1`,
  );
  assert.ok(held.length > 0 && held.length < 8);
  assert.equal([run.accepted, shop.server.got.length], [8 - held.length, 8 - held.length]);
  assert.is((await shop.json('journeys', 'run', 'viewed')).settled, 0, 'nobody gets it twice');
  assert.is((await shop.couture('journeys', 'run', 'birthday')).code, 2);
  assert.is((await shop.couture('journeys', 'enable', 'viewed', '--holdout', '2')).code, 2);
  assert.equal((await shop.json('status')).campaigns, []);
  await shop.json('journeys', 'disable', 'viewed');
  await shop.client.query(
    `update couture.push_occasion set created_at = now() - interval '90 days';
     update couture.push_occasion set created_at = now() - interval '101 days' where customer_id = (
       select min(customer_id) from couture.push_occasion where state = 'done')`,
  );
  assert.is((await shop.json('prune', '--campaigns', '1', '--dry-run')).occasions, 1);
  assert.is((await shop.json('prune', '--campaigns', '1')).occasions, 1);
  const kept = await shop.client.query('select from couture.push_delivery');
  assert.is(kept.rowCount, 7 - held.length, 'a message goes with its occasion');
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion',
  );
  await shop.client.query('delete from couture.push_journey; delete from couture.recommendation_event');
});

test('each journey sends what the oracle expects, within caps and quiet hours', async ({ shop }) => {
  const counts = await simulateJourneys(shop, { subscribers: 60, ticks: 14, step: 7, seed: 5 });
  for (const kind of ['price', 'stock', 'viewed', 'campaign']) assert.ok((counts.get(kind) ?? 0) > 0, kind);
});

/** A zone in which it is about noon now, outside of quiet hours. */
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  // The signs of these zones are the other way round.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
