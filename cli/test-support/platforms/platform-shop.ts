// Shops of platforms that other people wrote: their tables, filled with a planted structure, the views of the preset, a build.
// The tables are not part of the project: COUTURE_TEST_SHOPS, or ../shared/shops next to the package, contains them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { DatabaseContext } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import type { AnsweredOrder } from '../../../runtime/contract/shop-answer.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { openLog } from '../../../runtime/core/log.ts';
import { startServer } from '../../../runtime/server.ts';
import { migrate } from '../../../sql/migrate.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import type { Client } from '../../../sql/pool.ts';
import {
  detectPlatforms,
  examineShop,
  type PlatformMatch,
  shopFigures,
} from '../../../sql/source/detect-platform.ts';
import type { PlatformName } from '../../../sql/source/platforms.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { profileViews } from '../../../sql/source/shop-profile.ts';
import { shopView } from '../../../sql/source/shop-view.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { checkContent } from '../../doctor/content/check-content.ts';
import { buildAgain } from '../sample-server.ts';
import { tryProductFeed } from './feed-there.ts';
import { type OrderMoves, tryJourneys } from './journeys-there.ts';
import { type PlantedSize, plantShop } from './planted-shop.ts';
import { tryThinCategory } from './thin-category.ts';

const folder = process.env.COUTURE_TEST_SHOPS ?? path.join(packageRoot, '..', 'shared', 'shops');

