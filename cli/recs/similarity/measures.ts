// Measures over pair counts. c: baskets with both items, w: Σ of their weights, ci and cj: baskets with each, n: all.
import type { MeasureName } from '../../../runtime/core/options.ts';

/** Scores the column item j for the row item i; higher is closer. */
export type Measure = (c: number, w: number, ci: number, cj: number, n: number) => number;

export interface MeasureOptions {
  /** Power of popularity that `weighted` divides by. */
  readonly damping: number;
}

/** The measure of that name. `weighted` is the default order of co-purchase lists, the others are for comparison. */
export function openMeasure(name: MeasureName, { damping }: MeasureOptions): Measure {
  return name === 'weighted' ? (_c, w, _ci, cj) => w / cj ** damping : plainMeasures[name];
}

/**
 * Dunning's log-likelihood ratio of a 2 × 2 table, in its entropy form (Dunning 1993, “Accurate methods for the
 * statistics of surprise and coincidence”; as in Apache Mahout). 10.83 is p < .001 at one degree of freedom.
 * Zero where the pair is seen less often than chance would have it.
 */
export function logLikelihoodRatio(c: number, ci: number, cj: number, n: number): number {
  if (c * n <= ci * cj) return 0;
  const [onlyI, onlyJ, neither] = [ci - c, cj - c, n - ci - cj + c];
  const rows = xLogX(ci) + xLogX(n - ci);
  const columns = xLogX(cj) + xLogX(n - cj);
  const cells = xLogX(c) + xLogX(onlyI) + xLogX(onlyJ) + xLogX(neither);
  return Math.max(0, 2 * (cells - rows - columns + xLogX(n)));
}

/** Share of all baskets that hold both: c / n. */
export function support(c: number, n: number): number {
  return c / n;
}

/** Share of the baskets with i that also hold j: c / ci. */
export function confidence(c: number, ci: number): number {
  return c / ci;
}

/** How much more often than by chance: c·n / (ci·cj). */
export function lift(c: number, ci: number, cj: number, n: number): number {
  return (c * n) / (ci * cj);
}

const plainMeasures = {
  count: (c) => c,
  cosine: (c, _w, ci, cj) => c / Math.sqrt(ci * cj),
  jaccard: (c, _w, ci, cj) => c / (ci + cj - c),
  lift: (c, _w, ci, cj, n) => lift(c, ci, cj, n),
  llr: (c, _w, ci, cj, n) => logLikelihoodRatio(c, ci, cj, n),
} as const satisfies Record<Exclude<MeasureName, 'weighted'>, Measure>;

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
