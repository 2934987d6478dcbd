// Whole builds: tables equal brute force and a hand-computed example, and are byte-identical for any threads, memory and
// reader.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { type OracleShop, oracleShop } from '../../fixtures/oracle.ts';
import {
  oracleBestsellers,
  oracleFill,
  oraclePersonalized,
  oracleRepurchase,
  oracleTrending,
  type PersonalEntry,
} from '../../fixtures/oracle-lists.ts';
import {
  type OracleEntry,
  oracleBoughtTogether,
  oracleBundle,
  oracleNeighbours,
  oracleSimilar,
} from '../../fixtures/oracle-scores.ts';
import { type RandomShopSize, randomShop } from '../../fixtures/oracle-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop, type TinyShop, tinyShop, tinyShopExpected } from '../../fixtures/tiny-shop.ts';
import { readWrittenLists, type WrittenEntry } from '../../fixtures/written-lists.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { reasonCode } from '../../sql/store/lists/fallback-chain.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { buildInManyWays } from '../test-support/same-bytes.ts';
import type { BuildSummary } from './build-summary.ts';
import { defaultPersonal } from './models/model-settings.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  home: string;
}

const test = suite<Context>('pipeline');

test.beforeEach(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-pipeline-'));
});
test.afterEach(async ({ client, database, home }) => {
  await client?.end();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

test('a small shop gets the lists computed by hand', async (context) => {
  await loadTinyShop(context.client, tinyShop, { order: 'int', customer: 'int', product: 'int' });
  const summary = await build(context, { similarity: 'count', halfLife: 'none', top: 4 });
  const { lines, orders, customers, pairs, skipped, boughtTogether, bundle, bestsellers } = tinyShopExpected;
  assert.equal(
    [summary.lines, summary.orders, summary.customers, summary.pairs],
    [lines, orders, customers, pairs],
  );
  assert.is(summary.products, 6);
  assert.equal(summary.skipped, skipped);
  const written = await readWrittenLists(context.client, summary.build_id);
  assert.equal(Object.keys(written.products).sort(), ['bought_together', 'similar']);
  assert.equal(plain(written.products.bought_together!), boughtTogether);
  assert.equal(plain(written.products.bundle ?? {}), bundle);
  assert.equal(itemsOf(written.shop.bestseller!), bestsellers);
  assert.equal(summary.lists.bought_together, 6);
  const variants = await context.client.query(
    `select subject, string_agg(item_id::text, ' ' order by rank) as items from couture.recommendation
     where kind = 'bought_together' and subject in ('1', '8') group by 1 order by 1`,
  );
  assert.equal(variants.rows, [
    { subject: '1', items: '3 4 2' },
    { subject: '8', items: '3 4 2' },
  ]);
});

const shops: ReadonlyArray<
  readonly [seed: number, flags: Record<string, unknown>, size?: Partial<RandomShopSize>]
> = [
  [100, {}],
  [101, { top: 6, repurchase: 'always' }],
  [102, { similarity: 'weighted', orderWeighting: 'log', halfLife: 'none', top: 12, maxHistory: 8 }],
  [103, { similarity: 'count', top: 30, acrossCategories: true, priceBand: 0.6 }],
  [104, { minSupport: 2, minLlr: 1, trendingDays: '10d', bundleSize: 1 }],
  // Customers with more products than the fifty that lists are made of.
  [105, { top: 60, repurchase: 'always' }, { products: 160, customers: 4, orders: 260 }],
  [106, { repurchase: 'never', orderWeighting: 'inverse' }],
  // Customers with few orders: some products are bought again, and some are not.
  [107, {}, { products: 90, customers: 220, orders: 700 }],
  // Categories with parents, and too few products in each to fill a list.
  [108, { top: 40 }],
];
/** The default model but for the gaps between purchases, which models/intervals.test.ts checks. */
const withoutHazard = {
  personalized: { ...defaultPersonal, repeat: { ...defaultPersonal.repeat, interval: 0 } },
};
const paths: Readonly<Record<string, string>> = {
  Dresses: 'Clothing > Dresses',
  Coats: 'Clothing > Coats',
  Shoes: 'Clothing > Shoes > Boots',
};
const withParents = ({ products, ...shop }: TinyShop): TinyShop => ({
  ...shop,
  products: products.map((product) => {
    const category = product.category && paths[product.category];
    return category ? { ...product, category } : product;
  }),
});
/**
 * Moves watched products from the shop's list to the one that couture keeps, and copies some; others there are none of the
 * shop.
 */
async function keepSome(client: Client): Promise<void> {
  await client.query(`
    truncate couture.watch_entry;
    insert into couture.watch_entry (customer_id, product_id)
      select customer_id::text, product_id::text from tiny.watchlist where md5(product_id::text) < 'b' on conflict do nothing;
    delete from tiny.watchlist where md5(product_id::text) < '8';
    insert into couture.watch_entry values ('c1', 'of a former shop'), ('of a former shop', 'of a former shop');`);
}
for (const [seed, flags, size = {}] of shops) {
  test(`every table equals brute force: shop ${seed}, ${JSON.stringify(flags)}`, async (context) => {
    const tiny = seed === 108 ? withParents(randomShop(seed, size)) : randomShop(seed, size);
    await loadTinyShop(context.client, tiny);
    if (seed % 2) await keepSome(context.client);
    const { build_id } = await build(context, { ...flags, model: withoutHazard });
    const { config } = loadConfig({ directory: context.home, env: {}, flags });
    const shop = oracleShop(tiny, config);
    const { products, customers, shop: shopLists } = await readWrittenLists(context.client, build_id);
    const { top } = config;
    const [together, similar, bundle] = [
      oracleBoughtTogether(shop, config),
      oracleSimilar(shop, config),
      oracleBundle(shop, config),
    ];
    for (const [item, { id }] of shop.items.entries()) {
      const filled = (kind: 'similar' | 'bought_together', list: readonly OracleEntry[] = []) =>
        oracleFill(shop, kind, item, list, config);
      compare(
        shop,
        products.similar?.[id],
        filled('similar', similar.get(item)),
        similar.get(item),
        `similar to ${id}`,
      );
      compare(
        shop,
        products.bought_together?.[id],
        filled('bought_together', together.get(item)),
        together.get(item),
        `bought with ${id}`,
      );
      compare(shop, products.bundle?.[id], bundle.get(item) ?? [], bundle.get(item), `bundle of ${id}`);
    }
    for (const category of new Set(shop.items.map((item) => item.category || undefined))) {
      const bestsellers = oracleBestsellers(shop, category, top);
      compare(
        shop,
        shopLists.bestseller?.[category ?? ''],
        bestsellers,
        bestsellers,
        `bestsellers of ${category}`,
      );
      const trending = oracleTrending(shop, category, config.trendingDays, top);
      compare(shop, shopLists.trending?.[category ?? ''], trending, trending, `trending in ${category}`);
    }
    const personal = oraclePersonalized(
      shop,
      oracleNeighbours(shop, Math.min(60, Math.max(20, top))),
      config.repurchase,
    );
    const subjects = [...personal].filter(([, list]) => list.length > 0).map(([customer]) => customer);
    assert.equal(Object.keys(customers).sort(), subjects.sort());
    for (const customer of subjects)
      comparePersonal(shop, customers[customer]!, personal.get(customer)!, top, customer);
    if (seed === 108) {
      const sources = new Set(
        Object.values(products.similar!).flatMap((list) => list.map((entry) => entry.reason)),
      );
      for (const code of [reasonCode.category, reasonCode.parent_category]) assert.ok(sources.has(code));
      assert.ok(!sources.has(reasonCode.bestseller));
    }
    if (seed === 107) {
      const { again } = oracleRepurchase(shop);
      assert.ok(again.size > 5 && again.size < shop.items.length - 5, `${again.size} may be bought again`);
    }
  });
}

// same-bytes.slow.test.ts has longer histories and more combinations.
test('tables are byte-identical for any number of threads, any memory and either reader', async ({
  client,
  database,
  home,
}) => {
  const size = { orders: 1_500, products: 200, customers: 350 };
  const shop = { client, home, url: database.url };
  const { first, others, otherSeed } = await buildInManyWays(shop, size, [
    { workers: 2, memory: '1m', reader: 'cursor' },
  ]);
  assert.equal(others, [first]);
  assert.not.equal(otherSeed, first, 'another seed samples others');
});

function build({ database, home }: Context, flags: Record<string, unknown>): Promise<BuildSummary> {
  return buildHere({ url: database.url, home }, { flags, force: true });
}

function plain(lists: Readonly<Record<string, readonly WrittenEntry[]>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(lists).map(([subject, list]) => [
      subject,
      list.map(({ item, score, reason }) => [item, score, reason]),
    ]),
  );
}

function itemsOf(lists: Readonly<Record<string, readonly WrittenEntry[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lists).map(([subject, list]) => [subject, list.map(({ item }) => item)]),
  );
}

