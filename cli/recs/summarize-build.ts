// A build's figures and stage times → its summary.
import type { BuildFigures } from '../../sql/store/builds/builds.ts';
import type { BuildSummary, RepurchaseFigures } from './build-summary.ts';
import type { StageClock } from './stage-clock.ts';

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
