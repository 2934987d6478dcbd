// Settings of the build → parameters of sql/spark/*.sql. Constants are imported from the local engine's code, so that
// both engines use the same.

import { stagingSchema } from '../../../../sql/store/builds/spark-staging.ts';
import { weightUnit } from '../../cooccurrence/baskets.ts';
import { gapStarts, maxAge } from '../../cooccurrence/gaps.ts';
import { earlierWindows } from '../../cooccurrence/tallies.ts';
import { bundleLlr, maxAffinityCategories, shortlistLengths } from '../../lists/bought-together.ts';
import { listsCustomers, usesRepurchases } from '../../lists/customer-lists.ts';
import { candidatesPerPlace, cosineShrinkage } from '../../lists/similar.ts';
import { planEase } from '../../models/ease.ts';
import { neighbourCount } from '../../models/item-knn.ts';
import { historyWeights } from '../../models/personal-model.ts';
import { pairPrior } from '../../similarity/open-similarity.ts';
import { hasVariants } from '../../source/catalog.ts';
import {
  implausibleQuantity,
  lastDay,
  lineFault,
  lineQuantity,
  returnedQuantity,
} from '../../source/line-batch.ts';
import { orderDatesQuery } from '../../source/order-dates.ts';
import type { EngineInput } from '../engine.ts';
import { bundleLength } from '../matrix-input.ts';
import { type JdbcTarget, jdbcOptions } from './jdbc.ts';
import { basketWeightSql, neighbourScoreSql, popularityWeightSql } from './model-sql.ts';
import { fileParameters } from './order-files.ts';

export interface SparkSource {
  readonly source: JdbcTarget;
  readonly target: JdbcTarget;
  /** Name of the exported snapshot. */
  readonly snapshot: string;
  /** Lowest and highest order id, if ids are numbers. */
  readonly orders: { readonly first: string; readonly last: string };
}

/** Orders for the quality gate: about twice as many as it uses, since it skips very large ones. */
const heldOutOrders = 8_000;
/** Range of the hash that text ids are partitioned by: far larger than any sensible number of partitions. */
const hashParts = 65_536;

/** `mix` of source/id-table.ts as SQL for a column x: x ^ x >>> 16, then twice a factor and a shift. */
const mixOfX = [
  'aggregate(array(struct(2246822507L as factor, 13 as shift), struct(3266489909L as factor, 16 as shift)),',
  'x ^ shiftright(x, 16), (h, step) -> ((h * step.factor) & 4294967295L)',
  '^ shiftright((h * step.factor) & 4294967295L, step.shift))',
].join(' ');

export function sparkParameters(
  input: EngineInput,
  { source, target, snapshot, orders }: SparkSource,
): Record<string, string | number | boolean> {
  const { config, model, catalog, ids, since, latestDay, buildId } = input;
  const weights = historyWeights(model, catalog.items);
  const numbered = ids.order === 'bigint';
  return {
    source: jdbcOptions(source),
    target: jdbcOptions(target),
    staging: stagingSchema(buildId),
    snapshot,
    since: since.from ? `ordered_at >= '${since.from.toISOString()}'` : 'true',
    order_type: ids.order,
    partitions: config.sparkPartitions,
    // Ranges of a number can use an index. Other ids are hashed, and every partition scans all lines.
    part: numbered ? 'order_id' : `hashtext(order_id::text) & ${hashParts - 1}`,
    first_part: numbered ? orders.first : 0,
    last_part: numbered ? orders.last : hashParts,
    unknown_product: lineFault.unknownProduct,
    zero_price_product: lineFault.zeroPriceProduct,
    non_positive_quantity: lineFault.nonPositiveQuantity,
    no_order: lineFault.noOrder,
    no_date: lineFault.noDate,
    future_date: lineFault.futureDate,
    returned: lineFault.returned,
    returned_quantity: returnedQuantity,
    implausible_quantity: lineFault.implausibleQuantity,
    huge_quantity: implausibleQuantity,
    quantity: lineQuantity,
    order_line: input.orderLines,
    latest_day: latestDay,
    order_dates: orderDatesQuery('ordered_day'),
    latest_newest: Number.isFinite(since.newest) ? since.newest : latestDay,
    last_day: lastDay,
    seed: config.seed,
    mix_x: mixOfX,
    max_order_lines: config.maxOrderLines,
    max_history: config.maxHistory,
    decay: Number.isFinite(config.halfLife) ? `power(2D, -age / ${double(config.halfLife)})` : '1D',
    trending_days: double(config.trendingDays),
    trending_windows: 1 + earlierWindows,
    held_out: heldOutOrders,
    items: Math.max(1, catalog.items),
    affinity: catalog.categories.length <= maxAffinityCategories,
    order_weight: basketWeightSql(config.orderWeighting, 'size(items)', catalog.items),
    weight_units: double(1 / weightUnit),
    taste_decay: weights.interactionDecay,
    habit_decay: weights.repurchaseDecay,
    gap_starts: `array(${gapStarts.join(', ')})`,
    max_age: maxAge,
    repurchase: usesRepurchases(config, model),
    variants: hasVariants(catalog),
    customer_lists: listsCustomers(config),
    ...fileParameters(input),
    ...orderParameters(input),
    ...customerParameters(input),
  };
}

function orderParameters({ config }: EngineInput) {
  const { similarity, damping, minSupport, minLlr } = config;
  const lengths = {
    listed: config.kinds.includes('bought_together') ? config.top : 0,
    bundled: config.kinds.includes('bundle') ? bundleLength(config) : 0,
  };
  const { listed, bundled } = shortlistLengths(similarity, lengths.listed, lengths.bundled);
  return {
    similarity,
    damping,
    prior_strength: double(config.priorStrength),
    popularity_penalty: double(config.popularityPenalty),
    sparse_mean: double(pairPrior.sparseMean),
    min_support: minSupport,
    min_llr: minLlr,
    bundle_llr: bundleLlr,
    shortlist: listed,
    bundle_shortlist: bundled,
  };
}

function customerParameters({ config, catalog, model }: EngineInput) {
  const weights = historyWeights(model, catalog.items);
  const { item_knn: itemKnn, ease } = config.kinds.includes('personalized') ? model : {};
  return {
    history_weight: basketWeightSql(weights.weighting, 'size(bought)', catalog.items),
    popularity_weight: popularityWeightSql(weights),
    neighbour_score: itemKnn ? neighbourScoreSql(itemKnn) : '0D',
    cosine_shrinkage: cosineShrinkage,
    across_categories: config.acrossCategories,
    price_band: config.priceBand,
    neighbours: itemKnn ? (itemKnn.neighbours ?? neighbourCount(config.top)) || catalog.items : 0,
    // One more, since ties with the first entry that is left out are left out, too.
    related: ease ? 1 + planEase(ease, catalog.items).candidates : 0,
    counted_pairs: config.kinds.includes('bought_together')
      ? `(select item as row, other as column from candidate union select row, column from listed_pair)`
      : `(select item as row, other as column from candidate)`,
    similar_shortlist: config.kinds.includes('similar') ? config.top * candidatesPerPlace : 0,
  };
}

/** A double-precision literal of Spark SQL. */
function double(value: number): string {
  return `${value}D`;
}
