// The whole build, top to bottom: order lines in, published recommendation tables out.
import { rm } from 'node:fs/promises';
import { outputOptions } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { ReleaseStack } from '../../runtime/core/release.ts';
import { migrate } from '../../sql/migrate.ts';
import type { Client } from '../../sql/pool.ts';
import { abortWithSession, openBuildSession, takeBuildLock } from '../../sql/store/builds/build-lock.ts';
import { endUnchanged, failBuild, insertBuild } from '../../sql/store/builds/builds.ts';
import { count } from '../terminal/figures.ts';
import type { BuildSummary } from './build-summary.ts';
import { hasUsableDates } from './cooccurrence/grouping.ts';
import { groupingWarnings } from './cooccurrence/grouping-warnings.ts';
import type { ItemTallies } from './cooccurrence/tallies.ts';
import { startBuildPool } from './engines/local/build-tasks.ts';
import { requireEngine } from './engines/open-engine.ts';
import { relatePairs, relatesPairs } from './engines/relate-pairs.ts';
import { fitEase, writeCustomerLists } from './engines/thread-stages.ts';
import { checkFirstContent } from './gate/first-content.ts';
import { type HeldOutFigures, leaveOneOut } from './gate/held-out.ts';
import type { Quality } from './gate/quality.ts';
import { buyAgainInput } from './lists/buy-again-rows.ts';
import type { FillInput } from './lists/fill.ts';
import type { CustomerKeys } from './lists/personalized.ts';
import { bestsellersOf, trendingLists } from './lists/trending.ts';
import { modelOf } from './models/model-of-config.ts';
import type { PersonalSettings } from './models/model-settings.ts';
import { type CountedHistories, fitModel } from './models/personal-model.ts';
import { type RepurchaseFigures, repurchaseFigures, repurchaseRule } from './models/repurchase.ts';
import { assignCustomerKeys } from './publish/assign-keys.ts';
import { cleanUpDeadBuilds, pruneAfterBuild, spillFailure, spillFolder } from './publish/housekeeping.ts';
import { ListWriter } from './publish/list-writer.ts';
import { publishIfGood } from './publish/publish-if-good.ts';
import { type Build, type BuildInput, background, readShop, type ShopRead } from './read-stage.ts';
import { dateOfDay } from './source/order-dates.ts';
import { emptySource } from './source/unusable-orders.ts';
import type { WatchLists } from './source/watch-lists.ts';
import { StageClock, type StageReport } from './stage-clock.ts';

import { buildFigures, summarizeBuild, summarizeUnchanged } from './summarize-build.ts';

export type { BuildInput } from './read-stage.ts';

