// Failures of the machine: no disk space for spill files, and threads that die.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  faultShop,
  listTablesOf,
  spillFiles,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { spillFolder } from '../publish/housekeeping.ts';
import { partitionCount } from '../source/basket-log.ts';
import type { StageDisplay } from '../stage-clock.ts';

const test = suite<{ shop: FaultShop }>('a build whose disk or threads fail');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(({ shop }) => shop.drop());

/** Runs `fault` as a stage begins. */
function when(stage: string, fault: () => void): StageDisplay {
  return {
    stage(name) {
      if (name === stage) fault();
      return { update() {}, end() {} };
    },
  };
}

async function failsCleanly(
  shop: FaultShop,
  display: StageDisplay | undefined,
  code: string,
  message: RegExp,
): Promise<void> {
  const before = await whatIsServed(shop.client);
  const thrown = await rejects(
    () => buildHere(shop, { flags: { memory: '1m' }, ...(display && { display }) }),
    (error) => error instanceof CoutureError && error.code === code,
  );
  assert.match(thrown.message, message);
  assert.equal(await buildStates(shop.client), { 1: 'published', 2: 'failed' });
  assert.equal(await listTablesOf(shop.client, 2), []);
  assert.equal(await whatIsServed(shop.client), before);
}

test('a spill folder that cannot be created fails with a clear message', async ({ shop }) => {
  await writeFile(join(shop.home, 'spill'), 'a file in its place');
  await failsCleanly(
    shop,
    undefined,
    'spill_failed',
    /Cannot spill order lines to .+spill: (ENOTDIR|EEXIST)/,
  );
});

test('a full disk while reading order lines fails with a clear message', async ({ shop }) => {
  const folder = spillFolder(shop.home, shop.url, 2);
  const display = when('read order lines', () => {
    mkdirSync(folder, { recursive: true });
    for (let at = 0; at < partitionCount; at++) symlinkSync('/dev/full', join(folder, `runs-${at}`));
  });
  await failsCleanly(shop, display, 'spill_failed', /ENOSPC: no space left on device/);
  assert.equal(await spillFiles(shop.home), []);
});

test('a full disk in a worker thread fails with the same message', async ({ shop }) => {
  const folder = spillFolder(shop.home, shop.url, 2);
  const display = when('group baskets', () => {
    for (let at = 0; at < partitionCount; at++) symlinkSync('/dev/full', join(folder, `baskets-${at}`));
  });
  await failsCleanly(shop, display, 'spill_failed', /ENOSPC: no space left on device/);
  assert.equal(await spillFiles(shop.home), []);
});

test('spill files that vanish fail with the same message', async ({ shop }) => {
  const folder = spillFolder(shop.home, shop.url, 2);
  const display = when('count orders', () => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });
  await failsCleanly(shop, display, 'spill_failed', /ENOENT/);
});

test('spill files of other databases in the same home are kept, stale ones are removed', async ({ shop }) => {
  const theirs = spillFolder(shop.home, 'postgresql://elsewhere/shop', 2);
  const stale = spillFolder(shop.home, shop.url, 77);
  for (const folder of [theirs, stale]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'runs-0'), 'lines');
  }
  await buildHere(shop, { flags: { memory: '1m' } });
  const left = relative(join(shop.home, 'spill'), theirs);
  assert.equal(await spillFiles(shop.home), [left, join(left, 'runs-0')]);
});

test('an unavailable engine is rejected before the build changes anything', async ({ shop }) => {
  const error = await rejects(
    () => buildHere(shop, { flags: { engine: 'spark', sparkHome: '/nowhere' } }),
    (thrown) => (thrown as CoutureError).code === 'engine_unavailable',
  );
  assert.match(error.message, '/nowhere');
  assert.equal(await buildStates(shop.client), { 1: 'published' });
});

test('a thread that runs out of memory rejects its tasks with a hint, and the process lives', async () => {
  const pool = new URL('../engines/local/thread-pool.js', import.meta.url).href;
  // By small pieces: one array that doubles asks at once for more than there is, and then Node itself may give up.
  const worker = `import { serveTasks } from '${pool}'; serveTasks({ eat() { for (let all; ; ) all = [all]; } });`;
  const script = `import { ThreadPool } from '${pool}';
    const threads = new ThreadPool(new URL('data:text/javascript,${encodeURIComponent(worker).replaceAll("'", '%27')}'), 2);
    await threads.run('eat').catch(({ code, message }) => console.log(code, message));
    await threads.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=40',
    '--input-type=module',
    '--eval',
    script,
  ]);
  assert.is(stdout, 'worker_failed A worker thread ran out of memory; use a lower --memory\n');
});
