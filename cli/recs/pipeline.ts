// The whole build, top to bottom: order lines in, published recommendation tables out.
import { rm } from 'node:fs/promises';
import { outputOptions } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Config, ListKind } from '../../runtime/core/options.ts';
import { ReleaseStack } from '../../runtime/core/release.ts';
import { adoptIdTypes } from '../../sql/id-types.ts';
import { migrate } from '../../sql/migrate.ts';
import type { Client } from '../../sql/pool.ts';
import { orderLines, readOrderCustomers } from '../../sql/source/order-customers.ts';
import { requireSource } from '../../sql/source/source-views.ts';
import { buildSessionName, openBuildSession, takeBuildLock } from '../../sql/store/builds/build-lock.ts';
import { type BuildFigures, failBuild, insertBuild } from '../../sql/store/builds/builds.ts';
import { count } from '../terminal/figures.ts';
import type { BuildSummary } from './build-summary.ts';
import { datesTell } from './cooccurrence/grouping.ts';
import { groupingWarnings } from './cooccurrence/grouping-warnings.ts';
import type { ItemTallies } from './cooccurrence/tallies.ts';
import type { AlikeProducts, LinesRead } from './engines/engine.ts';
import { type BuildPool, startBuildPool } from './engines/local/build-tasks.ts';
import { openEngine, requireEngine } from './engines/open-engine.ts';
import { relatePairs } from './engines/relate-pairs.ts';
import { compareProducts, fitEase, writeCustomerLists } from './engines/thread-stages.ts';
import { checkFirstContent } from './gate/first-content.ts';
import { type HeldOutFigures, leaveOneOut } from './gate/held-out.ts';
import type { Quality } from './gate/quality.ts';
import { buyAgainInput } from './lists/buy-again-rows.ts';
import { listsCustomers } from './lists/customer-lists.ts';
import type { FillInput } from './lists/fill.ts';
import { type ItemFacts, itemFacts } from './lists/item-facts.ts';
import { bestsellersOf, trendingLists } from './lists/trending.ts';
import { modelOf } from './models/model-of-config.ts';
import type { PersonalSettings } from './models/model-settings.ts';
import { fitModel } from './models/personal-model.ts';
import { type RepurchaseFigures, repurchaseFigures, repurchaseRule } from './models/repurchase.ts';
import { assignCustomerKeys, assignProductKeys, type ProductKeys } from './publish/assign-keys.ts';
import { cleanUpDeadBuilds, pruneAfterBuild, spillFailure, spillFolder } from './publish/housekeeping.ts';
import { ListWriter } from './publish/list-writer.ts';
import { publishIfGood } from './publish/publish-if-good.ts';
import { type Catalog, readCatalog } from './source/catalog.ts';
import { dateOfDay, readLatestDay } from './source/order-dates.ts';
import { estimateRows, resolveSince } from './source/plan.ts';
import type { SourceIds } from './source/read-shop.ts';
import { openSnapshot } from './source/snapshot.ts';
import { emptySource, lineWarnings, mostlyFuture } from './source/unusable-orders.ts';
import { readWatchLists, type WatchLists } from './source/watch-lists.ts';
import { StageClock, type StageDisplay } from './stage-clock.ts';
import { summarizeBuild } from './summarize-build.ts';

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
 * @throws CoutureError `build_locked` (exit 4), `build_rejected` (exit 3), `source_empty`, `source_implausible`; any other error leaves the
 * build `failed` and the published lists unchanged.
 */
