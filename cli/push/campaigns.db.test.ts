// `couture push` from the command line, against a push service that verifies and decrypts messages.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { createCampaign, dueCampaigns } from '../../sql/store/push/campaigns.ts';
import type { CampaignEffects } from '../push-report/campaign-effects.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const test = suite<{ shop: PushShop }>('couture push');
test.before(async (context) => {
  context.shop = await pushShop();
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_watched',
  );
  shop.server.answer = () => ({ status: 201 });
});
test.after((context) => context.shop?.close());

const words = ['--title', 'New coats', '--body', 'For cold days'];
const people = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('a message reaches each subscriber of the topic once, and clicks and orders are counted', async ({
  shop,
}) => {
  await shop.subscribe(people(6));
  await shop.subscribe(['7', '8'], { topics: ['orders'] });
  const before = shop.server.got.length;
  const more = ['--action', 'View coats=/category/Coats', 'Size=L=/sizes', '--badge', '2'];
  const sent = await shop.json('send', ...words, '--url', '/category/Coats', ...more, '--all');
  assert.equal([sent.state, sent.people, sent.accepted, sent.failed, sent.doubtful], ['done', 6, 6, 0, 0]);
  const got = shop.server.got.slice(before);
  assert.equal(got.map((each) => each.path.replace('/push/', '')).sort(), people(6));
  const { web_push, notification, app_badge } = JSON.parse(got[0]!.payload!);
  assert.equal([web_push, app_badge], [8030, 2]);
  assert.equal(notification.actions, [
    { action: '1', title: 'View coats', navigate: '/category/Coats' },
    { action: '2', title: 'Size=L', navigate: '/sizes' },
  ]);
  for (const refused of [
    ['--action', 'View'],
    ['--action', 'View=https://x.example/'],
    ['--badge', '-1'],
  ])
    assert.is((await shop.couture('send', ...words, '--all', ...refused)).code, 2, refused.join(' '));
  assert.equal(
    [notification.title, notification.body, notification.navigate],
    ['New coats', 'For cold days', '/category/Coats'],
  );
  assert.is(got[0]!.headers.topic, `c${sent.campaign}`);
  assert.is(got[0]!.headers.ttl, '86400');
  // A second run sends nothing and reports it.
  const again = await shop.couture('resume', String(sent.campaign));
  assert.is(again.code, 4);
  assert.is(shop.server.got.length, before + 6);
  await shop.client.query(
    `update couture.push_delivery set clicked_at = (select max(ordered_at) - interval '1 hour' from couture_source.order_line
       where customer_id = 3) where customer_id = '3'`,
  );
  const report = await shop.json('status', String(sent.campaign));
  assert.is(report.clicked, 1);
  assert.ok(Number(report.orders) >= 1);
  const { stdout } = await shop.couture('status', String(sent.campaign));
  assert.match(stdout, /accepted by push services\s+6\s+100\.0 %/);
  assert.match((await shop.couture('status')).stdout, /New coats/);
});

test('expired subscriptions are deleted, and failures are reported by reason and push service', async ({
  shop,
}) => {
  await shop.subscribe(people(6));
  shop.server.answer = ({ path: at }) => ({
    status: { '1': 410, '2': 404, '3': 413 }[at.split('/').pop()!] ?? 201,
  });
  const sent = await shop.couture('send', ...words, '--all');
  assert.is(sent.code, 0);
  assert.match(sent.stdout, /too large\s+413\s+localhost/);
  const { rows } = await shop.client.query('select customer_id from couture.push_subscription order by 1');
  assert.equal(
    rows.map((row) => row.customer_id),
    ['3', '4', '5', '6'],
  );
});

test('a dry run shows the audience by push service and sends nothing', async ({ shop }) => {
  await shop.subscribe(people(12));
  const before = shop.server.got.length;
  const dry = await shop.json('send', ...words, '--all', '--dry-run');
  assert.equal([dry.dry_run, dry.subscriptions, dry.customers], [true, 12, 12]);
  assert.equal(dry.origins, [{ origin: `https://${shop.server.host}`, subscriptions: 12 }]);
  assert.ok(Number(dry.payload_bytes) > 100);
  assert.match(
    (await shop.couture('send', ...words, '--all', '--dry-run')).stdout,
    /12 browsers of 12 customers/,
  );
  assert.is(shop.server.got.length, before);
  assert.is((await shop.client.query('select from couture.push_campaign')).rowCount, 0);
});

