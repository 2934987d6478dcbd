// Runs all journeys in a simulated shop, tick by tick, and compares what browsers get with the oracle. Postgres's clock is a
// function of the schema `sim`, which comes before pg_catalog in the search path of the database. Some journeys' messages can
// be given effects, which the report on journeys has to find.
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import { runCampaign } from '../../runtime/push/campaign-run.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { type JourneyRun, runJourney, usualLimits } from '../../runtime/push/journeys/run-journey.ts';
import { networkOf } from '../../runtime/push/push.ts';
import { drawOf } from '../../sql/draw.ts';
import { openClient, openPool, type Pool } from '../../sql/pool.ts';
import { createCampaign } from '../../sql/store/push/campaigns.ts';
import { journeyRules } from '../../sql/store/push/journey-rules.ts';
import { setJourney } from '../../sql/store/push/journeys.ts';
import { checkWatched } from '../../sql/store/push/watched.ts';
import { journeyReport } from '../push-report/journey-report.ts';
import { explainedDifference } from './explained-difference.ts';
import { type Browser, JourneyOracle } from './journey-oracle.ts';
import { type FoundLift, type Lifts, liftWindow, PlantedLifts } from './planted-lifts.ts';
import type { PushShop } from './push-shop.ts';
import { type LiveHistory, liveOn } from './shop-life.ts';

export interface Simulation {
  readonly subscribers: number;
  readonly ticks: number;
  /** Hours between two runs. */
  readonly step: number;
  readonly seed: number;
  /** Holds out a share of each journey's customers, and lets its messages earn something. */
  readonly proof?: { readonly holdout: number; readonly lifts: Lifts };
}

export interface Simulated {
  /** Kind of journey → messages. */
  readonly counts: ReadonlyMap<string, number>;
  /** What the report on journeys says about the planted effects; empty without a holdout. */
  readonly lifts: readonly FoundLift[];
}

const hour = 3_600_000;
const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'];

export async function simulateJourneys(shop: PushShop, simulation: Simulation): Promise<Simulated> {
  const random = new Random(simulation.seed);
  const { holdout, lifts } = simulation.proof ?? { holdout: 0, lifts: {} };
  await simulateClock(shop);
  const history = await readHistory(shop, simulation, random);
  const oracle = new JourneyOracle(history, (journey, customer) => drawOf(journey, customer) < holdout);
  const planted = new PlantedLifts(lifts, new Random(simulation.seed, 'lifts'));
  const pool = openPool(shop.url, { max: 3 });
  const counts = new Map<string, number>();
  const delivery = deliveryOf(shop);
  try {
    const begun = Math.floor(Date.now() / hour) * hour;
    let now = begun;
    await setClock(shop, now);
    for (const name of Object.keys(journeyRules)) await setJourney(shop.client, name, true, holdout);
    // The first look at watched products reports nothing; that at orders is the first run's.
    await checkWatched(shop.client);
    oracle.begin();
    for (let tick = 1; tick <= simulation.ticks; tick++) {
      const to = now + simulation.step * hour;
      await liveOn(shop, history, random, { from: now, to, extra: planted.due(to) });
      now = to;
      await setClock(shop, now);
      const wanted: string[] = oracle.run(now);
      shop.server.got.length = 0;
      await runAll(shop, { pool, delivery, now, holdout });
      await planted.plan(shop.client, now, [...history.price.keys()]);
      if (tick % 5 === 3) {
        const reached = oracle.campaign(now);
        await sendCampaign(shop, delivery, now);
        wanted.push(...reached.map((name) => `campaign ${name}`));
      }
      const got = shop.server.got.map(({ path, payload }) => {
        const { tag, title, navigate } = JSON.parse(payload!).notification;
        assert.ok(title.length > 0 && !title.includes('{{'));
        const product = /^\/product\/(.+)$/.exec(navigate)?.[1];
        if (product !== undefined) assert.ok(history.stock.get(product)! > 0, `${product} is sold out`);
        const kind = /^c\d+$/.test(tag) ? 'campaign' : tag.split('-')[0];
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        const what = kind === 'campaign' ? kind : kind === 'order' ? `${tag} ${title}` : tag;
        return `${what} ${path.split('/').at(-1)}`;
      });
      assert.is(await explainedDifference(shop.client, { got, wanted }), '', `tick ${tick}`);
    }
    const { rows } = await shop.client.query<{ open: number }>(
      `select count(*)::int as open from couture.push_delivery where state = 'sending'`,
    );
    assert.equal(rows, [{ open: 0 }]);
    return { counts, lifts: holdout > 0 ? await reportedLifts(shop, planted, begun, now) : [] };
  } finally {
    delivery.close();
    await pool.end();
  }
}

