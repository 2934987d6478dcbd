import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { isAlive, liveLeases, newId, withLock, writeLease } from './lease.ts';

const test = suite<{ folder: string }>('embedded-lease');
const MODULE = new URL('./lease.js', import.meta.url).href;

test.beforeEach(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'couture-lease-'));
});
test.afterEach(({ folder }) => rm(folder, { recursive: true, force: true }));

test('an id is alive as long as its process; a reused pid does not count', async () => {
  const id = newId();
  assert.ok(isAlive(id));
  const [pid, , n] = id.split('-');
  assert.not(isAlive(`${pid}-1b00000000-${n}`), 'same pid, different start time');
  assert.not(isAlive(await idOfEndedProcess()));
  assert.not(isAlive('a name that is no id'));
});

test('only leases of live processes count, and stale ones are removed', async ({ folder }) => {
  const mine = await writeLease(folder);
  await writeFile(join(folder, await idOfEndedProcess()), '');
  const live = await liveLeases(folder);
  assert.equal(
    live.map((name) => join(folder, name)),
    [mine],
  );
  assert.equal(await readdir(folder), live);
});

test('only one caller holds the lock at a time, across processes', async ({ folder }) => {
  // Each adds 1 by reading, pausing and writing; without the lock, updates would be lost.
  const counter = join(folder, 'counter');
  await writeFile(counter, '0');
  const code = `
    import { readFile, writeFile } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    const { withLock } = await import(${JSON.stringify(MODULE)});
    await Promise.all(Array.from({ length: 8 }, () => withLock(${JSON.stringify(join(folder, 'lock'))}, async () => {
      const value = Number(await readFile(${JSON.stringify(counter)}, 'utf8'));
      await sleep(2);
      await writeFile(${JSON.stringify(counter)}, String(value + 1));
    })));`;
  const children = Array.from({ length: 6 }, () => run(code));
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  assert.equal(codes, [0, 0, 0, 0, 0, 0]);
  assert.is(await readFile(counter, 'utf8'), '48');
  assert.equal(await readdir(join(folder, 'lock')), [], 'no tickets remain');
});

test('the lock of a killed process is released', async ({ folder }) => {
  const child = run(`
    const { withLock } = await import(${JSON.stringify(MODULE)});
    await withLock(${JSON.stringify(folder)}, () => new Promise(() => { console.log('in'); setInterval(() => {}, 1000); }));`);
  await once(child.stdout!, 'data');
  let entered = false;
  const waiting = withLock(folder, async () => {
    entered = true;
  });
  await sleep(100);
  assert.not(entered, 'held while its owner is alive');
  child.kill('SIGKILL');
  await waiting;
  assert.ok(entered);
});

test('an abort signal ends the wait for the lock and lets the next waiter in', async ({ folder }) => {
  const abort = new AbortController();
  await withLock(folder, async () => {
    const waiting = withLock(folder, async () => assert.unreachable('must not enter'), {
      signal: abort.signal,
    });
    abort.abort(new Error('aborted by the test'));
    await rejects(() => waiting, /aborted by the test/);
  });
  await withLock(folder, async () => {});
  assert.equal(await readdir(folder), []);
});

test('the lock is released when the work throws', async ({ folder }) => {
  await rejects(
    () =>
      withLock(folder, async () => {
        throw new Error('work failed');
      }),
    /work failed/,
  );
  await withLock(folder, async () => {});
});

function run(code: string) {
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function idOfEndedProcess(): Promise<string> {
  const child = run(`console.log((await import(${JSON.stringify(MODULE)})).newId())`);
  let id = '';
  child.stdout!.on('data', (chunk) => {
    id += chunk;
  });
  await once(child, 'close');
  return id.trim();
}
