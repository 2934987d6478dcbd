// The baselines of every evaluation: popularity, a customer's most frequent purchases, and unweighted similarities.

import { rowOf } from '../csr.ts';
import type { Task } from '../gate/test-cases.ts';
import type { CopurchaseJson, PersonalizedJson } from './model-settings.ts';
import { type Dataset, ordersByCustomer } from './order-log.ts';
import type { PersonalModel } from './personal-model.ts';
import type { BasketKind } from './protocol.ts';

export type ModelJson =
  | { readonly task: 'personalized'; readonly settings: PersonalizedJson }
  | { readonly task: 'copurchase'; readonly settings: CopurchaseJson }
  /** A baseline without settings. */
  | { readonly task: Task; readonly plain: 'popularity' | 'own_frequent' | 'own_frequent_then_popular' };

export interface NamedModel {
  readonly name: string;
  readonly model: ModelJson;
}

/** The models that the current configuration builds, by task. */
export interface CurrentModels {
  readonly copurchase: CopurchaseJson;
  readonly personalized: PersonalizedJson;
}

export function baselines(task: Task, basket: BasketKind, current: CurrentModels): NamedModel[] {
  const popularity: NamedModel = { name: 'popularity', model: { task, plain: 'popularity' } };
  const plain = (['count', 'cosine', 'llr', 'lift'] as const).map((similarity): NamedModel => {
    const settings = { similarity, weighting: 'none', basket } as const;
    if (task === 'copurchase') return { name: similarity, model: { task, settings } };
    const itemKnn = { ...settings, weight: 1, neighbours: 0 };
    return { name: similarity, model: { task, settings: { item_knn: itemKnn } } };
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

/**
 * P-TopFreq of “A next basket recommendation reality check” (Li et al. 2023): a customer's purchases by the number of
 * orders that contain them, ties to the product bought first. GP-TopFreq appends bestsellers (evaluate.ts).
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
