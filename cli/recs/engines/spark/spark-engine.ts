// The Spark engine: Spark SQL reads, counts, scores and keeps the best candidates. What returns is bounded by
// items × k and by customers, and the list code of the local engine makes the lists from it.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ReleaseStack } from '../../../../runtime/core/release.ts';
import type { Client } from '../../../../sql/pool.ts';
import { openBuildSession } from '../../../../sql/store/builds/build-lock.ts';
import { createStaging, dropStagings } from '../../../../sql/store/builds/spark-staging.ts';
import { count } from '../../../terminal/figures.ts';
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import type { ItemTallies } from '../../cooccurrence/tallies.ts';
import { maxAffinityCategories, openBoughtTogether } from '../../lists/bought-together.ts';
import { openSnapshot } from '../../source/snapshot.ts';
import type { BuildEngine, EngineInput } from '../engine.ts';
import { openCustomerRows } from '../local/customer-rows.ts';
import { customerMatrixInput, orderMatrixInput, watchersOnly } from '../local/parallel-stages.ts';
import { feedCandidates } from './candidate-rows.ts';
import { jdbcTarget } from './jdbc.ts';
import { type SparkJob, startSparkJob } from './spark-job.ts';
import { sparkParameters } from './spark-parameters.ts';
import { followSpark } from './spark-progress.ts';
import { type ScriptPart, sparkScript } from './spark-script.ts';
import { historyParts, readBuyers } from './staged-histories.ts';
import { lineTotals, readAffinity, readHeldOut, readTallies, readTotals } from './staged-tallies.ts';

