// The first part of a build: the shop, read in one snapshot, and what can be prepared meanwhile.
import process from 'node:process';
import { outputOptions } from '../../runtime/core/config.ts';
import type { Config } from '../../runtime/core/options.ts';
import type { ReleaseStack } from '../../runtime/core/release.ts';
import { adoptIdTypes } from '../../sql/id-types.ts';
import { packageVersion } from '../../sql/package-root.ts';
import type { Client } from '../../sql/pool.ts';
import { orderLines, readOrderCustomers } from '../../sql/source/order-customers.ts';
import { rowSecurityWarning, securedTables } from '../../sql/source/row-security.ts';
import { requireSource } from '../../sql/source/source-views.ts';
import { buildSessionName } from '../../sql/store/builds/build-lock.ts';
import { type BuildRow, publishedBuild } from '../../sql/store/builds/builds.ts';
import { count } from '../terminal/figures.ts';
import type { AlikeProducts, LinesRead } from './engines/engine.ts';
import type { BuildPool } from './engines/local/build-tasks.ts';
import { openEngine } from './engines/open-engine.ts';
import { compareProducts } from './engines/thread-stages.ts';
import { listsCustomers } from './lists/customer-lists.ts';
import { type ItemFacts, itemFacts } from './lists/item-facts.ts';
import type { PersonalSettings } from './models/model-settings.ts';
import { assignProductKeys, type ProductKeys } from './publish/assign-keys.ts';
import { keptFolder, spillFolder } from './publish/housekeeping.ts';
import type { KeptPlace } from './similarity/kept-comparisons.ts';
import { type Catalog, readCatalog } from './source/catalog.ts';
import { type Changes, type FindChangesInput, findChanges } from './source/kept/find-changes.ts';
import { readLatestDay } from './source/order-dates.ts';
import { estimateRows, resolveSince } from './source/plan.ts';
import type { SourceIds } from './source/read-shop.ts';
import { openSnapshot } from './source/snapshot.ts';
import { lineWarnings, mostlyFuture } from './source/unusable-orders.ts';
import { readKeptLists, readWatchLists, type WatchLists } from './source/watch-lists.ts';
import type { StageClock, StageDisplay } from './stage-clock.ts';

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

/** What every part of a build uses. */
export interface Build {
  readonly session: Client;
  readonly buildId: number;
  readonly model: PersonalSettings;
  readonly input: BuildInput;
  readonly clock: StageClock;
  readonly pool: BuildPool;
  /** Released in reverse order when the build ends, however it ends. */
  readonly open: ReleaseStack;
}

export interface ShopRead {
  readonly ids: SourceIds;
  readonly catalog: Catalog;
  readonly facts: ItemFacts;
  readonly keys: ProductKeys;
  readonly lines: LinesRead;
  /** Undefined unless lists of customers are wanted. */
  readonly watch: WatchLists | undefined;
  /** In progress: the comparison of products by their words. */
  readonly alike: Promise<AlikeProducts>;
  /** Of an incremental build. */
  readonly changes: Changes | undefined;
  readonly warnings: readonly string[];
}

/** Reads the catalog, then every order line, in one snapshot. Product keys and words are worked on in the meantime. */
export async function readShop(build: Build): Promise<ShopRead | { readonly unchanged: BuildRow }> {
  const { session, buildId, model, input, clock, pool, open } = build;
  const { config, signal } = input;
  const snapshot = await openSnapshot(input.sourceUrl, buildSessionName());
  open.defer('snapshot', () => snapshot.close());
  const ids = await sourceIds(session, snapshot.client);
  const secured = rowSecurityWarning(await securedTables(snapshot.client));
  // Before the session is busy with keys.
  const watchKept = await readKeptLists(session, ids, signal);
  const catalog = await clock.run('read catalog', async (report) => {
    const read = await readCatalog(snapshot.client, ids.product, signal);
    report.summary = `${count(read.products.size)} products, ${count(read.items)} after merging variants, ${count(read.categories.filter(Boolean).length)} categories`;
    return read;
  });
  const facts = itemFacts(catalog);
  const keys = background(assignProductKeys(session, catalog));
  const { note } = input;
  const alike = background(compareProducts({ pool, catalog, facts, config, kept: keptPlaceOf(input), note }));

  // The number of lines in files is not known in advance.
  const expected = config.source ? 0 : await estimateRows(snapshot.client, 'order_line');
  const latestDay = await readLatestDay(snapshot.client);
  const customers = await readOrderCustomers(snapshot.client);
  const since = await resolveSince(snapshot.client, config.since, latestDay);
  const linesFrom = orderLines(customers, ids.customer);
  const changes = await changesOf(build, {
    client: snapshot.client,
    ids,
    since,
    catalog,
    customers,
    orderLines: linesFrom,
    latestDay,
    watchKept,
  });
  if (changes?.madeBuild !== undefined && !input.force) {
    const published = await publishedBuild(session);
    await keys;
    if (published?.build_id === changes.madeBuild) return { unchanged: published };
  }
  const engine = openEngine({
    config,
    kept: changes?.kept,
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
    orderLines: linesFrom,
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
    ? await readWatchLists(snapshot.client, watchKept, catalog, lines.customers, ids.customer, signal)
    : undefined;
  await snapshot.close();
  const warnings = [
    ...(secured ? [`${secured.words}. ${secured.remedy}`] : []),
    ...lineWarnings(lines.totals, customers, latestDay, since),
  ];
  return { ids, catalog, facts, keys: await keys, lines, watch, alike, changes, warnings };
}

/** Where an incremental build looks up comparisons of products. Floating-point functions may differ between versions of Node. */
function keptPlaceOf({ config, databaseUrl }: BuildInput): KeptPlace | undefined {
  if (!config.incremental) return undefined;
  const version = `couture ${packageVersion()}, Node ${process.version}`;
  return { folder: keptFolder(config.home, databaseUrl), version };
}

/** What has changed since the last incremental build; undefined unless this is one. */
async function changesOf(
  { input, model, clock }: Build,
  source: Pick<
    FindChangesInput,
    'client' | 'ids' | 'since' | 'catalog' | 'customers' | 'orderLines' | 'latestDay' | 'watchKept'
  >,
): Promise<Changes | undefined> {
  const { config, databaseUrl, note } = input;
  if (!config.incremental) return undefined;
  if (config.engine === 'spark') {
    note('Reading all order lines: the Spark engine keeps none.');
    return undefined;
  }
  const folder = keptFolder(config.home, databaseUrl);
  const options = { ...outputOptions(config), model };
  const common = { ...source, folder, couture: packageVersion(), options, note };
  return clock.run('find changes', (report) => findChanges(common, report));
}

/** Marks work that runs in the background and is awaited later, so that its rejection is not unhandled until then. */
export function background<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function sourceIds(session: Client, source: Client): Promise<SourceIds> {
  const { ids } = await requireSource(source);
  await adoptIdTypes(session, source);
  return { order: ids.order!, customer: ids.customer!, product: ids.product! };
}
