// Served data is live: stock and prices changed by SQL, sales through the checkout, curation rules, builds.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { signMailLink } from '../../runtime/recommendations/mail-link.ts';
import { publishBuild } from '../../sql/store/builds/builds.ts';
import { type NewRule, removeRules } from '../../sql/store/lists/curation.ts';
import {
  addRuleOfThree,
  type Body,
  bearer,
  buildAgain,
  operator,
  type SampleServer,
  sampleServer,
  secret,
} from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('served data is live');
test.before(async (context) => {
  context.shop = await sampleServer({ mailListSecret: secret });
});
test.after((context) => context.shop?.close());

const lists = [
  '/api/recommendations/similar/6?limit=24',
  '/api/recommendations/bought-together/6?limit=24',
  '/api/recommendations/trending?limit=24',
  '/api/recommendations/trending?category=Dresses&limit=24',
  '/api/recommendations/you-may-like/6?limit=24',
  '/api/recommendations/personalized?limit=24',
];
const buildOf = async (shop: SampleServer) =>
  Number((await shop.get(lists[0]!)).headers.get('x-couture-build'));
const ids = (list: Body): number[] => list.map((each: Body) => each.id);

test('sold-out products leave every list, and a full list stays full', async ({ shop }) => {
  const mine = await bearer('7');
  const path = '/api/recommendations/similar/6?limit=6';
  const before = ids(await shop.json(path));
  assert.is(before.length, 6);
  const everywhere = await Promise.all(lists.map((each) => shop.json(each, mine)));
  const soldOut = [...new Set([...before, ...everywhere.flatMap((list) => ids(list).slice(0, 3))])];
  await shop.client.query(
    'update shop.product set inventory = 0 where coalesce(group_id, product_id) in (select coalesce(group_id, product_id) from shop.product where product_id = any ($1))',
    [soldOut],
  );
  // Poll continuously, so that caches stay warm.
  await until(async () => {
    const shown = await Promise.all(lists.map((each) => shop.json(each, mine)));
    return !shown.some((list) => ids(list).some((id) => soldOut.includes(id)));
  }, 'sold-out products to leave every list');
  assert.is((await shop.json(path)).length, 6);
  await shop.client.query('update shop.product set inventory = 20 where inventory = 0');
  const isBack = async () => ids(await shop.json(path)).join() === before.join();
  await until(isBack, 'restocked products to return to the list');
});

test('another variant replaces a sold-out one', async ({ shop }) => {
  const [first] = await shop.json('/api/recommendations/similar/6');
  const { variants } = await shop.json(`/api/products/${first.id}`);
  await shop.client.query('update shop.product set inventory = 0 where product_id = $1', [first.id]);
  const instead = await until(async () => {
    const [now] = await shop.json('/api/recommendations/similar/6');
    return now.id !== first.id && now;
  }, 'another variant to be first');
  assert.ok(ids(variants).includes(instead.id));
  assert.is(instead.reason, first.reason);
  await shop.client.query('update shop.product set inventory = 20 where product_id = $1', [first.id]);
});

test('a changed price shows in lists and in the bundle', async ({ shop }) => {
  const bundle = await shop.json('/api/recommendations/bundle/3');
  const changed = bundle.products[1].id;
  await shop.client.query(
    'update shop.product set price = 123.45, on_sale = false, discounted_price = null where product_id = $1',
    [changed],
  );
  const now = await until(async () => {
    const shown = await shop.json('/api/recommendations/bundle/3');
    return shown.products.find((each: Body) => each.id === changed).price === 123.45 && shown;
  }, 'the new price');
  const cents = (amount: number) => Math.round(amount * 100);
  const pays = (each: Body) => cents(each.discounted_price ?? each.price);
  const total = now.products.reduce((sum: number, each: Body) => sum + pays(each), 0);
  assert.is(cents(now.original_price), total);
  assert.is(cents(now.original_price) - cents(now.savings), cents(now.bundle_price));
  assert.is(cents(now.savings), Math.round(total / 10));
});

