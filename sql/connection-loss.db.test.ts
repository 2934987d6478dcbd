// Lost connections: everything that waits for one rejects. A proxy that stops forwarding simulates a silent server.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import net, { type Socket } from 'node:net';
import { testDatabase } from '../fixtures/database.ts';
import { assert, rejects, suite } from '../fixtures/suite.ts';
import { copyOut } from './copy/copy.ts';
import { copyRows } from './copy/copy-writer.ts';
import { batchesOf, RowCursor } from './cursor.ts';
import { type Client, openClient, openPool } from './pool.ts';

const test = suite<{ url: string; admin: Client; drop: () => Promise<void> }>('a lost connection');
test.before(async (context) => {
  const database = await testDatabase();
  context.url = database.url;
  context.drop = database.drop;
  context.admin = await openClient(database.url);
});
test.after(async ({ admin, drop }) => {
  await admin?.end();
  await drop?.();
});

const rows = 'select n from generate_series(1, 100000) as n';
const isLost = (error: Error) => (error as { code?: string }).code === 'postgres_lost';
const pidOf = async (client: Client) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;

/** `events.once` would reject: a lost client emits 'error' first. */
const endOf = (client: Client) => new Promise<void>((resolve) => client.once('end', resolve));

/** Ends the session and waits until it is gone from pg_stat_activity. */
async function terminate(admin: Client, pid: number): Promise<void> {
  await admin.query('select pg_terminate_backend($1, 10000)', [pid]);
}

test('a loop over a cursor rejects between two batches, and the client can be ended', async ({
  url,
  admin,
}) => {
  const client = await openClient(url);
  const pid = await pidOf(client);
  let read = 0;
  await rejects(async () => {
    for await (const batch of batchesOf(client, rows, [], { batchRows: 100 })) {
      read += batch.length;
      if (read === 200) await terminate(admin, pid);
    }
  }, isLost);
  assert.ok(read >= 200 && read < 100_000);
  await client.end();
});

test('a read that is waiting for the server rejects', async ({ url, admin }) => {
  const client = await openClient(url);
  const pid = await pidOf(client);
  const cursor = new RowCursor<[string]>(client, 'select pg_sleep(600)::text', []);
  const reading = rejects(() => cursor.read(1), isLost);
  await terminate(admin, pid);
  await reading;
  await rejects(() => cursor.read(1), isLost);
  await rejects(() => cursor.close(), isLost);
  await client.end();
});

test('closing a cursor rejects if the connection ended between reads', async ({ url, admin }) => {
  const client = await openClient(url);
  const pid = await pidOf(client);
  const cursor = new RowCursor<[number]>(client, rows, []);
  assert.equal(await cursor.read(1), [[1]]);
  const ended = endOf(client);
  await terminate(admin, pid);
  await ended;
  await rejects(() => cursor.close(), isLost);
  await client.end();
});

for (const how of ['end', 'terminate'] as const) {
  test(`opening a cursor on a client that has already ended rejects (${how})`, async ({ url, admin }) => {
    const client = await openClient(url);
    const ended = endOf(client);
    if (how === 'end') await client.end();
    else await terminate(admin, await pidOf(client));
    await ended;
    await rejects(async () => {
      for await (const _ of batchesOf(client, rows)) void _;
    }, isLost);
    await client.end();
  });
}

test('an abort signal ends a read that is waiting for the server', async ({ url }) => {
  const client = await openClient(url);
  const stop = new AbortController();
  const reading = rejects(async () => {
    for await (const _ of batchesOf(client, 'select pg_sleep(600)', [], { signal: stop.signal })) void _;
  }, /enough/);
  stop.abort(new Error('enough'));
  await reading;
  await client.end();
});

test('an error of the statement is passed on, and the client stays usable', async ({ url }) => {
  const client = await openClient(url);
  await rejects(async () => {
    for await (const _ of batchesOf(client, 'select 1 / (3 - n) from generate_series(1, 5) as n')) void _;
  }, /division by zero/);
  assert.equal((await client.query('select 1 as one')).rows, [{ one: 1 }]);
  await client.end();
});

test('losing the connection of a checked-out client crashes neither the client nor the process', async ({
  url,
  admin,
}) => {
  const pool = openPool(url, { max: 1 });
  const client = await pool.connect();
  const ended = endOf(client as unknown as Client);
  await terminate(admin, await pidOf(client as unknown as Client));
  await ended;
  await rejects(() => client.query('select 1'), /not queryable/);
  client.release();
  assert.equal((await pool.query('select 1 as one')).rows, [{ one: 1 }]);
  await pool.end();
});

test('a pool ends although one of its clients hangs and is never released', async ({ url }) => {
  const pool = openPool(url, { max: 1 });
  const client = await pool.connect();
  const hanging = rejects(() => client.query('select pg_sleep(600)'), /terminated|destroyed/i);
  await pool.end();
  await hanging;
});

test('with a silent server, a read, a COPY and ending a client or pool have deadlines', async ({ url }) => {
  const proxy = await silentProxy(url);
  const client = await openClient(proxy.url);
  const cursor = new RowCursor<[number]>(client, rows, [], { deadline: 200 });
  assert.equal(await cursor.read(1), [[1]]);
  const copying = await openClient(proxy.url, { statementTimeout: 1 });
  const ending = await openClient(proxy.url);
  const pool = openPool(proxy.url, { max: 1 });
  await pool.query('select 1');
  proxy.silence();
  await rejects(() => cursor.read(1), isLost);
  await rejects(() => cursor.close(), isLost);
  await rejects(async () => {
    for await (const _ of copyOut(copying, rows)) void _;
  }, /no answer within|terminated/);
  await Promise.all([client.end(), copying.end(), ending.end(), pool.end()]);
  await proxy.close();
});

test('COPY and cursors leave no query_timeout timer behind', async ({ url }) => {
  const before = timers();
  const client = await openClient(url, { statementTimeout: 60_000 });
  for await (const _ of copyOut(client, rows)) void _;
  await client.query('create temporary table copied (n int)');
  await copyRows(client, 'copied (n)', [1, 2], (writer, n) => {
    writer.row(1);
    writer.int4(n);
  });
  for await (const _ of batchesOf(client, rows)) void _;
  await rejects(async () => {
    for await (const _ of copyOut(client, 'select 1 / 0')) void _;
  }, /division by zero/);
  await client.end();
  assert.is(timers(), before);
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

/** Forwards to Postgres until silenced: then connections stay open but transfer nothing. */
async function silentProxy(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let silent = false;
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => silent || to.write(data));
      from.on('close', () => silent || to.destroy());
      from.on('error', () => {});
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = new URL(url);
  at.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: at.toString(),
    silence: () => (silent = true),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
