// The whole build, top to bottom: order lines in, published recommendation tables out.
import { rm } from 'node:fs/promises';
import { outputOptions } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Config } from '../../runtime/core/options.ts';
import { ReleaseStack } from '../../runtime/core/release.ts';
import { adoptIdTypes } from '../../sql/id-types.ts';
import { migrate } from '../../sql/migrate.ts';
import type { Client } from '../../sql/pool.ts';
import { requireSource } from '../../sql/source/source-views.ts';
import { buildSessionName, openBuildSession, takeBuildLock } from '../../sql/store/builds/build-lock.ts';
import {
  type BuildFigures,
  failBuild,
  finishBuild,
  insertBuild,
  publishBuild,
  publishedBuild,
} from '../../sql/store/builds/builds.ts';
import { attachPartitions } from '../../sql/store/builds/list-partitions.ts';
import { count } from '../terminal/figures.ts';
import type { BuildSummary } from './build-summary.ts';
import { datesTell } from './cooccurrence/grouping.ts';
import type { GroupingTotals } from './cooccurrence/tallies.ts';
import type { BuildTasks } from './engines/local/build-tasks.ts';
import { itemFacts, personalize, startContent } from './engines/local/parallel-stages.ts';
import { ThreadPool } from './engines/local/thread-pool.ts';
import { openEngine, requireEngine } from './engines/open-engine.ts';
import { type HeldOutFigures, leaveOneOut } from './gate/held-out.ts';
import { type Quality, qualityProblems } from './gate/quality.ts';
import { type RepurchaseFigures, repurchaseFigures, repurchaseRule } from './lists/repurchase.ts';
import { trendingLists } from './lists/trending.ts';
import { assignCustomerKeys, assignProductKeys } from './publish/assign-keys.ts';
import { cleanUpDeadBuilds, pruneBuilds, spillFailure, spillFolder } from './publish/housekeeping.ts';
import { ListWriter } from './publish/list-writer.ts';
import { readCatalog } from './source/catalog.ts';
import { dateOfDay, dateWarnings, readLatestDay } from './source/order-dates.ts';
import { estimateRows, resolveSince } from './source/plan.ts';
import type { SourceIds } from './source/read-shop.ts';
import { openSnapshot } from './source/snapshot.ts';
import { emptySource, mostlyFuture } from './source/unusable-orders.ts';
import { readWatchLists } from './source/watch-lists.ts';
import { StageClock, type StageDisplay } from './stage-clock.ts';