async function reportedLifts(
  shop: PushShop,
  planted: PlantedLifts,
  from: number,
  to: number,
): Promise<FoundLift[]> {
  const source = await openClient(shop.url);
  try {
    const [period, { signal }] = [{ from: new Date(from), to: new Date(to) }, new AbortController()];
    const report = await journeyReport({
      ...{ client: shop.client, source, ...period, detect: 0.05, windowDays: liftWindow, signal },
    });
    return await planted.compare(shop.client, report, 10);
  } finally {
    await source.end();
  }
}

async function simulateClock({ client }: PushShop): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  await client.query(`
    create schema sim;
    create table sim.clock (at timestamptz not null);
    insert into sim.clock values (pg_catalog.now());
    create function sim.now() returns timestamptz stable language sql as 'select at from sim.clock';
    create function sim.clock_timestamp() returns timestamptz stable language sql as 'select at from sim.clock';
    -- In this database alone. The names have to be free: sessions put Postgres's own functions before others.
    alter function pg_catalog.now() rename to now_away;
    alter function pg_catalog.clock_timestamp() rename to clock_timestamp_away;
    alter database "${rows[0]!.name}" set search_path = sim, public;
    set search_path = sim, public;
    create view couture_source.shop_order as
      select order_id, customer_id, status, created_at as ordered_at, status in ('paid', 'shipped', 'delivered') as counts from shop.orders`);
}

async function setClock({ client }: PushShop, now: number): Promise<void> {
  await client.query('update sim.clock set at = $1', [new Date(now)]);
}

async function runAll(
  shop: PushShop,
  { pool, delivery, now, holdout }: { pool: Pool; delivery: Delivery; now: number; holdout: number },
): Promise<void> {
  await checkWatched(shop.client);
  const run = { ...journeyRun(shop, pool, delivery), now: () => new Date(now) };
  for (const name of Object.keys(journeyRules))
    await runJourney(shop.client, { name, enabled: true, holdout }, run);
}

/** A run of a journey as in `couture serve`, with the storefront at its own address. */
export function journeyRun({ url }: PushShop, pool: Pool, delivery: Delivery): JourneyRun {
  const config = {
    shopUrl: undefined,
    mediaUrl: undefined,
    productUrl: undefined,
    publicUrl: undefined,
    basePath: '',
    storefront: true,
  };
  const source = { pool, ids: { product: 'bigint', customer: 'bigint' }, currency: 'EUR' } as const;
  return {
    databaseUrl: url,
    delivery,
    signal: new AbortController().signal,
    personal: { source, config, shopName: 'Shop' },
    limits: usualLimits,
  };
}

async function sendCampaign(shop: PushShop, delivery: Delivery, now: number): Promise<void> {
  const { campaign_id } = await createCampaign(shop.client, {
    message: { title: 'Sale', body: 'Today', url: '/' },
    audience: { all: true },
    topic: 'news',
    settings: {
      ttl: 60,
      urgency: 'normal',
      rate: null,
      concurrency: 50,
      quiet: null,
      cap: usualLimits.cap,
    },
    people: 1,
    startsAt: null,
  });
  const signal = new AbortController().signal;
  await runCampaign(campaign_id, {
    databaseUrl: shop.url,
    delivery,
    signal,
    now: () => new Date(now),
  });
}

/** Delivery to the shop's push service. */
export function deliveryOf({ server, pair }: PushShop): Delivery {
  return new Delivery({
    keys: { pairs: [pair], contact: 'mailto:shop@shop.example', file: undefined },
    network: networkOf({ pushHosts: [server.host], pushPrivate: true, pushHttp2: true }),
    concurrency: 50,
  });
}

/**
 * Reads the shop as it is, and subscribes browsers: every fifth customer has two, every third wants no news, half of them
 * messages about orders, and another half reminders of the bag.
 */
