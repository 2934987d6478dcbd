// Every command that loses its Postgres sessions reports the lost connection and exits with 1, never with Node's 13.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '../fixtures/suite.ts';
import { addPair } from '../runtime/push/vapid-keys.ts';
import { packageRoot } from '../sql/package-root.ts';
import { type Client, openClient } from '../sql/pool.ts';
import { type FaultShop, faultShop } from './test-support/fault-shop.ts';

interface Context {
  shop: FaultShop;
  /** Terminates the sessions of the command. */
  killer: Client;
}

const test = suite<Context>('a command that loses Postgres', { timeout: 90_000 });

test.before(async (context) => {
  const shop = (context.shop = await faultShop());
  context.killer = await openClient(shop.url);
  addPair({ home: shop.home });
  await shop.client.query(
    `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics)
     values ('https://push.example/a', 'https://push.example', 'p', 'a', '1', 'k', '{news,orders}')`,
  );
  writeFileSync(
    path.join(shop.home, 'orders.csv'),
    `order_id,product_id,quantity,ordered_at\n${'1,2,1,2026-01-01\n'.repeat(1_000)}`,
  );
});
test.after(async ({ shop, killer }) => {
  await killer?.end();
  await shop?.drop();
});

/** A table whose lock blocks the command, and the command line. */
const commands: ReadonlyArray<readonly [table: string, ...args: string[]]> = [
  ['shop.product', 'recs', 'build'],
  ['shop.order_line', 'recs', 'build'],
  ['shop.order_line', 'recs', 'build', '--reader', 'cursor'],
  ['shop.watchlist', 'recs', 'build'],
  ['couture.product_key', 'recs', 'export', '--output', 'lists.csv'],
  ['shop.product', 'recs', 'evaluate'],
  ['shop.order_line', 'recs', 'evaluate'],
  ['shop.order_line', 'recs', 'tune', '--budget', '1m'],
  ['couture.recommendation_event', 'recs', 'report'],
  ['couture.build', 'recs', 'list'],
  ['couture.build', 'recs', 'status'],
  ['shop.product', 'recs', 'inspect', '1'],
  ['couture.build', 'recs', 'prune'],
  ['couture.build', 'recs', 'rollback'],
  ['couture.curation', 'recs', 'curation'],
  ['couture.build', 'db', 'status'],
  ['couture.chat_session', 'chat', 'export', '6f0c5c2e-4b1e-4f4e-9a53-0f3c1f4f6a10'],
  ['couture.chat_session', 'chat', 'purge', '--older-than', '365d'],
  ['couture.push_subscription', 'push', 'segments'],
  ['couture.push_subscription', 'push', 'send', '--title', 'a', '--body', 'b', '--all', '--dry-run'],
  ['couture.push_campaign', 'push', 'status'],
  ['couture.push_subscription', 'push', 'prune'],
  ['couture.push_subscription', 'push', 'test', '--user', '1'],
  ['couture.revoked_subject', 'auth', 'revoke', '1'],
  ['couture.product_key', 'import', 'orders', 'orders.csv', '--replace'],
];

for (const [table, ...args] of commands) {
  test(`couture ${args.join(' ')}, blocked on ${table}`, async ({ shop, killer }) => {
    await shop.client.query(`begin; lock table ${table} in access exclusive mode`);
    const child = start(shop, args);
    const outcome = outcomeOf(child);
    try {
      await Promise.race([untilBlocked(killer), outcome]);
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> all ($1)`,
        [[pidOf(shop.client), pidOf(killer)]],
      );
      const { code, stderr } = await outcome;
      assert.is(code, 1, stderr);
      assert.match(stderr, /error: The connection to Postgres was lost: /);
      assert.not.match(stderr, /kept alive|unsettled|\n {4}at /);
    } finally {
      child.kill('SIGKILL');
      await shop.client.query('rollback');
    }
  });
}

test('couture recs schedule logs the error of a build that lost Postgres', async ({ shop, killer }) => {
  await shop.client.query('begin; lock table shop.product in access exclusive mode');
  const child = start(shop, ['recs', 'schedule', '--cron', '0 3 1 1 *', '--run-now']);
  const outcome = outcomeOf(child);
  try {
    await untilBlocked(killer);
    await killer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> all ($1)`,
      [[pidOf(shop.client), pidOf(killer)]],
    );
    let said = '';
    for await (const chunk of child.stderr!) if ((said += chunk).includes('run failed')) break;
    assert.match(said, /"exit":1,.*"error":"The connection to Postgres was lost: /);
  } finally {
    child.kill('SIGTERM');
    await shop.client.query('rollback');
  }
  await outcome;
});

const pidOf = (client: Client) => (client as unknown as { processID: number }).processID;

function start({ url, home }: FaultShop, args: readonly string[]) {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: home,
    env: { PATH, DATABASE_URL: url, COUTURE_HOME: home, COUTURE_WORKERS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcomeOf(child: ReturnType<typeof start>): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

/** Waits until a session of the command is blocked on a lock. */
async function untilBlocked(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
}
