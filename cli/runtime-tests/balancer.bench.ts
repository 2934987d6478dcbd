// `npm run bench:balancer`: CPU time of one, two and three `couture serve` processes on one Postgres, for lists from
// memory, lists from Postgres, and chat messages. Clients distribute requests round-robin. Everything shares one
// machine, so compare CPU time per request, not requests per second. Linux only; prints one JSON line.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { queryDatabase } from '../../fixtures/database.ts';
import { ask } from '../test-support/balancer.ts';
import { ChatProcess, makeChats } from '../test-support/chat-processes.ts';
import { operator } from '../test-support/sample-server.ts';
import { benchProducts, makeBenchShop } from './bench-shop.bench.ts';
import { clients } from './chat-bench/run-clients.bench.ts';
import { postgresSeconds, processSeconds } from './cpu-meter.bench.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200000' },
    products: { type: 'string', default: '10000' },
    /** Products whose lists are served from memory. */
    hot: { type: 'string', default: '50' },
    processes: { type: 'string', default: '1,2,3' },
    /** Per process: with more concurrent requests, a process reads more lists from Postgres in one statement. */
    connections: { type: 'string', default: '24' },
    chats: { type: 'string', default: '120' },
    window: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '4' },
    home: { type: 'string' },
  },
});
const seconds = Number(values.seconds);

/** One kind of work: its amount and cost. */
interface Load {
  readonly per_s: number;
  /** CPU-seconds per 1,000 units, in all processes together and in Postgres. */
  readonly serve_cpu_s: number;
  readonly postgres_cpu_s: number;
  /** Postgres connections of all processes at the end. */
  readonly connections: number;
}

interface Round {
  readonly processes: number;
  /** Share of one core that Postgres uses while idle. */
  readonly idle_postgres: number;
  readonly cached: Load;
  readonly uncached: Load;
  readonly chat: Load;
}

/** Settings that disable the list cache. */
const withoutCaches = { COUTURE_CARD_AGE: '0', COUTURE_CACHE_MEMORY: '0.01m' };

endWithChildren();
await bench();

async function bench(): Promise<void> {
  const postgres = await benchPostgres(values.home);
  try {
    await makeBenchShop(postgres.url, { lines: Number(values.lines), products: Number(values.products) });
    const products = await benchProducts(postgres.url, Number(values.products));
    const chats = await makeChats(postgres.url, Number(values.chats), 1);
    const rounds: Round[] = [];
    for (const count of values.processes.split(',').map(Number)) {
      const measured = await round(count, { ...postgres, products, chats });
      rounds.push(measured);
      say(JSON.stringify(measured));
    }
    const [{ setting }] = (await queryDatabase<{ setting: string }>(
      postgres.url,
      `select setting from pg_settings where name = 'max_connections'`,
    )) as [{ setting: string }];
    console.log(
      JSON.stringify({
        bench: 'balancer',
        ...benchFacts(),
        lines: Number(values.lines),
        products: Number(values.products),
        max_connections: Number(setting),
        rounds,
        // With more connections, Postgres saturates its core.
        uncached_per_postgres_core: perCore(rounds.map((each) => each.uncached)),
        chat_per_postgres_core: perCore(rounds.map((each) => each.chat)),
        cached_per_serve_core: Math.round(1_000 / median(rounds.map((each) => each.cached.serve_cpu_s))),
      }),
    );
  } finally {
    await postgres.release();
  }
}

interface Place {
  readonly url: string;
  readonly location: string;
  readonly products: readonly string[];
  readonly chats: readonly string[];
}

async function round(count: number, place: Place): Promise<Round> {
  const started = async (env = {}) => {
    const processes = Array.from({ length: count }, () => new ChatProcess(place.url, env));
    await Promise.all(processes.map((each) => each.start()));
    return processes;
  };
  const processes = await started();
  const before = postgresSeconds(place.location);
  await delay(seconds * 1_000);
  const idle = (postgresSeconds(place.location) - before) / seconds;
  const cached = await lists(processes, place, place.products.slice(0, Number(values.hot)));
  const chat = await messages(processes, place);
  await Promise.all(processes.map((each) => each.end('SIGTERM')));
  const cold = await started(withoutCaches);
  const uncached = await lists(cold, place, place.products);
  await Promise.all(cold.map((each) => each.end('SIGTERM')));
  return { processes: count, idle_postgres: rounded(idle), cached, uncached, chat };
}

/** Requests lists of these products from all processes. */
async function lists(processes: readonly ChatProcess[], place: Place, products: readonly string[]) {
  const paths = products.flatMap((id) => [
    { path: `/api/recommendations/similar/${id}` },
    { path: `/api/recommendations/bought-together/${id}` },
  ]);
  const load = async (duration: number) => {
    const results = await Promise.all(
      processes.map(({ url }) =>
        autocannon({
          url,
          connections: Number(values.connections),
          duration,
          // Each connection requests its own part of the paths: in step, all would request the same list at once, and
          // preparing all paths for each of them would take the client longer than the measurement.
          setupClient: (client) => {
            const from = Math.floor(Math.random() * paths.length);
            client.setRequests([...paths, ...paths].slice(from, from + Math.min(paths.length, 400)));
          },
        }),
      ),
    );
    const failed = results.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
    if (failed > 0) throw new Error(`${failed} requests failed`);
    return results.reduce((sum, each) => sum + each['2xx'], 0);
  };
  await load(2);
  return measured(processes, place, () => load(seconds));
}

/** Chats that write as fast as they are acknowledged, distributed over all processes. */
async function messages(processes: readonly ChatProcess[], place: Place): Promise<Load> {
  const stored = async () => {
    const each = await Promise.all(processes.map(({ url }) => ask(url, 'GET /metrics', operator)));
    return each.reduce((sum, { text }) => sum + Number(/^couture_chat_stored (\d+)/m.exec(text)![1]), 0);
  };
  const urls = processes.map((each) => each.url);
  let load: Load | undefined;
  await clients(
    { task: 'store', ids: place.chats, urls, window: Number(values.window), seconds: seconds + 2 },
    async () => {
      await delay(3_000);
      load = await measured(processes, place, async () => {
        const before = await stored();
        await delay(seconds * 1_000);
        return (await stored()) - before;
      });
    },
  );
  return load!;
}

/** @param work returns the amount of work done */
async function measured(
  processes: readonly ChatProcess[],
  { url, location }: Place,
  work: () => Promise<number>,
): Promise<Load> {
  const used = () => ({
    serve: processes.reduce((sum, { pid }) => sum + processSeconds(pid), 0),
    postgres: postgresSeconds(location),
  });
  const [before, begun] = [used(), performance.now()];
  const done = await work();
  const [after, took] = [used(), (performance.now() - begun) / 1_000];
  const [{ n }] = (await queryDatabase<{ n: number }>(
    url,
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  )) as [{ n: number }];
  return {
    per_s: Math.round(done / took),
    serve_cpu_s: rounded(((after.serve - before.serve) / done) * 1_000),
    postgres_cpu_s: rounded(((after.postgres - before.postgres) / done) * 1_000),
    connections: n,
  };
}

function perCore(loads: readonly Load[]): number {
  return Math.round(1_000 / median(loads.map((each) => each.postgres_cpu_s)));
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