test('a large audience needs confirmation; without a terminal, nothing is sent', async ({ shop }) => {
  await shop.subscribe(people(120));
  const before = shop.server.got.length;
  const { code, stderr } = await shop.couture('send', ...words, '--all');
  assert.is(code, 2);
  assert.match(stderr, /confirmation needs a terminal.*\n.*--yes/);
  assert.is(shop.server.got.length, before);
  assert.is((await shop.json('send', ...words, '--all', '--yes')).accepted, 120);
});

test('segments come from the source views, and a single customer can be addressed', async ({ shop }) => {
  await shop.subscribe(people(300));
  const { segments } = (await shop.json('segments')) as unknown as {
    segments: Array<Record<string, unknown>>;
  };
  const of = (name: string) => segments.find(({ segment }) => String(segment).startsWith(name))!;
  assert.ok(Number(of('high-value').customers) > 0);
  const dry = async (...args: string[]) =>
    Number((await shop.json('send', ...words, ...args, '--dry-run')).subscriptions);
  const { rows } = await shop.client.query(
    `select count(distinct o.customer_id)::int as n from couture_source.order_line o
     join couture_source.product p using (product_id) where p.category = 'Dresses' and o.customer_id <= 300`,
  );
  assert.is(await dry('--segment', 'bought:Dresses'), rows[0].n);
  assert.is(await dry('--segment', 'bought:"x\' or true --"'), 0);
  assert.is(await dry('--user', '7'), 1);
  assert.is(await dry('--segment', 'price-drop'), 0);
  const watched = await shop.client.query(
    `select product_id::text as id, array_agg(customer_id::text) as customers from couture_source.watchlist
     where customer_id <= 300 group by 1 order by 1 limit 1`,
  );
  const [{ id, customers }] = watched.rows;
  await shop.client.query(`update couture.push_watched set price = price + 5 where product_id = $1`, [id]);
  assert.is(await dry('--segment', 'price-drop'), new Set(customers).size);
  await shop.client.query(`update couture.push_watched set in_stock = false where product_id = $1`, [id]);
  const inStock = await shop.client.query(
    'select coalesce(inventory, 1) > 0 as there from couture_source.product where product_id::text = $1',
    [id],
  );
  assert.is(await dry('--segment', 'back-in-stock:3'), inStock.rows[0].there ? new Set(customers).size : 0);
});

test('a held-out share gets nothing, and half of the others another text; each customer in one arm', async ({
  shop,
}) => {
  await shop.subscribe(people(200));
  await shop.subscribe(people(200), { suffix: '-phone' });
  const before = shop.server.got.length;
  const more = ['--title-b', 'Second', '--holdout', '25%', '--all', '--yes', '--concurrency', '50'];
  const sent = await shop.json('send', ...words, ...more);
  const got = shop.server.got.slice(before).map(({ path: at, payload }) => {
    const { title } = JSON.parse(payload!).notification;
    return { customer: at.split('/').pop()!.replace('-phone', ''), title };
  });
  const titles = new Map(got.map(({ customer, title }) => [customer, title]));
  assert.is(got.length, 2 * titles.size, 'both browsers or none');
  for (const { customer, title } of got) assert.is(title, titles.get(customer));
  const second = [...titles.values()].filter((title) => title === 'Second').length;
  assert.ok(titles.size > 120 && titles.size < 180 && second > 40 && second < titles.size - 40);
  assert.equal([sent.held_out, sent.accepted, sent.skipped], [400 - got.length, got.length, 0]);
  const report = (await shop.json('report', String(sent.campaign))) as unknown as CampaignEffects;
  assert.equal(
    [report.proof!.treated.visitors, report.proof!.held_out.visitors, report.texts!.b.sales.visitors],
    [titles.size, 200 - titles.size, second],
  );
  assert.is(report.messages, got.length);
  assert.match((await shop.couture('report', String(sent.campaign))).stdout, /held out/);
  for (const bad of ['95%', '1', 'x', '-1']) {
    const { code } = await shop.couture('send', ...words, '--all', `--holdout=${bad}`);
    assert.is(code, 2, bad);
  }
});

test('--lang names the language of the texts and their direction, also of personal ones and their prices', async ({
  shop,
}) => {
  await shop.subscribe(people(2));
  const sent = async (body: string, ...more: string[]) => {
    const before = shop.server.got.length;
    await shop.json('send', '--title', 'Neu', '--body', body, '--all', '--yes', ...more);
    return JSON.parse(shop.server.got.slice(before)[0]!.payload!).notification;
  };
  const german = await sent('Mäntel', '--lang', 'DE-at');
  assert.equal([german.lang, german.dir], ['de-AT', 'ltr']);
  const arabic = await sent('{{shop}}', '--lang', 'ar');
  assert.equal([arabic.lang, arabic.dir], ['ar', 'rtl']);
  assert.match((await sent('Ab {{price|1 €}}', '--lang', 'de')).body, /^Ab [\d.,]+\s€$/);
  const plain = await sent('Coats');
  assert.equal([plain.lang, plain.dir], [undefined, undefined]);
  for (const bad of ['german', 'de_DE', 'x', '']) {
    const { code, stderr } = await shop.couture('send', ...words, '--all', `--lang=${bad}`);
    assert.is(code, 2, bad);
    assert.match(stderr, 'such as de, pt-BR or ar');
  }
});

