// Campaigns in uncommon situations: a throttling push service, customers with several browsers, a key rotation too early,
// and subscriptions read by a series of cursors.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { addressees } from '../../sql/store/push/addressees.ts';
import { createCampaign } from '../../sql/store/push/campaigns.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';

const test = suite<{ shop: PushShop }>('rules of campaigns');
test.before(async (context) => {
  context.shop = await pushShop();
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.recommendation_event',
  );
  shop.server.answer = () => ({ status: 201 });
});
test.after((context) => context.shop?.close());

const words = ['--title', 'New coats', '--body', 'For cold days'];
const people = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('a customer with browsers of two push services counts once', async ({ shop }) => {
  await shop.subscribe(people(3));
  await shop.subscribe(['1', '2'], { suffix: '-phone' });
  await shop.client.query(
    `update couture.push_subscription set origin = 'https://web.push.apple.com' where endpoint like '%-phone'`,
  );
  const dry = await shop.json('send', ...words, '--all', '--dry-run');
  assert.equal([dry.subscriptions, dry.customers], [5, 3]);
  assert.equal(dry.origins, [
    { origin: `https://${shop.server.host}`, subscriptions: 3 },
    { origin: 'https://web.push.apple.com', subscriptions: 2 },
  ]);
  assert.is((await shop.json('send', ...words, '--user', '99999', '--dry-run')).customers, 0);
});

test('a delivery that only waited for a throttled push service is not given up', async ({ shop }) => {
  await shop.subscribe(people(6));
  // Each delivery has one attempt left.
  const campaign = await createCampaign(shop.client, {
    message: { title: 'a', body: 'b', url: '/' },
    audience: { all: true },
    topic: 'news',
    settings: { ttl: 60, urgency: 'normal', rate: null, concurrency: 1, quiet: null, cap: null },
    people: 6,
    startsAt: null,
  });
  await shop.client.query(
    `insert into couture.push_delivery (campaign_id, subscription_id, customer_id, origin, state, attempts, next_at)
     select $1, subscription_id, customer_id, origin, 'waiting', 19, now() from couture.push_subscription`,
    [campaign.campaign_id],
  );
  let asked = 0;
  shop.server.answer = () =>
    ++asked === 1 ? { status: 429, headers: { 'Retry-After': '2' } } : { status: 201 };
  const report = await shop.json('resume', String(campaign.campaign_id));
  assert.equal([report.state, report.accepted, report.failed], ['done', 5, 1]);
  assert.is((report.failures as unknown as Array<{ reason: string }>)[0]!.reason, 'paused');
});

test('a push service that always defers is retried within a quarter of an hour, but not forever', async ({
  shop,
}) => {
  await shop.subscribe(['1']);
  shop.server.answer = () => ({ status: 429, headers: { 'Retry-After': '86400' } });
  const sent = await shop.couture('send', ...words, '--all', '--json');
  const report = JSON.parse(sent.stdout);
  assert.equal([sent.code, report.state, report.failed, report.waiting], [1, 'waiting', 0, 1]);
  assert.match(report.stopped_why, '1 messages wait for their push services.');
  const { rows } = await shop.client.query(
    `update couture.push_delivery d set attempts = 19, next_at = now()
     from (select campaign_id, next_at from couture.push_delivery) before
     where before.campaign_id = d.campaign_id returning before.next_at < now() + interval '15 minutes' as soon`,
  );
  assert.equal(rows, [{ soon: true }]);
  const last = await shop.json('resume', String(report.campaign));
  assert.equal([last.state, last.failed, last.waiting], ['done', 1, 0]);
});

