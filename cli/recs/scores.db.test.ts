// Scores equal brute force to 1e-9 before they are stored in single precision, on random small shops with real threads.
import os from 'node:os';
import path from 'node:path';
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { type OracleShop, oracleShop } from '../../fixtures/oracle.ts';
import { oracleBestsellers, oracleTrending } from '../../fixtures/oracle-lists.ts';
import {
  type CoPurchaseOptions,
  type OracleEntry,
  oracleBoughtTogether,
  oracleBundle,
  oracleNeighbours,
  oracleSimilar,
} from '../../fixtures/oracle-scores.ts';
import { randomShop } from '../../fixtures/oracle-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop } from '../../fixtures/tiny-shop.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { similarities } from '../../runtime/core/options.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { shopView } from '../../sql/source/shop-view.ts';
import { type BuildPool, startBuildPool } from './engines/local/build-tasks.ts';
import { countCustomerMatrix, countOrderMatrix } from './engines/local/count-matrices.ts';
import { groupBaskets } from './engines/local/group-baskets.ts';
import { compareProducts } from './engines/thread-stages.ts';
import { itemFacts } from './lists/item-facts.ts';
import { type ShopList, trendingLists } from './lists/trending.ts';
import { defaultPersonal } from './models/model-settings.ts';
import { readCatalog } from './source/catalog.ts';
import { latestDay } from './source/order-dates.ts';
import { readHistory } from './source/read-shop.ts';
import { openSnapshot } from './source/snapshot.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: BuildPool;
}

const test = suite<Context>('scores');

test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.pool = startBuildPool(2);
});
test.after(async ({ client, database, pool }) => {
  await pool?.close();
  await client?.end();
  await database?.drop();
});

for (const similarity of similarities) {
  test(`bought_together and bundle by ${similarity} equal brute force`, async (context) => {
    for (let seed = 0; seed < 4; seed++) {
      const flags = [
        { similarity, top: 5, halfLife: 'none' },
        { similarity, top: 20, halfLife: '45d', minSupport: 2, bundleSize: 2 },
        { similarity, top: 3, minLlr: 2, damping: 0.4, bundleSize: 1 },
        { similarity, top: 8, memory: '1k' },
      ][seed]!;
      const { config, shop, order } = await countShop(context, seed, flags);
      const options: CoPurchaseOptions = config;
      const title = `${similarity}, seed ${seed}`;
      compareTable(order.boughtTogether!, oracleBoughtTogether(shop, options), title, {
        exact: similarity === 'count',
      });
      compareTable(order.bundle!, oracleBundle(shop, options), `bundle, ${title}`);
      assert.is(
        order.pairs,
        [...shop.orderPairs.values()].reduce((sum, row) => sum + row.size, 0),
      );
    }
  });
}

test('similar and the neighbours behind personalized equal brute force', async (context) => {
  for (let seed = 10; seed < 18; seed++) {
    const flags = [{}, { top: 4 }, { acrossCategories: true, top: 7 }, { maxHistory: 6, priceBand: 0.05 }][
      seed % 4
    ]!;
    const { config, shop, customer } = await countShop(context, seed, flags);
    compareTable(customer.similar!, oracleSimilar(shop, config), `similar, seed ${seed}`, { exact: true });
    const k = Math.min(60, Math.max(20, config.top));
    assert.is(customer.itemKnn!.k, k);
    // Neighbours are kept in single precision: what a double rounds to.
    const single = new Map(
      [...oracleNeighbours(shop, k)].map(([i, list]) => [
        i,
        list.map((entry) => ({ ...entry, score: Math.fround(entry.score) })),
      ]),
    );
    compareTable({ ...customer.itemKnn!.table, k }, single, `neighbours, seed ${seed}`, { tolerance: 1e-7 });
  }
});

test('long histories counted row by row give the same scores', async (context) => {
  const size = { products: 90, customers: 12, orders: 900 };
  const { config, shop, customer, kernels } = await countShop(context, 30, { halfLife: 'none' }, size);
  assert.equal(kernels, ['buckets', 'rows']);
  compareTable(customer.similar!, oracleSimilar(shop, config), 'similar', { exact: true });
});

test('trending and bestsellers equal brute force, for the shop and for each category', async (context) => {
  for (let seed = 20; seed < 26; seed++) {
    const { config, shop, shopLists } = await countShop(context, seed, {
      top: seed % 2 ? 3 : 30,
      trendingDays: '20d',
    });
    const names = [...new Set(shop.items.map((item) => item.category ?? ''))].sort();
    for (const category of [undefined, ...names]) {
      const at = category === undefined ? -1 : names.indexOf(category);
      for (const [kind, expected] of [
        ['bestseller', oracleBestsellers(shop, category, config.top)],
        ['trending', oracleTrending(shop, category, config.trendingDays, config.top)],
      ] as const) {
        const list = shopLists.find((each) => each.kind === kind && each.category === at);
        compareList(entriesOf(list), expected, expected.length, `${kind} of ${category}, seed ${seed}`, {
          exact: true,
        });
      }
    }
  }
});