test('quiet hours follow the subscriber’s time zone, and held messages are sent later', async ({ shop }) => {
  const hour = (timeZone: string) =>
    Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format());
  await shop.subscribe(['1', '2'], { timeZone: 'Pacific/Kiritimati' });
  await shop.subscribe(['3'], { timeZone: 'Pacific/Pago_Pago' });
  const there = hour('Pacific/Kiritimati');
  const quiet = `${there}-${(there + 2) % 24}`;
  const sent = await shop.json('send', ...words, '--all', '--quiet-hours', quiet);
  const elsewhere = hour('Pacific/Pago_Pago');
  const bothQuiet = elsewhere === there || elsewhere === (there + 1) % 24;
  assert.equal([sent.state, sent.accepted, sent.waiting], ['waiting', bothQuiet ? 0 : 1, bothQuiet ? 3 : 2]);
  // The messages become due.
  await shop.client.query('update couture.push_delivery set next_at = now() where state = $1', ['waiting']);
  await shop.client.query(`update couture.push_campaign set settings = settings || '{"quiet": null}'`);
  const later = await shop.json('resume', String(sent.campaign));
  assert.equal([later.state, later.accepted, later.waiting, later.doubtful], ['done', 3, 0, 0]);
});

test('subscribers who reached the cap are skipped', async ({ shop }) => {
  await shop.subscribe(['1', '2']);
  for (let n = 0; n < 2; n++) await shop.json('send', ...words, '--user', '1');
  const sent = await shop.json('send', ...words, '--all', '--cap', '2/7d');
  assert.equal([sent.accepted, sent.skipped], [1, 1]);
});

test('a campaign waits for a push service that asks for a pause', async ({ shop }) => {
  await shop.subscribe(people(5));
  const begun = Date.now();
  shop.server.answer = ({ nth }) =>
    nth === 1 && Date.now() - begun < 60_000 && shop.server.got.length % 5 === 2
      ? { status: 429, headers: { 'Retry-After': '2' } }
      : { status: 201 };
  const sent = await shop.json('send', ...words, '--all', '--concurrency', '1');
  assert.equal([sent.state, sent.accepted], ['done', 5]);
});

test('Ctrl-C lets messages in flight finish, resume continues, and cancel ends the campaign for good', async ({
  shop,
}) => {
  // Enough messages for 50 s at this rate, so that even on a slow machine some are left for the commands below.
  const all = people(2_000);
  await shop.subscribe(all);
  const before = shop.server.got.length;
  const sent = () => shop.server.got.length - before;
  const child = shop.start('send', ...words, '--all', '--yes', '--rate', '40', '--concurrency', '5');
  await until(() => sent() >= 20, 'the first messages');
  child.kill('SIGINT');
  await child.ended;
  const { rows } = await shop.client.query('select campaign_id, state from couture.push_campaign');
  assert.is(rows[0].state, 'stopped');
  const id = String(rows[0].campaign_id);
  const resumed = shop.start('resume', id);
  await until(() => sent() >= 60, 'messages of the resumed campaign');
  const busy = await shop.couture('resume', id);
  assert.is(busy.code, 4);
  assert.match(busy.stderr, /another process/);
  await shop.couture('cancel', id);
  await resumed.ended;
  const report = await shop.json('status', id);
  assert.equal([report.state, report.doubtful, report.sending], ['cancelled', 0, 0]);
  const paths = shop.server.got.slice(before).map((each) => each.path);
  assert.is(new Set(paths).size, paths.length);
  assert.ok(paths.length < all.length);
});

