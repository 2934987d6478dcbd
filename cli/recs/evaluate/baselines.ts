// The baselines of every evaluation: popularity, a customer's most frequent purchases, and unweighted similarities.

import type { RepurchaseMode } from '../../../runtime/core/options.ts';
import { rowOf } from '../csr.ts';
import type { Task } from '../gate/test-cases.ts';
import {
  type BasketKind,
  type CopurchaseJson,
  maxProfile,
  type PersonalizedJson,
} from '../models/model-settings.ts';
import type { BuildLists } from './build-lists.ts';
import { type Dataset, ordersByCustomer } from './order-log.ts';
import type { BuildLimits, PersonalModel } from './trained-models.ts';

export type EvaluatedModel =
  /** `limits`: those of the build, unless set here. */
  | {
      readonly task: 'personalized';
      readonly settings: PersonalizedJson;
      readonly limits?: { readonly repurchase?: RepurchaseMode; readonly top?: number };
    }
  | { readonly task: 'copurchase'; readonly settings: CopurchaseJson }
  /** The lists of a build as they are. */
  | { readonly task: Task; readonly lists: BuildLists }
  /** A baseline without settings. */
  | { readonly task: Task; readonly plain: 'popularity' | 'own_frequent' | 'own_frequent_then_popular' };

export interface NamedModel {
  readonly name: string;
  readonly model: EvaluatedModel;
}

/** The models that the current configuration builds, by task, and the other settings of its personalized lists. */
export interface CurrentModels {
  readonly copurchase: CopurchaseJson;
  readonly personalized: PersonalizedJson;
  readonly limits: BuildLimits;
}

export function baselines(task: Task, basket: BasketKind, current: CurrentModels): NamedModel[] {
  const popularity: NamedModel = { name: 'popularity', model: { task, plain: 'popularity' } };
  const plain = (['count', 'cosine', 'llr', 'lift'] as const).map((similarity): NamedModel => {
    if (task === 'copurchase')
      return { name: similarity, model: { task, settings: { similarity, weighting: 'none', basket } } };
    return { name: similarity, model: { task, settings: plainSimilarity(similarity), limits: everyItem } };
  });
  if (task === 'copurchase')
    return [popularity, ...plain, { name: 'current', model: { task, settings: current.copurchase } }];
  const frequent: NamedModel[] =
    basket === 'order'
      ? [
          { name: 'own frequent', model: { task, plain: 'own_frequent' } },
          { name: 'own frequent, then popularity', model: { task, plain: 'own_frequent_then_popular' } },
        ]
      : [];
  return [
    popularity,
    ...frequent,
    ...plain,
    { name: 'current', model: { task, settings: current.personalized } },
  ];
}

/** Limits of a model that is ranked as it is: items bought before are like any other. */
export const everyItem = { repurchase: 'always' } as const;

/** The items most similar to all items of a customer's history, by all neighbours of each. */
export function plainSimilarity(similarity: 'count' | 'cosine' | 'llr' | 'lift'): PersonalizedJson {
  return {
    profile: { recency: 1, length: maxProfile },
    item_knn: { similarity, weighting: 'none', neighbours: 0, normalise: false, nearest: 'recommended' },
  };
}

/**
 * P-TopFreq of “A next basket recommendation reality check” (Li et al. 2023): a customer's purchases by the number of
 * orders that contain them, ties to the product bought first. GP-TopFreq appends bestsellers (evaluate-model.ts).
 */
export function ownFrequent({ train, customerIds }: Dataset): PersonalModel {
  const { start, orders } = ordersByCustomer(train, customerIds.length);
  return (customer, scores) => {
    const seen = new Set<number>();
    for (const order of rowOf(start, orders, customer)) {
      for (const item of rowOf(train.start, train.items, order)) {
        // Break ties in favour of earlier items, by far less than one purchase.
        if (!seen.has(item)) scores.add(item, -1e-7 * seen.size);
        seen.add(item);
        scores.add(item, 1);
      }
    }
  };
}

/** Bestsellers by the share of the orders that contain them, times `weight`. */
export function bestsellers({ train, trainItems }: Dataset, weight = 1): PersonalModel {
  const share = new Float64Array(trainItems);
  for (const item of train.items) share[item]! += weight / Math.max(1, train.count);
  const first = Int32Array.from(share.keys())
    .sort((a, b) => share[b]! - share[a]! || a - b)
    .subarray(0, maxBestsellers);
  return (_customer, scores) => scores.addToAll(share, first);
}

/** More than the longest list. */
const maxBestsellers = 1_000;