test('each subscription is read once, by any number of cursors', async ({ shop }) => {
  await shop.subscribe(people(300));
  const given = await createCampaign(shop.client, {
    message: { title: 'a', body: 'b', url: '/' },
    audience: { segment: 'high-value', argument: '100' },
    topic: 'news',
    settings: { ttl: 60, urgency: 'normal', rate: 3, concurrency: 1, quiet: null, cap: null },
    people: 300,
    startsAt: null,
  });
  const readBy = async (longest: number) => {
    const batches: string[][] = [];
    for await (const rows of addressees(shop.client, given, new AbortController().signal, longest))
      batches.push(rows.map((row) => row.subscription_id));
    return batches;
  };
  const [one, many] = [await readBy(60_000), await readBy(0)];
  assert.ok(one.length > 1 && one.flat().length > 100);
  assert.ok(one.every((batch) => batch.length <= 30));
  assert.equal(many.flat(), one.flat());
});

test('segments by language and by viewed category', async ({ shop }) => {
  await shop.subscribe(people(40));
  const dry = async (segment: string) =>
    Number((await shop.json('send', ...words, '--segment', segment, '--dry-run')).subscriptions);
  const { rows } = await shop.client.query<{ language: string; n: number }>(
    `select split_part(locale, '-', 1) as language, count(*)::int as n from couture_source.customer
     where customer_id <= 40 group by 1`,
  );
  for (const { language, n } of rows) {
    assert.is(await dry(`locale:${language}`), n);
    assert.is(await dry(`locale:${language.slice(0, 1)}`), 0);
  }
  assert.is(await dry('locale:%'), 0);
  await shop.client.query(
    `insert into couture.recommendation_event (type, kind, item, place, customer)
     select t, 'similar', (select product_id::text from couture_source.product where category = 'Dresses' limit 1), 1, c
     from (values ('click', '3'), ('impression', '4'), ('click', null)) as e (t, c)`,
  );
  assert.is(await dry('viewed:Dresses'), 1);
  await shop.client.query(
    `insert into couture.recommendation_event (type, kind, item, place, customer)
     select 'view', 'product_page', (select product_id::text from couture_source.product where category = 'Dresses' limit 1), 1, c
     from (values ('5'), ('3'), (null)) as e (c)`,
  );
  assert.is(await dry('viewed:Dresses'), 2, 'who opened a product page, and who came by a recommendation');
  assert.is(await dry('viewed:Coats'), 0);
});

test('segments combine with and, or and not, and their overlap is shown', async ({ shop }) => {
  await shop.subscribe(people(300));
  await shop.subscribe(['visitor'], { suffix: '-v' });
  await shop.client.query(
    `update couture.push_subscription set customer_id = null, visitor = 'somebody' where customer_id = 'visitor'`,
  );
  // An order without a customer must not make "not bought" unknown.
  await shop.client.query(
    `update shop.orders set customer_id = null where order_id = (select max(l.order_id) from shop.order_line l
       join couture_source.product p using (product_id) where p.category = 'Dresses')`,
  );
  const members = async (sql: string) =>
    new Set((await shop.client.query<{ id: string }>(sql)).rows.map(({ id }) => id));
  const ofCategory = (category: string) =>
    members(`select distinct o.customer_id::text as id from couture_source.order_line o
      join couture_source.product p using (product_id) where p.category = '${category}' and o.customer_id <= 300`);
  const [dresses, bags] = [await ofCategory('Dresses'), await ofCategory('Bags')];
  const ids = people(300);
  for (const [segment, has] of [
    ['bought:Dresses and bought:Bags', (id: string) => dresses.has(id) && bags.has(id)],
    ['bought:Dresses or bought:Bags', (id: string) => dresses.has(id) || bags.has(id)],
    ['not bought:Dresses', (id: string) => !dresses.has(id)],
    ['not (bought:Dresses or not bought:Bags)', (id: string) => !dresses.has(id) && bags.has(id)],
  ] as const) {
    const expected = ids.filter(has).length;
    assert.is(
      (await shop.json('send', ...words, '--segment', segment, '--dry-run')).subscriptions,
      expected,
      segment,
    );
    assert.is((await shop.json('segments', segment)).subscribed, expected, segment);
  }
  const both = ids.filter((id) => dresses.has(id) && bags.has(id)).length;
  const overlap = await shop.json('segments', 'bought:Dresses and not bought:Bags');
  const size = (of: Set<string>) => ids.filter((id) => of.has(id)).length;
  assert.equal(overlap.terms, [
    { segment: 'bought:Dresses', subscribed: size(dresses), both: [size(dresses), both] },
    { segment: 'bought:Bags', subscribed: size(bags), both: [both, size(bags)] },
  ]);
  assert.ok(both > 0 && both < size(dresses));
  const sent = await shop.json('send', ...words, '--segment', 'bought:Dresses and not bought:Bags', '--yes');
  assert.is(sent.accepted, size(dresses) - both);
  assert.match((await shop.couture('segments', 'bought:Dresses or bought:Bags')).stdout, 'Customers in both');
  const typo = await shop.couture('send', ...words, '--segment', 'not bought:dreses', '--dry-run');
  assert.match(typo.stderr, 'No product is in the category "dreses". Did you mean "Dresses"?');
});

