// The written tables are the same bytes for any number of threads, any memory and either reader.

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
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