/**
 * Builds and publishes recommendations.
 * @throws CoutureError `build_locked` (exit 4), `build_rejected` (exit 3), `source_empty`, `source_implausible`; any other
 *   error leaves the build `failed` and the published lists unchanged.
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
 *   relate pairs        substitutes and complements                           trending, bundle
 *   write lists         each customer's list; recall of bought_together       similar, bought_together; personalized
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
    if ('unchanged' in shop) {
      await endUnchanged(session, buildId, shop.unchanged.build_id, build.clock.milliseconds);
      return summarizeUnchanged(shop.unchanged, build.clock);
    }
    const lists = await makeLists(build, shop);
    return await judgeAndPublish(build, shop, lists);
  } finally {
    signal.removeEventListener('abort', stop);
    await open.close();
  }
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
  if (tallies.totals.orders === 0 && !input.force) throw emptySource(lines.totals, shop.warnings);

  // 2. Products of the same order. Bundles are written while the threads count; telling complements needs both matrices.
  const shopLists = trendingLists(tallies, facts, config.trendingDays, config.top);
  const order = await clock.run('count orders', (report) => baskets.countOrders(report));
  const filling: FillInput = {
    facts,
    categories: catalog.categoryPaths,
    orders: tallies.orders,
    priceBand: config.priceBand,
    bestsellers: bestsellersOf(shopLists),
    affinity: order.affinity,
  };
  const complements = background(
    (async () => {
      if (config.kinds.includes('trending')) await writer.shopLists(shopLists);
      await writer.productLists('bundle', order.bundle, filling);
    })(),
  );

  // 3. Products of the same customer. Each customer's list is computed while it is written.
  const customer = await clock.run('count customers', (report) => baskets.countCustomers(order, report));
  const alike = await shop.alike;
  if (relatesPairs(order))
    await clock.run(
      'relate pairs',
      (report) => relatePairs(pool, { alike, lists: customer, tallies, catalog }, report),
      catalog.items,
      'products',
    );
  const rule = repurchaseRule(tallies, facts, config.repurchase, model.repeat?.threshold);
  const { gram, itemKnn } = customer;
  const ease = gram && (await clock.run('fit ease', (report) => fitEase(pool, model.ease!, gram, report)));
  const counted = { tallies, itemKnn, ease, repurchase: rule, categories: facts };
  const writeCustomers = async (lists: WatchLists, key: Promise<Int32Array>, report: StageReport) => {
    const keys = { buildId, customerKey: await key, itemKey, productKey };
    const made = customersInput(build, shop, { counted, keys, watch: lists });
    await writeCustomerLists(pool, { writer, histories: baskets.histories(lists), ...made }, report);
  };
  const heldOut = await clock.run('write lists', async (report) => {
    const customers = watch && customerKey && background(writeCustomers(watch, customerKey, report));
    await complements;
    await writer.productLists('similar', customer.similar, filling);
    // Before the lists are filled, and while the threads have customers' lists to make.
    const recall = order.boughtTogether && leaveOneOut(order.heldOut, order.boughtTogether, config);
    await writer.productLists('bought_together', order.boughtTogether, filling);
    await customers;
    report.summary = `${count(Object.values(writer.counts).reduce((sum, lists) => sum + lists, 0))} lists`;
    return recall;
  });
  await clock.run('index lists', () => writer.finish());
  return {
    tallies,
    pairs: order.pairs,
    lists: writer.counts,
    quality: writer.quality,
    heldOut,
    repurchase: watch && repurchaseFigures(tallies, rule, hasUsableDates(lines.totals) ? 'days' : 'orders'),
    warnings: groupingWarnings(tallies.totals, config),
  };
}

/** What the lists of customers are made from, on the threads. */
function customersInput(
  { model, input: { config } }: Build,
  { catalog, facts, lines }: ShopRead,
  {
    counted,
    keys,
    watch,
  }: { readonly counted: CountedHistories; readonly keys: CustomerKeys; readonly watch: WatchLists },
) {
  const { kinds, top } = config;
  const { tallies } = counted;
  const fitted = fitModel(model, counted);
  // What is due is decided by the shop's own rates, whatever a model recommends again.
  const rule = repurchaseRule(tallies, facts, config.repurchase);
  const intervals = fitted.repeat?.intervals;
  return {
    items: catalog.items,
    personalized: kinds.includes('personalized') ? { ...fitted, ...keys, watch, top } : undefined,
    buyAgain: kinds.includes('buy_again')
      ? buyAgainInput({ keys, tallies, facts, rule, totals: lines.totals, top, intervals })
      : undefined,
  };
}

/** Runs the quality gate on the finished lists and publishes them. */
async function judgeAndPublish(
  { session, buildId, input, clock }: Build,
  { catalog, lines, changes, warnings }: ShopRead,
  made: ListsMade,
): Promise<BuildSummary> {
  const { dates } = lines.totals;
  const figures = buildFigures(clock, {
    ...made,
    products: catalog.items,
    customers: lines.customers.size,
    reader: lines.reader,
    read: lines.totals,
    counted: made.tallies.totals,
    watermark: Number.isFinite(dates.newest) ? dateOfDay(dates.newest) : null,
    warnings: [...warnings, ...made.warnings],
  });
  const published = await clock.run('publish', () => publishIfGood(session, buildId, figures, made, input));
  if (published.state === 'published') changes?.record(buildId);
  return summarizeBuild(buildId, published.state, published.figures, clock, input.config.engine);
}