async function readHistory(
  shop: PushShop,
  { subscribers }: Simulation,
  random: Random,
): Promise<LiveHistory> {
  const all = async <Row>(sql: string) => (await shop.client.query(sql)).rows as Row[];
  await shop.client.query(
    `insert into shop.customer (customer_id, name, email, created_at)
     select n, 'Customer ' || n, n || '@shop.example', now() from generate_series(1, ${subscribers}) n
     on conflict (customer_id) do nothing`,
  );
  const customers = await all<{ id: string }>(
    `select customer_id::text as id from shop.customer order by customer_id limit ${subscribers}`,
  );
  const browsers: Browser[] = [];
  for (const [at, { id }] of customers.entries()) {
    const topics = ['prices', 'stock'];
    if (at % 3 !== 2) topics.push('news');
    if (at % 2 === 0) topics.push('orders');
    if (at % 4 < 2) topics.push('bag');
    for (const suffix of at % 5 === 0 ? ['', '-phone'] : [''])
      browsers.push({ name: id + suffix, customer: id, topics, zone: zones[random.below(zones.length)]! });
  }
  const alike = grouped(browsers, ({ customer, name, topics, zone }) =>
    [name.slice(customer.length), topics.join(), zone].join(' '),
  );
  for (const some of alike.values()) {
    const { customer, name, topics, zone } = some[0]!;
    await shop.subscribe(
      some.map((each) => each.customer),
      { topics: [...topics], timeZone: zone, suffix: name.slice(customer.length) },
    );
  }
  const keys = await all<{ id: string; group: string }>(
    `select k.product_id::text as id, r.product_id::text as group
     from couture.product_key k join couture.product_key r on r.product_key = k.representative_key`,
  );
  const variants = grouped(keys, ({ group }) => group);
  const lists = await all<{ customer: string; items: string[] }>(
    `select k.customer_id::text as customer, array(select r.product_id::text from unnest(l.item_keys) with ordinality e (key, n)
       join couture.product_key r on r.product_key = e.key order by n) as items
     from couture.customer_list l join couture.customer_key k using (customer_key)
     where l.build_id = (select build_id from couture.published)`,
  );
  const watched = await all<{ customer: string; product: string }>(
    'select customer_id::text as customer, product_id::text as product from shop.watchlist',
  );
  const products = await all<{ id: string; price: number; stock: number | null }>(
    `select product_id::text as id, coalesce(case when on_sale then discounted_price end, price)::float8 as price,
       inventory as stock from couture_source.product`,
  );
  const lines = await all<{ order: string; customer: string; product: string; at: Date }>(
    `select order_id::text as order, customer_id::text as customer, product_id::text as product, ordered_at as at
     from couture_source.order_line where customer_id is not null`,
  );
  const states = await all<{ order: string; customer: string; at: Date; status: string }>(
    `select order_id::text as order, customer_id::text as customer, created_at as at, status
     from shop.orders where customer_id is not null`,
  );
  return {
    browsers,
    orders: new Map(
      [...grouped(lines, ({ customer }) => customer)].map(([customer, own]) => [
        customer,
        own.map(({ order, product, at }) => ({ order, product, at: at.getTime() })),
      ]),
    ),
    states: new Map(
      states.map(({ order, customer, at, status }) => [order, { customer, at: at.getTime(), status }]),
    ),
    bags: new Map(),
    views: [],
    watched: new Map(
      [...grouped(watched, ({ customer }) => customer)].map(([id, rows]) => [
        id,
        rows.map((row) => row.product),
      ]),
    ),
    due: (
      await all<{ customer: string; product: string; last: string; every: number }>(
        `select k.customer_id::text as customer, i.product_id::text as product, e.last::text as last, e.every::float8 as every
         from couture.buy_again_list l join couture.customer_key k using (customer_key)
         cross join lateral unnest(l.item_keys, l.last_days, l.intervals) as e (item, last, every)
         join couture.product_key i on i.product_key = e.item
         where l.build_id = (select build_id from couture.published)`,
      )
    ).map((each) => ({ ...each, last: Date.parse(`${each.last}T00:00:00Z`) })),
    lists: new Map(
      lists.map(({ customer, items }) => [
        customer,
        items.map((item) => variants.get(item)?.map(({ id }) => id) ?? []),
      ]),
    ),
    group: new Map(keys.map(({ id, group }) => [id, group])),
    price: new Map(products.map(({ id, price }) => [id, price])),
    stock: new Map(products.map(({ id, stock }) => [id, stock ?? 1_000])),
  };
}

function grouped<Row>(rows: readonly Row[], of: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(of(row), [...(groups.get(of(row)) ?? []), row]);
  return groups;
}
