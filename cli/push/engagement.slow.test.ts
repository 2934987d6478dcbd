// What subscribers do with messages: events that workers report, and the sunset of those who don't react, against an oracle.
import { readFileSync } from 'node:fs';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { beaconOf } from '../../runtime/push/beacon.ts';
import type { PushHealth } from '../push-report/push-health.ts';
import { ServerHere } from '../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const test = suite<{ shop: PushShop; runtime: ServerHere }>('engagement with push messages');
test.before(async (context) => {
  context.shop = await pushShop();
  context.runtime = new ServerHere(context.shop.url, context.shop.env);
  await context.runtime.start();
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery restart identity',
  );
  shop.server.answer = () => ({ status: 201 });
});
test.after(async (context) => {
  await context.runtime?.end();
  await context.shop?.close();
});

const words = ['--title', 'New coats', '--body', 'For cold days'];
const people = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('workers report what became of a message, each once, and only with the id that came with it', async ({
  shop,
  runtime,
}) => {
  await shop.subscribe(people(3));
  const { campaign } = await shop.json('send', ...words, '--all');
  const { rows } = await shop.client.query<{ id: string; key: Buffer }>(
    `select s.subscription_id::text as id, c.beacon_key as key from couture.push_subscription s, couture.push_campaign c
     where c.campaign_id = $1 order by s.customer_id`,
    [campaign],
  );
  const [one, two, three] = rows.map(({ id, key }) => beaconOf(Number(campaign), id, key));
  const report = async (body: object) => {
    const { status } = await fetch(`${runtime.url}/api/push-events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return status;
  };
  const forged = `${two!.slice(0, -22)}${one!.slice(-22)}`;
  await shop.client.query(`update couture.push_delivery set settled_at = settled_at - interval '1 hour'`);
  for (const body of [
    { beacon: one, type: 'show' },
    { beacon: one, type: 'show' },
    { beacon: one, type: 'click', age: 600 },
    { beacon: one, type: 'click' },
    { beacon: forged, type: 'click' },
    { beacon: '999.1.aaaaaaaaaaaaaaaaaaaaaa', type: 'click' },
    { beacon: 'nonsense', type: 'show' },
    { beacon: two, type: 'dismiss', age: 604_800 },
  ])
    assert.is(await report(body), 204);
  assert.is(await report({ beacon: three, type: 'show', age: 604_801 }), 400);
  assert.is(await report({ beacon: three, type: 'purchase' }), 400);
  assert.is(await report({ beacon: three, type: 'show' }), 204);
  const counted = async () =>
    (
      await shop.client.query(
        `select shown, clicks, dismissals, round(extract(epoch from now() - clicked_at) / 60)::int as clicked
         from couture.push_subscription order by customer_id`,
      )
    ).rows;
  await until(async () => (await counted())[2].shown === 1, 'the last event to be written');
  assert.equal(await counted(), [
    { shown: 1, clicks: 1, dismissals: 0, clicked: 10 },
    { shown: 1, clicks: 0, dismissals: 1, clicked: null },
    { shown: 1, clicks: 0, dismissals: 0, clicked: null },
  ]);
  const message = await shop.client.query(
    `select dismissed_at = settled_at as clamped, shown_at is not null as shown, clicked_at from couture.push_delivery
     where customer_id = '2'`,
  );
  assert.equal(message.rows, [{ clamped: true, shown: true, clicked_at: null }]);
  const { shown, clicked, dismissed } = await shop.json('status', String(campaign));
  assert.equal([shown, clicked, dismissed], [3, 1, 1]);
});

test('a browser keeps its history when it replaces its subscription, and loses it when another customer takes over', async ({
  shop,
  runtime,
}) => {
  const save = (name: string, visitor: string, more: object = {}) => {
    const { endpoint, p256dh, auth } = shop.server.browser(name);
    return fetch(`${runtime.url}/api/push-subscriptions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Couture-Visitor': visitor },
      body: JSON.stringify({ endpoint, keys: { p256dh, auth }, ...more }),
    });
  };
  await save('old', 'a-visitor-of-today', { installed: true });
  await shop.client.query(
    `update couture.push_subscription set clicks = 3, shown = 9, clicked_at = now(), subscribed_at = now() - interval '40 days'`,
  );
  const { endpoint: replaces } = shop.server.browser('old');
  await save('new', 'a-visitor-of-today', { replaces });
  const known = async () =>
    (
      await shop.client.query(
        `select clicks, shown, clicked_at is not null as clicked, installed_at is not null as installed,
           subscribed_at < now() - interval '39 days' as old from couture.push_subscription`,
      )
    ).rows;
  assert.equal(await known(), [{ clicks: 3, shown: 9, clicked: true, installed: true, old: true }]);
  // A visit in a tab doesn't say that the app is gone.
  await save('new', 'a-visitor-of-today', { installed: false });
  assert.is((await known())[0].installed, true);
  await shop.client.query(`update couture.push_subscription set customer_id = '7', visitor = null`);
  await save('new', 'another-visitor');
  assert.equal(await known(), [{ clicks: 0, shown: 0, clicked: false, installed: true, old: true }]);
});