test('a newsletter’s list is the customer’s, whole, in stock and counted only with their consent', async ({
  shop,
}) => {
  const expires = Math.floor(Date.now() / 1_000) + 600;
  const linkOf = (customerId: string, tracked = true) =>
    `/api/mail-lists/${signMailLink({ customerId, expires, tracked }, secret)}`;
  const link = linkOf('7');
  const own = ids(await shop.json('/api/recommendations/personalized?limit=12', await bearer('7')));
  // Another sign-in changes nothing: the signature alone says whose list it is.
  const response = await shop.get(`${link}?limit=12`, await bearer('8'));
  assert.equal(
    ['cache-control', 'x-robots-tag', 'referrer-policy'].map((name) => response.headers.get(name)),
    ['private, no-store', 'noindex', 'no-referrer'],
  );
  const { products, expires_at } = (await response.json()) as Body;
  assert.equal(ids(products), own);
  assert.is(expires_at, new Date(expires * 1_000).toISOString());
  const [first] = products;
  for (const address of [first.link, first.url, first.image_url])
    assert.match(address, /^http:\/\/127\.0\.0\.1/);
  const fragment = await shop.get(`${link}/fragment?columns=3&limit=3`);
  assert.match(fragment.headers.get('content-type')!, 'text/html');
  const text = await fragment.text();
  assert.is(text.match(/<td /g)!.length, 3);
  assert.ok(text.includes(first.link.replaceAll('&', '&amp;')));

  const follow = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(address.startsWith('/') ? shop.url + address : address, { redirect: 'manual', headers, method });
  const clicks = async () =>
    (
      await shop.client.query(
        `select customer, item, place from couture.recommendation_event where kind = 'mail' order by at, place`,
      )
    ).rows;
  const click = await follow(first.link);
  assert.equal([click.status, click.headers.get('location')], [302, first.url]);
  await until(async () => (await clicks()).length === 1, 'the click to be counted');
  // None of these counts; the last one does.
  for (const headers of [{ 'Sec-GPC': '1' }, { DNT: '1' }])
    assert.is((await follow(first.link, headers)).status, 302);
  assert.is((await follow(first.link, {}, 'HEAD')).status, 302);
  assert.is((await follow(`${linkOf('7', false)}/products/${first.id}`)).status, 302);
  assert.is(
    (await follow(`/api/mail-lists/expired/products/${first.id}`)).headers.get('location'),
    first.url,
  );
  const second = await follow(`${link}/places/2`);
  assert.is(second.headers.get('location'), products[1].url);
  await until(async () => (await clicks()).length === 2, 'the second click to be counted');
  assert.equal(await clicks(), [
    { customer: '7', item: String(first.id), place: 1 },
    { customer: '7', item: String(products[1].id), place: 2 },
  ]);
  assert.is((await follow(`${link}/places/1/picture`)).headers.get('location'), first.image_url);
  assert.is((await follow(`${link}/places/13`)).status, 400);

  await shop.client.query(
    'update shop.product set inventory = 0 where coalesce(group_id, product_id) = (select coalesce(group_id, product_id) from shop.product where product_id = $1)',
    [first.id],
  );
  await until(
    async () => !ids((await shop.json(link)).products).includes(first.id),
    'the sold-out product to leave',
  );
  await shop.client.query('update shop.product set inventory = 20 where inventory = 0');
  await shop.client.query(`insert into couture.revoked_subject (sub) values ('8')`);
  const other = linkOf('8');
  await until(async () => (await shop.get(other)).status === 404, 'the link to be revoked');
  assert.is((await shop.get(`${other}/fragment`)).status, 404);
  assert.is((await shop.get(linkOf('no customer'))).status, 404);
  await shop.client.query(`delete from couture.revoked_subject`);
});

test('a sale through the checkout shows immediately', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 1 where product_id = 11');
  await shop.client.query('update shop.product set inventory = 0 where group_id = 11 and product_id <> 11');
  const similar = async () => ids(await shop.json('/api/recommendations/similar/6'));
  const variants = (await shop.json('/api/products/11')).variants.map((each: Body) => each.id);
  await until(
    async () => !(await similar()).some((id) => id !== 11 && variants.includes(id)),
    'the other variants to be sold out',
  );
  assert.is((await shop.json('/api/products/11')).in_stock, true);
  const order = { items: [{ product_id: 11, quantity: 1 }] };
  const placed = await shop.post('/api/orders', order, { 'Idempotency-Key': 'the-last-one-of-11' });
  assert.is(placed.status, 201);
  assert.is((await shop.json('/api/products/11')).in_stock, false);
  assert.not.ok((await similar()).includes(11));
  const refused = await shop.post('/api/orders', order, { 'Idempotency-Key': 'one-too-many-of-11' });
  assert.is(refused.status, 409);
  assert.is(((await refused.json()) as Body).code, 'out_of_stock');
});

