// Journeys with planted effects and known outcomes → the report on them.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../../sql/pool.ts';
import { journeyRules } from '../../sql/store/push/journey-rules.ts';
import { journeyCampaign, setJourney } from '../../sql/store/push/journeys.ts';
import { recordOccasions } from '../../sql/store/push/occasions.ts';
import { createOrderLines } from '../test-support/order-lines.ts';
import { type JourneyFigures, type JourneyReport, journeyReport } from './journey-report.ts';
import { journeyReportPage } from './journey-report-page.ts';
import { verdictWords } from './verdict.ts';

const test = databaseSuite('the report on journeys', { migrated: true });

test.beforeEach(({ client }) => createOrderLines(client));

const day = 86_400_000;

function report(client: Client, { detect = 0.05, window = 7 } = {}): Promise<JourneyReport> {
  const now = Date.now();
  const [from, to] = [new Date(now - 2 * day), new Date(now + 30 * day)];
  const { signal } = new AbortController();
  return journeyReport({ ...{ client, source: client, from, to, detect, signal }, windowDays: window });
}

const of = ({ journeys }: JourneyReport, name: string): JourneyFigures =>
  journeys.find(({ journey }) => journey === name)!;

/** Records an occasion for each customer and divides them, as a run does. */
async function find(client: Client, name: string, customers: readonly number[], holdout: number) {
  const at = new Date();
  const occasions = customers.map((customer) => ({
    ...{ customer_id: String(customer), occasion: 'first', product_id: null, price: null },
    ...{ happened_at: at, bought_after: at },
  }));
  await recordOccasions(client, name, journeyRules[name]!, occasions, holdout);
}

/** Lets each customer buy with a chance that depends on whether they were held out. */
async function buy(client: Client, random: Random, name: string, chances: { sent: number; held: number }) {
  const { rows } = await client.query<{ customer: string; held: boolean }>(
    `select customer_id as customer, state = 'held_out' as held from couture.push_occasion where journey = $1
     order by customer_id`,
    [name],
  );
  const buyers = rows.filter(({ held }) => random.chance(held ? chances.held : chances.sent));
  await client.query(
    `insert into public.line select row_number() over () + (select count(*) from public.line), c, 1, 1, p, now() + d * interval '1 day'
     from unnest($1::bigint[], $2::numeric[], $3::float8[]) as g (c, p, d)`,
    [
      buyers.map(({ customer }) => customer),
      buyers.map(() => 20 + random.below(60)),
      buyers.map(() => random.between(0.1, 6.9)),
    ],
  );
}

test('planted effects are found within their intervals, and none where there is none', async ({ client }) => {
  const seeds = 10;
  const planted = 0.2 / 0.12 - 1;
  let [found, none, seen] = [0, 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    await client.query('truncate couture.push_occasion, couture.push_journey, public.line');
    const random = new Random(seed, 'journeys');
    const people = (from: number) => Array.from({ length: 1_600 }, (_, n) => seed * 100_000 + from + n);
    for (const [name, first, sent] of [
      ['viewed', 0, 0.2],
      ['win-back', 10_000, 0.12],
    ] as const) {
      await setJourney(client, name, true, 0.4);
      await find(client, name, people(first), 0.4);
      await buy(client, random, name, { sent, held: 0.12 });
    }
    const made = await report(client);
    const [lift, flat] = ['viewed', 'win-back'].map(
      (name) => of(made, name).proof!.effects.revenue_per_visitor,
    );
    if (lift!.low! <= planted && planted <= lift!.high!) found++;
    if (flat!.low! <= 0 && 0 <= flat!.high!) none++;
    if (of(made, 'viewed').verdict === 'more') seen++;
  }
  console.log(
    `of ${seeds}: lift in its interval ${found}, seen as such ${seen}, none where there is none ${none}`,
  );
  assert.ok(found >= 8 && none >= 8 && seen >= 8, `${found}, ${none}, ${seen}`);
});