test('who neither visits nor clicks gets fewer messages, then none, exactly by the curve', async ({
  shop,
}) => {
  const customers = people(160);
  await shop.subscribe(customers);
  const random = new Random(5, 'sunset');
  const whole = (below: number) => Math.floor(random.next() * below);
  const maybe = (share: number, days: number) => (random.next() < share ? 1 + whole(days) : null);
  const histories = customers.map((id) => ({
    id,
    seen: 1 + whole(100),
    clicked: maybe(0.3, 100),
    installed: maybe(0.2, 180),
    // In days ago, in half days, so that none is at a limit.
    messages: Array.from({ length: whole(24) }, () => whole(90) + 0.5),
  }));
  await shop.client.query(
    `update couture.push_subscription s set seen_at = now() - make_interval(days => g.seen),
       clicked_at = now() - make_interval(days => g.clicked), installed_at = now() - make_interval(days => g.installed)
     from unnest($1::text[], $2::int[], $3::int[], $4::int[]) as g (id, seen, clicked, installed) where s.customer_id = g.id`,
    [
      histories.map(({ id }) => id),
      histories.map(({ seen }) => seen),
      histories.map(({ clicked }) => clicked),
      histories.map(({ installed }) => installed),
    ],
  );
  await shop.client.query(
    `with sent as (
       select g.id, g.days, row_number() over (partition by g.id) as n
       from unnest($1::text[], $2::float8[]) as g (id, days)
     ), campaign as (
       insert into couture.push_campaign (state, message, audience, topic, settings, beacon_key, people)
       select 'done', '{}', '{}', 'news', '{}', '', 1 from generate_series(1, 24) returning campaign_id
     )
     insert into couture.push_delivery (campaign_id, subscription_id, origin, state, settled_at)
     select c.campaign_id, s.subscription_id, s.origin, 'accepted', now() - make_interval(secs => sent.days * 86400)
     from sent join couture.push_subscription s on s.customer_id = sent.id
     join (select campaign_id, row_number() over () as n from campaign) c using (n)`,
    [
      histories.flatMap(({ id, messages }) => messages.map(() => id)),
      histories.flatMap(({ messages }) => messages),
    ],
  );
  const kept = new Map(
    histories.map(({ id, seen, clicked, installed, messages }) => {
      const since = messages.filter((days) => days < Math.min(seen, clicked ?? seen));
      const latest = Math.min(...since);
      const isExempt = installed !== null && installed < 90;
      const [n, within] = [since.length, (days: number) => latest < days];
      return [id, !isExempt && (n >= 15 || (n >= 10 && within(28)) || (n >= 5 && within(7)))];
    }),
  );
  const spared = customers.filter((id) => kept.get(id));
  assert.ok(spared.length > 20 && spared.length < 140, `${spared.length} spared`);
  const flags = ['--all', '--yes'];
  const dry = await shop.json('send', ...words, ...flags, '--dry-run');
  assert.equal([dry.subscriptions, dry.sunset, dry.capped], [160, spared.length, 0]);
  const shown = await shop.couture('send', ...words, ...flags, '--dry-run');
  assert.match(shown.stdout, `${spared.length} of them are skipped because they neither visited nor clicked`);
  // The shop's settings, messages about orders, and messages to one customer spare nobody.
  const dryWith = async (...args: string[]) =>
    (await shop.json('send', ...words, ...args, '--dry-run')).sunset;
  assert.is(await dryWith('--all', '--no-push-sunset'), 0);
  assert.is(await dryWith('--all', '--topic', 'orders'), 0);
  assert.is(await dryWith('--user', spared[0]!), 0);
  const report = await shop.json('send', ...words, ...flags);
  assert.equal([report.accepted, report.skipped], [160 - spared.length, spared.length]);
  const { rows } = await shop.client.query<{ id: string }>(
    `select customer_id as id from couture.push_delivery where campaign_id = $1 and reason = 'sunset' order by customer_id::int`,
    [report.campaign],
  );
  assert.equal(
    rows.map(({ id }) => id),
    spared,
  );
  // A visit resets the count.
  await shop.client.query('update couture.push_subscription set seen_at = now()');
  assert.is(await dryWith('--all'), 0);
});

