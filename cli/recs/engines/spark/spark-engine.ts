// The Spark engine: Spark SQL reads, counts, scores and keeps the best candidates. What returns is bounded by
// items × k and by customers, and the list code of the local engine makes the lists from it.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ReleaseStack } from '../../../../runtime/core/release.ts';
import type { Client } from '../../../../sql/pool.ts';
import { openBuildSession } from '../../../../sql/store/builds/build-lock.ts';
import { createStaging, dropStagings, type Staging } from '../../../../sql/store/builds/spark-staging.ts';
import { count } from '../../../terminal/figures.ts';
import type { ItemTallies } from '../../cooccurrence/tallies.ts';
import { rowOf } from '../../csr.ts';
import { maxAffinityCategories, openBoughtTogether } from '../../lists/bought-together.ts';
import type { CandidatePairs } from '../../lists/candidate-pairs.ts';
import type { IdTable } from '../../source/id-table.ts';
import { openSnapshot } from '../../source/snapshot.ts';
import type { WatchLists } from '../../source/watch-lists.ts';
import type { StageReport } from '../../stage-clock.ts';
import { openCustomerRows } from '../customer-rows.ts';
import type {
  BuildEngine,
  CustomerMatrixLists,
  EngineInput,
  GroupedBaskets,
  OrderMatrixLists,
} from '../engine.ts';
import { type HistoryParts, watchersOnly } from '../history-parts.ts';
import { countsCustomers, customerMatrixInput, orderMatrixInput } from '../matrix-input.ts';
import { feedCandidates } from './candidate-rows.ts';
import { jdbcTarget } from './jdbc.ts';
import { type SparkJob, startSparkJob } from './spark-job.ts';
import { sparkParameters } from './spark-parameters.ts';
import { followSpark } from './spark-progress.ts';
import { type ScriptPart, sparkScript } from './spark-script.ts';
import { historyParts, readBuyers } from './staged-histories.ts';
import {
  lineTotals,
  readAffinity,
  readHeldOut,
  readSameCategory,
  readTallies,
  readTotals,
} from './staged-tallies.ts';

export function openSparkEngine(input: EngineInput): BuildEngine {
  const open = new ReleaseStack();
  return {
    async read(report) {
      const { buildId, signal } = input;
      const client = await openBuildSession(input.databaseUrl);
      open.defer('session', () => client.end());
      open.defer('staging', () => dropStagings(client));
      const { candidates } = await input.alike;
      await createStaging(client, buildId, {
        products: stagedProducts(input),
        items: stagedItems(input),
        candidates: stagedCandidates(candidates),
      });
      const job = await startJob(input, open);
      await follow(job, 'baskets', report, 'lines');
      const staging = { client, buildId, signal };
      const totals = lineTotals(await readTotals(staging));
      const customers = await readBuyers(staging, input.ids.customer);
      report.summary = `${count(totals.lines)} lines by Spark, ${input.config.sparkMaster}`;
      const group = (next: StageReport) => groupBaskets({ input, staging, job, customers }, next);
      return { totals, customers, reader: 'spark', group };
    },

    close: () => open.close(),
  };
}

/** A running job, and what it has staged. */
interface SparkBuild {
  readonly input: EngineInput;
  readonly staging: Staging;
  readonly job: SparkJob;
  /** Customers who bought something. */
  readonly customers: IdTable;
}

async function groupBaskets(build: SparkBuild, report: StageReport): Promise<GroupedBaskets> {
  const { input, staging, job } = build;
  await follow(job, 'histories', report);
  const tallies = await readTallies(staging, input.catalog.items, await readTotals(staging));
  return {
    tallies,
    countOrders: (next) => countOrders(build, tallies, next),
    countCustomers: (order, next) => countCustomers(build, tallies, order, next),
    histories: (watch) => stagedHistories(build, tallies.totals.customers, watch),
  };
}

