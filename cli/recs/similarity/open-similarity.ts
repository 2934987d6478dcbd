// Similarity functions over pair counts. c: baskets with both items; w: Σ of their weights; ci, cj: baskets with each
// item; n: all baskets.
import type { SimilarityName } from '../../../runtime/core/options.ts';

/** Scores column item j for row item i; higher is more similar. */
export type Similarity = (i: number, j: number, c: number, w: number) => number;

export interface SimilarityInput {
  /** Item → number of baskets with it. */
  readonly popularity: Float64Array;
  readonly baskets: number;
  /** Item → Σ of the weights of the baskets with it; and Σ over all baskets. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** `weighted`: power of the column item's popularity to divide by. */
  readonly damping: number;
  /** `weighted`: power of the row item's popularity to divide by; matters only if rows are added up. Default 0. */
  readonly rowDamping?: number;
  /** Shrinkage: added to the denominator of cosine, Jaccard and lift, so that thin pairs score low. Default 0. */
  readonly shrink?: number;
  /** `shrunk`: prior strength (in baskets), and popularity penalty. Defaults: `pairPrior`. */
  readonly priorStrength?: number;
  readonly popularityPenalty?: number;
}

/** Opens the similarity function `name`. `shrunk` is the default for co-purchase lists, the others are for comparison. */
export function openSimilarity(name: SimilarityName, input: SimilarityInput): Similarity {
  const { popularity, baskets, damping, rowDamping = 0, shrink = 0 } = input;
  const count = (item: number) => popularity[item]!;
  switch (name) {
    case 'shrunk': {
      const prior = thinPairPrior(input);
      return (_i, j, _c, w) => w + prior[j]!;
    }
    case 'weighted': {
      // Computed once per item: a power costs more than the rest of a pair's score.
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
 * Prior of a pair by column item, which decides while the evidence w is thin (most co-occurring pairs are seen once):
 *   10 · v_j / V − .14 · p̄ / (p̄ + 20) · ln(c_j + 20 / p̄)
 * v_j / V: the item's share of all basket weight; p̄: mean number of orders per item. The first term is the item's
 * expected weight in ten random baskets. The second is a popularity penalty that keeps catalogue coverage high and
 * fades on sparse data. The prior is added to w, so evidence dominates as it grows. Constants were fitted on six real
 * basket sets; see decisions/0001.
 */
export function thinPairPrior(input: SimilarityInput): Float64Array {
  const { popularity, weight, totalWeight, priorStrength = pairPrior.strength } = input;
  const mean = Math.max(
    1e-9,
    popularity.reduce((sum, each) => sum + each, 0) / Math.max(1, popularity.length),
  );
  const penalty =
    ((input.popularityPenalty ?? pairPrior.popularityPenalty) * mean) / (mean + pairPrior.sparseMean);
  return popularity.map(
    (each, item) =>
      (priorStrength * weight[item]!) / Math.max(1e-9, totalWeight) -
      penalty * Math.log(each + pairPrior.sparseMean / mean),
  );
}

/** Constants of the prior; `sparseMean`: mean number of orders per item at which the penalty is half. */
export const pairPrior = { strength: 10, popularityPenalty: 0.14, sparseMean: 20 } as const;

/**
 * Dunning's log-likelihood ratio of a 2 × 2 table, in its entropy form (Dunning 1993, “Accurate methods for the
 * statistics of surprise and coincidence”; as in Apache Mahout). 10.83 means p < .001 at one degree of freedom.
 * Zero if the pair occurs no more often than by chance.
 */
export function logLikelihoodRatio(c: number, ci: number, cj: number, n: number): number {
  if (c * n <= ci * cj) return 0;
  const rows = xLogX(ci) + xLogX(n - ci);
  const columns = xLogX(cj) + xLogX(n - cj);
  const cells = xLogX(c) + xLogX(ci - c) + xLogX(cj - c) + xLogX(n - ci - cj + c);
  return Math.max(0, 2 * (cells - rows - columns + xLogX(n)));
}

/** Share of all baskets with both items: c / n. */
export function support(c: number, n: number): number {
  return c / n;
}

/** Share of the baskets with i that also have j: c / ci. */
export function confidence(c: number, ci: number): number {
  return c / ci;
}

/** Observed over expected co-occurrence: c·n / (ci·cj). */
export function lift(c: number, ci: number, cj: number, n: number): number {
  return (c * n) / (ci * cj);
}

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