export interface BuildInput {
  readonly config: Config;
  /** The database that couture's tables are written to, and the one that the shop is read from. */
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** Publish when the quality gate passes; when false, the build stays `ready`. */
  readonly publish: boolean;
  /** Publish even when the quality gate fails, and build even from a shop without orders. */
  readonly force: boolean;
  readonly display: StageDisplay;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds and publishes recommendations.
 * @throws CoutureError `build_locked` (exit 4), `build_rejected` (exit 3), `source_empty`; any other error leaves the
 * build `failed` and the published lists unchanged.
 */
export async function buildRecommendations(input: BuildInput): Promise<BuildSummary> {
  const { config, databaseUrl, note } = input;
  requireEngine(config);
  const session = await openBuildSession(databaseUrl);
  try {
    await migrate(session);
    const holder = await takeBuildLock(session);
    if (holder)
      throw new CoutureError(
        'build_locked',
        `Another build holds the lock: ${holder}.`,
        'Wait for it to finish, or stop that process.',
      );
    await cleanUpDeadBuilds(session, config.home, databaseUrl, note);
    const buildId = await insertBuild(session, config.engine, outputOptions(config));
    const signal = abortWithSession(input.signal, session);
    try {
      const summary = await runBuild(session, buildId, { ...input, signal });
      await prune(session, input);
      return summary;
    } catch (thrown) {
      // An aborted build can fail with any error; report the signal's reason instead.
      const error = signal.aborted ? signal.reason : thrown;
      if (error instanceof CoutureError && error.code === 'build_rejected') {
        await prune(session, input);
      } else {
        // If Postgres itself is gone, the next build finds the row and cleans up.
        await failBuild(session, buildId, (error as Error).message).catch(() => {});
        await cleanUpDeadBuilds(session, config.home, databaseUrl, note).catch(() => {});
      }
      throw spillFailure(error, config.home);
    } finally {
      await rm(spillFolder(config.home, databaseUrl, buildId), { recursive: true, force: true }).catch(
        () => {},
      );
    }
  } finally {
    await session.end().catch(() => {});
  }
}

async function runBuild(session: Client, buildId: number, input: BuildInput): Promise<BuildSummary> {
  const { config, signal } = input;
  const clock = new StageClock(input.display, signal);
  const warnings: string[] = [];
  const open = new ReleaseStack();
  // An aborted build does not wait for long-running queries or threads.
  const stop = () => void open.close().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    const pool = new ThreadPool<BuildTasks>(
      new URL('./engines/local/pipeline.worker.js', import.meta.url),
      config.workers,
    );
    open.defer('worker threads', () => pool.close());
    const snapshot = await openSnapshot(input.sourceUrl, buildSessionName());
    open.defer('snapshot', () => snapshot.close());

    // 1. Read the catalog, then every order line. Meanwhile one thread compares the words of products.
    const ids = await sourceIds(session, snapshot.client);
    const catalog = await clock.run('read catalog', async (report) => {
      const read = await readCatalog(snapshot.client, ids.product, signal);
      report.summary = `${count(read.products.size)} products, ${count(read.items)} after merging variants, ${count(read.categories.length)} categories`;
      return read;
    });
    const facts = itemFacts(catalog);
    const productKeys = later(assignProductKeys(session, catalog));
    const content = later(startContent(pool, catalog, config));
    // The number of lines in files is not known in advance.
    const expected = config.source ? 0 : await estimateRows(snapshot.client, 'order_line');
    const latestDay = await readLatestDay(snapshot.client);
    const engine = openEngine({
      config,
      buildId,
      databaseUrl: input.databaseUrl,
      sourceUrl: input.sourceUrl,
      snapshot: snapshot.client,
      pool,
      catalog,
      facts,
      ids,
      since: await resolveSince(snapshot.client, config.since, latestDay),
      latestDay,
      expected,
      folder: spillFolder(config.home, input.databaseUrl, buildId),
      signal,
    });
    open.defer('engine', () => engine.close());
    const history = await clock.run(
      'read order lines',
      (report) => engine.readLines(report),
      expected,
      'lines',
    );
    const { lines, skipped, dates, futureUntil } = history.totals;
    if (skipped.future_date * 2 > lines && !input.force) throw mostlyFuture(history.totals, latestDay);
    const future = { lines: skipped.future_date, until: futureUntil };
    warnings.push(...dateWarnings(dates, latestDay, future));
    const buyers = history.customers.size;
    const wantsPersonalized = config.kinds.includes('personalized');
    const watch = wantsPersonalized
      ? await readWatchLists(snapshot.client, catalog, history.customers, ids.customer, signal)
      : undefined;
    await snapshot.close();
    const { itemKey, productKey } = await productKeys;
    const writer = new ListWriter({
      url: input.databaseUrl,
      buildId,
      facts,
      categories: catalog.categories,
      itemKey,
    });
    open.defer('list writer', () => writer.close());

    // 2. Group lines into baskets: the products of each order, and those of each customer's history.
    const customerKey = wantsPersonalized
      ? later(writer.beside((client) => assignCustomerKeys(client, history.customers, ids.customer)))
      : undefined;
    const tallies = await clock.run('group baskets', async (report) => {
      const grouped = await engine.groupBaskets(report);
      report.summary = `${count(grouped.totals.orders)} orders, ${count(grouped.totals.customers || buyers)} customers`;
      return grouped;
    });
    const { totals } = tallies;
    if (totals.orders === 0 && !input.force) throw emptySource(history.totals);
    warnings.push(...groupingWarnings(totals, config));

    // 3. Count products of the same order (complements). Their lists are written while the threads count the next matrix.
    const shopLists = trendingLists(tallies, facts, config.trendingDays, config.top);
    const order = await clock.run('count orders', (report) => engine.countOrders(report));
    const heldOut = order.boughtTogether && leaveOneOut(engine.heldOutOrders(), order.boughtTogether, config);
    const complements = later(
      (async () => {
        if (config.kinds.includes('trending')) await writer.shopLists(shopLists);
        await writer.productLists('bought_together', order.boughtTogether, shopLists, order.affinity);
        await writer.productLists('bundle', order.bundle, shopLists, order.affinity);
      })(),
    );

    // 4. Count products of the same customer (taste). Each customer's list is computed while it is written.
    const taste = await clock.run('count customers', async (report) =>
      engine.countCustomers(await content, report),
    );
    const rule = repurchaseRule(tallies, facts, config.repurchase);
    const repurchase = wantsPersonalized
      ? repurchaseFigures(tallies, rule, datesTell(history.totals) ? 'days' : 'orders')
      : undefined;
    await clock.run('write lists', async (report) => {
      const personalized =
        watch && customerKey && taste.neighbours
          ? later(
              personalize(
                pool,
                writer,
                engine.histories(watch),
                {
                  buildId,
                  items: catalog.items,
                  neighbours: taste.neighbours,
                  watch,
                  customerKey: await customerKey,
                  itemKey,
                  productKey,
                  repurchase: rule,
                  top: config.top,
                },
                report,
              ),
            )
          : undefined;
      await complements;
      await writer.productLists('similar', taste.similar, shopLists, order.affinity);
      await personalized;
      report.summary = `${count(Object.values(writer.counts).reduce((sum, lists) => sum + lists, 0))} lists`;
    });
    await clock.run('index lists', () => writer.finish());

    // 5. Run the quality gate and publish.
    const figures: BuildFigures = {
      source: {
        lines,
        orders: totals.orders,
        products: catalog.items,
        // Exact when histories are collected; otherwise the number of customers that order lines name.
        customers: totals.customers || buyers,
        pairs: order.pairs,
      },
      watermark: Number.isFinite(dates.newest) ? dateOfDay(dates.newest) : null,
      stages: clock.milliseconds,
      totalMs: clock.total,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      lists: writer.counts,
      skipped: {
        ...skipped,
        outlier_date: totals.outlierLines,
        duplicate: totals.duplicateLines,
        sampled: totals.sampledLines,
      },
      metrics: {
        quality: writer.quality,
        reader: history.reader,
        ...(heldOut && { held_out: heldOut }),
        ...(repurchase && { repurchase }),
      },
      warnings,
    };
    const judged = await clock.run('publish', () =>
      judgeAndPublish(session, buildId, figures, writer.quality, heldOut, input),
    );
    return summarize(buildId, judged.state, judged.figures, clock, config);
  } finally {
    signal.removeEventListener('abort', stop);
    await open.close();
  }
}

