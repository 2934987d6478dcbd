// Settings of the personal model → expressions of Spark SQL; the formulas are those of cooccurrence/basket-weights.ts and
// models/item-knn.ts.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Weighting } from '../../cooccurrence/basket-weights.ts';
import { halfWeightItems } from '../../cooccurrence/baskets.ts';
import type { HistoryWeights } from '../../cooccurrence/grouping-options.ts';
import type { ItemKnnSettings } from '../../models/model-settings.ts';

/** Weight of a basket whose number of items is the expression `n`. */
export function basketWeightSql(weighting: Weighting, n: string, catalogue: number): string {
  switch (weighting) {
    case 'none':
      return '1D';
    case 'size':
      return `${halfWeightItems}D / (${halfWeightItems}D + ${n})`;
    case 'log':
      return `1D / log2(1D + ${n})`;
    case 'root':
      return `1D / sqrt(${n})`;
    case 'inverse':
      return `1D / ${n}`;
    case 'tfidf':
      return `power(greatest(1e-6D, ln(${catalogue}D / (1D + ${n}))), 2D)`;
  }
}

/**
 * Weight of an order for popularity. `dated`: whether dates carry any information.
 * @throws CoutureError `bad_option` if orders without dates weigh by their place among the customer's
 */
export function popularityWeightSql({
  popularityHalfLife: halfLife,
  popularityHalfLifeOrders: orders,
}: HistoryWeights): string {
  if (orders !== Number.POSITIVE_INFINITY) {
    throw new CoutureError(
      'bad_option',
      `--engine spark cannot build popularity with half_life_orders ${orders}.`,
      'Set half_life_orders to none, or build with --engine local.',
    );
  }
  if (halfLife === undefined) return '0D';
  return Number.isFinite(halfLife) ? `case when dated then power(2D, -age / ${halfLife}D) else 1D end` : '1D';
}

/**
 * Ranks the pairs p of a row item i with column items j as item_knn does; factors of the row are left out.
 * @throws CoutureError `bad_option` for a similarity that Spark does not rank by
 */
export function neighbourScoreSql(settings: ItemKnnSettings): string {
  const { similarity, damping, row_damping: rowDamping, smoothing, shrink, nearest } = settings;
  switch (similarity) {
    case 'weighted': {
      const power = nearest === 'known' ? damping : rowDamping;
      return `p.weight * (1D / power(j.weight + ${smoothing}D, ${power}D))`;
    }
    case 'count':
      return 'p.weight';
    case 'cosine':
      return `p.weight / (sqrt(i.weight * j.weight) + ${shrink}D)`;
    case 'jaccard':
      return `p.weight / (i.weight + j.weight - p.weight + ${shrink}D)`;
    default:
      throw new CoutureError(
        'bad_option',
        `--engine spark cannot build item_knn with the similarity ${similarity}.`,
        'Use weighted, count, cosine or jaccard, or build with --engine local.',
      );
  }
}