export async function buildRecommendations(input: BuildInput): Promise<BuildSummary> {
  const { databaseUrl, note } = input;
  const { config, personal } = modelOf(input.config);
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
    await checkFirstContent(session, input);
    const buildId = await insertBuild(session, config.engine, {
      ...outputOptions(config),
      model: { personalized: personal },
    });
    const signal = abortWithSession(input.signal, session);
    try {
      const summary = await runBuild(session, buildId, personal, { ...input, config, signal });
      await pruneAfterBuild(session, config.keepBuilds, note);
      return summary;
    } catch (thrown) {
      // An aborted build can fail with any error; report the signal's reason instead.
      const error = signal.aborted ? signal.reason : thrown;
      if (error instanceof CoutureError && error.code === 'build_rejected') {
        await pruneAfterBuild(session, config.keepBuilds, note);
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

/**
 * Reads the shop, makes the lists, publishes them. What runs at the same time:
 *
 *   stage               this thread and the pool       the build's session    the list writer's connections
 *   read order lines    lines; words of products       product keys
 *   group baskets       lines → baskets                                       customer keys
 *   count orders        order matrix                                          customer keys
 *   count customers     customer matrix                                       trending, bundle
 *   write lists         each customer's list                                  bought_together, similar; personalized
 */
async function runBuild(
  session: Client,
  buildId: number,
  model: PersonalSettings,
  input: BuildInput,
): Promise<BuildSummary> {
  const { signal } = input;
  const open = new ReleaseStack();
  // An aborted build does not wait for long-running queries or threads.
  const stop = () => void open.close().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    const pool = startBuildPool(input.config.workers);
    open.defer('worker threads', () => pool.close());
    const build = {
      session,
      buildId,
      model,
      input,
      clock: new StageClock(input.display, signal),
      pool,
      open,
    };
    const shop = await readShop(build);
    const lists = await makeLists(build, shop);
    return await judgeAndPublish(build, shop, lists);
  } finally {
    signal.removeEventListener('abort', stop);
    await open.close();
  }
}

/** What every part of a build uses. */
interface Build {
  readonly session: Client;
  readonly buildId: number;
  readonly model: PersonalSettings;
  readonly input: BuildInput;
  readonly clock: StageClock;
  readonly pool: BuildPool;
  /** Released in reverse order when the build ends, however it ends. */
  readonly open: ReleaseStack;
}

interface ShopRead {
  readonly ids: SourceIds;
  readonly catalog: Catalog;
  readonly facts: ItemFacts;
  readonly keys: ProductKeys;
  readonly lines: LinesRead;
  /** Undefined unless lists of customers are wanted. */
  readonly watch: WatchLists | undefined;
  /** In progress: the comparison of products by their words. */
  readonly alike: Promise<AlikeProducts>;
  readonly warnings: readonly string[];
}

interface ListsMade {
  readonly tallies: ItemTallies;
  /** Number of distinct ordered pairs of products of the same order. */
  readonly pairs: number;
  readonly lists: ListWriter['counts'];
  readonly quality: Quality;
  readonly heldOut: HeldOutFigures | undefined;
  readonly repurchase: RepurchaseFigures | undefined;
  readonly warnings: readonly string[];
}

/** Reads the catalog, then every order line, in one snapshot. Product keys and words are worked on in the meantime. */
async function readShop({ session, buildId, model, input, clock, pool, open }: Build): Promise<ShopRead> {
  const { config, signal } = input;
  const snapshot = await openSnapshot(input.sourceUrl, buildSessionName());
  open.defer('snapshot', () => snapshot.close());
  const ids = await sourceIds(session, snapshot.client);
  const catalog = await clock.run('read catalog', async (report) => {
    const read = await readCatalog(snapshot.client, ids.product, signal);
    report.summary = `${count(read.products.size)} products, ${count(read.items)} after merging variants, ${count(read.categories.filter(Boolean).length)} categories`;
    return read;
  });
  const facts = itemFacts(catalog);
  const keys = background(assignProductKeys(session, catalog));
  const alike = background(compareProducts(pool, catalog, facts, config));

  // The number of lines in files is not known in advance.
  const expected = config.source ? 0 : await estimateRows(snapshot.client, 'order_line');
  const latestDay = await readLatestDay(snapshot.client);
  const customers = await readOrderCustomers(snapshot.client);
  const since = await resolveSince(snapshot.client, config.since, latestDay);
  const engine = openEngine({
    config,
    model,
    buildId,
    databaseUrl: input.databaseUrl,
    sourceUrl: input.sourceUrl,
    snapshot: snapshot.client,
    pool,
    catalog,
    facts,
    alike,
    ids,
    since,
    orderLines: orderLines(customers, ids.customer),
    latestDay,
    expected,
    folder: spillFolder(config.home, input.databaseUrl, buildId),
    signal,
  });
  open.defer('engine', () => engine.close());
  const lines = await clock.run('read order lines', (report) => engine.read(report), expected, 'lines');
  const { skipped } = lines.totals;
  if (skipped.future_date * 2 > lines.totals.lines && !input.force)
    throw mostlyFuture(lines.totals, latestDay);
  const watch = listsCustomers(config)
    ? await readWatchLists(snapshot.client, catalog, lines.customers, ids.customer, signal)
    : undefined;
  await snapshot.close();
  const warnings = lineWarnings(lines.totals, customers, latestDay, since);
  return { ids, catalog, facts, keys: await keys, lines, watch, alike, warnings };
}

/** Groups, counts, and writes lists as soon as they are made: each stage counts while the lists before it are written. */
async function makeLists(build: Build, shop: ShopRead): Promise<ListsMade> {
  const { buildId, model, input, clock, pool, open } = build;
  const { config } = input;
  const { ids, catalog, facts, lines, watch } = shop;
  const { itemKey, productKey } = shop.keys;
  const writer = new ListWriter({
    url: input.databaseUrl,
    buildId,
    facts,
    categories: catalog.categories,
    itemKey,
  });
  open.defer('list writer', () => writer.close());

  // 1. The products of each order, and those of each customer's history.
  const customerKey =
    watch && background(writer.beside((client) => assignCustomerKeys(client, lines.customers, ids.customer)));
  const baskets = await clock.run('group baskets', async (report) => {
    const grouped = await lines.group(report);
    const { orders, customers } = grouped.tallies.totals;
    report.summary = `${count(orders)} orders, ${count(customers || lines.customers.size)} customers`;
    return grouped;
  });
  const { tallies } = baskets;
  if (tallies.totals.orders === 0 && !input.force) throw emptySource(lines.totals);

  // 2. Products of the same order. Bundles are written while the threads count; telling complements needs both matrices.
  const shopLists = trendingLists(tallies, facts, config.trendingDays, config.top);
  const order = await clock.run('count orders', (report) => baskets.countOrders(report));
  const related = {
    facts,
    categories: catalog.categoryPaths,
    orders: tallies.orders,
    priceBand: config.priceBand,
  };
  const filling: FillInput = { ...related, bestsellers: bestsellersOf(shopLists), affinity: order.affinity };
  const complements = background(
    (async () => {
      if (config.kinds.includes('trending')) await writer.shopLists(shopLists);
      await writer.productLists('bundle', order.bundle, filling);
    })(),
  );

  // 3. Products of the same customer. Each customer's list is computed while it is written.
  const customer = await clock.run('count customers', (report) => baskets.countCustomers(order, report));
  relatePairs(await shop.alike, order, customer, tallies, catalog);
  const heldOut = order.boughtTogether && leaveOneOut(order.heldOut, order.boughtTogether, config);
  const rule = repurchaseRule(tallies, facts, config.repurchase, model.repeat?.threshold);
  // What is due is decided by the shop's own rates, whatever a model recommends again.
  const dueRule = repurchaseRule(tallies, facts, config.repurchase);
  const { gram } = customer;
  const ease = gram && (await clock.run('fit ease', (report) => fitEase(pool, model.ease!, gram, report)));
  const ofCustomers = async () => {
    const keys = { buildId, customerKey: await customerKey!, itemKey, productKey };
    const fitted = fitModel(model, {
      tallies,
      itemKnn: customer.itemKnn,
      ease,
      repurchase: rule,
      categories: facts,
    });
    const wants = (kind: ListKind) => config.kinds.includes(kind);
    return {
      items: catalog.items,
      personalized: wants('personalized')
        ? { ...fitted, ...keys, watch: watch!, top: config.top }
        : undefined,
      buyAgain: wants('buy_again')
        ? buyAgainInput(keys, tallies, facts, dueRule, lines.totals, config.top, fitted.repeat?.intervals)
        : undefined,
    };
  };
  await clock.run('write lists', async (report) => {
    const customers =
      watch && customerKey
        ? background(writeCustomerLists(pool, writer, baskets.histories(watch), await ofCustomers(), report))
        : undefined;
    await complements;
    await writer.productLists('bought_together', order.boughtTogether, filling);
    await writer.productLists('similar', customer.similar, filling);
    await customers;
    report.summary = `${count(Object.values(writer.counts).reduce((sum, lists) => sum + lists, 0))} lists`;
  });
  await clock.run('index lists', () => writer.finish());
  return {
    tallies,
    pairs: order.pairs,
    lists: writer.counts,
    quality: writer.quality,
    heldOut,
    repurchase: watch && repurchaseFigures(tallies, rule, datesTell(lines.totals) ? 'days' : 'orders'),
    warnings: groupingWarnings(tallies.totals, config),
  };
}

/** Runs the quality gate on the finished lists and publishes them. */
async function judgeAndPublish(
  { session, buildId, input, clock }: Build,
  { catalog, lines, warnings }: ShopRead,
  made: ListsMade,
): Promise<BuildSummary> {
  const { totals } = made.tallies;
  const { dates, skipped } = lines.totals;
  const figures: BuildFigures = {
    source: {
      lines: lines.totals.lines,
      orders: totals.orders,
      products: catalog.items,
      // Exact when histories are collected; otherwise the number of customers that order lines name.
      customers: totals.customers || lines.customers.size,
      pairs: made.pairs,
    },
    watermark: Number.isFinite(dates.newest) ? dateOfDay(dates.newest) : null,
    stages: clock.milliseconds,
    totalMs: clock.total,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    lists: made.lists,
    skipped: {
      ...skipped,
      outlier_date: totals.outlierLines,
      duplicate: totals.duplicateLines,
      sampled: totals.sampledLines,
    },
    metrics: {
      quality: made.quality,
      reader: lines.reader,
      ...(made.heldOut && { held_out: made.heldOut }),
      ...(made.repurchase && { repurchase: made.repurchase }),
    },
    warnings: [...warnings, ...made.warnings],
  };
  const published = await clock.run('publish', () => publishIfGood(session, buildId, figures, made, input));
  return summarizeBuild(buildId, published.state, published.figures, clock, input.config.engine);
}

/** Aborts when the session that holds the build lock ends: another build may start then. */
function abortWithSession(signal: AbortSignal, session: Client): AbortSignal {
  const lost = new AbortController();
  const reason = 'Connection terminated: the session that holds the build lock was closed';
  session.once('end', () => lost.abort(new Error(reason)));
  return AbortSignal.any([signal, lost.signal]);
}

/** Marks work that runs in the background and is awaited later, so that its rejection is not unhandled until then. */
function background<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function sourceIds(session: Client, source: Client): Promise<SourceIds> {
  const { ids } = await requireSource(source);
  await adoptIdTypes(session, source);
  return { order: ids.order!, customer: ids.customer!, product: ids.product! };
}