test('a dry run forecasts clicks from past campaigns, and says whose permission is put at risk', async ({
  shop,
}) => {
  await shop.subscribe(people(100));
  const first = await shop.json('send', ...words, '--all', '--dry-run');
  assert.equal([first.forecast, first.at_risk], [null, 0]);
  await shop.client.query(
    `update couture.push_subscription set seen_at = now() - interval '60 days' where customer_id::int <= 30`,
  );
  await shop.client.query(
    `with campaign as (
       insert into couture.push_campaign (state, message, audience, topic, settings, beacon_key, people, started_at)
       select 'done', '{}', '{"all": true}', 'news', '{}', '', 100, now() - make_interval(days => 10 + n)
       from generate_series(1, 4) n returning campaign_id, started_at
     )
     insert into couture.push_delivery (campaign_id, subscription_id, origin, state, settled_at, clicked_at)
     select c.campaign_id, s.subscription_id, s.origin, 'accepted', c.started_at,
       case when s.customer_id::int between 91 and 95 then c.started_at + interval '1 hour' end
     from campaign c, couture.push_subscription s`,
  );
  const dry = await shop.json('send', ...words, '--all', '--dry-run');
  const forecast = dry.forecast as unknown as Record<string, number>;
  assert.equal([forecast.clicks, forecast.rate, forecast.campaigns, dry.at_risk], [5, 0.05, 4, 30]);
  assert.ok(forecast.low! < 5 && forecast.high! > 5 && forecast.high! < 20);
  const { stdout } = await shop.couture('send', ...words, '--all', '--dry-run');
  assert.match(stdout, /5 clicks \(\d+ to \d+ in 9 of 10 campaigns\)/);
  assert.match(stdout, /30 of 100 receivers \(30\.0 %\)/);
});

test('the health report counts subscriptions, reactions and expired permissions by push service and week', async ({
  shop,
}) => {
  assert.match((await shop.couture('health')).stdout, 'No browser is subscribed yet');
  await shop.subscribe(people(60));
  const origins = [
    'https://fcm.googleapis.com',
    'https://updates.push.services.mozilla.com',
    'https://web.push.apple.com',
  ];
  await shop.client.query(
    `update couture.push_subscription set origin = ($1::text[])[1 + customer_id::int % 3],
       subscribed_at = now() - make_interval(days => customer_id::int), seen_at = now() - interval '80 days',
       installed_at = case when customer_id::int % 3 = 2 then now() end`,
    [origins],
  );
  await shop.client.query(
    `with campaign as (
       insert into couture.push_campaign (state, message, audience, topic, settings, beacon_key, people)
       select 'done', '{}', '{"all": true}', 'news', '{}', '', 60 from generate_series(1, 12) returning campaign_id
     )
     insert into couture.push_delivery
       (campaign_id, subscription_id, origin, state, settled_at, shown_at, clicked_at, dismissed_at)
     select c.campaign_id, s.subscription_id, s.origin, case when s.customer_id = '60' then 'gone' else 'accepted' end,
       now() - make_interval(days => c.campaign_id * 7 - 3), now(),
       case when s.customer_id::int <= c.campaign_id then now() - interval '79 days' end, case when s.customer_id = '59' then now() end
     from campaign c, couture.push_subscription s`,
  );
  const file = `${shop.home}/health.html`;
  const health = await shop.json('health', '--weeks', '12', '--html', file);
  const { total, services } = health as unknown as PushHealth;
  assert.equal(
    services.map(({ service, subscriptions, installed }) => [service, subscriptions, installed]),
    [
      ['apple', 20, 20],
      ['fcm', 20, 0],
      ['mozilla', 20, 0],
    ],
  );
  // Customers 1 to 12 clicked campaigns, the first 12 times; number 60 has expired, number 59 dismisses messages.
  assert.equal(
    [total.accepted, total.gone, total.clicked, total.dismissed, total.shown],
    [708, 12, 78, 12, 720],
  );
  assert.ok(total.click_rate!.low < 78 / 708 && total.click_rate!.high > 78 / 708);
  assert.equal(
    total.weeks.map(({ clicked }) => clicked),
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  );
  assert.equal(total.age, { p10: 6.9, median: 30.5, p90: 54.1 }, JSON.stringify(total.age));
  // Twelve messages since the last visit or click: number 60's were never accepted, and installed shops are exempt.
  const { active, reduced, rare, ended } = total.sunset;
  assert.is(active + reduced + rare + ended, 60);
  assert.equal([active, ended], [21, 0]);
  const html = readFileSync(file, 'utf8');
  for (const part of ['Google (Chrome, Opera)', 'Clicks week by week', '<svg', 'one in four weeks'])
    assert.ok(html.includes(part), part);
  const { stdout } = await shop.couture('health');
  assert.match(stdout, /Mozilla \(Firefox\)\s+20/);
  assert.is((await shop.couture('health', '--weeks', '0')).code, 2);
});
