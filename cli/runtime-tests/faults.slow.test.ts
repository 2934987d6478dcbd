// Faults: the server process is stopped under load, loses Postgres, and gets malformed requests.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatListenerName } from '../../runtime/chat/bus/postgres-bus.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { openClient } from '../../sql/pool.ts';
import { metricsToken, operator, sampleDatabase } from '../test-support/sample-server.ts';

interface Process {
  readonly child: ChildProcess;
  readonly port: number;
  /** The stderr output so far. */
  log(): string;
}

const test = suite<{ database: Awaited<ReturnType<typeof sampleDatabase>>; running: Process[] }>('bad times');
test.before(async (context) => {
  context.running = [];
  context.database = await sampleDatabase();
});
test.afterEach(async (context) => {
  for (const { child } of context.running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});
test.after((context) => context.database?.drop());

async function serve(context: { database: { url: string }; running: Process[] }): Promise<Process> {
  const child = spawn(
    process.execPath,
    [
      path.join(packageRoot, 'bin', 'couture.js'),
      'serve',
      '--port',
      '0',
      '--rate-limit',
      '1000000',
      '--json',
    ],
    {
      env: {
        ...process.env,
        DATABASE_URL: context.database.url,
        COUTURE_DRAIN: '200',
        COUTURE_METRICS_TOKEN: metricsToken,
        COUTURE_LOG_LEVEL: 'warn',
      },
    },
  );
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(first.toString()) as { url: string };
  const process_ = { child, port: Number(new URL(url).port), log: () => log };
  context.running.push(process_);
  return process_;
}

/** Sends requests over 16 keep-alive connections until stopped; counts the responses. */
function load(port: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const tally: Record<string, number> = {};
  const state = { running: true };
  const count = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
  };
  const one = (id: number) =>
    new Promise<void>((resolve) => {
      const request = http.get(
        { host: '127.0.0.1', port, agent, path: `/api/recommendations/similar/${1 + (id % 400)}` },
        (response) => {
          response.resume();
          response.on('end', () => {
            count(`${response.statusCode} ${response.headers['content-type']?.split(';')[0]}`);
            resolve();
          });
          response.on('aborted', () => count('cut off'));
        },
      );
      request.on('error', (error: NodeJS.ErrnoException) => {
        count(error.code ?? error.message);
        resolve();
      });
    });
  const workers = Array.from({ length: 16 }, async (_, worker) => {
    for (let id = worker * 17; state.running; id++) {
      await one(id);
      if (tally.ECONNREFUSED) break;
    }
  });
  return {
    tally,
    async stop() {
      state.running = false;
      await Promise.all(workers);
      agent.destroy();
    },
  };
}

test('SIGTERM under load aborts no request', async (context) => {
  const { child, port, log } = await serve(context);
  const { tally, stop } = load(port);
  await until(() => tally['200 application/json']! > 100, 'answers');
  const before = tally['200 application/json']!;
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  await stop();
  assert.is(code, 0, log());
  assert.ok(tally['200 application/json']! > before, 'requests during the drain were answered');
  // Connections are refused after the listener has closed; there are no other failures.
  assert.equal(
    Object.keys(tally).filter((key) => key !== 'ECONNREFUSED'),
    ['200 application/json'],
  );
});

test('the first request after a pause of the whole process is answered', async (context) => {
  const { child, port } = await serve(context);
  const path = `http://127.0.0.1:${port}/api/recommendations/similar/3`;
  assert.is((await fetch(path)).status, 200);
  for (let pause = 0; pause < 2; pause++) {
    child.kill('SIGSTOP');
    await delay(13_000 - 10_000 * pause);
    child.kill('SIGCONT');
    for (let ask = 0; ask < 20; ask++) assert.is((await fetch(path)).status, 200);
  }
});

