// Settings and counts → the fitted personal model, and what the counting must prepare for it.
import { defaultHistoryWeights, type HistoryWeights } from '../cooccurrence/grouping-options.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { blendTables } from './blend-tables.ts';
import { type EaseInput, finishEase } from './ease.ts';
import { fitIntervals } from './intervals.ts';
import { finishItemKnn, type ItemKnnInput } from './item-knn.ts';
import { halfLifeOf, type PersonalSettings } from './model-settings.ts';
import type { FittedModel } from './personal-ranking.ts';
import { fitPopularity, fitTrend, withTrend } from './popularity.ts';
import type { ItemCategories, RepurchaseRule } from './repurchase.ts';

/** How the terms of the model weigh orders and histories. `catalogue`: number of items in the catalogue. */
export function historyWeights(model: PersonalSettings, catalogue: number): HistoryWeights {
  const { profile, repeat, item_knn: itemKnn, popularity } = model;
  return {
    weighting: itemKnn?.weighting ?? defaultHistoryWeights.weighting,
    catalogue,
    interactionDecay: profile.recency,
    repurchaseDecay: repeat?.decay ?? defaultHistoryWeights.repurchaseDecay,
    popularityHalfLife: popularity && halfLifeOf(popularity.half_life_days),
    popularityHalfLifeOrders: halfLifeOf(popularity?.half_life_orders ?? 'none'),
  };
}

/** What the terms are fitted to. */
export interface CountedHistories {
  readonly tallies: ItemTallies;
  /** The filled rows; undefined without the term item_knn. */
  readonly itemKnn: ItemKnnInput | undefined;
  /** The fitted weights; undefined without the term ease. */
  readonly ease: EaseInput | undefined;
  readonly repurchase: RepurchaseRule;
  readonly categories: ItemCategories;
}

/** Fits the terms of the model. */
export function fitModel(model: PersonalSettings, counted: CountedHistories): FittedModel {
  const { tallies, itemKnn, ease, repurchase, categories } = counted;
  const { repeat, popularity } = model;
  const trend = popularity && fitTrend(tallies, popularity.trend);
  const neighbours = blendTables([itemKnn && finishItemKnn(itemKnn), ease && finishEase(ease)]);
  return {
    items: tallies.items,
    profileLength: model.profile.length,
    neighbours: neighbours && trend ? withTrend(neighbours, trend) : neighbours,
    repeat: repeat && {
      settings: repeat,
      intervals: repeat.interval > 0 ? fitIntervals(tallies, categories) : undefined,
      trend,
    },
    popularity: popularity && fitPopularity(tallies, popularity, trend),
    repurchase,
  };
}
