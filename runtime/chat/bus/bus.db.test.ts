// The bus over Postgres and over Redis: processes receive each other's payloads; lost connections, and connections that
// receive nothing, are detected.
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
import { type Invalidation, type PresenceEvent, packPayloads, unpackPayload } from './bus-payload.ts';
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

class TestProcess {
  readonly invalidations: Invalidation[] = [];
  readonly events: PresenceEvent[] = [];
  gaps = 0;
  readonly bus = new Bus(log);

  open(transport: OpenTransport): Promise<void> {
    return this.bus.open(transport, {
      onInvalidations: (invalidations) => void this.invalidations.push(...invalidations),
      onPresence: (event) => void this.events.push(event),
      onGap: () => void this.gaps++,
    });
  }
}

/** The contract that every transport must pass. */
async function assertDelivers(transport: OpenTransport): Promise<void> {
  const [one, other] = [new TestProcess(), new TestProcess()];
  try {
    await Promise.all([one.open(transport), other.open(transport)]);
    for (let seq = 1; seq <= 50; seq++)
      one.bus.invalidate({ sessionId: session(1), seq, changed: seq === 20 });
    one.bus.publish({ kind: 'who', session: session(2) });
    await until(() => other.events.length > 0, 'the other process to receive it');
    assert.equal(
      other.invalidations,
      [{ sessionId: session(1), seq: 50, changed: true }],
      'invalidations of one chat are merged',
    );
    assert.equal([one.invalidations, one.events], [[], []], 'no process receives its own payloads');
    for (let n = 0; n < 3_000; n++)
      other.bus.invalidate({ sessionId: session(n), seq: n + 1, changed: false });
    await until(() => one.invalidations.length === 3_000, 'all invalidations');
    assert.ok(other.bus.sent <= 25, `${other.bus.sent} payloads for 3,000 invalidations`);
  } finally {
    await one.bus.close();
    await other.bus.close();
  }
}

test('payloads stay within the maximum size, and invalid lines are skipped', () => {
  const invalidations = Array.from({ length: 500 }, (_, n) => ({
    sessionId: session(n),
    seq: n,
    changed: n % 2 === 0,
  }));
  const events: PresenceEvent[] = [
    { kind: 'typing', session: session(1), side: 'staff', name: 'Ä\n', on: true },
  ];
  const payloads = packPayloads('me', invalidations, events, 7_900);
  assert.ok(payloads.length > 1 && payloads.every((each) => Buffer.byteLength(each) <= 7_900));
  const read = payloads.map(unpackPayload);
  assert.equal(
    read.flatMap((each) => each.invalidations),
    invalidations,
  );
  assert.equal(
    read.flatMap((each) => each.events),
    events,
  );
  const hostile = unpackPayload(`x\nnonsense\n{"kind":"typing"}\n{\n1:2\n${session(1)}:3`);
  assert.equal([hostile.invalidations.length, hostile.events], [1, []]);
});

test('processes receive each other’s payloads over Postgres', ({ database, pool }) =>
  assertDelivers(postgresBus({ url: database.url, pool, log })));

test('a listening connection that is cut reconnects and reports a gap', async (context) => {
  const { database, pool, client } = context;
  const [one, other] = [new TestProcess(), new TestProcess()];
  const transport = postgresBus({ url: database.url, pool, log, beat: 200 });
  await Promise.all([one.open(transport), other.open(transport)]);
  const { gaps } = other;
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [chatListenerName],
  );
  await until(() => other.gaps > gaps && one.gaps > 0, 'the gap');
  one.bus.invalidate({ sessionId: session(7), seq: 1, changed: false });
  await until(() => other.invalidations.length > 0, 'the invalidation after the gap');
  await one.bus.close();
  await other.bus.close();
});

test('a connection that answers queries but receives no notifications is replaced', async ({
  database,
  pool,
  client,
}) => {
  const process_ = new TestProcess();
  await process_.open(postgresBus({ url: database.url, pool, log, beat: 100 }));
  const pids = async () => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
      [chatListenerName],
    );
    return rows.map((row) => row.pid);
  };
  const before = await pids();
  await until(() => process_.gaps > 0, 'the first connection');
  // As behind a pooler: queries are answered, but notifications go nowhere.
  // In this database alone. The name has to be free: sessions put Postgres's own functions before others.
  await client.query(`
    alter function pg_catalog.pg_notify(text, text) rename to pg_notify_away;
    create function public.pg_notify(text, text) returns void language sql as 'select'`);
  await client.query('select pg_terminate_backend($1)', [before[0]]);
  const { gaps } = process_;
  // New connections notify nobody from now on: each is replaced after its second heartbeat.
  await until(() => process_.gaps >= gaps + 3, 'it to be replaced again and again');
  await client.query(`
    drop function public.pg_notify(text, text);
    alter function pg_catalog.pg_notify_away(text, text) rename to pg_notify`);
  await delay(600);
  const now = process_.gaps;
  await delay(500);
  assert.ok(process_.gaps <= now + 1, 'the connection is kept once it receives notifications again');
  await process_.bus.close();
});

test('invalidations that failed to send are sent again', async () => {
  let broken = true;
  const payloads: string[] = [];
  const one = new TestProcess();
  await one.open(async () => ({
    maxPayload: 1_000,
    send: async (payload) => {
      if (broken) throw new Error('away');
      payloads.push(payload);
    },
    close: async () => {},
  }));
  one.bus.invalidate({ sessionId: session(1), seq: 4, changed: false });
  await delay(50);
  one.bus.invalidate({ sessionId: session(1), seq: 5, changed: false });
  broken = false;
  await until(() => payloads.length > 0, 'the second attempt');
  assert.equal(unpackPayload(payloads[0]!).invalidations, [
    { sessionId: session(1), seq: 5, changed: false },
  ]);
  await one.bus.close();
});

/** Starts a Redis server for this test. */
async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await until(() => output.includes('Ready to accept connections'), 'Redis to start');
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
  test('processes receive each other’s payloads over Redis, also after their connections were cut', async () => {
    const redis = await startRedis();
    const [one, other] = [new TestProcess(), new TestProcess()];
    try {
      await assertDelivers(redisBus({ url: redis.url, log }));
      const transport = redisBus({ url: redis.url, log, beat: 200 });
      await Promise.all([one.open(transport), other.open(transport)]);
      const { gaps } = other;
      for (const type of ['pubsub', 'normal'])
        execFileSync('redis-cli', ['-u', redis.url, 'client', 'kill', 'type', type], { stdio: 'ignore' });
      await until(() => other.gaps > gaps, 'the gap');
      one.bus.invalidate({ sessionId: session(7), seq: 1, changed: false });
      await until(() => other.invalidations.length > 0, 'the invalidation after the gap');
    } finally {
      await one.bus.close();
      await other.bus.close();
      await redis.stop();
    }
  });
} else {
  test.skip('the bus over Redis (redis-server is not installed)');
}

test('an unreachable Redis is reported at startup', async () => {
  const inbox: BusInbox = { received: () => {}, gap: () => {} };
  const port = await freePort();
  const error = await rejects(
    () => redisBus({ url: `redis://127.0.0.1:${port}`, log })(inbox),
    /Cannot reach Redis/,
  );
  assert.is((error as { code?: string }).code, 'redis_unreachable');
});