test('a scheduled campaign waits, and invalid flags exit with a message', async ({ shop }) => {
  await shop.subscribe(['1']);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const later = await shop.json('send', ...words, '--all', '--at', at);
  assert.equal([later.state, later.starts_at], ['scheduled', at]);
  for (const [args, expected] of [
    [['--all', '--user', '1'], /More than one audience/],
    [[], /No audience is given/],
    [['--all', '--url', 'https://evil.example/'], /--url.*expected a path/],
    [['--all', '--url', '//evil.example/'], /--url.*expected a path/],
    [['--all', '--url', '/\\evil.example/'], /--url.*expected a path/],
    [['--all', '--ttl', '0s'], /--ttl/],
    [['--all', '--quiet-hours', '25-8'], /--quiet-hours/],
    [['--all', '--at', '2020-01-01'], /--at.*in the future/],
    [['--segment', 'everybody'], /--segment.*expected one of bought/],
    [['--segment', '__proto__'], /--segment is "__proto__": expected one of bought/],
    [['--segment', 'constructor:x'], /--segment is "constructor:x": expected one of bought/],
    [['--segment', 'bought'], /bought:<category>/],
    [['--segment', 'inactive and'], /expected one of bought.*, at character 13/],
    [['--all', '--topic', 'all'], /--topic/],
    [['--user', '99999'], /No one in this audience/],
  ] as const) {
    const { code, stderr } = await shop.couture('send', ...words, ...args);
    assert.is(code, 2, args.join(' '));
    assert.match(stderr, expected);
  }
  const long = await shop.couture('send', '--title', 'x', '--body', 'ü'.repeat(501), '--all');
  assert.match(long.stderr, /--body/);
  assert.is((await shop.couture('status', '999')).code, 2);
});

test('keys are readable only by their owner and never printed, and two are valid during a rotation', async ({
  shop,
}) => {
  await shop.subscribe(['1']);
  const file = path.join(shop.home, 'vapid.json');
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.is((await shop.couture('keys', 'generate')).code, 2);
  const rotated = await shop.couture('keys', 'rotate');
  assert.is(rotated.code, 0);
  const shown = await shop.couture('keys', 'show');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { keys: Array<{ private_key: string }> };
  assert.is(kept.keys.length, 2);
  for (const { private_key } of kept.keys)
    for (const { stdout, stderr } of [rotated, shown]) assert.not((stdout + stderr).includes(private_key));
  // The browser with the old key still gets its message, signed with that key.
  assert.is((await shop.json('test', '--user', '1')).browsers, 1);
  assert.is(shop.server.got.at(-1)!.sender, shop.pair.publicKey);
});

test('inactive subscriptions are pruned', async ({ shop }) => {
  await shop.subscribe(people(4));
  await shop.client.query(
    `update couture.push_subscription set seen_at = now() - interval '200 days' where customer_id in ('1', '2')`,
  );
  await shop.client.query(`update couture.push_subscription set accepted_at = now() where customer_id = '2'`);
  await shop.client.query(`update couture.push_subscription set failures = 10 where customer_id = '3'`);
  await shop.client.query(
    `with made as (
       insert into couture.push_campaign (state, message, audience, topic, settings, beacon_key, people, finished_at)
       select state, '{}', '{}', 'news', '{}', '', 1, now() - make_interval(days => days)
       from (values ('done', 401), ('done', 399), ('stopped', 401)) as g (state, days) returning campaign_id, finished_at
     ) insert into couture.push_delivery (campaign_id, subscription_id, origin, state)
     select campaign_id, 1, 'https://push.example', 'accepted' from made`,
  );
  const counted = { unseen: 1, failing: 1, campaigns: 1, occasions: 0 };
  assert.equal(await shop.json('prune', '--dry-run'), { dry_run: true, ...counted });
  assert.equal(await shop.json('prune'), { dry_run: false, ...counted });
  assert.equal(await shop.json('prune'), {
    dry_run: false,
    unseen: 0,
    failing: 0,
    campaigns: 0,
    occasions: 0,
  });
  const { rows } = await shop.client.query('select customer_id from couture.push_subscription order by 1');
  assert.equal(
    rows.map((row) => row.customer_id),
    ['2', '4'],
  );
});

test('a campaign that a person sends is left to that process, one with a time to start is the runtime’s', async ({
  shop,
}) => {
  const plan = {
    message: { title: 'a', body: 'b', url: '/' },
    audience: { all: true },
    topic: 'news',
    settings: { ttl: 60, urgency: 'normal', rate: null, concurrency: 1, quiet: null, cap: null },
    people: 1,
  } as const;
  const now = await createCampaign(shop.client, { ...plan, startsAt: null });
  const planned = await createCampaign(shop.client, { ...plan, startsAt: new Date() });
  assert.equal(await dueCampaigns(shop.client), [planned.campaign_id]);
  // Its process was killed before it began.
  await shop.subscribe(people(1));
  const report = await shop.json('resume', String(now.campaign_id));
  assert.equal([report.state, report.accepted], ['done', 1]);
});
