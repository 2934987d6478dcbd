// Kept lines that are damaged, or that another reader has kept: the next incremental build equals a full one and says why.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadChangingShop } from '../test-support/changing-shop.ts';
import { buildBothWays, type IncrementalShop } from '../test-support/incremental-builds.ts';
import { keptFolder } from './publish/housekeeping.ts';
import { sealed } from './source/kept/manifest.ts';

interface Context extends DatabaseContext {
  home: string;
  shop: IncrementalShop;
}

const test = databaseSuite<Context>('damaged lines of incremental builds', {
  migrated: true,
  timeout: 120_000,
});

test.beforeEach(async (context) => {
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-incremental-'));
  const { home, client, database } = context;
  context.shop = { url: database.url, home, client };
});
test.afterEach(async ({ home }) => rm(home, { recursive: true, force: true }));

const damages: ReadonlyArray<readonly [title: string, damage: (folder: string) => void, reason: RegExp]> = [
  ['a flipped byte of a line', (folder) => flip(path.join(folder, 'lines-1'), 5), /lines-1 is damaged\.$/],
  ['a flipped length of a run', (folder) => flip(path.join(folder, 'lines-1'), 27), /lines-1 is damaged\.$/],
  [
    'a flipped byte of an id',
    (folder) => flip(path.join(folder, 'customers-1'), 6),
    /customers-1 is damaged\.$/,
  ],
  [
    'a truncated file',
    (folder) => truncateSync(path.join(folder, 'products-1'), 10),
    /products-1 has 10 bytes instead of \d+\.$/,
  ],
  [
    'a manifest of another version',
    (folder) => rewrite(folder, { couture: '9.9.9' }),
    /couture 9\.9\.9 kept them/,
  ],
  ['a manifest of another format', (folder) => rewrite(folder, { format: 99 }), /format 99/],
  ['a manifest of another database', (folder) => rewrite(folder, { source: '[]' }), /another database/],
  [
    'a manifest that is cut off',
    (folder) => truncateSync(path.join(folder, 'manifest.json'), 500),
    /damaged/,
  ],
  ['an empty manifest', (folder) => truncateSync(path.join(folder, 'manifest.json'), 0), /damaged/],
];
for (const [title, damage, reason] of damages) {
  test(`${title}: all lines are read, and the build says why`, async ({ shop }) => {
    await loadChangingShop(shop.client, 4, 'text');
    await buildBothWays(shop, {}, 'first');
    const folder = keptFolder(shop.home, shop.url);
    damage(folder);
    await shop.client.query(`update tiny.product set price = price + 1`);
    const { notes } = await buildBothWays(shop, {}, title);
    assert.is(notes.length, 1, notes.join());
    assert.match(notes[0]!, /^Reading all order lines: /);
    assert.match(notes[0]!, reason);
    await shop.client.query(`update tiny.product set price = price + 1`);
    assert.equal((await buildBothWays(shop, {}, 'repaired')).notes, []);
  });
}

test('damaged comparisons of products: all are compared, and the build says why', async ({ shop }) => {
  await loadChangingShop(shop.client, 8, 'text');
  await buildBothWays(shop, {}, 'first');
  const folder = keptFolder(shop.home, shop.url);
  for (const name of ['alike-words', 'alike-names']) {
    truncateSync(path.join(folder, name), 50);
    await shop.client.query(`update tiny.product set price = price + 1`);
    const { notes } = await buildBothWays(shop, {}, name);
    assert.equal(notes, [`Comparing all products: ${name} is damaged.`]);
  }
  await shop.client.query(`update tiny.product set price = price + 1`);
  assert.equal((await buildBothWays(shop, {}, 'repaired')).notes, []);
});

test('the cursor reads the same as COPY, and keeps the same', async ({ shop }) => {
  await loadChangingShop(shop.client, 7, 'text');
  await buildBothWays(shop, { reader: 'cursor' }, 'first');
  await shop.client.query(`delete from tiny.order_line where order_id = 'o5'`);
  await buildBothWays(shop, { reader: 'cursor' }, 'second');
  await buildBothWays(shop, { reader: 'copy', top: 9 }, 'third');
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0x40;
  writeFileSync(file, bytes);
}

function rewrite(folder: string, change: object): void {
  const file = path.join(folder, 'manifest.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, sealed(JSON.stringify({ ...JSON.parse(text.slice(text.indexOf('\n'))), ...change })));
}
