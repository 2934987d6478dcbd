// The buses: what one process says the others hear, by Postgres and by Redis; lost and deaf connections are noticed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { type Client, openClient, openPool, type Pool } from '../../../sql/pool.ts';
import { openLog } from '../../core/log.ts';
import { Bus, type BusInbox, type OpenTransport } from './bus.ts';
import { type News, packWakes, unpackWakes, type Wake } from './bus-payload.ts';
import { chatListenerName, postgresBus } from './postgres-bus.ts';
import { redisBus } from './redis-bus.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pool: Pool;
}
const test = suite<Context>('the bus');
test.before(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
  context.pool = openPool(context.database.url, { max: 2 });
});
test.after(async (context) => {
  await context.pool?.end();
  await context.client?.end();
  await context.database?.drop();
});

const log = openLog('silent');
const session = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

class Ear {
  readonly wakes: Wake[] = [];
  readonly news: News[] = [];
  gaps = 0;
  readonly bus = new Bus(
    {
      onWake: (wakes) => void this.wakes.push(...wakes),
      onNews: (news) => void this.news.push(news),
      onGap: () => void this.gaps++,
    },
    log,
  );
}

/** What must hold of every transport. */
async function speaks(transport: OpenTransport): Promise<void> {
  const [one, other] = [new Ear(), new Ear()];
  try {
    await Promise.all([one.bus.open(transport), other.bus.open(transport)]);
    for (let seq = 1; seq <= 50; seq++) one.bus.wake({ sessionId: session(1), seq, changed: seq === 20 });
    one.bus.tell({ kind: 'who', session: session(2) });
    await until(() => other.news.length > 0, 'the other one to hear');
    assert.equal(
      other.wakes,
      [{ sessionId: session(1), seq: 50, changed: true }],
      'many wakes of a chat are one',
    );
    assert.equal([one.wakes, one.news], [[], []], 'nobody hears themselves');
    for (let n = 0; n < 3_000; n++) other.bus.wake({ sessionId: session(n), seq: n + 1, changed: false });
    await until(() => one.wakes.length === 3_000, 'all of many');
    assert.ok(other.bus.sent <= 25, `${other.bus.sent} payloads for 3,000 wakes`);
  } finally {
    await one.bus.close();
    await other.bus.close();
  }
}

test('payloads keep within their length, and what does not fit them is left out', () => {
  const wakes = Array.from({ length: 500 }, (_, n) => ({
    sessionId: session(n),
    seq: n,
    changed: n % 2 === 0,
  }));
  const news: News[] = [{ kind: 'typing', session: session(1), side: 'staff', name: 'Ä\n', on: true }];
  const payloads = packWakes('me', wakes, news, 7_900);
  assert.ok(payloads.length > 1 && payloads.every((each) => Buffer.byteLength(each) <= 7_900));
  const read = payloads.map(unpackWakes);
  assert.equal(
    read.flatMap((each) => each.wakes),
    wakes,
  );
  assert.equal(
    read.flatMap((each) => each.news),
    news,
  );
  const hostile = unpackWakes(`x\nnonsense\n{"kind":"typing"}\n{\n1:2\n${session(1)}:3`);
  assert.equal([hostile.wakes.length, hostile.news], [1, []]);
});

test('over Postgres processes hear each other', ({ database, pool }) =>
  speaks(postgresBus({ url: database.url, pool, log })));

test('a listening connection that is cut comes back, and says that there was a gap', async (context) => {
  const { database, pool, client } = context;
  const [one, other] = [new Ear(), new Ear()];
  const transport = postgresBus({ url: database.url, pool, log, beat: 200 });
  await Promise.all([one.bus.open(transport), other.bus.open(transport)]);
  const { gaps } = other;
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [chatListenerName],
  );
  await until(() => other.gaps > gaps && one.gaps > 0, 'the gap');
  one.bus.wake({ sessionId: session(7), seq: 1, changed: false });
  await until(() => other.wakes.length > 0, 'the wake after it');
  await one.bus.close();
  await other.bus.close();
});

test('a connection that answers and hears nothing is made anew', async ({ database, pool, client }) => {
  const ear = new Ear();
  await ear.bus.open(postgresBus({ url: database.url, pool, log, beat: 100 }));
  const pids = async () => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
      [chatListenerName],
    );
    return rows.map((row) => row.pid);
  };
  const before = await pids();
  await until(() => ear.gaps > 0, 'the first connection');
  // As behind a pooler: queries are answered, and notifications go nowhere.
  await client.query(`
    create schema deaf;
    create function deaf.pg_notify(text, text) returns void language sql as 'select';
    alter database "${client.database}" set search_path = deaf, pg_catalog, public`);
  await client.query('select pg_terminate_backend($1)', [before[0]]);
  const { gaps } = ear;
  // Connections from now on notify nobody: each is given up after its second beat.
  await until(() => ear.gaps >= gaps + 3, 'it to be given up again and again');
  await client.query(`alter database "${client.database}" reset search_path`);
  await delay(600);
  const now = ear.gaps;
  await delay(500);
  assert.ok(ear.gaps <= now + 1, 'and it stays when it hears again');
  await ear.bus.close();
});

test('what could not be sent is sent when it can be', async () => {
  let broken = true;
  const payloads: string[] = [];
  const [one] = [new Ear()];
  await one.bus.open(async () => ({
    longest: 1_000,
    send: async (payload) => {
      if (broken) throw new Error('away');
      payloads.push(payload);
    },
    close: async () => {},
  }));
  one.bus.wake({ sessionId: session(1), seq: 4, changed: false });
  await delay(50);
  one.bus.wake({ sessionId: session(1), seq: 5, changed: false });
  broken = false;
  await until(() => payloads.length > 0, 'the second attempt');
  assert.equal(unpackWakes(payloads[0]!).wakes, [{ sessionId: session(1), seq: 5, changed: false }]);
  await one.bus.close();
});

/** A Redis of the test's own. */
async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  await until(() => said.includes('Ready to accept connections'), 'Redis to start');
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (hasRedis()) {
  test('over Redis processes hear each other, also after their connections were cut', async () => {
    const redis = await startRedis();
    const [one, other] = [new Ear(), new Ear()];
    try {
      await speaks(redisBus({ url: redis.url, log }));
      const transport = redisBus({ url: redis.url, log, beat: 200 });
      await Promise.all([one.bus.open(transport), other.bus.open(transport)]);
      const { gaps } = other;
      for (const type of ['pubsub', 'normal'])
        execFileSync('redis-cli', ['-u', redis.url, 'client', 'kill', 'type', type], { stdio: 'ignore' });
      await until(() => other.gaps > gaps, 'the gap');
      one.bus.wake({ sessionId: session(7), seq: 1, changed: false });
      await until(() => other.wakes.length > 0, 'the wake after it');
    } finally {
      await one.bus.close();
      await other.bus.close();
      await redis.stop();
    }
  });
} else {
  test.skip('over Redis: no redis-server is installed here');
}

test('a Redis that is not there is said at the start', async () => {
  const inbox: BusInbox = { heard: () => {}, gap: () => {} };
  const port = await freePort();
  const error = await rejects(
    () => redisBus({ url: `redis://127.0.0.1:${port}`, log })(inbox),
    /cannot be reached/,
  );
  assert.is((error as { code?: string }).code, 'redis_unreachable');
});
