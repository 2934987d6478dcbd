// `npm run bench:chat`: messages stored per second through sockets, delay to another process, memory per quiet
// connection, and the effect of a stalled reader on others. Clients run in their own process. Prints one JSON line.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { openPool } from '../../sql/pool.ts';
import { appendMessages } from '../../sql/store/chat/messages.ts';
import { ChatProcess, makeChats, prepareChatShop } from '../test-support/chat-processes.ts';
import { newMessage } from './chat-bench/bench-socket.bench.ts';
import { clients } from './chat-bench/run-clients.bench.ts';
import { webhookCost } from './chat-bench/webhook-cost.bench.ts';

const { values } = parseArgs({
  options: {
    /** Chats that write as fast as they are acknowledged, each with `window` messages in flight. */
    chats: { type: 'string', default: '200' },
    window: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '8' },
    /** Messages per second while the delay to the other process is measured. */
    rate: { type: 'string', default: '500' },
    quiet: { type: 'string', default: '10000' },
    home: { type: 'string' },
  },
});
const [chats, window, seconds, rate, quiet] = ['chats', 'window', 'seconds', 'rate', 'quiet'].map((name) =>
  Number(values[name as 'chats']),
) as [number, number, number, number, number];

endWithChildren();
await bench();

async function bench(): Promise<void> {
  const postgres = await benchPostgres(values.home);
  const [one, other] = [new ChatProcess(postgres.url), new ChatProcess(postgres.url)];
  try {
    await prepareChatShop(postgres.url);
    const ids = await makeChats(postgres.url, Math.max(chats, quiet), 1);
    const busy = ids.slice(0, chats);
    const commits = await commitsPerSecond(postgres.url, busy);
    say(`Postgres alone, one transaction per message, 32 connections: ${commits}/s`);
    await Promise.all([one.start(), other.start()]);
    const stored = await clients({ task: 'store', ids: busy, urls: [one.url], window, seconds });
    say(`stored through sockets: ${stored.per_s}/s (acknowledgement p99 ${stored.p99_ms} ms)`);
    const way = await clients({ task: 'way', ids: busy, urls: [one.url, other.url], rate, seconds });
    say(`delay from send to the other process at ${rate}/s: p50 ${way.p50_ms} ms, p99 ${way.p99_ms} ms`);
    const stalled = await clients({ task: 'stalled', ids: busy, urls: [one.url, other.url], rate, seconds });
    say(`with one stalled reader: p99 ${stalled.p99_ms} ms, disconnected: ${stalled.cut_off}`);
    const bytes = await bytesPerConnection(one, ids.slice(0, quiet));
    say(`${quiet} quiet connections: ${bytes[1]} bytes each (${bytes[0]} to ${bytes[2]} in three processes)`);
    // They would send the webhooks.
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
    const webhooks = await webhookCost(postgres.url, busy);
    say(
      `cost of a message: ${webhooks.none} without receivers of webhooks, ${webhooks.all} with one of all events`,
    );
    console.log(
      JSON.stringify({
        bench: 'chat',
        ...benchFacts(),
        chats,
        stored_per_s: stored.per_s,
        commits_per_s: commits,
        ratio_pg_commits: Number((stored.per_s! / commits).toFixed(2)),
        ratio_no_webhook: webhooks.none,
        ratio_webhook: webhooks.all,
        ack_p99_ms: stored.p99_ms,
        p50_ms: way.p50_ms,
        p99_ms: way.p99_ms,
        p99_stalled_ms: stalled.p99_ms,
        stalled_cut_off: stalled.cut_off,
        connections: quiet,
        bytes_per_connection: bytes[1],
      }),
    );
  } finally {
    await Promise.all([one.end('SIGKILL'), other.end('SIGKILL')]);
    await postgres.release();
  }
}

/** The baseline: the same Postgres with one transaction per message, as other chats write them. */
async function commitsPerSecond(url: string, ids: readonly string[]): Promise<number> {
  const pool = openPool(url, { max: 32 });
  let [count, running] = [0, true];
  const work = Array.from({ length: 32 }, async (_, n) => {
    for (let at = n; running; at += 32) {
      await appendMessages(pool, [newMessage(ids[at % ids.length]!)]);
      count += 1;
    }
  });
  await delay(1_000);
  const [before, begun] = [count, performance.now()];
  await delay(3_000);
  const rate = ((count - before) / (performance.now() - begun)) * 1_000;
  running = false;
  await Promise.all(work);
  await pool.end();
  return Math.round(rate);
}

/**
 * Growth of the server's resident memory, divided by the number of connections, in three fresh processes: one figure
 * differs by a third from the next, with the moment of the last garbage collection.
 * @returns the smallest, the median and the largest
 */
async function bytesPerConnection(server: ChatProcess, ids: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (let process = 0; process < 3; process++) {
    await server.end('SIGTERM');
    await server.start();
    // Warm up: what the first connections allocate once is not the cost of a connection.
    await clients({ task: 'quiet', ids: ids.slice(0, 500), urls: [server.url], seconds: 1 });
    await delay(2_000);
    const before = residentBytes(server.pid);
    await clients({ task: 'quiet', ids, urls: [server.url], seconds: 10 }, async () => {
      await delay(8_000);
      found.push(Math.round((residentBytes(server.pid) - before) / ids.length));
    });
  }
  return found.sort((one, other) => one - other);
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1_024;
}