/** Aborts when the session that holds the build lock ends: another build may start then. */
function abortWithSession(signal: AbortSignal, session: Client): AbortSignal {
  const lost = new AbortController();
  const reason = 'Connection terminated: the session that holds the build lock was closed';
  session.once('end', () => lost.abort(new Error(reason)));
  return AbortSignal.any([signal, lost.signal]);
}

/** Prunes old builds. A failure is only noted: it must not fail the build that has just finished. */
async function prune(session: Client, { config, note }: BuildInput): Promise<void> {
  try {
    await pruneBuilds(session, config.keepBuilds, note);
  } catch (error) {
    note(`Could not prune old builds: ${(error as Error).message}. The next run will retry.`);
  }
}

/** Marks work that runs in the background and is awaited later, so that its rejection is not unhandled until then. */
function later<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function sourceIds(session: Client, source: Client): Promise<SourceIds> {
  const { ids } = await requireSource(source);
  await adoptIdTypes(session, source);
  return { order: ids.order!, customer: ids.customer!, product: ids.product! };
}

function groupingWarnings(totals: GroupingTotals, config: Config): string[] {
  const { sampledOrders, sampledLines, cutHistories } = totals;
  return [
    sampledOrders > 0 &&
      `${count(sampledOrders)} ${sampledOrders === 1 ? 'order' : 'orders'} with more than ${count(config.maxOrderLines)} products ${sampledOrders === 1 ? 'was' : 'were'} sampled (${count(sampledLines)} lines skipped)`,
    cutHistories > 0 &&
      `${count(cutHistories)} ${cutHistories === 1 ? 'customer' : 'customers'} bought more than ${count(config.maxHistory)} products; only their most recent are used`,
  ].filter((line) => line !== false);
}

/** Attaches the build's partitions, runs the quality gate and publishes. */
async function judgeAndPublish(
  session: Client,
  buildId: number,
  computed: BuildFigures,
  quality: Quality,
  heldOut: HeldOutFigures | undefined,
  input: BuildInput,
): Promise<{ state: 'ready' | 'published'; figures: BuildFigures }> {
  const { config, force } = input;
  await attachPartitions(session, buildId);
  const before = await publishedBuild(session);
  const limits = {
    coverage: config.gateCoverage,
    length: config.gateLength,
    overlap: config.gateOverlap,
    recall: config.gateRecall,
  };
  const problems = await qualityProblems(session, buildId, quality, before, limits, heldOut);
  // Warnings about the orders often explain why the lists are worse.
  const figures = { ...computed, warnings: [...problems, ...computed.warnings] };
  if (problems.length > 0 && !force && input.publish) {
    await finishBuild(session, buildId, 'rejected', figures);
    throw new CoutureError(
      'build_rejected',
      `Build ${buildId} is much worse than the published build ${before!.build_id}:\n  - ${figures.warnings.join('\n  - ')}`,
      `The build is kept: inspect it with "couture recs show ${buildId}", or publish it with "couture recs publish ${buildId}".`,
    );
  }
  await finishBuild(session, buildId, 'ready', figures);
  if (!input.publish) return { state: 'ready', figures };
  await publishBuild(session, buildId);
  return { state: 'published', figures };
}

function summarize(
  buildId: number,
  state: 'ready' | 'published',
  figures: BuildFigures,
  clock: StageClock,
  config: Config,
): BuildSummary {
  const { lines = 0, orders = 0, products = 0, customers = 0, pairs = 0 } = figures.source;
  return {
    build_id: buildId,
    state,
    engine: config.engine,
    lines,
    orders,
    products,
    customers,
    pairs,
    lists: figures.lists,
    stages: figures.stages,
    total_ms: Math.round(clock.total),
    peak_rss_bytes: figures.peakRssBytes,
    skipped: figures.skipped,
    repurchase: (figures.metrics.repurchase as RepurchaseFigures | undefined) ?? null,
    warnings: figures.warnings,
  };
}