export function openSparkEngine(input: EngineInput): BuildEngine {
  const { config, catalog, facts, ids, buildId, signal } = input;
  const { kinds } = config;
  const wants = {
    orders: kinds.includes('bought_together') || kinds.includes('bundle'),
    customers: kinds.includes('similar') || kinds.includes('personalized'),
  };
  const open = new ReleaseStack();
  let client: Client;
  let job: SparkJob;
  let tallies: ItemTallies;
  let heldOut: StoredPartition[] = [];
  let customers: Awaited<ReturnType<typeof readBuyers>>;

  return {
    async readLines(report) {
      client = await openBuildSession(input.databaseUrl);
      open.defer('session', () => client.end());
      open.defer('staging', () => dropStagings(client));
      await createStaging(client, buildId, stagedProducts(input), stagedItems(input));
      job = await startJob();
      await follow('baskets', report, 'lines');
      const totals = await readTotals(client, buildId, signal);
      customers = await readBuyers(client, buildId, ids.customer, signal);
      const lines = lineTotals(totals);
      report.summary = `${count(lines.lines)} lines by Spark, ${config.sparkMaster}`;
      return { totals: lines, customers, reader: 'spark' };
    },

    async groupBaskets(report) {
      await follow('histories', report);
      const totals = await readTotals(client, buildId, signal);
      tallies = await readTallies(client, buildId, catalog.items, totals, signal);
      return tallies;
    },

    async countOrders(report) {
      const matrix = orderMatrixInput(catalog, facts, tallies, config);
      const { boughtTogether, bundle } = matrix;
      if (!wants.orders) return { boughtTogether, bundle, affinity: new Float64Array(0), pairs: 0 };
      await follow('order-pairs', report);
      heldOut = [await readHeldOut(client, buildId, signal)];
      await feedCandidates(
        client,
        buildId,
        'order_pair',
        catalog.items,
        openBoughtTogether(matrix).sink,
        signal,
      );
      const { categories } = facts;
      const affinity =
        categories <= maxAffinityCategories
          ? await readAffinity(client, buildId, categories, signal)
          : new Float64Array(0);
      const pairs = (await readTotals(client, buildId, signal)).get('pairs') ?? 0;
      report.summary = `${count(pairs)} distinct pairs by Spark`;
      return { boughtTogether, bundle, affinity, pairs };
    },

    heldOutOrders: () => heldOut,

    async countCustomers(content, report) {
      const matrix = customerMatrixInput(catalog, facts, tallies, content, config);
      const { similar, neighbours } = matrix;
      if (!wants.customers) return { similar, neighbours };
      await follow('customer-pairs', report);
      const rows = openCustomerRows(matrix);
      await feedCandidates(client, buildId, 'customer_pair', catalog.items, rows.sink, signal);
      rows.finish({ from: 0, to: catalog.items });
      report.summary = 'by Spark';
      return { similar, neighbours };
    },

    histories(watch) {
      // Buyers were numbered first; customers after them have only a watch list.
      const buyers = new Uint8Array(watch.start.length - 1).fill(1, 0, tallies.totals.customers);
      async function* parts() {
        yield* historyParts(client, buildId, ids.customer, customers, signal);
        yield watchersOnly(buyers, watch);
      }
      return { parts: parts(), expected: 1, customers: tallies.totals.customers };
    },

    close: () => open.close(),
  };

  /** Starts the job in the snapshot of the build. */
  async function startJob(): Promise<SparkJob> {
    const [source, target] = [jdbcTarget(input.sourceUrl), jdbcTarget(input.databaseUrl)];
    // A separate session: the pipeline closes its own long before the replacement of a lost executor reads again.
    const snapshot = await openSnapshot(
      input.sourceUrl,
      'couture build on spark',
      await exportSnapshot(input.snapshot),
    );
    open.defer('snapshot', () => snapshot.close());
    const parameters = sparkParameters(input, {
      source,
      target,
      snapshot: await exportSnapshot(snapshot.client),
      orders: await orderBounds(snapshot.client, ids.order),
    });
    const parts: ScriptPart[] = [
      config.source ? 'source-files' : 'source-view',
      'lines',
      'baskets',
      'histories',
      ...(wants.orders ? (['order-pairs'] as const) : []),
      ...(wants.customers ? (['customer-pairs'] as const) : []),
    ];
    const logFile = path.resolve(config.home, `spark-build-${buildId}.log`);
    const started = await startSparkJob({
      settings: config,
      script: sparkScript(parts, parameters),
      targets: [source, target],
      folder: input.folder,
      logFile,
      shufflePartitions: shufflePartitions(input.expected),
    });
    open.defer('Spark', async () => {
      await started.stop();
      if (started.isDone(parts.at(-1)!)) await rm(logFile, { force: true });
    });
    return started;
  }

  async function follow(
    part: ScriptPart,
    report: Parameters<BuildEngine['readLines']>[0],
    counted = 'tasks' as 'tasks' | 'lines',
  ) {
    const progress = followSpark(job, report, counted);
    try {
      await job.reached(part);
    } finally {
      progress.stop();
    }
  }
}

/** Order lines per shuffle partition. In a small shop, scheduling Spark's default of 200 takes longer than the work. */
const partitionLines = 250_000;

/** Number of shuffle partitions; undefined (Spark's default) if the number of lines is unknown. */
function shufflePartitions(lines: number): number | undefined {
  return lines > 0 ? Math.min(20_000, Math.max(8, Math.ceil(lines / partitionLines))) : undefined;
}

async function exportSnapshot(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select pg_export_snapshot() as name');
  return rows[0]!.name;
}

async function orderBounds(client: Client, type: string): Promise<{ first: string; last: string }> {
  if (type !== 'bigint') return { first: '0', last: '0' };
  const { rows } = await client.query<{ first: string; last: string }>(
    `select coalesce(min(order_id), 0)::text as first, coalesce(max(order_id), 0)::text as last
     from couture_source.order_line`,
  );
  return rows[0]!;
}

function* stagedProducts({ catalog }: EngineInput) {
  const { products, itemOfProduct } = catalog;
  const variants = new Int32Array(catalog.items);
  for (const item of itemOfProduct) if (item >= 0) variants[item]!++;
  for (let product = 0; product < products.size; product++) {
    const item = itemOfProduct[product]!;
    yield { id: products.text(product), product, item, variant: item >= 0 && variants[item]! > 1 };
  }
}

function* stagedItems({ catalog }: EngineInput) {
  for (let item = 0; item < catalog.items; item++)
    yield { item, category: catalog.category[item]!, price: catalog.price[item]! };
}