test('a custom segment is one query in a file, checked before it is used, and part of expressions', async ({
  shop,
}) => {
  await shop.subscribe(people(300));
  const folder = path.join(shop.home, 'segments');
  mkdirSync(folder);
  shop.env.COUTURE_SEGMENTS = folder;
  const write = (name: string, sql: string) => writeFileSync(path.join(folder, name), sql);
  try {
    write(
      'lower.sql',
      '\ufeff-- have an id up to 100\nselect customer_id from couture_source.customer\nwhere customer_id <= 100; -- a comment\n-- and another',
    );
    write(
      'upper.sql',
      'select customer_id from couture_source.customer where customer_id > 90 union all select null;\n',
    );
    const { segments } = (await shop.json('segments')) as unknown as {
      segments: Array<Record<string, unknown>>;
    };
    assert.equal(segments.slice(-2)[0], {
      segment: 'lower',
      summary: 'have an id up to 100',
      customers: 100,
      subscribed: 100,
    });
    const overlap = await shop.json('segments', 'lower and upper');
    assert.equal(
      [overlap.subscribed, overlap.terms],
      [
        10,
        [
          { segment: 'lower', subscribed: 100, both: [100, 10] },
          { segment: 'upper', subscribed: 210, both: [10, 210] },
        ],
      ],
    );
    const sent = await shop.json('send', ...words, '--segment', 'lower and not upper', '--yes');
    assert.is(sent.accepted, 90);
    // The campaign keeps the query, whatever becomes of the file.
    const { rows } = await shop.client.query(
      `select audience::text like '%customer_id <= 100%' as kept from couture.push_campaign order by campaign_id desc limit 1`,
    );
    assert.equal(rows, [{ kept: true }]);
    await shop.client.query(
      `create function public.drops() returns bigint language plpgsql as $$ begin delete from shop.watchlist; return 1; end $$`,
    );
    for (const [sql, expected] of [
      [
        'select customer_id\nfrom couture_source.customer\nwhere nme = 1',
        /lower\.sql, line 3, column 7: column "nme" does not exist/,
      ],
      ['select customer_id, 1 from couture_source.customer', /has 2 columns, expected one/],
      [
        'select 1; delete from shop.watchlist',
        /lower\.sql.*: (cannot insert multiple commands|syntax error)/,
      ],
      ['delete from shop.watchlist returning customer_id', /lower\.sql.*syntax error/],
      [
        'with gone as (delete from shop.watchlist returning customer_id) select customer_id from gone',
        /lower\.sql.*top level/,
      ],
      ['select public.drops()', /lower\.sql: cannot execute DELETE in a read-only transaction/],
      ['select 1) m (id), (select 2', /lower\.sql.*syntax error/],
      ['select customer_id from', /lower\.sql, line 1, column 2\d: syntax error/],
      ['', /it has no query/],
    ] as const) {
      write('lower.sql', sql);
      const { code, stderr } = await shop.couture('segments', 'lower or upper');
      assert.is(code, 2, sql);
      assert.match(stderr, expected);
    }
    const watched = await shop.client.query('select from shop.watchlist limit 1');
    assert.is(watched.rowCount, 1, 'nothing was written');
    write('inactive.sql', 'select 1');
    assert.match((await shop.couture('segments')).stderr, /couture has a segment inactive/);
  } finally {
    delete shop.env.COUTURE_SEGMENTS;
  }
});

