// Random requests for every route of the OpenAPI document, and random frames on both kinds of sockets: no status that the
// document doesn't declare, no 500, and flat memory. `COUTURE_FUZZ_SECONDS`, `COUTURE_FUZZ_SEED` and `COUTURE_FUZZ_LANES` set
// length, seed and load: 600 seconds on 2 lanes leave the machine usable.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { assert, suite } from '../../fixtures/suite.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import { ChatProcess, makeChats } from '../test-support/chat-processes.ts';
import { type FuzzedRequest, Fuzzer, type OpenApi } from '../test-support/fuzzed-requests.ts';
import { bearer, sampleDatabase } from '../test-support/sample-server.ts';

const seconds = Number(process.env.COUTURE_FUZZ_SECONDS ?? 60);
const seed = Number(process.env.COUTURE_FUZZ_SEED ?? 1);
const lanes = Number(process.env.COUTURE_FUZZ_LANES ?? 8);

interface Context {
  database: Awaited<ReturnType<typeof sampleDatabase>>;
  runtime: ChatProcess;
  document: OpenApi;
}

const test = suite<Context>('random input', { timeout: (seconds + 120) * 1_000 });
test.before(async (context) => {
  context.database = await sampleDatabase();
  context.runtime = new ChatProcess(context.database.url, {
    COUTURE_CHAT_STARTS: '1000000',
    // A busy machine is no fault of the server.
    COUTURE_STATEMENT_TIMEOUT: '20000',
  });
  await context.runtime.start();
  context.document = (await (await fetch(`${context.runtime.url}/api/openapi.json`)).json()) as OpenApi;
});
test.after(async ({ runtime, database }) => {
  await runtime?.end('SIGKILL');
  await database?.drop();
});

/** Statuses of the front end, before any route: bad headers, Host, method, Range, encoding, and answers from a cache. */
const everywhere = new Set([304, 400, 404, 405, 406, 408, 411, 413, 415, 416, 417, 421, 426, 431]);

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

function send(origin: string, { method, path, headers, body }: FuzzedRequest): Promise<number> {
  // Node states no length for methods that rarely have a body, so that the body would be read as another request.
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(
      origin + path,
      { method, headers: { ...headers, ...length }, agent },
      (response) => {
        response.resume();
        response.on('error', reject).on('end', () => resolve(response.statusCode!));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function megabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;
}

/** Runs the work on all lanes until the time is over; measures memory after the first fifth and at the end. */
async function repeat(pid: number, milliseconds: number, work: () => Promise<void>): Promise<number> {
  const run = async (until: number) => {
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (performance.now() < until) await work();
      }),
    );
  };
  const start = performance.now();
  await run(start + milliseconds / 5);
  const before = megabytes(pid);
  await run(start + milliseconds);
  return megabytes(pid) - before;
}

test('routes respond to any input with a declared status', async ({ runtime, document }) => {
  const fuzzer = new Fuzzer(seed, document);
  const guest = { 'Chat-Secret': 'fuzzed-guest'.padEnd(43, 'x') };
  const identities = [
    {},
    guest,
    await bearer('7'),
    await bearer('anna', 'staff'),
    await bearer('ada', 'admin'),
  ];
  const tally = new Map<string, Set<number>>();
  const wrong: string[] = [];
  const failed: Record<number, number> = {};
  let count = 0;
  const growth = await repeat(runtime.pid, (seconds * 1_000 * 2) / 3, async () => {
    const request = fuzzer.request(identities);
    const status = await send(runtime.url, request).catch((cause: Error) => {
      throw new Error(`${cause.message}: ${JSON.stringify(request).slice(0, 2_000)}`, { cause });
    });
    count += 1;
    const statuses = tally.get(request.operation) ?? new Set();
    tally.set(request.operation, statuses.add(status));
    if (status >= 500) failed[status] = (failed[status] ?? 0) + 1;
    // A path that matches no route, or the file of a page, belongs to no operation.
    const known = request.declared
      ? request.declared.has(status) || everywhere.has(status)
      : status < 500 || status === 501 || status === 503;
    if (status === 500 || !known)
      wrong.push(`${status}: ${request.method} ${request.path.slice(0, 300)} ${request.body?.slice(0, 300)}`);
  });
  console.log(JSON.stringify({ seed, requests: count, failed, growth_mb: Math.round(growth) }));
  assert.equal(wrong.slice(0, 5), []);
  assert.ok(tally.size >= 40, `${tally.size} operations were called`);
  assert.ok(growth < 150, `memory grew by ${Math.round(growth)} MB`);
});

test('sockets survive any frames, and so do their chats', async ({ runtime, document, database }) => {
  const fuzzer = new Fuzzer(seed + 1, document);
  const [id] = (await makeChats(database.url, 1, 1)) as [string];
  const origin = runtime.url.replace('http', 'ws');
  const shopper = await bearer('shopper-0');
  const staff = await bearer('agent-0', 'staff');
  const message = () => ({ client_message_id: randomUUID(), body: 'a message' });
  const onChat = () => [
    { type: 'resume', after: 0 },
    { type: 'send', message: message() },
    { type: 'read', seq: 1 },
    { type: 'typing', on: true },
    { type: 'context', page: '/product/3', cart: [{ product_id: '3', quantity: 1 }] },
    { type: 'ping' },
  ];
  const onConsole = () => [
    { type: 'watch', session_id: id, after: 0 },
    { type: 'unwatch', session_id: id },
    { type: 'send', session_id: id, message: message() },
    { type: 'read', session_id: id, seq: 1 },
    { type: 'typing', session_id: id, on: true },
    { type: 'ping' },
  ];
  let [frames, closed] = [0, 0];
  let turn = 0;
  const growth = await repeat(runtime.pid, (seconds * 1_000) / 3, async () => {
    const isConsole = turn++ % 2 === 0;
    const path = isConsole ? '/ws/console' : `/ws/chat/${id}`;
    const opening = Socket.open(origin + path, [chatSubprotocol], isConsole ? staff : shopper);
    // Overload is a declared answer: come back.
    const socket = await opening.catch((error: Error) => {
      if (error.message !== 'refused with 503') throw error;
    });
    if (!socket) return;
    let open = true;
    void socket.closed.then(() => (open = false));
    for (let n = 0; n < 40 && open; n++) {
      socket.say(fuzzer.frame(isConsole ? onConsole() : onChat()));
      frames += 1;
      if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (!open) closed += 1;
    socket.terminate();
    await socket.closed;
  });
  console.log(JSON.stringify({ seed, frames, closed, growth_mb: Math.round(growth) }));
  assert.ok(growth < 150, `memory grew by ${Math.round(growth)} MB`);
  const socket = await Socket.open(`${origin}/ws/chat/${id}`, [chatSubprotocol], shopper);
  socket.say({ type: 'resume', after: 0 });
  await socket.next('live');
  const last = message();
  socket.say({ type: 'send', message: last });
  assert.is((await socket.next('ack')).client_message_id, last.client_message_id);
  socket.terminate();
  assert.is(await runtime.end('SIGTERM'), 0);
  const failures = runtime.log
    .split('\n')
    .filter((line) => /uncaught|"code":"(?:internal|postgres_refused)/.test(line));
  assert.equal(failures, []);
});
