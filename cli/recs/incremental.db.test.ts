// Incremental builds: the same bytes as a full build whatever has changed, and nothing to do when nothing has.
// incremental.slow.test.ts has many days with every type of id, damaged-lines.slow.test.ts what happens to kept files.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadChangingShop } from '../test-support/changing-shop.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { buildBothWays, type IncrementalShop, passDays } from '../test-support/incremental-builds.ts';
import { keptFolder } from './publish/housekeeping.ts';

interface Context extends DatabaseContext {
  home: string;
  shop: IncrementalShop;
}

const test = databaseSuite<Context>('incremental builds', { migrated: true, timeout: 120_000 });

test.beforeEach(async (context) => {
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-incremental-'));
  const { home, client, database } = context;
  context.shop = { url: database.url, home, client };
});
test.afterEach(async ({ home }) => rm(home, { recursive: true, force: true }));

test('after days with every kind of change, the tables are those of a full build', async ({ shop }) => {
  await loadChangingShop(shop.client, 40, 'bigint');
  await passDays(shop, 40, 'bigint', 2);
});

test('a build without changes keeps the published build, and one order is all that is read', async ({
  shop,
}) => {
  await loadChangingShop(shop.client, 1, 'bigint');
  const first = await buildBothWays(shop, {}, 'first');
  assert.equal(first.notes, ['Reading all order lines: none are kept yet.']);
  assert.not(first.summary.unchanged);
  const second = await buildBothWays(shop, {}, 'second');
  assert.equal(second.notes, []);
  assert.equal([second.summary.unchanged, second.summary.build_id], [true, first.summary.build_id]);

  await shop.client.query(
    `insert into tiny.order_line select 77, customer_id, product_id, 1, now() from tiny.order_line where customer_id is not null limit 3`,
  );
  const stages: string[] = [];
  await buildHere(shop, {
    flags: { incremental: true },
    force: true,
    display: { stage: (name) => ({ update() {}, end: (summary) => stages.push(`${name}: ${summary}`) }) },
  });
  assert.ok(
    stages.some((stage) => /^find changes: 3 of [\d,]+ lines to read$/.test(stage)),
    stages.join(),
  );
});

test('what is not an order line counts too: a setting, a price, a watch list, a rollback', async ({
  shop,
}) => {
  await loadChangingShop(shop.client, 2, 'text');
  await buildBothWays(shop, {}, 'first');
  const changes: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
    ['select 1', { top: 5 }],
    ['update tiny.product set price = price * 2 where price > 15', { top: 5 }],
    [`insert into tiny.watchlist select 'c1', product_id from tiny.product limit 4`, { top: 5 }],
    [
      `insert into couture.watch_entry select 'c2', product_id from tiny.product order by product_id desc limit 4`,
      { top: 5 },
    ],
    [`delete from couture.watch_entry`, { top: 5 }],
  ];
  for (const [sql, flags] of changes) {
    await shop.client.query(sql);
    const { summary, notes } = await buildBothWays(shop, flags, sql);
    assert.not(summary.unchanged, sql);
    assert.equal(notes, [], 'no order line is read for it');
  }
  const { build_id } = await buildHere(shop, { flags: { top: 5, incremental: true } });
  const other = await buildHere(shop, { flags: { top: 6 }, force: true });
  assert.ok(other.build_id > build_id);
  const { summary } = await buildBothWays(shop, { top: 5 }, 'another build is published');
  assert.not(summary.unchanged);
});

test('stock and names of customers are not what lists are made from', async ({ shop }) => {
  await loadChangingShop(shop.client, 3, 'uuid');
  await buildBothWays(shop, {}, 'first');
  await shop.client.query(`update tiny.order_line set quantity = quantity`);
  const { summary } = await buildBothWays(shop, {}, 'rows moved');
  assert.is(summary.unchanged, true, 'rows that only moved are no change');
});

test('kept files are for their owner alone, and those that are no longer needed are removed', async ({
  shop,
}) => {
  await loadChangingShop(shop.client, 5, 'int');
  await buildBothWays(shop, {}, 'first');
  const folder = keptFolder(shop.home, shop.url);
  writeFileSync(path.join(folder, 'lines-7'), 'left by a killed build');
  await shop.client.query(
    `update tiny.order_line set quantity = 5 where order_id = (select min(order_id) from tiny.order_line)`,
  );
  await buildBothWays(shop, {}, 'second');
  const names = readdirSync(folder).sort();
  assert.equal(names, [
    'alike-names',
    'alike-words',
    'customers-1',
    'customers-2',
    'lines-1',
    'lines-2',
    'manifest.json',
    'products-1',
    'products-2',
    'published.json',
  ]);
  for (const name of names) assert.is(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
  assert.is(statSync(folder).mode & 0o777, 0o700);
});

test('a folder that cannot be written is said, and the build is made', async ({ shop }) => {
  await loadChangingShop(shop.client, 6, 'text');
  writeFileSync(path.join(shop.home, 'kept'), 'a file where the folder should be');
  const { notes, summary } = await buildBothWays(shop, {}, 'no folder');
  assert.match(notes.join('\n'), /Order lines are not kept for the next incremental build: /);
  assert.is(summary.state, 'published');
});
