// Measures over pair counts. c: baskets with both items, w: Σ of their weights, ci and cj: baskets with each, n: all.
import type { MeasureName } from '../../../runtime/core/options.ts';

/** Scores column item j for row item i; higher is closer. */
export type Measure = (i: number, j: number, c: number, w: number) => number;

export interface MeasureInput {
  /** Baskets that hold each item: ci by i. */
  readonly popularity: Float64Array;
  readonly baskets: number;
  /** Σ of the weights of the baskets that hold each item, and of all baskets. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** Power of popularity that `weighted` divides by. */
  readonly damping: number;
  /** Power of the row item's popularity that `weighted` divides by; tells only where rows are added up. Unset: 0. */
  readonly rowDamping?: number;
  /** Added to what cosine, Jaccard and lift divide by, so that thin pairs score low. Unset: 0. */
  readonly shrink?: number;
  /** `shrunk`: baskets' worth of chance that a thin pair leans on, and the toll on popularity. Unset: 10, .14. */
  readonly prior?: number;
  readonly toll?: number;
}

/** The measure of that name. `shrunk` is the default order of co-purchase lists, the others are for comparison. */
export function openMeasure(name: MeasureName, input: MeasureInput): Measure {
  const { popularity, baskets, damping, rowDamping = 0, shrink = 0 } = input;
  const count = (item: number) => popularity[item]!;
  switch (name) {
    case 'shrunk': {
      const prior = thinPairPrior(input);
      return (_i, j, _c, w) => w + prior[j]!;
    }
    case 'weighted': {
      // A power costs more than all the rest of a pair; an item needs it once.
      const damped = popularity.map((each) => 1 / Math.max(1, each) ** damping);
      if (rowDamping === 0) return (_i, j, _c, w) => w * damped[j]!;
      const rowDamped = popularity.map((each) => 1 / Math.max(1, each) ** rowDamping);
      return (i, j, _c, w) => w * damped[j]! * rowDamped[i]!;
    }
    case 'count':
      return (_i, _j, c) => c;
    case 'cosine':
      return (i, j, c) => c / (Math.sqrt(count(i) * count(j)) + shrink);
    case 'jaccard':
      return (i, j, c) => c / (count(i) + count(j) - c + shrink);
    case 'lift':
      return (i, j, c) => (c * baskets) / (count(i) * count(j) + shrink);
    case 'llr':
      return (i, j, c) => logLikelihoodRatio(c, count(i), count(j), baskets);
  }
}

/**
 * What a pair leans on while its evidence w is thin (most co-occurring pairs are seen once), by column item:
 *   10 · v_j / V − .14 · p̄ / (p̄ + 20) · ln(c_j + 20 / p̄)
 * v_j / V: the item's share of all basket weight; p̄: mean orders an item. The first term is what chance gives an item
 * in some ten baskets; the second is a toll on popularity that keeps the catalogue covered, and fades where data are
 * thin. It adds, so evidence wins as it grows. Constants fitted on six real basket sets; see decisions/0001.
 */
export function thinPairPrior(input: MeasureInput): Float64Array {
  const { popularity, weight, totalWeight, prior = 10 } = input;
  const mean = Math.max(
    1e-9,
    popularity.reduce((sum, each) => sum + each, 0) / Math.max(1, popularity.length),
  );
  const toll = ((input.toll ?? 0.14) * mean) / (mean + 20);
  return popularity.map(
    (each, item) => (prior * weight[item]!) / Math.max(1e-9, totalWeight) - toll * Math.log(each + 20 / mean),
  );
}

/**
 * Dunning's log-likelihood ratio of a 2 × 2 table, in its entropy form (Dunning 1993, “Accurate methods for the
 * statistics of surprise and coincidence”; as in Apache Mahout). 10.83 is p < .001 at one degree of freedom.
 * Zero where the pair is seen no more often than chance would have it.
 */
export function logLikelihoodRatio(c: number, ci: number, cj: number, n: number): number {
  if (c * n <= ci * cj) return 0;
  const rows = xLogX(ci) + xLogX(n - ci);
  const columns = xLogX(cj) + xLogX(n - cj);
  const cells = xLogX(c) + xLogX(ci - c) + xLogX(cj - c) + xLogX(n - ci - cj + c);
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

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
