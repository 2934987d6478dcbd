// What every model is held against: popularity, own frequent purchases, and the plain measures.

import type { Task } from '../gate/questions.ts';
import type { CopurchaseJson, PersonalizedJson } from './model-settings.ts';
import { type Dataset, ordersByCustomer } from './order-log.ts';
import type { PersonalModel } from './personal-model.ts';
import type { BasketKind } from './protocol.ts';

export type ModelJson =
  | { readonly task: 'personalized'; readonly settings: PersonalizedJson }
  | { readonly task: 'copurchase'; readonly settings: CopurchaseJson }
  /** Models without settings. */
  | { readonly task: Task; readonly plain: 'popularity' | 'own_frequent' | 'own_frequent_then_popular' };

export interface NamedModel {
  readonly name: string;
  readonly model: ModelJson;
}

/** What the configuration makes, by task. */
export interface CurrentModels {
  readonly copurchase: CopurchaseJson;
  readonly personalized: PersonalizedJson;
}

export function baselines(task: Task, basket: BasketKind, current: CurrentModels): NamedModel[] {
  const popularity: NamedModel = { name: 'popularity', model: { task, plain: 'popularity' } };
  const plain = (['count', 'cosine', 'llr', 'lift'] as const).map((measure): NamedModel => {
    const settings = { measure, weighting: 'none', basket } as const;
    if (task === 'copurchase') return { name: measure, model: { task, settings } };
    const items = { ...settings, weight: 1, neighbours: 0 };
    return { name: measure, model: { task, settings: { items } } };
  });
  if (task === 'copurchase')
    return [popularity, ...plain, { name: 'current', model: { task, settings: current.copurchase } }];
  const own: NamedModel[] =
    basket === 'order'
      ? [
          { name: 'own frequent', model: { task, plain: 'own_frequent' } },
          { name: 'own frequent, then popularity', model: { task, plain: 'own_frequent_then_popular' } },
        ]
      : [];
  return [popularity, ...own, ...plain, { name: 'current', model: { task, settings: current.personalized } }];
}

/**
 * P-TopFreq and GP-TopFreq of “A next basket recommendation reality check” (Li et al. 2023): own purchases by how many
 * orders hold them, ties to what was bought first.
 */
export function ownFrequent({ train, customerIds }: Dataset): PersonalModel {
  const { start, orders } = ordersByCustomer(train, customerIds.length);
  return (customer, sheet) => {
    const [from, to] = [start[customer]!, start[customer + 1]!];
    const seen = new Set<number>();
    for (let at = from; at < to; at++) {
      const order = orders[at]!;
      for (let line = train.start[order]!; line < train.start[order + 1]!; line++) {
        const item = train.items[line]!;
        // What comes later in a tie gives way; far below one purchase.
        if (!seen.has(item)) sheet.add(item, -1e-7 * seen.size);
        seen.add(item);
        sheet.add(item, 1);
      }
    }
  };
}
