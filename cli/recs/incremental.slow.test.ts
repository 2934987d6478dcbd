// Fifty random days of incremental builds; and builds that are killed anywhere, which leave the kept lines as they were or
// as they would be.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import { changeShop, idTypes, loadChangingShop } from '../test-support/changing-shop.ts';
import { buildBothWays, type IncrementalShop, passDays } from '../test-support/incremental-builds.ts';
import { BuildProcess } from '../test-support/spawned-build.ts';

interface Context extends DatabaseContext {
  home: string;
  shop: IncrementalShop;
  build: BuildProcess | undefined;
}

const test = databaseSuite<Context>('incremental builds, day after day', {
  migrated: true,
  timeout: 1_200_000,
});

test.beforeEach(async (context) => {
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-incremental-'));
  const { home, client, database } = context;
  context.shop = { url: database.url, home, client };
});
test.afterEach(async ({ home, build }) => {
  await build?.kill();
  await rm(home, { recursive: true, force: true });
});

for (const [seed, type] of idTypes.entries()) {
  test(`after each of many random days, the tables are those of a full build: ids of type ${type}`, async ({
    shop,
  }) => {
    await loadChangingShop(shop.client, 60 + seed, type);
    await passDays(shop, 60 + seed, type, 13);
  });
}

const places = [
  'read catalog begins',
  'find changes begins',
  'read order lines begins',
  'read order lines goes on',
  'group baskets begins',
  'write lists begins',
  'publish begins',
];
for (const [seed, place] of places.entries()) {
  test(`killed as "${place}", the next build equals a full one and reads no more than has changed`, async (context) => {
    const { shop } = context;
    await loadChangingShop(shop.client, 80 + seed, 'text');
    await buildBothWays(shop, {}, 'first');
    await changeShop(shop.client, new Random(seed), 'text', 1);
    // An order, so that there is something to read.
    await shop.client.query(
      `insert into tiny.order_line select 'late', 'c1', product_id, 1, now() from tiny.product limit 5`,
    );
    const build = (context.build = new BuildProcess({
      databaseUrl: shop.url,
      home: shop.home,
      flags: { incremental: true },
      pauseAt: [place],
    }));
    assert.is(await build.paused(), place);
    await build.kill();
    const { notes, summary } = await buildBothWays(shop, {}, place);
    assert.equal(notes, [`Cleaned up after build ${summary.build_id - 1}, whose process had died.`]);
  });
}

test('killed at any moment, the kept lines are never half written', async (context) => {
  const { shop } = context;
  const random = new Random(5, 'moments');
  await loadChangingShop(shop.client, 90, 'bigint');
  await buildBothWays(shop, {}, 'first');
  for (let round = 1; round <= 15; round++) {
    const title = `round ${round}: ${await changeShop(shop.client, random, 'bigint', round)}`;
    const build = (context.build = new BuildProcess({
      databaseUrl: shop.url,
      home: shop.home,
      flags: { incremental: true },
      pauseAt: ['find changes begins'],
    }));
    await build.paused();
    build.resume();
    await sleep(random.below(300));
    await build.kill();
    const { notes } = await buildBothWays(shop, {}, title);
    assert.ok(
      notes.every((note) => note.startsWith('Cleaned up after build ')),
      `${title}: ${notes.join()}`,
    );
  }
});