test('the segment of customers who are due to buy again follows the published lists, stock and new orders', async ({
  shop,
}) => {
  const { rows } = await shop.client.query<{ customer: string; product: string; due: string }>(
    `select k.customer_id::text as customer, i.product_id::text as product,
            (e.day + greatest(1, round(e.every))::int)::text as due
     from couture.buy_again_list l join couture.customer_key k using (customer_key)
     cross join lateral unnest(l.item_keys, l.last_days, l.intervals) as e (item, day, every)
     join couture.product_key i on i.product_key = e.item
     join couture_source.product p on p.product_id = i.product_id and p.inventory > 0`,
  );
  await shop.subscribe([...new Set(rows.map(({ customer }) => customer))]);
  const dry = async (segment: string) =>
    Number((await shop.json('send', ...words, '--segment', segment, '--dry-run')).subscriptions);
  const dueWithin = (days: number) => {
    const until = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    return rows.filter(({ due }) => due <= until);
  };
  const size = (due: typeof rows) => new Set(due.map(({ customer }) => customer)).size;
  const week = dueWithin(7);
  assert.ok(size(week) > 100 && size(dueWithin(120)) > size(week));
  assert.is(await dry('buy-again'), size(week));
  assert.is(await dry('buy-again:120'), size(dueWithin(120)));
  // One of those to whom a single product is due buys it; for another, it is sold out.
  const only = week.filter(({ customer }) => week.filter((each) => each.customer === customer).length === 1);
  const [buyer] = only;
  const other = only.find(({ product }) => product !== buyer!.product)!;
  await shop.client.query(
    `with made as (
       insert into shop.orders (order_id, customer_id, status, created_at)
       select max(order_id) + 1, $1, 'paid', now() from shop.orders returning order_id)
     insert into shop.order_line (order_id, product_id, quantity, unit_price) select order_id, $2, 1, 1 from made`,
    [buyer!.customer, buyer!.product],
  );
  assert.is(await dry('buy-again'), size(week) - 1);
  await shop.client.query('update shop.product set inventory = 0 where product_id = $1', [other.product]);
  assert.is(
    await dry('buy-again'),
    size(week.filter((each) => each !== buyer && each.product !== other.product)),
  );
});

