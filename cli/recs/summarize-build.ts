// A build's figures and stage times → its summary.
import process from 'node:process';
import type { BuildFigures, BuildRow } from '../../sql/store/builds/builds.ts';
import type { BuildSummary, RepurchaseFigures } from './build-summary.ts';
import type { StageClock } from './stage-clock.ts';

/** What a build has read and made. */
export interface BuildResults {
  /** Numbers of products that can be listed, and of customers that order lines name. */
  readonly products: number;
  readonly customers: number;
  readonly read: { readonly lines: number; readonly skipped: Record<string, number> };
  readonly reader: string;
  readonly counted: Record<
    'orders' | 'customers' | 'outlierLines' | 'duplicateLines' | 'sampledLines',
    number
  >;
  /** Number of distinct ordered pairs of products of the same order. */
  readonly pairs: number;
  /** Kind → number of lists. */
  readonly lists: Record<string, number>;
  readonly quality: unknown;
  readonly heldOut: unknown;
  readonly repurchase: unknown;
  /** Date of the newest believed order. */
  readonly watermark: Date | null;
  readonly warnings: readonly string[];
}

/** What a build stores in its row. */
export function buildFigures(clock: StageClock, results: BuildResults): BuildFigures {
  const { read, counted, heldOut, repurchase } = results;
  return {
    source: {
      lines: read.lines,
      orders: counted.orders,
      products: results.products,
      // Exact when histories are collected; otherwise the number of customers that order lines name.
      customers: counted.customers || results.customers,
      pairs: results.pairs,
    },
    watermark: results.watermark,
    stages: clock.milliseconds,
    totalMs: clock.total,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    lists: results.lists,
    skipped: {
      ...read.skipped,
      outlier_date: counted.outlierLines,
      duplicate: counted.duplicateLines,
      sampled: counted.sampledLines,
    },
    metrics: {
      quality: results.quality,
      reader: results.reader,
      ...(heldOut ? { held_out: heldOut } : {}),
      ...(repurchase ? { repurchase } : {}),
    },
    warnings: results.warnings,
  };
}

/** The same for a published build that stays: its row, and the time it took to find that nothing has changed. */
export function summarizeUnchanged(build: BuildRow, clock: StageClock): BuildSummary {
  const { build_id, engine, source, lists, skipped, metrics, warnings } = build;
  const figures = {
    source,
    watermark: build.watermark,
    stages: clock.milliseconds,
    totalMs: clock.total,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    lists,
    skipped,
    metrics,
    warnings,
  };
  return { ...summarizeBuild(build_id, 'published', figures, clock, engine), unchanged: true };
}

/** The object that `recs build --json` prints. */
export function summarizeBuild(
  buildId: number,
  state: 'ready' | 'published',
  figures: BuildFigures,
  clock: StageClock,
  engine: string,
): BuildSummary {
  const { lines = 0, orders = 0, products = 0, customers = 0, pairs = 0 } = figures.source;
  return {
    build_id: buildId,
    state,
    engine,
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
