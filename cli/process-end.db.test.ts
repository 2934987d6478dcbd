// A process exits when its command has ended, without being forced to: nothing keeps it alive after the last line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../fixtures/suite.ts';
import { packageRoot } from '../sql/package-root.ts';
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
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
      cwd: home,
      env: { PATH, DATABASE_URL: url, COUTURE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    try {
      const [code] = await once(child, 'close');
      assert.is(code, 0, stderr + stdout);
      assert.not.match(stderr, /kept alive/);
    } finally {
      child.kill('SIGKILL');
    }
  });
}