test('messages are counted by outcome, and orders only within the window of people who were divided', async ({
  client,
}) => {
  await find(client, 'viewed', [1, 2, 3, 4, 5, 6], 0);
  const id = await journeyCampaign(client, 'viewed', journeyRules.viewed!, {
    ...{ ttl: 60, urgency: 'low', rate: null, concurrency: 1, quiet: null, cap: null },
  });
  await client.query(
    `insert into couture.push_delivery (campaign_id, subscription_id, customer_id, origin, state, reason, occasion_id, clicked_at)
     select $1, c::int * 10 + n, c, 'https://push.example', d.state, d.reason, occasion_id, clicked
     from (values ('1', 1, 'accepted', null, now()), ('1', 2, 'accepted', null, null), ('2', 1, 'skipped', 'cap', null),
       ('3', 1, 'waiting', 'quiet_hours', null), ('4', 1, 'gone', 'unsubscribed', null), ('5', 1, 'skipped', 'bought', null))
       as d (c, n, state, reason, clicked) join couture.push_occasion o on o.customer_id = d.c`,
    [id],
  );
  await client.query(
    `update couture.push_occasion set state = case customer_id when '6' then 'skipped' else 'done' end`,
  );
  const first = of(await report(client), 'viewed');
  assert.equal(
    [first.occasions, first.sent, first.waiting, first.failed, first.clicked, first.withheld],
    [6, 2, 1, 0, 1, { cap: 1, unsubscribed: 2, bought: 1 }],
  );
  assert.equal([first.proof, first.verdict], [null, 'no_holdout']);
  // Those who were found before there was a holdout stay out of the comparison.
  await client.query(`update couture.push_occasion set created_at = now() - interval '1 day'`);
  await setJourney(client, 'viewed', true, 0.5);
  await find(
    client,
    'viewed',
    Array.from({ length: 40 }, (_, n) => 100 + n),
    0.5,
  );
  await client.query(
    `insert into public.line select row_number() over (), customer_id::bigint, 1, 2, 5, now() + s * interval '1 day'
     from couture.push_occasion, unnest(array[-1, 1, 8]) s where customer_id::int >= 100 order by customer_id`,
  );
  const { proof, verdict, ...second } = of(await report(client), 'viewed');
  assert.is(proof!.treated.visitors + proof!.held_out.visitors, 40);
  assert.is(proof!.treated.visitors + second.held_out, 40);
  for (const { visitors, buyers, orders, revenue } of [proof!.treated, proof!.held_out])
    assert.equal([buyers, orders, revenue], [visitors, visitors, 10 * visitors]);
  assert.is(verdict, 'same', 'everyone bought the same');
  assert.match(verdictWords(verdict, proof, 0.05), /can be saved/);
  assert.is(of(await report(client, { window: 31 }), 'viewed').too_recent, 40);
  // Another share starts the comparison again; the same one does not.
  await setJourney(client, 'viewed', false, 0.5);
  assert.is(of(await report(client), 'viewed').proof!.treated.visitors, proof!.treated.visitors);
  await setJourney(client, 'viewed', true, 0.2);
  const restarted = of(await report(client), 'viewed');
  assert.equal([restarted.proof!.treated.visitors, restarted.verdict], [0, 'unknown']);
});

test('the page shows each journey with occasions, and escapes what it shows', async ({ client }) => {
  await setJourney(client, 'welcome', true, 0.5);
  await find(
    client,
    'welcome',
    Array.from({ length: 60 }, (_, n) => n + 1),
    0.5,
  );
  await buy(client, new Random(1), 'welcome', { sent: 0.9, held: 0.5 });
  const html = journeyReportPage(await report(client), { name: 'Aoi', currency: 'JPY' });
  for (const text of ['>Aoi<', 'JP¥', 'Messages', 'welcome', 'held out', 'revenue per customer'])
    assert.ok(html.includes(text), text);
  assert.ok(!html.includes('<h2>viewed</h2>'), 'nothing was found for it');
});