async function countOrders(
  { input, staging, job }: SparkBuild,
  tallies: ItemTallies,
  report: StageReport,
): Promise<OrderMatrixLists> {
  const { catalog, facts } = input;
  const matrix = orderMatrixInput(input, tallies, await input.alike);
  const { boughtTogether, bundle, sameCategory } = matrix;
  if (!wants(input).orders)
    return { boughtTogether, bundle, affinity: new Float64Array(0), pairs: 0, sameCategory, heldOut: [] };
  await follow(job, 'order-pairs', report);
  const heldOut = [await readHeldOut(staging)];
  const { sink } = openBoughtTogether({ ...matrix, sameCategory: undefined });
  await feedCandidates(staging, 'order_pair', catalog.items, sink);
  await readSameCategory(staging, 'order_category', sameCategory.together);
  const affinity =
    facts.categories <= maxAffinityCategories
      ? await readAffinity(staging, facts.categories)
      : new Float64Array(0);
  const pairs = (await readTotals(staging)).get('pairs') ?? 0;
  report.summary = `${count(pairs)} distinct pairs by Spark`;
  return { boughtTogether, bundle, affinity, pairs, sameCategory, heldOut };
}

async function countCustomers(
  { input, staging, job }: SparkBuild,
  tallies: ItemTallies,
  order: OrderMatrixLists,
  report: StageReport,
): Promise<CustomerMatrixLists> {
  const { catalog } = input;
  const matrix = customerMatrixInput(input, tallies, await input.alike, order);
  const { similar, itemKnn, gram, boughtTogether } = matrix;
  const { sameCategory } = order;
  const lists = { similar, itemKnn, gram, boughtTogether, sameCategory };
  if (!wants(input).customers) return lists;
  await follow(job, 'customer-pairs', report);
  const rows = openCustomerRows({ ...matrix, sameCategory: undefined });
  await feedCandidates(staging, 'customer_pair', catalog.items, rows.sink);
  rows.finish({ from: 0, to: catalog.items });
  await readSameCategory(staging, 'customer_category', sameCategory.expected);
  report.summary = 'by Spark';
  return lists;
}

function stagedHistories(
  { input, staging, customers }: SparkBuild,
  grouped: number,
  watch: WatchLists,
): HistoryParts {
  // Buyers were numbered first; customers after them have only a watch list.
  const buyers = new Uint8Array(watch.start.length - 1).fill(1, 0, grouped);
  async function* parts() {
    yield* historyParts(staging, input.ids.customer, customers);
    yield watchersOnly(buyers, watch);
  }
  return { parts: parts(), expected: 1, customers: grouped };
}

/** The matrices that the settings need. */
function wants({ config, model }: EngineInput): { readonly orders: boolean; readonly customers: boolean } {
  const { kinds } = config;
  return {
    orders: kinds.includes('bought_together') || kinds.includes('bundle'),
    customers: countsCustomers(config, model),
  };
}

/** Starts the job in the snapshot of the build. */
async function startJob(input: EngineInput, open: ReleaseStack): Promise<SparkJob> {
  const { config, buildId } = input;
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
    orders: await orderBounds(snapshot.client, input.ids.order),
  });
  const wanted = wants(input);
  const parts: ScriptPart[] = [
    config.source ? 'source-files' : 'source-view',
    'lines',
    'baskets',
    'histories',
    ...(wanted.orders ? (['order-pairs'] as const) : []),
    ...(wanted.customers ? (['customer-pairs'] as const) : []),
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
  job: SparkJob,
  part: ScriptPart,
  report: StageReport,
  counted = 'tasks' as 'tasks' | 'lines',
): Promise<void> {
  const progress = followSpark(job, report, counted);
  try {
    await job.reached(part);
  } finally {
    progress.stop();
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

function* stagedCandidates({ start, items }: CandidatePairs) {
  for (let item = 0; item < start.length - 1; item++)
    for (const other of rowOf(start, items, item)) yield { item, other };
}
