// `npm run bench:serve`: warm recommendation requests, compared with a bare Koa route that returns the same bytes from
// memory, and with running the co-purchase query for each request. Each server has its own process; prints one JSON line.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import Router from '@koa/router';
import autocannon from 'autocannon';
import Koa from 'koa';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import { openPool, runPrepared } from '../../sql/pool.ts';
import { benchProducts, makeBenchShop } from './bench-shop.bench.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    products: { type: 'string', default: '20000' },
    /** Products whose lists are requested in turn. */
    hot: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '50' },
    runs: { type: 'string', default: '3' },
    home: { type: 'string' },
    /** Set in the server processes. */
    role: { type: 'string' },
    url: { type: 'string' },
  },
});

endWithChildren();
if (values.role) await serve(values.role, values.url!);
else await bench();

async function bench(): Promise<void> {
  const postgres = await benchPostgres(values.home);
  try {
    const paths = await prepareShop(postgres.url);
    const couture = await start('couture', postgres.url);
    const answers = await Promise.all(paths.map(async (each) => [each, await text(couture.url + each)]));
    const bare = await start('bare', postgres.url, answers);
    const rounds: Array<{ couture: number; bare: number }> = [];
    for (let run = 0; run < Number(values.runs); run++) {
      rounds.push({ couture: (await load(couture, paths)).rate, bare: (await load(bare, paths)).rate });
      say(
        `run ${run + 1}: couture ${Math.round(rounds[run]!.couture)}/s, bare Koa ${Math.round(rounds[run]!.bare)}/s`,
      );
    }
    const ratio = median(rounds.map((each) => each.couture / each.bare));
    const rate = median(rounds.map((each) => each.couture));
    const half = await load(couture, paths, rate / 2);
    // The bare route at the same rate shows the share of the machine and the load generator.
    const bareHalf = await load(bare, paths, rate / 2);
    say(`half load: ${Math.round(half.rate)}/s, p99 ${half.p99} ms (bare Koa ${bareHalf.p99} ms)`);
    await bare.stop();
    await couture.stop();
    const live = await start('live', postgres.url);
    const liveRate = (await load(live, paths)).rate;
    await live.stop();
    console.log(
      JSON.stringify({
        bench: 'serve',
        ...benchFacts(),
        lines: Number(values.lines),
        products: Number(values.products),
        hot: Number(values.hot),
        answer_bytes: Math.round(answers.reduce((sum, [, body]) => sum + body!.length, 0) / answers.length),
        ratio_bare_koa: Number(ratio.toFixed(2)),
        speedup_live_sql: Number((rate / liveRate).toFixed(1)),
        p99_ms: half.p99,
        bare_p99_ms: bareHalf.p99,
        requests_per_s: Math.round(rate),
        bare_per_s: Math.round(median(rounds.map((each) => each.bare))),
        live_per_s: Math.round(liveRate),
        half_load_per_s: Math.round(half.rate),
      }),
    );
  } finally {
    await postgres.release();
  }
}

/** Creates the shop and chooses the requested products. */
async function prepareShop(url: string): Promise<string[]> {
  await makeBenchShop(url, { lines: Number(values.lines), products: Number(values.products) });
  const hot = await benchProducts(url, Number(values.hot));
  return hot.flatMap((id) => [
    `/api/recommendations/similar/${id}`,
    `/api/recommendations/bought-together/${id}`,
  ]);
}

interface Target {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server of this file in its own process. */
async function start(role: string, url: string, answers?: unknown): Promise<Target> {
  const child = fork(import.meta.filename, ['--role', role, '--url', url], { stdio: 'inherit' });
  child.send({ answers });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/**
 * Requests the paths in turn for some seconds, after a warm-up of three.
 * @param rate requests per second; unset: as fast as possible
 */
async function load(target: Target, paths: string[], rate?: number): Promise<{ rate: number; p99: number }> {
  const options = {
    url: target.url,
    // A limited rate comes in bursts: each connection sends its share of a second at once. Use ten connections.
    connections: rate ? Math.min(10, Number(values.connections)) : Number(values.connections),
    // Shuffle the paths per connection; in step, all would request the same list at once, which is unrealistic.
    setupClient: (client: autocannon.Client) =>
      client.setRequests(shuffled(paths).map((each) => ({ path: each }))),
    ...(rate ? { overallRate: Math.round(rate) } : {}),
  };
  await autocannon({ ...options, duration: 3 });
  const result = await autocannon({ ...options, duration: Number(values.seconds) });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} responses were not 2xx, ${result.errors} requests failed`);
  }
  return { rate: result['2xx'] / result.duration, p99: result.latency.p99 };
}

/** The main function of a server process. */
async function serve(role: string, url: string): Promise<void> {
  const [{ answers }] = (await once(process, 'message')) as [{ answers?: Array<[string, string]> }];
  const port =
    role === 'couture' ? await couture(url) : await plain(role === 'bare' ? bare(answers!) : live(url));
  process.send!({ port });
  process.once('SIGTERM', () => process.exit(0));
}

async function couture(databaseUrl: string): Promise<number> {
  const { config } = loadConfig({ directory: os.tmpdir(), env: {}, flags: { port: 0, rateLimit: 1e9 } });
  const server = await startServer({ config, databaseUrl, log: openLog('warn') });
  return Number(new URL(server.url).port);
}

async function plain(router: Router): Promise<number> {
  const server = new Koa().use(router.routes()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

function bare(answers: Array<[string, string]>): Router {
  const bytes = new Map(answers.map(([each, body]) => [each, Buffer.from(body)]));
  return new Router().get('/api/recommendations/:kind/:id', (ctx) => {
    ctx.type = 'application/json; charset=utf-8';
    ctx.body = bytes.get(ctx.path);
  });
}

/** The query of shops that precompute nothing: orders with the product, joined back, grouped. */
function live(url: string): Router {
  const pool = openPool(url, { max: 10 });
  return new Router().get('/api/recommendations/:kind/:id', async (ctx) => {
    ctx.body = await runPrepared(
      pool,
      'live',
      `select other.product_id, count(distinct other.order_id)::int as orders
       from couture_source.order_line own
       join couture_source.order_line other on other.order_id = own.order_id and other.product_id <> own.product_id
       where own.product_id = $1 group by 1 order by 2 desc, 1 limit 6`,
      [ctx.params.id],
    );
  });
}

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.text();
}

function shuffled(paths: readonly string[]): string[] {
  return paths
    .map((each) => ({ each, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
