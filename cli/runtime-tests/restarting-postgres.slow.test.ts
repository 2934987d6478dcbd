// Postgres restarts every 20 s while a shop builds, serves, chats, takes orders, sends a campaign and keeps a schedule:
// nothing is lost, nothing happens twice, no process hangs. `COUTURE_RESTART_SECONDS` sets the length.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { queryDatabase } from '../../fixtures/database.ts';
import { loadSampleShop } from '../../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../../fixtures/sample/sample-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { openClient } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { ChatProcess } from '../test-support/chat-processes.ts';
import { openParticipants, settle, writeAll } from '../test-support/participants.ts';
import { pushShop } from '../test-support/push-shop.ts';
import { RestartablePostgres } from '../test-support/restartable-postgres.ts';
import { buildAgain } from '../test-support/sample-server.ts';

const seconds = Number(process.env.COUTURE_RESTART_SECONDS ?? 25);
const interval = 20;
const test = suite('Postgres that restarts again and again', { timeout: (seconds + 600) * 1_000 });

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  log: string;
}

function start(env: Record<string, string>, ...args: string[]): Run {
  const child = spawn(process.execPath, [path.join(packageRoot, 'bin', 'couture.js'), ...args], {
    cwd: '/',
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const run: Run = { child, ended: once(child, 'close').then(([code]) => code as number | null), log: '' };
  child.stderr!.on('data', (chunk) => (run.log += chunk));
  return run;
}

/** Builds as soon as the schedule, which builds each minute, lets go of the lock. */
function buildBetween(databaseUrl: string): Promise<number> {
  return until(
    () =>
      buildAgain(databaseUrl).catch((error) => {
        if (error.code !== 'build_locked') throw error;
        return 0;
      }),
    'the lock of the build',
  );
}

/** Places an order per second, each repeated with its key until it was accepted. Returns the order of each key. */
async function order(origin: string, signal: AbortSignal): Promise<Map<string, string>> {
  const placed = new Map<string, string>();
  while (!signal.aborted) {
    const key = randomUUID();
    while (!placed.has(key)) {
      try {
        const response = await fetch(`${origin}/api/orders`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
          body: JSON.stringify({ items: [{ product_id: 3, quantity: 1 }] }),
        });
        const body = (await response.json()) as { order_id?: number };
        if (response.status <= 201) placed.set(key, String(body.order_id));
        else assert.ok([429, 503].includes(response.status), JSON.stringify(body));
      } catch (error) {
        if (!['fetch failed', 'terminated'].includes((error as Error).message)) throw error;
      }
      await delay(placed.has(key) ? 1_000 : 250);
    }
  }
  return placed;
}

test('nothing is lost, nothing happens twice, and all processes end', async () => {
  const postgres = await RestartablePostgres.start(mkdtempSync(path.join(os.tmpdir(), 'couture-restarts-')));
  const { url } = postgres;
  const client = await openClient(url);
  await loadSampleShop(client, sampleShop());
  await adoptShop(client, 'sample', {});
  await client.query('update shop.product set inventory = 1000000 where product_id = 3');
  await client.end();
  await buildAgain(url);
  const shop = await pushShop({ check: false, own: { url, drop: async () => {} } });
  const subscribers = seconds * 20;
  await shop.subscribe(Array.from({ length: subscribers }, (_, n) => String(n + 1)));
  const runtime = new ChatProcess(url, shop.env);
  const schedule = start(
    { ...shop.env },
    'recs',
    'schedule',
    '--cron',
    '* * * * *',
    '--run-now',
    '--workers',
    '1',
  );
  const stop = new AbortController();
  const exits: Record<string, number> = {};
  try {
    await runtime.start();
    const people = await openParticipants(url, runtime.url);
    // Due now: a time on the command line is at least a minute ahead.
    const words = ['--title', 'a', '--body', 'b', '--all', '--yes', '--rate', '25'];
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const sent = await shop.couture('send', ...words, '--at', later);
    assert.is(sent.code, 0, sent.stderr);
    await queryDatabase(url, 'update couture.push_campaign set starts_at = now() where journey is null');
    const orders = order(runtime.url, stop.signal);
    const builds = (async () => {
      while (!stop.signal.aborted) {
        const build = start(shop.env, 'recs', 'build', '--workers', '1', '--force');
        const code = await build.ended;
        exits[String(code)] = (exits[String(code)] ?? 0) + 1;
        // 4: the schedule is building.
        if (code === 1) assert.match(build.log, /[Pp]ostgres|connection/);
        else assert.ok(code === 0 || code === 4, `exit ${code}: ${build.log}`);
        await delay(1_000);
      }
    })();
    // A failure is reported by the `Promise.all` below, and must not end the process before.
    for (const each of [orders, builds]) each.catch(() => {});
    const end = performance.now() + seconds * 1_000;
    let restarts = 0;
    for (let second = 0; performance.now() < end; second++) {
      if (second > 0 && second % interval === 0) {
        await postgres.restart();
        restarts += 1;
      }
      writeAll(people);
      await delay(1_000);
    }
    stop.abort();
    const [placed] = await Promise.all([orders, builds]);
    await settle(people);
    for (const each of people) await each.stop();

    let campaign: Record<string, unknown> = {};
    const isDone = async () => {
      [campaign = {}] = await queryDatabase(url, 'select * from couture.push_campaign where journey is null');
      return campaign.state === 'done';
    };
    await until(isDone, 'the campaign to end', 240_000).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(campaign)}\n${runtime.log}`);
    });
    const paths = shop.server.got.map((each) => each.path);
    assert.is(new Set(paths).size, subscribers, 'every subscriber got the message');
    assert.is(paths.length, subscribers, 'and nobody twice');

    assert.is(new Set(placed.values()).size, placed.size, 'each key has an order of its own');
    const [row] = await queryDatabase<{ orders: number; left: number }>(
      url,
      `select (select count(*)::int from couture.order_request where response is not null) as orders,
         (select inventory from shop.product where product_id = 3) as left`,
    );
    assert.equal(row, { orders: placed.size, left: 1_000_000 - placed.size });

    await buildBetween(url);
    // It gives Postgres a second to respond, which a busy machine may miss.
    await until(async () => (await fetch(`${runtime.url}/readyz`)).status === 200, 'the server to be ready');
    console.log(
      JSON.stringify({ seconds, restarts, orders: placed.size, messages: paths.length, build_exits: exits }),
    );
    schedule.child.kill('SIGTERM');
    assert.is(await schedule.ended, 0, schedule.log);
    assert.is(await runtime.end('SIGTERM'), 0, runtime.log);
  } finally {
    stop.abort();
    schedule.child.kill('SIGKILL');
    await runtime.end('SIGKILL');
    await shop.close();
    await postgres.remove();
  }
});