test('while Postgres is down, responses say so, and the server recovers by itself', async (context) => {
  const { child, port, log } = await serve(context);
  const admin = await openClient(context.database.url.replace(/[^/]+$/, 'postgres'));
  const name = new URL(context.database.url).pathname.slice(1);
  const sessions = `select application_name as name, count(*)::int as open from pg_stat_activity
    where datname = '${name}' and backend_type = 'client backend' group by 1`;
  const { tally, stop } = load(port);
  try {
    await until(() => tally['200 application/json'], 'answers');
    await admin.query(`alter database "${name}" allow_connections false`);
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    await until(() => tally['503 application/problem+json']! > 10, 'responses with 503');
    const ready = await until(async () => {
      const asked = await fetch(`http://127.0.0.1:${port}/readyz`);
      return asked.status === 503 && asked;
    }, 'the server to report not ready');
    assert.match(((await ready.json()) as { reasons: string[] }).reasons.join(), 'Postgres');
    assert.is((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    await admin.query(`alter database "${name}" allow_connections true`);
    const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    await until(isReady, 'the server to be ready again');
    const { '200 application/json': answered } = tally;
    await until(() => tally['200 application/json']! > answered!, 'lists again');
  } finally {
    await admin.query(`alter database "${name}" allow_connections true`);
    await stop();
  }
  assert.equal(
    Object.keys(tally).sort(),
    ['200 application/json', '503 application/problem+json'],
    'no other responses, and no aborted requests',
  );
  const { rows } = await admin.query<{ name: string; open: number }>(sessions);
  // What the help of --pool-size states: the pool of 10, four for chat, two that listen.
  const most: Record<string, number> = {
    'couture runtime': 10,
    'couture chat': 4,
    'couture runtime listener': 1,
    [chatListenerName]: 1,
  };
  for (const { name, open } of rows) assert.ok(open <= (most[name] ?? 0), `${open} connections of ${name}`);
  await admin.end();
  assert.is(child.exitCode, null);
  assert.not.match(log(), /unhandled/i);
  assert.ok(log().length < 50_000, 'repeated failures are logged at a limited rate');
});

test('malformed requests are rejected without server errors, and memory stays flat', async (context) => {
  const { child, port } = await serve(context);
  const json = { 'Content-Type': 'application/json' };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const statuses = new Map<string, number>();
  const ask = (
    method: string,
    target: string,
    headers: http.OutgoingHttpHeaders = {},
    body?: string | Buffer,
  ) =>
    new Promise<void>((resolve, reject) => {
      const request = http.request(
        { host: '127.0.0.1', port, agent, method, path: target, headers },
        (response) => {
          response.resume();
          response.on('end', () => {
            const what = `${method} ${target.slice(0, 40)}`;
            if (response.statusCode! < 400 || response.statusCode! >= 500)
              statuses.set(what, response.statusCode!);
            resolve();
          });
        },
      );
      // An oversized body is rejected before it is sent completely.
      request.on('error', (error: NodeJS.ErrnoException) =>
        ['EPIPE', 'ECONNRESET'].includes(error.code!) ? resolve() : reject(error),
      );
      request.end(body);
    });
  const raw = (text: string) =>
    new Promise<void>((resolve) => {
      let answer = '';
      const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (answer += chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        if (!/^HTTP\/1\.1 4\d\d /.test(answer)) statuses.set(`raw ${text.slice(0, 20)}`, 0);
        resolve();
      });
    });
  const list = '/api/recommendations/for-cart';
  const round = async (n: number) => {
    await Promise.all([
      ask('GET', `/api/recommendations/similar/a${n}`),
      ask('GET', `/api/recommendations/similar/${'9'.repeat(30)}`),
      ask('GET', `/api/recommendations/similar/1?limit=${[0, 25, -1, '1e3', 'x', '', 1.5][n % 7]}`),
      ask('GET', '/api/products/%E0%A4%A'),
      ask('GET', '/api/recommendations/trending?category=%00'),
      ask('GET', `/api/products?cursor=${'A'.repeat(n % 900)}!`),
      ask('GET', `/api/nothing/${n}`),
      ask('GET', '/pictures/..%2f..%2fetc%2fpasswd'),
      ask('PATCH', '/api/orders'),
      ask('POST', list, json, `{"product_ids":[${n}`),
      ask('POST', list, json, '['.repeat(5_000)),
      ask('POST', list, json, Buffer.alloc(40_000, 'a')),
      ask('POST', list, { 'Content-Type': 'text/xml' }, '<a/>'),
      ask('POST', list, { ...json, 'Content-Encoding': 'gzip' }, 'no gzip'),
      ask('POST', list, { 'Content-Type': 'application/json; charset=utf-99' }, '{}'),
      ask('POST', '/api/orders', { ...json, 'Idempotency-Key': 'x' }, '{}'),
      ask('GET', '/api/orders', { Authorization: `Bearer ${'a.'.repeat(n % 60)}` }),
      ask('GET', '/api/watchlist', { Cookie: `couture_session=${'x'.repeat(n % 3_000)}` }),
    ]);
    if (n % 10 === 0) {
      await raw('GARBAGE\r\n\r\n');
      await raw(`GET / HTTP/1.1\r\nHost: x\r\n${'X-Flood: vvvvvvvvvvvvvvvvvvvvvvvv\r\n'.repeat(2_000)}\r\n`);
      await raw('POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');
    }
  };
  const memory = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: operator })).text();
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
  };
  for (let n = 0; n < 60; n++) await round(n);
  const before = await memory();
  for (let n = 60; n < 180; n++) await round(n);
  const after = await memory();
  agent.destroy();
  assert.equal([...statuses], []);
  assert.ok(after - before < 40 * 1024 ** 2, `${Math.round((after - before) / 1024 ** 2)} MB more`);
  assert.is(child.exitCode, null);
});

test('a port in use is reported with a hint', async (context) => {
  const { port } = await serve(context);
  const second = spawn(
    process.execPath,
    [path.join(packageRoot, 'bin', 'couture.js'), 'serve', '--port', String(port)],
    { env: { ...process.env, DATABASE_URL: context.database.url } },
  );
  let said = '';
  second.stderr.on('data', (chunk) => (said += chunk));
  const [code] = (await once(second, 'exit')) as [number];
  assert.is(code, 1);
  assert.match(said, `Cannot listen on 127.0.0.1:${port}: another process is listening there`);
  assert.match(said, '--port');
});