/** `expected` is the list; `candidates` ranks all, so that a tie but for a double's last bits may fall either way. */
function compare(
  shop: OracleShop,
  written: readonly WrittenEntry[] = [],
  expected: readonly OracleEntry[],
  candidates: readonly OracleEntry[] = [],
  title: string,
): void {
  const shown = `${title}: ${JSON.stringify(written)}\n${JSON.stringify(expected.map((entry) => ({ ...entry, item: shop.items[entry.item]!.id })))}`;
  assert.is(written.length, expected.length, shown);
  for (const [rank, entry] of written.entries()) {
    const item = shop.itemOf.get(entry.item)!;
    assert.is(shop.items[item]!.id, entry.item, `a variant is listed: ${shown}`);
    assert.ok(isSingleOf(entry.score, expected[rank]!.score), `score of rank ${rank}: ${shown}`);
    const own =
      item === expected[rank]!.item ? expected[rank]! : candidates.find((each) => each.item === item);
    assert.ok(own && isSingleOf(entry.score, own.score), `item of rank ${rank}: ${shown}`);
    assert.is(entry.reason, own.reason, `reason of rank ${rank}: ${shown}`);
  }
  assert.is(new Set(written.map((entry) => entry.item)).size, written.length, `an item twice: ${shown}`);
}

function comparePersonal(
  shop: OracleShop,
  { entries, because }: { entries: readonly WrittenEntry[]; because: readonly string[] },
  candidates: readonly PersonalEntry[],
  top: number,
  customer: string,
): void {
  const reasonOf = ({ because: product, cause }: PersonalEntry) =>
    cause === 4 ? reasonCode.bestseller : because.indexOf(product) + 1 + cause * 10_000;
  const expected = candidates.map((entry) => ({ ...entry, reason: reasonOf(entry) }));
  compare(shop, entries, expected.slice(0, top), expected, `for ${customer}, because ${because}`);
  const used = new Set(entries.filter(({ reason }) => reason > 0).map(({ reason }) => reason % 10_000));
  assert.is(because.length, used.size, 'no cause without an entry');
}

/** Whether a double within 1e-9 of `exact` rounds to `single`. */
function isSingleOf(single: number, exact: number): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(exact));
  return single >= Math.fround(exact - slack) && single <= Math.fround(exact + slack);
}
