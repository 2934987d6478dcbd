// `npm run bench:build -- --lines 10000000`: a complete build compared with its lower bound (COPY of the same lines out of
// Postgres plus COPY of the same lists in) and with the SQL self-join, and the kernel alone. Starts its own embedded Postgres;
// prints one JSON line: the median of the runs, and the ratios of all of them.
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, mkdirSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { shopOfLines } from '../../fixtures/generate/generate-shop.ts';
import { copyIn, copyOut } from '../../sql/copy/copy.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { listTables, partitionName } from '../../sql/store/builds/list-partitions.ts';
import { benchBuild, prepareBenchShop } from '../test-support/bench-shop.ts';
import type { BuildSummary } from './build-summary.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    products: { type: 'string' },
    customers: { type: 'string' },
    workers: { type: 'string' },
    memory: { type: 'string' },
    runs: { type: 'string', default: '5' },
    // Model files; each round builds all of them, after the default model.
    model: { type: 'string', multiple: true, default: [] },
    // By default up to 10 M lines: beyond, it takes many minutes and much of the disk.
    'self-join': { type: 'boolean' },
    home: { type: 'string' },
  },
  allowNegative: true,
});
const lines = Number(values.lines);
const joins = values['self-join'] ?? lines <= 10_000_000;
const { orders, ...size } = shopOfLines(lines);
const products = Number(values.products ?? 50_000);
const customers = Number(values.customers ?? size.customers);
endWithChildren();
if (values.home) mkdirSync(values.home, { recursive: true });
checkDisk(values.home ?? os.tmpdir());
const kernel = await kernelRates();
const postgres = await benchPostgres(values.home);
try {
  const client = await openClient(postgres.url);
  await prepareBenchShop(client, { orders, products, customers });
  const first = await build();
  let latest = first.build_id;
  const rounds = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const floor = await measureFloor(client, latest);
    const { summary, cpu_ms } = await timed();
    latest = summary.build_id;
    const models = [];
    for (const model of values.model) models.push({ model, ...(await timed({ model })) });
    rounds.push({ floor, summary, cpu_ms, models, ratio: summary.total_ms / (floor.out + floor.in) });
    say(
      `run ${run + 1}: floor ${Math.round(floor.out)} out + ${Math.round(floor.in)} in, build ${summary.total_ms} ms, ${cpu_ms} ms of CPU, ratio ${rounds.at(-1)!.ratio.toFixed(2)}`,
    );
    for (const { model, summary: other, cpu_ms: cpu } of models)
      say(`  ${model}: ${other.total_ms} ms, ${cpu} ms of CPU`);
  }
  rounds.sort((a, b) => a.ratio - b.ratio);
  const middle = rounds[Math.floor(rounds.length / 2)]!;
  const complements = await build({ kinds: 'bought_together' });
  const selfJoin = joins ? await measureSelfJoin(client) : undefined;
  await client.end();
  const { stages, peak_rss_bytes, pairs } = middle.summary;
  console.log(
    JSON.stringify({
      bench: 'build',
      ...benchFacts(),
      lines: first.lines,
      orders: first.orders,
      products: first.products,
      customers: first.customers,
      pairs,
      ratio_floor: Number(middle.ratio.toFixed(2)),
      ratios_floor: rounds.map(({ ratio }) => Number(ratio.toFixed(2))),
      speedup_self_join: selfJoin ? Number((selfJoin / complements.total_ms).toFixed(1)) : null,
      ms: middle.summary.total_ms,
      cpu_ms: middle.cpu_ms,
      models: middle.models.map(({ model, summary, cpu_ms }) => ({
        model,
        ms: summary.total_ms,
        cpu_ms,
        stages: summary.stages,
      })),
      first_ms: first.total_ms,
      floor_ms: { out: Math.round(middle.floor.out), in: Math.round(middle.floor.in) },
      bought_together_ms: complements.total_ms,
      self_join_ms: selfJoin ? Math.round(selfJoin) : null,
      kernel_pairs_per_s: kernel,
      stages,
      peak_rss_bytes,
    }),
  );
} finally {
  await postgres.release();
}

