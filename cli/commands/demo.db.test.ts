// The first command of a newcomer: an empty folder in, recommendations on the screen out; and again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { loadTinyShop, tinyShop } from '../../fixtures/tiny-shop.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { openClient } from '../../sql/pool.ts';

interface Context {
  database: TestDatabase;
  folder: string;
}

const test = suite<Context>('couture demo');

test.beforeEach(async (context) => {
  context.database = await testDatabase();
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-demo-'));
});
test.afterEach(async ({ database, folder }) => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function demo(context: Context, env: Record<string, string>, ...args: string[]) {
  return demoThen(context, env, args);
}

/** Runs the demo; once it serves, calls `visit`, then stops the demo. */
async function demoThen(
  { folder }: Context,
  env: Record<string, string>,
  args: string[],
  visit?: (url: string) => Promise<void>,
) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), 'demo', ...args], {
    cwd: folder,
    env: { PATH, HOME, COUTURE_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  let visited: Promise<void> | undefined;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    const url = /Serving at (http:\S+);/.exec(stdout)?.[1];
    if (url && visit) visited ??= visit(url).finally(() => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  await visited;
  return { code: code as number | null, stdout, stderr };
}

test('without settings, the demo starts Postgres, loads a shop, builds and shows it; and can run again', async (context) => {
  const seen: number[] = [];
  const first = await demoThen(context, { COUTURE_PORT: '0', COUTURE_DRAIN: '0' }, [], async (url) => {
    for (const path of [
      '/api/recommendations/similar/1',
      '/demo/sign-in',
      '/product/1',
      '/pictures/1.svg',
      '/',
    ])
      seen.push((await fetch(url + path)).status);
  });
  assert.equal(seen, [200, 200, 200, 200, 200]);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stderr, 'Setting up Postgres');
  const { stdout } = first;
  for (const words of [
    /Dress.*\(product \d+\)\nDresses · /,
    '\nBought together\n',
    /bought together in \d+ orders/,
  ])
    assert.match(stdout, words);
  for (const words of [
    /\(customer \d+\)/,
    /because you bought [A-Z]/,
    '\nTrending\n',
    'rising',
    'npx couture connect postgresql://',
  ])
    assert.match(stdout, words);
  const second = await demo(context, {}, '--no-serve');
  assert.is(second.code, 0, second.stderr);
  assert.match(second.stdout, 'Using the existing shop');
  assert.not.match(second.stderr, 'Setting up Postgres');
  assert.match(second.stdout, 'Build 2 is published');
});

test('with DATABASE_URL, the demo uses that database; --json prints one object', async (context) => {
  const { code, stdout, stderr } = await demo(context, { DATABASE_URL: context.database.url }, '--json');
  assert.is(code, 0, stderr);
  const shown = JSON.parse(stdout);
  assert.equal(Object.keys(shown), ['build', 'product', 'customer', 'trending']);
  assert.is(shown.build.state, 'published');
  assert.match(shown.product.product.category, /dress/i);
  assert.is(shown.product.lists.bought_together.length, 5);
  assert.is(shown.product.lists.bundle.length, 3);
  assert.ok(shown.customer.watch_list.length > 0 && shown.customer.purchases.length > 0);
  const reasons = new Set<number>(
    shown.customer.lists.personalized
      .filter((entry: { because_id: number | null }) => entry.because_id !== null)
      .map((entry: { because_id: number }) => entry.because_id),
  );
  assert.ok(reasons.size >= 3, 'a customer with several reasons');
  // The demo shows only the newest purchases; a product may be recommended again because of an older one.
  const client = await openClient(context.database.url);
  const { rows } = await client
    .query<{ id: number }>(
      `select product_id::int as id from couture_source.order_line where customer_id = $1
       union select product_id::int from couture_source.watchlist where customer_id = $1`,
      [shown.customer.customer.id],
    )
    .finally(() => client.end());
  const own = new Set(rows.map(({ id }) => id));
  for (const id of reasons)
    assert.ok(own.has(id), `product ${id} is a reason, and was never bought or watched`);
});

test('demo sign-in is off where strangers could reach it', async (context) => {
  const secret = 'the secret of a shop, of 32 letters and more';
  const seen: Record<string, unknown> = {};
  const env = { DATABASE_URL: context.database.url, COUTURE_JWT_SECRET: secret, COUTURE_PORT: '0' };
  const { code, stdout, stderr } = await demoThen(
    context,
    { ...env, COUTURE_DRAIN: '0' },
    [],
    async (url) => {
      const choice = { method: 'POST', body: new URLSearchParams({ sub: 'anybody', role: 'admin' }) };
      seen.page = (await fetch(`${url}/demo/sign-in`)).status;
      seen.choice = (await fetch(`${url}/demo/sign-in`, choice)).headers.get('Set-Cookie');
      const facts = (await (await fetch(`${url}/api/shop`)).json()) as { sign_in_url: string | null };
      seen.link = facts.sign_in_url;
      seen.keys = existsSync(path.join(context.folder, '.couture', 'vapid.json'));
    },
  );
  assert.is(code, 0, stderr);
  // The sample shop itself, but on a Postgres that is not the embedded one of this home.
  assert.equal(seen, { page: 404, choice: null, link: null, keys: false });
  assert.match(stdout, 'Demo sign-in is off');
});

test('an existing shop is used and left unchanged, however small', async (context) => {
  const client = await openClient(context.database.url);
  try {
    await loadTinyShop(client, tinyShop);
    const { code, stdout, stderr } = await demo(
      context,
      { DATABASE_URL: context.database.url },
      '--no-serve',
    );
    assert.is(code, 0, stderr);
    assert.match(stdout, 'Using the existing shop');
    assert.match(stdout, '\nTrending\n');
    const { rows } = await client.query(`select to_regnamespace('shop') is null as untouched`);
    assert.equal(rows, [{ untouched: true }]);
  } finally {
    await client.end();
  }
});