test('a personal campaign names the first product in stock of each list, at its current price', async ({
  shop,
}) => {
  const { rows: lists } = await shop.client.query<{ customer: string; name: string | null; items: string[] }>(
    `select k.customer_id::text as customer, max(c.name) as name, array(
       select array_agg(v.product_id::text order by v.product_key <> e.key, v.product_key)::text
       from unnest(l.item_keys) with ordinality as e (key, rank)
       join couture.product_key v on v.representative_key = e.key group by e.rank order by e.rank) as items
     from couture.customer_list l join couture.customer_key k using (customer_key)
     left join couture_source.customer c on c.customer_id = k.customer_id
     where l.build_id = (select build_id from couture.published)
     group by k.customer_id, l.item_keys order by k.customer_id limit 30`,
  );
  const none = await shop.client.query<{ customer: string }>(
    `select c.customer_id::text as customer from couture_source.customer c
     where not exists (select from couture.customer_list l join couture.customer_key k using (customer_key)
       where k.customer_id = c.customer_id) limit 1`,
  );
  const without = none.rows[0]?.customer ?? '999999';
  await shop.subscribe([...lists.map(({ customer }) => customer), without], { locale: 'de-DE' });
  const personal = ['--title=Hi {{name|there}}', '--body={{product.name}}: {{price}}', '--all'];
  // The first product of the first list is sold out since the build.
  const soldOut = lists[0]!.items[0]!.replaceAll(/[{}]/g, '').split(',');
  await shop.client.query('update shop.product set inventory = 0 where product_id::text = any ($1)', [
    soldOut,
  ]);
  const dry = await shop.json('send', ...personal, '--dry-run');
  assert.is((dry.examples as unknown as unknown[]).length, 10);
  assert.equal(dry.sampled, { messages: 30, fallbacks: 0, skipped: { no_entry: 1 } });
  const before = shop.server.got.length;
  const report = await shop.json('send', ...personal);
  assert.equal([report.accepted, report.skipped, report.fallbacks], [30, 1, 0]);
  const { rows: products } = await shop.client.query<{
    id: string;
    name: string;
    price: number;
    stock: number;
  }>(
    `select product_id::text as id, name, coalesce(case when on_sale then discounted_price end, price)::float8 as price,
       coalesce(inventory, 1)::int as stock from couture_source.product`,
  );
  const byId = new Map(products.map((product) => [product.id, product]));
  const euro = new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' });
  const got = new Map(
    shop.server.got
      .slice(before)
      .map(({ path, payload }) => [path.split('/').at(-1), JSON.parse(payload!).notification]),
  );
  for (const { customer, name, items } of lists) {
    const { title, body, navigate } = got.get(customer)!;
    const variants = items.map((each) => each.replaceAll(/[{}"]/g, '').split(','));
    const first = variants.find((ids) => ids.some((id) => byId.get(id)!.stock > 0))!;
    const named = byId.get(navigate.split('/').at(-1))!;
    assert.ok(first.includes(named.id) && named.stock > 0, `${customer}: ${named.id} of ${first}`);
    assert.equal([title, body], [`Hi ${name}`, `${named.name}: ${euro.format(named.price)}`]);
  }
  // The shop's merchandising rules hold in messages, too.
  const rule = 'insert into couture.curation (action, product_id, place) values ($1, $2, $3)';
  const leading = async () => {
    const { examples } = await shop.json('send', ...personal, '--dry-run');
    return [...new Set((examples as unknown as { url: string }[]).map(({ url }) => url.split('/').at(-1)))];
  };
  const unlike = products.find(
    ({ id, stock }) => stock > 0 && !lists.some(({ items }) => items.join().includes(id)),
  )!.id;
  await shop.client.query(rule, ['pin', unlike, 1]);
  assert.equal(await leading(), [unlike]);
  await shop.client.query(rule, ['block', unlike, null]);
  assert.ok((await leading()).length > 1 && !(await leading()).includes(unlike));
  await shop.client.query('delete from couture.curation');
  const refused = await shop.couture('send', '--title', '{{firstname}}', '--body', 'b', '--all');
  assert.is(refused.code, 2);
  assert.match(refused.stderr, '{{product.name}}');
  assert.is((await shop.json('send', ...words, '--all', '--url', '/sale')).fallbacks, 0);
  await shop.client.query('update shop.product set inventory = 9 where product_id::text = any ($1)', [
    soldOut,
  ]);
});

test('keys are not rotated while browsers still use the pair that would be dropped', async ({ shop }) => {
  await shop.subscribe(['1']);
  assert.is((await shop.couture('keys', 'rotate')).code, 0);
  const refused = await shop.couture('keys', 'rotate');
  assert.is(refused.code, 2);
  assert.match(refused.stderr, /1 browsers? still use/);
  assert.is((await shop.json('send', ...words, '--all')).accepted, 1);
  assert.is((await shop.couture('keys', 'rotate', '--force')).code, 0);
  const lost = await shop.json('send', ...words, '--all');
  assert.is((lost.failures as unknown as Array<{ reason: string }>)[0]!.reason, 'unknown_key');
});