/**
 * Checks the space before minutes of work: a line takes 150 bytes in the tables of the shop; the write-ahead log, the log of
 * lines and the lists of the kept builds take the rest.
 */
function checkDisk(folder: string): void {
  const needed = lines * 330 + 2e9;
  const { bsize, bavail } = statfsSync(folder);
  if (bsize * bavail >= needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(0)} GB`;
  say(
    `${lines} lines need about ${gigabytes(needed)} of disk, and ${folder} has ${gigabytes(bsize * bavail)} left. Free some, name a larger disk with --home FOLDER, or take fewer --lines.`,
  );
  process.exit(1);
}

/** Ordered pairs per second of the better kernel on one thread, by shape of the baskets. */
async function kernelRates(): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL('cooccurrence/pair-counter.bench.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const rates: Record<string, number> = {};
  for (const line of stdout.trim().split('\n')) {
    const { shape, pairs_per_s: rate } = JSON.parse(line) as { shape: string; pairs_per_s: number };
    rates[shape] = Math.max(rates[shape] ?? 0, rate);
  }
  return rates;
}

/** A build, and the CPU time of all of its threads. */
async function timed(
  flags: Record<string, unknown> = {},
): Promise<{ summary: BuildSummary; cpu_ms: number }> {
  const before = process.cpuUsage();
  const summary = await build(flags);
  const { user, system } = process.cpuUsage(before);
  return { summary, cpu_ms: Math.round((user + system) / 1000) };
}

function build(flags: Record<string, unknown> = {}): Promise<BuildSummary> {
  const { workers, memory } = values;
  return benchBuild(
    postgres,
    { workers, memory, keepBuilds: 3 + values.model.length, ...flags },
    !flags.kinds,
  );
}

/** Milliseconds of the lower bound: the lines out and the lists in, by the same COPY. */
async function measureFloor(client: Client, buildId: number): Promise<{ out: number; in: number }> {
  await client.query('checkpoint');
  let started = performance.now();
  const columns = 'order_id, customer_id, product_id, quantity, unit_price, ordered_at';
  for await (const _ of copyOut(client, `select ${columns} from couture_source.order_line`)) void _;
  const out = performance.now() - started;
  let inward = 0;
  for (const table of listTables) {
    // By way of a file: in memory, the lists of 100 million lines took 3 GB, and the next build seemed to need them.
    const file = path.join(postgres.home, `floor-${table}.copy`);
    try {
      const lists = copyOut(client, `select * from ${partitionName(table, buildId)}`);
      await pipeline(lists, createWriteStream(file));
      started = performance.now();
      await client.query('begin');
      await client.query(`create table couture.floor_${table} (like ${partitionName(table, buildId)})`);
      const target = copyIn(client, `couture.floor_${table}`, 'format binary, freeze true');
      await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), target);
      await client.query('commit');
      inward += performance.now() - started;
    } finally {
      rmSync(file, { force: true });
    }
    await client.query(`drop table couture.floor_${table}`);
  }
  return { out, in: inward };
}

/** The usual SQL query instead of a build, for the co-purchase lists only. */
async function measureSelfJoin(client: Client): Promise<number> {
  const started = performance.now();
  await client.query(`set work_mem = '1GB'`);
  await client.query(
    `create temp table self_join as
     with line as materialized (select distinct order_id, product_id from couture_source.order_line),
          pair as (
            select a.product_id, b.product_id as other_id, count(*) as orders
            from line a join line b using (order_id) where a.product_id <> b.product_id group by 1, 2
          )
     select * from (
       select *, row_number() over (partition by product_id order by orders desc, other_id) as rank from pair
     ) ranked where rank <= 20`,
  );
  return performance.now() - started;
}
