// `npm run bench:engines -- --lines 1000000,10000000`: complete builds of the same shop by the local engine and by Spark,
// with Spark and its driver from the settings. Starts its own embedded Postgres; prints one JSON line.
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchFacts, say } from '../../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../../fixtures/bench-process.ts';
import { generateShop, shopOfLines } from '../../../fixtures/generate/generate-shop.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { migrate } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { openTerminal } from '../../terminal/terminal.ts';
import { obtainSpark } from '../../test-support/spark-install.ts';
import type { BuildSummary } from '../build-summary.ts';
import { buildRecommendations } from '../pipeline.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    products: { type: 'string', default: '50000' },
    master: { type: 'string', default: `local[${os.availableParallelism()}]` },
    'driver-memory': { type: 'string', default: '8g' },
  },
});
endWithChildren();
const spark = await obtainSpark();
if (!spark) process.exit(1);
const measured = [];
for (const size of values.lines.split(',')) measured.push(await measure(Number(size)));
const terminal = openTerminal({ json: false, env: process.env });
terminal.table(
  [
    { title: 'Lines' },
    { title: 'Engine' },
    { title: 'Total s' },
    { title: 'Read s' },
    { title: 'Orders s' },
    { title: 'Customers s' },
    { title: 'Write s' },
  ],
  measured.flatMap(({ local, spark: distributed }) =>
    [local, distributed].map(({ lines, engine, total_ms, stages }) => [
      lines.toLocaleString('en'),
      engine,
      ...[
        total_ms,
        (stages.read_order_lines ?? 0) + (stages.group_baskets ?? 0),
        stages.count_orders ?? 0,
        stages.count_customers ?? 0,
        (stages.write_lists ?? 0) + (stages.index_lists ?? 0),
      ].map((ms) => (ms / 1000).toFixed(1)),
    ]),
  ),
);
console.log(
  JSON.stringify({
    bench: 'engines',
    ...benchFacts(),
    master: values.master,
    sizes: measured.map(({ local, spark: distributed }) => ({
      lines: local.lines,
      pairs: local.pairs,
      same_pairs: local.pairs === distributed.pairs,
      local_ms: local.total_ms,
      spark_ms: distributed.total_ms,
      ratio: Number((distributed.total_ms / local.total_ms).toFixed(1)),
      stages: { local: local.stages, spark: distributed.stages },
    })),
  }),
);

/** One build by each engine over a shop of the given size. */
async function measure(lines: number): Promise<{ local: BuildSummary; spark: BuildSummary }> {
  const { url, home, release } = await benchPostgres();
  try {
    const client = await openClient(url);
    await migrate(client);
    await generateShop(client, {
      ...shopOfLines(lines),
      products: Number(values.products),
      seed: 1,
    });
    await initPreset(client, 'sample');
    await client.end();
    const local = await build(home, url, {});
    const distributed = await build(home, url, {
      engine: 'spark',
      ...spark,
      sparkMaster: values.master,
      sparkConf: [`spark.driver.memory=${values['driver-memory']}`],
    });
    return { local, spark: distributed };
  } finally {
    await release();
  }
}

function build(home: string, url: string, flags: Record<string, unknown>): Promise<BuildSummary> {
  const { config } = loadConfig({ directory: os.tmpdir(), env: {}, flags: { ...flags, home } });
  return buildRecommendations({
    config,
    databaseUrl: url,
    sourceUrl: url,
    publish: true,
    force: true,
    display: {
      stage: (name) => ({
        update() {},
        end: (summary) => say(`${config.engine}: ${name} ${summary ?? ''}`),
      }),
    },
    note: say,
    signal: new AbortController().signal,
  });
}