test('pins, blocks and boosts take effect and end immediately', async ({ shop }) => {
  const path = '/api/recommendations/bought-together/3';
  const before = await shop.json(path);
  const rule = (values: Partial<NewRule>) =>
    addRuleOfThree(shop.client, { product_id: String(before[0].id), ...values });
  const made = [
    await rule({}),
    await rule({ action: 'pin', product_id: '240', place: 2 }),
    await rule({ action: 'boost', product_id: String(before[2].id), factor: 100 }),
    await rule({ product_id: String(before[1].id), kinds: ['similar'] }),
    await rule({
      product_id: String(before[1].id),
      until_at: new Date(Date.now() + 1e9),
      from_at: new Date(Date.now() + 1e8),
    }),
  ];
  // The rules take effect together, because one statement reads them all.
  const curated = await until(async () => {
    const list = await shop.json(path);
    return list[1].id === 240 && !ids(list).includes(before[0].id) && list;
  }, 'the rules to take effect');
  assert.is(curated[0].id, before[2].id);
  assert.match(curated[0].reason, 'boosted by the shop');
  assert.equal([curated[1].id, curated[1].source, curated[1].reason], [240, 'pinned', 'picked by the shop']);
  assert.ok(ids(curated).includes(before[1].id), 'blocked elsewhere, and later');
  await removeRules(
    shop.client,
    made.map((each) => each.curation_id),
  );
  const isAsBefore = async () => ids(await shop.json(path)).join() === ids(before).join();
  await until(isAsBefore, 'the rules to be removed');
});

test('publishing or rolling back a build during requests switches at once and never mixes builds', async ({
  shop,
}) => {
  const first = await buildOf(shop);
  const second = await buildAgain(shop.databaseUrl, { similarity: 'count' });
  const content = new Map<string, Set<string>>();
  let running = true;
  const look = async () => {
    const response = await shop.get('/api/recommendations/bought-together/3?limit=24');
    const build = response.headers.get('x-couture-build')!;
    const scores = ((await response.json()) as Body).map((each: Body) => [each.id, each.score]);
    content.set(build, (content.get(build) ?? new Set()).add(JSON.stringify(scores)));
  };
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (running) await look();
    }),
  );
  for (const build of [first, second, first, second]) {
    await publishBuild(shop.client, build, { stepBack: true });
    await until(async () => (await buildOf(shop)) === build, `build ${build}`);
  }
  running = false;
  await load;
  assert.equal([...content.keys()].sort(), [String(first), String(second)]);
  for (const [build, lists] of content) assert.is(lists.size, 1, `build ${build} has one list`);
  assert.is.not([...content.get(String(first))!][0], [...content.get(String(second))!][0]);
});

test('a lost listener connection is detected, and missed notifications are caught up', async ({ shop }) => {
  const { rows } = await shop.client.query<{ build_id: number }>(
    `select build_id from couture.build where state = 'superseded' order by 1 limit 1`,
  );
  const cut = () =>
    shop.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'couture runtime listener' and datname = current_database()`,
    );
  await cut();
  // Without a NOTIFY.
  await shop.client.query('update couture.published set build_id = $1', [rows[0]!.build_id]);
  await until(async () => (await buildOf(shop)) === rows[0]!.build_id, 'the build published without NOTIFY');
  const isListening = async () =>
    (await (await shop.get('/metrics', operator)).text()).includes('couture_listening 1');
  await until(isListening, 'the server to listen again');
});

test('a clock that was set back gives no negative age of the build', async ({ shop }) => {
  const aged = async (interval: string) => {
    await shop.client.query(`update couture.published set published_at = now() + $1::interval`, [interval]);
    await shop.client.query(`notify couture_published`);
    return async () => (await shop.json('/readyz')).build_age_seconds;
  };
  const past = await aged('-1 hour');
  await until(async () => (await past()) >= 3_600, 'the new time');
  const future = await aged('30 days');
  await until(async () => (await future()) === 0, 'an age of 0');
  const metrics = await (await shop.get('/metrics', operator)).text();
  assert.match(metrics, /^couture_build_age_seconds 0$/m);
});

test('a Postgres that accepts no writes is reported, while lists are served, until it accepts them again', async ({
  shop,
}) => {
  const name = new URL(shop.databaseUrl).pathname.slice(1);
  const ready = () => shop.get('/readyz');
  const status = async () => ((await (await ready()).json()) as { status: string }).status;
  // As after a failover to a standby; sessions keep the default that they began with.
  await shop.client.query(`alter database "${name}" set default_transaction_read_only = on`);
  await shop.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name like 'couture %' and datname = current_database() and pid <> pg_backend_pid()`,
  );
  try {
    await until(async () => (await status()) === 'degraded', 'the state to be reported');
    const response = await ready();
    assert.is(response.status, 200, 'a balancer would take out all processes at once');
    assert.match(((await response.json()) as { reasons: string[] }).reasons.join(), 'accepts no writes');
    assert.is((await shop.get('/api/recommendations/similar/3')).status, 200);
  } finally {
    await shop.client.query(`alter database "${name}" reset default_transaction_read_only`);
  }
  await until(async () => (await status()) === 'ready', 'writes again');
});
