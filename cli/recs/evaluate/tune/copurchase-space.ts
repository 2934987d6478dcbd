// The search space of `recs tune` for co-purchase lists.
import { weighsOrders } from '../../models/model-of-config.ts';
import type { CopurchaseJson } from '../../models/model-settings.ts';
import { choiceOf, picker, type SearchSpace, type SpaceFacts } from './search-space.ts';

/** Half-lives of an order, in days. */
export const halfLives = ['none', 365, 180, 90, 30] as const;

/** Everything that a build can make of co-purchases. */
export function copurchaseSpace({ basket, dated }: SpaceFacts): SearchSpace<CopurchaseJson> {
  const dimensions = {
    similarity: ['shrunk', 'weighted', 'count', 'cosine', 'jaccard'],
    weighting: ['none', 'size', 'log', 'root', 'inverse'],
    damping: [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45],
    prior_strength: [1, 3, 10, 30, 100, 300],
    popularity_penalty: [0, 0.05, 0.14, 0.3],
    min_support: [1, 2, 3],
    half_life: dated ? halfLives : (['none'] as const),
  } as const;
  const pick = picker(dimensions);
  return {
    dimensions,
    starts: [
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'size',
        prior_strength: 10,
        popularity_penalty: 0.14,
      }),
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'size',
        prior_strength: 100,
        popularity_penalty: 0,
      }),
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'log',
        prior_strength: 30,
        popularity_penalty: 0.05,
      }),
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'root',
        prior_strength: 1,
        popularity_penalty: 0.05,
      }),
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'none',
        prior_strength: 30,
        popularity_penalty: 0.05,
      }),
      choiceOf(dimensions, { similarity: 'count' }),
      choiceOf(dimensions, { similarity: 'weighted', weighting: 'log', damping: 0 }),
      choiceOf(dimensions, { similarity: 'weighted', weighting: 'root', damping: 0.1 }),
      choiceOf(dimensions, { similarity: 'cosine' }),
    ],
    settings(choice) {
      const similarity = pick(choice, 'similarity');
      return {
        similarity,
        weighting: weighsOrders(similarity) ? pick(choice, 'weighting') : 'none',
        basket,
        half_life_days: pick(choice, 'half_life'),
        min_support: pick(choice, 'min_support'),
        ...(similarity === 'weighted' ? { damping: pick(choice, 'damping') } : {}),
        ...(similarity === 'shrunk'
          ? {
              prior_strength: pick(choice, 'prior_strength'),
              popularity_penalty: pick(choice, 'popularity_penalty'),
            }
          : {}),
      };
    },
  };
}
