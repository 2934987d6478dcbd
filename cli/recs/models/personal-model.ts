// Settings and counts → the fitted personal model, and what the counting must prepare for it.
import { defaultHistoryWeights, type HistoryWeights } from '../cooccurrence/grouping.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { blendTables } from './blend-tables.ts';
import { type EaseInput, finishEase } from './ease.ts';
import { finishItemKnn, type ItemKnnInput } from './item-knn.ts';
import { halfLifeDays, type PersonalSettings } from './model-settings.ts';
import type { FittedModel } from './personal-ranking.ts';
import { fitPopularity } from './popularity.ts';
import type { RepurchaseRule } from './repurchase.ts';

/** How the terms of the model weigh orders and histories. `catalogue`: number of items in the catalogue. */
export function historyWeights(model: PersonalSettings, catalogue: number): HistoryWeights {
  const { profile, repeat, item_knn: itemKnn, popularity } = model;
  return {
    weighting: itemKnn?.weighting ?? defaultHistoryWeights.weighting,
    catalogue,
    interactionDecay: profile.recency,
    repurchaseDecay: repeat?.decay ?? defaultHistoryWeights.repurchaseDecay,
    popularityHalfLife: popularity && halfLifeDays(popularity.half_life_days),
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
}

/** Fits the terms of the model. */
export function fitModel(model: PersonalSettings, counted: CountedHistories): FittedModel {
  const { tallies, itemKnn, ease, repurchase } = counted;
  return {
    items: tallies.items,
    profileLength: model.profile.length,
    neighbours: blendTables([itemKnn && finishItemKnn(itemKnn), ease && finishEase(ease)]),
    repeat: model.repeat,
    popularity: model.popularity && fitPopularity(tallies, model.popularity),
    repurchase,
  };
}
