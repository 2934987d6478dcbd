// `couture customer erase` is killed in the middle: nothing is erased, and the next attempt erases everything.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../../fixtures/suite.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import { type Client, inTransaction, openClient } from '../../../sql/pool.ts';
import { everything, ida, leaveData, personShop, rowsWith, traces } from '../../test-support/person-shop.ts';

const test = suite('a killed erasure');

test('kill -9 between two tables erases nothing, and the next attempt erases everything', async () => {
  const database = await personShop();
  const client = await openClient(database.url);
  const home = await mkdtemp(path.join(os.tmpdir(), 'couture-killed-'));
  const erase = () =>
    spawn(
      process.execPath,
      [path.join(packageRoot, 'bin', 'couture.js'), 'customer', 'erase', ida.id, '--yes', '--json'],
      {
        cwd: home,
        env: { PATH: process.env.PATH, DATABASE_URL: database.url, COUTURE_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  try {
    await leaveData(client);
    const before = await everything(client);
    await inTransaction(client, async () => {
      // Chats, subscriptions and events are erased before this row.
      await client.query('select from couture.customer_key where customer_id = $1 for update', [ida.id]);
      const killed = erase();
      const ended = once(killed, 'close');
      await untilSession(database.url, `wait_event_type = 'Lock'`, 1);
      killed.kill('SIGKILL');
      await ended;
    });
    await untilSession(database.url, 'true', 0);
    assert.equal(await everything(client), before);

    const second = erase();
    let [stdout, stderr] = ['', ''];
    second.stdout!.on('data', (chunk) => (stdout += chunk));
    second.stderr!.on('data', (chunk) => (stderr += chunk));
    const [code] = await once(second, 'close');
    assert.is(code, 0, stderr);
    const { reference } = JSON.parse(stdout);
    const audit = JSON.parse(stderr.split('\n').find((line) => line.includes('"audit"'))!);
    assert.equal([audit.audit, audit.object], ['customer_erased', reference]);
    assert.equal(rowsWith(new Map([['the log', stderr.split('\n')]]), traces), []);
    assert.equal(rowsWith(await everything(client), [ida.id]), []);
  } finally {
    await client.end();
    await database.drop();
    await rm(home, { recursive: true, force: true });
  }
});

/** Waits until so many sessions of the command are in this condition. */
async function untilSession(url: string, condition: string, sessions: number): Promise<void> {
  const watcher: Client = await openClient(url);
  try {
    for (;;) {
      const { rows } = await watcher.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where datname = current_database() and application_name = 'couture customer erase' and ${condition}`,
      );
      if (rows[0]!.n === sessions) return;
      await delay(50);
    }
  } finally {
    await watcher.end();
  }
}
