// The written tables are the same bytes for any number of threads, any memory and either reader; and a process that builds
// again and again holds no buffers of the builds before.

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { buildInManyWays } from '../test-support/same-bytes.ts';

interface Context extends DatabaseContext {
  home: string;
}

const test = databaseSuite<Context>('the same bytes', { migrated: true, timeout: 600_000 });

test.beforeEach(async (context) => {
  context.home = await mkdtemp(path.join(os.tmpdir(), 'couture-bytes-'));
});
test.afterEach(async ({ home }) => rm(home, { recursive: true, force: true }));

const ways = [
  { workers: 2 },
  { workers: 4 },
  { workers: 1, memory: '1m' },
  { workers: 3, memory: '256k', reader: 'cursor' },
  { workers: 2, reader: 'cursor' },
] as const;

for (const [name, size] of [
  ['short histories', { orders: 2_000, products: 250, customers: 450 }],
  ['long histories', { orders: 2_500, products: 150, customers: 25 }],
] as const) {
  test(`${name}: any number of threads, any memory, either reader`, async ({ client, database, home }) => {
    const { first, others, otherSeed } = await buildInManyWays(
      { client, home, url: database.url },
      size,
      ways,
    );
    for (const [at, hashes] of others.entries()) assert.equal(hashes, first, JSON.stringify(ways[at]));
    assert.not.equal(otherSeed, first, 'another seed samples others');
  });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of array buffers, shared ones too. */
const buffers = () => process.memoryUsage().arrayBuffers;

test('a process that builds again holds no buffers of the build before', async ({
  client,
  database,
  home,
}) => {
  await generateShop(client, { orders: 10_000, products: 500, customers: 900, seed: 3 });
  await initPreset(client, 'sample');
  let peak = 0;
  const display = {
    stage: () => ({ update() {}, end: () => void (peak = Math.max(peak, buffers())) }),
  };
  const build = () => buildHere({ url: database.url, home }, { flags: { workers: 2 }, display });
  // What is made once per process, such as tables of constants, is made by the first build.
  await build();
  collect();
  const before = buffers();
  peak = 0;
  await build();
  const slack = 500_000;
  assert.ok(peak > 4 * slack, `a build must need more than ${4 * slack} bytes: ${peak}`);
  await until(() => {
    collect();
    return buffers() < before + slack;
  }, `the buffers of the build to be released: ${before} before, ${peak} during it, ${buffers()} now`);
});
