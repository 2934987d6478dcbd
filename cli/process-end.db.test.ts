// A process exits when its command has ended, without being forced to: nothing keeps it alive after the last line.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../fixtures/suite.ts';
import { until } from '../fixtures/until.ts';
import { packageRoot } from '../sql/package-root.ts';
import { openClient } from '../sql/pool.ts';
import { type FaultShop, faultShop } from './test-support/fault-shop.ts';

const test = suite<{ shop: FaultShop }>('the end of a process', { timeout: 30_000 });
test.before(async (context) => {
  context.shop = await faultShop();
  const lines = Array.from({ length: 2_000 }, (_, n) => `${n},${n % 50},1,2026-01-01\n`);
  writeFileSync(
    path.join(context.shop.home, 'orders.csv'),
    `order_id,product_id,quantity,ordered_at\n${lines.join('')}`,
  );
});
test.after(({ shop }) => shop?.drop());

for (const args of [
  ['doctor'],
  ['recs', 'build', '--workers', '1'],
  ['recs', 'build', '--workers', '1', '--reader', 'cursor'],
  ['recs', 'export', '--output', 'lists.csv'],
  ['recs', 'evaluate'],
  ['db', 'status'],
  ['import', 'orders', 'orders.csv', '--replace'],
]) {
  test(`couture ${args.join(' ')} exits by itself`, async ({ shop: { url, home } }) => {
    const child = start(args, url, home);
    let [stdout, stderr] = ['', ''];
    child.stdout!.on('data', (chunk) => (stdout += chunk));
    child.stderr!.on('data', (chunk) => (stderr += chunk));
    try {
      const [code] = await once(child, 'close');
      assert.is(code, 0, stderr + stdout);
      assert.not.match(stderr, /kept alive/);
    } finally {
      child.kill('SIGKILL');
    }
  });
}

for (const args of [['doctor'], ['db', 'status'], ['db', 'migrate'], ['recs', 'status']]) {
  test(`couture ${args.join(' ')} ends when it is interrupted while it waits for a table`, async ({
    shop: { url, home, client },
  }) => {
    const holder = await openClient(url);
    await holder.query('begin; lock table couture.build, couture.migration in access exclusive mode');
    const child = start(args, url, home);
    let stderr = '';
    child.stderr!.on('data', (chunk) => (stderr += chunk));
    try {
      const blocked = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await until(async () => (await client.query(blocked)).rowCount! > 0, 'the command to wait');
      child.kill('SIGTERM');
      assert.equal(await once(child, 'close'), [1, null]);
      assert.match(stderr, 'Stopped by SIGTERM');
    } finally {
      child.kill('SIGKILL');
      await holder.end();
    }
  });
}

function start(args: readonly string[], url: string, home: string): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: home,
    env: { PATH, DATABASE_URL: url, COUTURE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
