// Journeys over 60 days and hundreds of subscribers against an oracle, and a journey that is killed again and again.
// COUTURE_TEST_JOURNEYS=2000,120,20 sets subscribers, runs (of 12 hours) and kills. With 20,000, start this file itself: the runner
// ends files after 45 minutes.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { noonZone } from '../test-support/day-zones.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { simulateJourneys } from '../test-support/simulated-journeys.ts';

const [subscribers, ticks, kills] = (process.env.COUTURE_TEST_JOURNEYS ?? '150,120,10')
  .split(',')
  .map(Number) as [number, number, number];

/** Milliseconds that a test may take: 20,000 subscribers need an hour on an idle machine. */
const timeout = Math.max(1_200_000, subscribers * ticks * 6);

const test = suite<{ shop: PushShop }>('journeys over 60 days', { timeout });
test.beforeEach(async (context) => {
  context.shop = await pushShop();
});
test.afterEach((context) => context.shop?.close());

test('a journey that is killed repeats only what was in flight', async ({ shop }) => {
  const people = Array.from({ length: 1_200 }, (_, n) => String(n + 1));
  await shop.subscribe(people);
  await shop.client.query(
    `insert into couture.push_watched (product_id, price, in_stock, price_before, dropped_at)
     select product_id::text, coalesce(case when on_sale then discounted_price end, price), true, price + 50, now()
     from couture_source.product where inventory > 0 order by product_id limit 1`,
  );
  await shop.client.query(`update couture.push_subscription set topics = '{prices}'`);
  await shop.client.query(
    `insert into shop.watchlist (customer_id, product_id)
     select c::bigint, (select product_id::bigint from couture.push_watched) from unnest($1::text[]) c on conflict do nothing`,
    [people],
  );
  shop.server.answer = () => ({ status: 201, after: 5 });
  const random = new Random(3);
  for (let kill = 1; kill <= kills; kill++) {
    const until = shop.server.got.length + 5 + random.below(Math.floor((1.2 * people.length) / kills));
    const child = shop.start('journeys', 'run', 'price-drop');
    while (shop.server.got.length < until && child.exitCode === null) await delay(1);
    child.kill('SIGKILL');
    await child.ended;
  }
  await shop.json('journeys', 'run', 'price-drop');
  const journeys = (await shop.json('journeys', 'list')).journeys as unknown as Array<{
    journey: string;
    doubtful: number;
  }>;
  const { doubtful } = journeys.find(({ journey }) => journey === 'price-drop')!;
  const counts = new Map<string, number>();
  for (const { path } of shop.server.got) counts.set(path, (counts.get(path) ?? 0) + 1);
  const twice = shop.server.got.length - counts.size;
  console.log(`${kills} kills: ${doubtful} in doubt, ${twice} duplicates of ${people.length} messages`);
  assert.is(counts.size, people.length);
  assert.ok(twice <= doubtful, `${twice} duplicates, ${doubtful} in doubt`);
  assert.ok(doubtful <= kills * 60);
});

test('two journeys and two campaigns at once, each in its own process, keep to one cap', async ({ shop }) => {
  const people = Array.from({ length: 150 }, (_, n) => String(n + 1));
  await shop.subscribe(people, { timeZone: noonZone(), topics: ['news', 'bag'] });
  await shop.client.query("update shop.orders set status = 'cancelled' where customer_id <= 150");
  const { rows } = await shop.client.query<{ id: string }>(
    'select product_id::text as id from couture_source.product where inventory > 0 order by product_id limit 1',
  );
  await shop.client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     select now() - interval '5 hours', 'view', 'product_page', $1, 1, c from unnest($2::text[]) c`,
    [rows[0]!.id, people],
  );
  await shop.client.query(
    `insert into couture.bag (customer_id, items, changed_at)
     select c, jsonb_build_array(jsonb_build_object('product_id', $1::text, 'quantity', 1)), now() - interval '5 hours'
     from unnest($2::text[]) c`,
    [rows[0]!.id, people],
  );
  // The first messages are answered slowly until all four send, so that they do so at the same time.
  const kinds = () =>
    new Set(shop.server.got.map(({ payload }) => JSON.parse(payload!).notification.title as string));
  let all = false;
  shop.server.answer = () => {
    all ||= kinds().size === 4;
    return { status: 201, after: all ? 5 : 400 };
  };
  const campaign = (title: string) =>
    shop.start(
      ...['send', '--title', title, '--body', 'Today', '--all', '--yes', '--cap', '3/7d'],
      ...['--concurrency', '10'],
    );
  const senders = [
    shop.start('journeys', 'run', 'viewed'),
    shop.start('journeys', 'run', 'bag'),
    campaign('One'),
    campaign('Two'),
  ];
  assert.equal(await Promise.all(senders.map(({ ended }) => ended)), [0, 0, 0, 0]);
  assert.is(kinds().size, 4);
  const counts = new Map<string, number>();
  for (const { path } of shop.server.got) counts.set(path, (counts.get(path) ?? 0) + 1);
  assert.equal([...new Set(counts.values())], [3], 'four messages for everyone, of which three are sent');
  assert.is(counts.size, people.length);
});

test(`${subscribers} subscribers get what the oracle expects in ${ticks} runs`, async ({ shop }) => {
  // Effects show only in a large shop: COUTURE_TEST_JOURNEYS=20000,120,20 plants some, which the report has to find.
  const isLarge = subscribers >= 5_000;
  const { counts, lifts } = await simulateJourneys(shop, {
    ...{ subscribers, ticks, step: 12, seed: 11 },
    ...(isLarge ? { proof: { holdout: 0.3, lifts: { viewed: 0.25, bag: 0.25, 'price-drop': 0.4 } } } : {}),
  });
  console.log(Object.fromEntries(counts));
  const share = (of: number) => `${(100 * of).toFixed(1)} %`;
  for (const { journey, people, planted, low, high } of lifts)
    console.log(
      `${journey}: ${people} people, ${share(planted)} planted, ${share(low)} to ${share(high)} reported`,
    );
  for (const kind of ['price', 'stock', 'order', 'bag', 'viewed', 'buy', 'welcome', 'win', 'campaign'])
    assert.ok((counts.get(kind) ?? 0) > 0, kind);
  // Of intervals of 95 %, one of the eight may miss.
  const missed = lifts.filter(({ planted, low, high }) => planted < low || planted > high);
  assert.ok(missed.length <= 1, missed.map(({ journey }) => journey).join());
});
