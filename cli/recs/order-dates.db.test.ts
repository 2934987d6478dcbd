// Builds of shops with impossible dates: the lists equal those of the same shop without these orders.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { loadTinyShop, type TinyLine, tinyShop } from '../../fixtures/tiny-shop.ts';
import { readWrittenLists } from '../../fixtures/written-lists.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { buildHere } from '../test-support/fault-shop.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  home: string;
}

const test = suite<Context>('builds and odd dates');

test.beforeEach(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-dates-'));
});
test.afterEach(async ({ client, database, home }) => {
  await client?.end();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

/** 400 orders of two products, one a day, up to 2023-02-04; lines of an order lie apart. */
const trade: TinyLine[] = ['1', '3'].flatMap((even) =>
  Array.from({ length: 400 }, (_, at) => ({
    order: `o${at}`,
    customer: `c${at % 40}`,
    product: at % 3 === 0 ? '2' : even,
    at: new Date(Date.UTC(2022, 0, 1 + at)).toISOString(),
  })),
);

const order = (name: string, at: string): TinyLine[] =>
  ['2', '4'].map((product) => ({ order: name, customer: 'c1', product, at }));

for (const [what, odd, reason, warning] of [
  [
    'in the future',
    order('x', '2099-01-01'),
    'future_date',
    /^2 order lines are dated in the future .*2099-01-01/m,
  ],
  ['at the turn of the calendar', order('x', '2999-12-31'), 'future_date', /2999-12-31/],
  [
    'more than a year after all others',
    order('x', '2024-12-24'),
    'outlier_date',
    /^2 order lines are dated 2024-12-24/m,
  ],
] as const) {
  test(`an order ${what} is skipped, with either reader and with --since`, async (context) => {
    const settings = [{}, { reader: 'cursor' }, { since: '100d' }, { halfLife: 'none' }];
    const build = async (lines: readonly TinyLine[]) => {
      await loadTinyShop(context.client, { ...tinyShop, lines });
      const built = [];
      for (const flags of settings) {
        const { build_id, ...summary } = await buildHere(
          { url: context.database.url, home: context.home },
          { flags: { keepBuilds: 20, ...flags }, force: true },
        );
        const { rows } = await context.client.query(
          'select watermark, warnings from couture.build where build_id = $1',
          [build_id],
        );
        built.push({ summary, build: rows[0], lists: await readWrittenLists(context.client, build_id) });
      }
      return built;
    };
    const plain = await build(trade);
    const built = await build([...trade.slice(0, 300), ...odd, ...trade.slice(300)]);
    for (const [at, { summary, build, lists }] of built.entries()) {
      assert.equal(lists, plain[at]!.lists);
      assert.equal(build.watermark, new Date('2023-02-04'));
      assert.is(summary.skipped[reason], 2);
      assert.is(summary.orders, plain[at]!.summary.orders);
      assert.match(build.warnings.join('\n'), warning);
      assert.not.match(plain[at]!.summary.warnings.join(), 'dated');
    }
  });
}

test('lines of one order with dates far apart do no harm', async ({ client, database, home }) => {
  const torn = { ...trade[0]!, at: '2099-01-01', product: '4' };
  await loadTinyShop(client, { ...tinyShop, lines: [...trade, torn] });
  const summary = await buildHere({ url: database.url, home }, {});
  assert.equal([summary.orders, summary.skipped.future_date], [400, 1]);
});

test('a slow clock fails the build with a message; --force skips the lines', async (context) => {
  const { client, database, home } = context;
  const ahead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const lines = Array.from({ length: 30 }, (_, at) => order(`o${at}`, ahead(at - 5)));
  await loadTinyShop(client, { ...tinyShop, lines: lines.flat() });
  const build = (force: boolean) => buildHere({ url: database.url, home }, { force });
  const error = await rejects(
    () => build(false),
    (each) => each instanceof CoutureError && each.code === 'orders_in_future',
  );
  assert.match(error.message, /^4[68] of 60 order lines are dated in the future: today is \d{4}-\d\d-\d\d/);
  const { orders, skipped } = await build(true);
  assert.ok(orders >= 6 && skipped.future_date! >= 46);
});

test('orders dated tomorrow count, for shops that store local time', async ({ client, database, home }) => {
  const tomorrow = new Date(Date.now() + 86_000_000).toISOString();
  await loadTinyShop(client, { ...tinyShop, lines: [...trade.slice(0, 60), ...order('x', tomorrow)] });
  const { skipped } = await buildHere({ url: database.url, home }, {});
  assert.equal([skipped.future_date, skipped.outlier_date], [0, 0]);
});

test('ancient dates do not matter; a shop with half of its orders undated gets a warning', async (context) => {
  const { client, database, home } = context;
  const shop = { url: database.url, home };
  const ancient = [...order('x', '0001-01-01'), ...order('y', '1900-01-01'), ...order('z', '-infinity')];
  await loadTinyShop(client, { ...tinyShop, lines: [...ancient, ...trade] });
  const { orders, skipped, warnings } = await buildHere(shop, {});
  assert.equal([orders, skipped.no_date, warnings], [401, 4, []]);
  const undated = trade.map((line) => ({ ...line, order: `u${line.order}`, at: '2000-01-01' }));
  await loadTinyShop(client, { ...tinyShop, lines: [...undated, ...undated, ...trade] });
  const remarked = await buildHere(shop, { force: true });
  assert.match(remarked.warnings.join('\n'), /no order is dated between 2000-01-01 and 2022-01-01/);
});

test('a build that the gate rejects reports odd dates', async (context) => {
  const { client, database, home } = context;
  const shop = { url: database.url, home };
  await loadTinyShop(client, { ...tinyShop, lines: trade });
  await buildHere(shop, {});
  await loadTinyShop(client, { ...tinyShop, lines: [...trade.slice(0, 6), ...order('x', '2099-01-01')] });
  const error = await rejects(
    () => buildHere(shop, { flags: { gateOverlap: 1, gateCoverage: 1, gateLength: 1 } }),
    (each) => each instanceof CoutureError && each.code === 'build_rejected',
  );
  assert.match(error.message, /much worse.*2 order lines are dated in the future/s);
});