/** Reads, groups and counts a random shop with the parts of the build, and the same by brute force. */
async function countShop(
  { client, database, pool }: Context,
  seed: number,
  flags: Record<string, unknown>,
  size: Parameters<typeof randomShop>[1] = {},
) {
  const tiny = randomShop(seed, size);
  await loadTinyShop(client, tiny);
  const { config } = loadConfig({ directory: os.tmpdir(), env: {}, flags });
  const { signal } = new AbortController();
  const snapshot = await openSnapshot(database.url, 'couture test');
  try {
    const ids = { order: 'text', customer: 'text', product: 'text' } as const;
    const catalog = await readCatalog(snapshot.client, 'text', signal);
    const log = { spillFolder: path.join(os.tmpdir(), 'never'), memoryBytes: 2 ** 30 };
    const history = await readHistory(snapshot.client, catalog, ids, log, {
      reader: config.reader,
      orderLines: shopView.order_line,
      latestDay: latestDay(),
      signal,
    });
    const baskets = await groupBaskets(
      { config, model: defaultPersonal, pool, catalog, folder: log.spillFolder },
      history,
    );
    const facts = itemFacts(catalog);
    const report = { update() {}, summary: '' };
    const parts = { pool, catalog, facts, config };
    const input = { ...parts, model: defaultPersonal, alike: compareProducts(parts) };
    const order = await countOrderMatrix(input, baskets, report);
    const kernels = [report.summary];
    const customer = await countCustomerMatrix(input, baskets, order, report);
    kernels.push(report.summary);
    const shopLists = trendingLists(baskets.tallies, facts, config.trendingDays, config.top);
    return {
      config,
      shop: oracleShop(tiny, config) satisfies OracleShop,
      order,
      customer,
      shopLists,
      kernels: kernels.map((summary) => (summary.includes('row by row') ? 'rows' : 'buckets')),
    };
  } finally {
    await snapshot.close();
  }
}

interface Table {
  readonly k: number;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly scores: Float32Array | Float64Array;
  readonly reasons?: Int16Array;
}

function compareTable(
  table: Table,
  expected: ReadonlyMap<number, readonly OracleEntry[]>,
  title: string,
  strictness?: Strictness,
): void {
  for (const [i, length] of table.length.entries()) {
    const actual = Array.from({ length }, (_, at) => ({
      item: table.items[i * table.k + at]!,
      score: table.scores[i * table.k + at]!,
      reason: table.reasons?.[i * table.k + at],
    }));
    compareList(actual, expected.get(i) ?? [], table.k, `${title}, item ${i}`, strictness);
  }
}

function entriesOf(
  list: ShopList | undefined,
): Array<{ item: number; score: number; reason: number | undefined }> {
  return Array.from(list?.items ?? [], (item, at) => ({
    item,
    score: list!.scores[at]!,
    reason: list!.reasons[at],
  }));
}

interface Strictness {
  readonly tolerance?: number;
  /** Whether items must agree too, in the order of their ties: where no score has bits to lose. */
  readonly exact?: boolean;
}

/**
 * `expected` ranks every candidate. Scores must agree rank by rank, and each item must have the score that it is listed
 * with; where brute force has a tie but for the last bits of a double, either may come first.
 */
function compareList(
  actual: ReadonlyArray<{ item: number; score: number; reason: number | undefined }>,
  expected: readonly OracleEntry[],
  k: number,
  title: string,
  { tolerance = 1e-9, exact = false }: Strictness = {},
): void {
  const shown = `${title}:\n${JSON.stringify(actual)}\n${JSON.stringify(expected.slice(0, k))}`;
  assert.is(actual.length, Math.min(k, expected.length), shown);
  const of = new Map(expected.map((entry) => [entry.item, entry]));
  assert.is(new Set(actual.map((entry) => entry.item)).size, actual.length, `an item twice: ${shown}`);
  for (const [at, entry] of actual.entries()) {
    const own = of.get(entry.item);
    assert.ok(own, `item ${entry.item} is no candidate: ${shown}`);
    const near = (score: number) => Math.abs(entry.score - score) <= tolerance * Math.max(1, Math.abs(score));
    assert.ok(near(own.score), `item ${entry.item} scores ${entry.score}, not ${own.score}: ${shown}`);
    assert.ok(
      near(expected[at]!.score),
      `rank ${at} is ${entry.score}, not ${expected[at]!.score}: ${shown}`,
    );
    if (exact) assert.is(entry.item, expected[at]!.item, shown);
    if (entry.reason !== undefined) assert.is(entry.reason, own.reason, shown);
  }
}