/** A file of the platforms' folder; undefined when it is not there. */
export function shopFile(...names: string[]): string | undefined {
  const file = path.join(folder, ...names);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Path of a file next to this one. */
export function fillFile(name: string): string {
  return readFileSync(path.join(packageRoot, 'cli', 'test-support', 'platforms', name), 'utf8');
}

/** Fills a Django shop: app `api` with auth_user, or app `store` with its own user model and uuid ids. */
export function djangoFill(app: 'api' | 'store'): string {
  const id = (column: string) => (app === 'store' ? `lpad(to_hex(${column}), 32, '0')::uuid` : column);
  const [table, name, value] =
    app === 'store' ? ['accounts_user', '', ''] : ['auth_user', 'username,', `'u' || customer,`];
  const users = `insert into ${table} (id, password, is_superuser, ${name} first_name, last_name, email, is_staff, is_active, date_joined)
    select ${id('customer')}, '', false, ${value} 'Ada', 'Lind', 'u' || customer || '@shop.example', false, true, now() from planted.customer`;
  return fillFile('django-fill.sql')
    .replaceAll(':app_', `${app}_`)
    .replace(':users', users)
    .replace(/:user_of\((.*?)\)/, (_, column) => id(column));
}

export interface PlantedTables {
  readonly schema: string;
  readonly fill: string;
  readonly size: PlantedSize;
}

/** Loads tables, plants the structure, fills the tables from it and creates the preset's views. */
export async function connectPlantedShop(
  client: Client,
  platform: PlatformName,
  tables: PlantedTables,
): Promise<PlatformMatch> {
  await loadPlantedShop(client, tables);
  const match = await connectShop(client, platform);
  const { config } = loadConfig({ directory: '/', env: {}, flags: {} });
  const findings = await checkContent(client, config);
  assert.equal(
    findings.filter((finding) => finding.level === 'fail'),
    [],
  );
  return match;
}

/** The platform's tables alone, filled with the planted structure, as before couture is connected. */
export async function loadPlantedShop(client: Client, { schema, fill, size }: PlantedTables): Promise<void> {
  await loadTables(client, schema);
  await plantShop(client, size);
  await client.query(fill);
  await client.query(indexKeys);
  await client.query('analyze');
}

/** Shops index their keys; tables that were written down have no indexes. */
const indexKeys = `do $$
  declare k record;
  begin
    for k in
      select c.oid::regclass as relation, a.attname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname ~ '(^id|_id|[a-z]Id)$'
        and not exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum)
    loop
      execute format('create index on %s (%I)', k.relation, k.name);
    end loop;
  end $$`;

/** Loads a dump of tables. */
export async function loadTables(client: Client, schema: string): Promise<void> {
  await client.query(schema);
  // A dump empties the search path.
  await client.query('set search_path to public');
}

/** Recognizes the platform and creates its views; what detection reads before is what the views say after. */
export async function connectShop(client: Client, platform: PlatformName): Promise<PlatformMatch> {
  const matches = await detectPlatforms(client);
  assert.equal(
    matches.map((match) => match.platform),
    [platform],
    'the platform is recognized, and no other',
  );
  const before = await examineShop(client, matches[0]!);
  assert.is(await shopFigures(client), undefined, 'detection has left nothing');
  assert.is(await initPreset(client, platform), 'created');
  assert.is(await initPreset(client, platform), 'unchanged');
  assert.equal((await requireSource(client)).problems, []);
  assert.equal(await shopFigures(client), before);
  await migrate(client);
  return matches[0]!;
}

/** Differences between the views and what was planted, which every platform must show alike. */
export async function compareWithPlanted(client: Client): Promise<Record<string, unknown>> {
  // Times without a zone would be read in this one.
  await client.query(`set time zone 'America/New_York'`);
  const { rows } = await client.query<Record<string, unknown>>(`
    with expected as (
      select s.product_id, p.*, i.stock, i.size, s.url, s.image_url from planted.sold s join planted.item i using (item) join planted.product p using (product)
    ), sale as (
      select p.* from planted.purchase p
      where p.fate = 'sale' and exists (select from planted.line l where l.purchase = p.purchase and l.quantity > l.returned)
    )
    select
      (select count(*)::int from expected e left join couture_source.product v on v.product_id::text = e.product_id
       where e.state = 'live' and v.product_id is null) as missing,
      (select count(*)::int from expected e join couture_source.product v on v.product_id::text = e.product_id where e.state <> 'live') as gone_but_shown,
      (select count(*)::int from (select product_id from couture_source.product group by 1 having count(*) > 1) d) as twice,
      (select count(*)::int from expected e join couture_source.product v on v.product_id::text = e.product_id
       where v.price is distinct from e.price) as wrong_price,
      (select count(*)::int from expected e join couture_source.product v on v.product_id::text = e.product_id
       where v.on_sale is distinct from (e.sale is not null) or (v.on_sale and v.discounted_price is distinct from e.sale)) as wrong_sale,
      (select count(*)::int from expected e join couture_source.product v on v.product_id::text = e.product_id
       where v.category is distinct from e.category or v.inventory is distinct from e.stock or v.url is distinct from e.url
          or v.image_url is distinct from e.image_url) as wrong_facts,
      -- Not every platform's view has sizes.
      (select count(*)::int from expected e join couture_source.product v on v.product_id::text = e.product_id
       where to_jsonb(v) ->> 'size' <> e.size or to_jsonb(v) ->> 'colour' is not null) as wrong_options,
      (select count(*)::int from sale) - (select count(distinct order_id)::int from couture_source.order_line) as orders_missing,
      (select count(*)::int from sale where customer is not null)
        - (select count(distinct order_id)::int from couture_source.order_line where customer_id is not null) as customers_missing,
      (select count(*)::int from couture_source.order_line l join couture_source.product p using (product_id)
       where l.unit_price is distinct from coalesce(case when p.on_sale then p.discounted_price end, p.price)) as wrong_paid,
      (select max(at) from sale) is distinct from (select max(ordered_at)::timestamptz from couture_source.order_line) as wrong_time`);
  return Object.fromEntries(Object.entries(rows[0]!).filter(([, value]) => value !== 0 && value !== false));
}

export interface PlantedShare {
  readonly lists: number;
  /** First entries of `bought_together` lists: as many as the rest of the outfit has live products, at most four. */
  readonly entries: number;
  readonly inside: number;
  /** Entries outside of the outfit, by where they come from. */
  readonly outside: Readonly<Record<string, number>>;
  /** How often the pair that is bought together only in orders that don't count shows up because of orders. */
  readonly falsePairs: number;
  readonly personalized: number;
}

/** Builds, and measures the lists. */
export async function buildAndMeasure(client: Client, databaseUrl: string): Promise<PlantedShare> {
  await buildAgain(databaseUrl);
  return await measureLists(client);
}

/** Counts how many of the first entries of the published lists belong to the outfit of their product. */
export async function measureLists(client: Client): Promise<PlantedShare> {
  const { rows } = await client.query<{ inside: boolean; source: string; pair: boolean; subject: string }>(`
    with planted as (select s.product_id, p.product, p.outfit from planted.sold s join planted.item using (item) join planted.product p using (product)),
    size as (select outfit, least(4, count(*) - 1)::int as first from planted.product where state = 'live' group by outfit)
    select a.outfit = b.outfit as inside, r.source, r.subject,
           a.product in (table planted.false_pair) and b.product in (table planted.false_pair) as pair
    from couture.recommendation r
    join planted a on a.product_id = r.subject
    join planted b on b.product_id = r.item_id::text
    join size on size.outfit = a.outfit
    where r.kind = 'bought_together' and r.rank <= size.first`);
  const { rows: personal } = await client.query<{ lists: number }>(
    `select count(distinct subject)::int as lists from couture.recommendation where kind = 'personalized'`,
  );
  const outside: Record<string, number> = {};
  for (const { source } of rows.filter((row) => !row.inside)) outside[source] = (outside[source] ?? 0) + 1;
  return {
    lists: new Set(rows.map((row) => row.subject)).size,
    entries: rows.length,
    inside: rows.filter((row) => row.inside).length,
    outside,
    falsePairs: rows.filter((row) => row.pair && row.source === 'orders').length,
    personalized: personal[0]!.lists,
  };
}

/** The figures of a planted shop that has a few variants of each product. */
export const smallShop: PlantedSize = {
  outfits: 20,
  kinds: 5,
  sizes: 3,
  customers: 150,
  orders: 2_400,
  noise: 0.15,
};

export interface PlatformTest {
  /** The platform's tables. */
  readonly schema: string;
  /** File that fills them, beside this one. */
  readonly fill: string;
  /** Statements after that, which make the tables another version's. */
  readonly changes?: string;
  /** Language that the platform or its customers have; undefined where the tables do not say it. */
  readonly language?: string | undefined;
  /** The platform says which size a variant is; `some`: products without variants have none. */
  readonly sizes?: true | 'some';
  /** Share of orders with a product of another outfit, where it is not the usual. */
  readonly noise?: number;
  /** How the platform's orders move on. */
  readonly moves?: OrderMoves;
}

/**
 * What every platform must show: it is recognized, the views say what was planted, lists exist and the API's addresses lead
 * to the platform's pages.
 */
export async function tryPlatform(
  { client, database }: DatabaseContext,
  platform: PlatformName,
  { schema, fill, changes = '', language, sizes, noise = smallShop.noise, moves }: PlatformTest,
): Promise<PlantedShare> {
  await connectPlantedShop(client, platform, {
    schema,
    fill: `${fillFile(fill)};${changes}`,
    size: { ...smallShop, noise },
  });
  assert.equal(await compareWithPlanted(client), {});
  assert.is((await profileViews(client)).language, language);
  const { rows } = await client.query(
    `select distinct to_jsonb(p) ->> 'size' as size from couture_source.product p order by 1`,
  );
  assert.equal(
    rows.map(({ size }) => size),
    [...(sizes ? ['L', 'M', 'S'] : []), ...(sizes === true ? [] : [null])],
  );
  const share = await buildAndMeasure(client, database.url);
  assert.equal(await unrelatedEntries(client), []);
  const words = JSON.stringify(share);
  if (process.env.COUTURE_TEST_FIGURES) console.log(platform, words);
  assert.ok(share.lists > 90 && share.entries > 360, words);
  assert.is(share.falsePairs, 0, words);
  assert.ok(share.personalized > 130, words);
  await checkAddresses(client, database.url);
  await tryJourneys(client, database.url, moves);
  await tryProductFeed(client, database.url);
  await tryThinCategory({ client, database }, platform);
  return share;
}

/** Sizes of the variants of a product, by its group. */
export async function sizesOf(client: Client, group: string | number): Promise<string[]> {
  const { rows } = await client.query<{ size: string }>(
    'select size from couture_source.product where group_id::text = $1::text order by 1',
    [group],
  );
  return rows.map(({ size }) => size);
}

/** Rows of the view `watchlist`. */
export async function readWatchlist(client: Client): Promise<Record<string, unknown>[]> {
  return (await client.query('select customer_id, product_id from couture_source.watchlist')).rows;
}

/** Entries of stored `similar` lists from another category than their product's, or of another price range. */
export async function unrelatedEntries(client: Client): Promise<unknown[]> {
  const { rows } = await client.query(`
    select p.name, p.category, p.price, o.name as entry, o.category as entry_category, o.price as entry_price, r.source
    from couture.recommendation r
    join couture_source.product p on p.product_id::text = r.subject
    join couture_source.product o on o.product_id = r.item_id
    cross join lateral (select coalesce(case when p.on_sale then p.discounted_price end, p.price) as pay) a
    cross join lateral (select coalesce(case when o.on_sale then o.discounted_price end, o.price) as pay) b
    where r.kind = 'similar' and (o.category is distinct from p.category or b.pay not between a.pay / 4 and a.pay * 4)
    limit 5`);
  return rows;
}

interface Card {
  readonly id: string | number;
  readonly category: string;
  readonly url: string;
  readonly image_url: string | null;
}

/** Products of the API lead to the platform's own pages and pictures. */
export async function checkAddresses(client: Client, databaseUrl: string): Promise<void> {
  const { rows } = await client.query<{ product_id: string; url: string; image_url: string | null }>(
    'select product_id, url, image_url from planted.sold',
  );
  const planted = new Map(rows.map((row) => [row.product_id, row]));
  const { rows: subjects } = await client.query<{ subject: string }>(
    `select distinct subject from couture.recommendation where kind = 'bought_together' order by 1 limit 12`,
  );
  const shopUrl = 'https://shop.example';
  const flags = { port: 0, drain: 0, home: '/nowhere', shopUrl, mediaUrl: `${shopUrl}/media/` };
  const { config } = loadConfig({ directory: '/', env: {}, flags });
  const server = await startServer({
    config: { ...config, databaseUrl },
    databaseUrl,
    log: openLog('silent'),
  });
  try {
    let count = 0;
    for (const { subject } of subjects) {
      for (const list of ['similar', 'bought-together']) {
        const response = await fetch(
          `${server.url}/api/recommendations/${list}/${encodeURIComponent(subject)}/?limit=24`,
        );
        assert.is(response.status, 200);
        const cards = (await response.json()) as Card[];
        if (list === 'similar') assert.is(new Set(cards.map((card) => card.category)).size, 1, subject);
        for (const card of cards) {
          const { url, image_url } = planted.get(String(card.id))!;
          assert.is(card.url, new URL(url, shopUrl).href);
          assert.is(card.image_url ?? null, image_url && new URL(image_url, `${shopUrl}/media/`).href);
          count++;
        }
      }
    }
    assert.ok(count > 60, `${count} cards`);
    await checkOrderAnswers(client, server.url);
  } finally {
    await server.close();
  }
}

/** An order of a customer is found by the number that the platform shows, with the customer's e-mail address and no other. */
async function checkOrderAnswers(client: Client, url: string): Promise<void> {
  const { rows } = await client.query<{ number: string; email: string; items: number }>(
    `select coalesce(max(order_number::text), order_id::text) as number, coalesce(max(order_email::text), max(c.email)) as email,
            count(distinct product_id)::int as items
     from ${shopView.order_line} line left join ${shopView.customer} c using (customer_id)
     where coalesce(order_email::text, c.email) like '%@%' and (returned_quantity is null or returned_quantity = 0)
     group by order_id order by max(ordered_at) desc limit 1`,
  );
  const [order] = rows;
  const offered = (await (await fetch(`${url}/api/chat-answers`)).json()) as { guest_orders: boolean };
  assert.is(offered.guest_orders, order !== undefined);
  if (!order) return;
  const ask = async (email: string) => {
    const body = JSON.stringify({ topic: 'order', order_number: order.number, email, language: 'en' });
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${url}/api/chat-answers`, { method: 'POST', headers, body });
    return {
      status: response.status,
      body: (await response.json()) as { orders: AnsweredOrder[]; text: string },
    };
  };
  const { status, body } = await ask(order.email);
  assert.is(status, 200, JSON.stringify(body));
  assert.is(body.orders[0]?.number, order.number);
  assert.is(body.orders[0]?.items.length, order.items);
  assert.ok(body.text.includes(order.number), body.text);
  if (process.env.COUTURE_TEST_FIGURES) console.log(body.text, body.orders[0]?.status, body.orders[0]?.stage);
  assert.is((await ask(`not-${order.email}`)).status, 404);
}
