// The search space of `recs tune`: named dimensions with ordered values; a choice of values → settings of a model.
import type { Random } from '../../../../fixtures/random.ts';
import { pairPrior } from '../../similarity/open-similarity.ts';
import type { CopurchaseJson, PersonalizedJson } from '../model-settings.ts';
import type { BasketKind } from '../protocol.ts';

/** Dimension → its values, ordered so that adjacent values are alike. */
export type Dimensions = Readonly<Record<string, readonly unknown[]>>;
/** Dimension → index of its value. */
export type Choice = Readonly<Record<string, number>>;

export interface SearchSpace<S> {
  readonly dimensions: Dimensions;
  /** Choices that do well on some data sets; tried first. */
  readonly starts: readonly Choice[];
  /** Baselines that the winner must at least match. */
  readonly floors: readonly Choice[];
  settings(choice: Choice): S;
}

export interface SpaceFacts {
  readonly basket: BasketKind;
  /** Whether orders are dated, so that they can be weighted by age. */
  readonly dated: boolean;
  /** Number of items that EASE can fit within its share of the budget; 0: leave EASE out. */
  readonly head: number;
  /** Whether comparing all customers with each other fits the budget. */
  readonly userKnn: boolean;
  /** Search only the settings that a build has. */
  readonly buildOnly: boolean;
}

export function randomChoice(dimensions: Dimensions, random: Random): Choice {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, values]) => [name, random.below(values.length)]),
  );
}

const halfLives = ['none', 365, 180, 90, 30] as const;

export function copurchaseSpace({ basket, dated, buildOnly }: SpaceFacts): SearchSpace<CopurchaseJson> {
  const dimensions = {
    similarity: ['shrunk', 'weighted', 'count', 'cosine', 'jaccard'],
    weighting: buildOnly ? (['size'] as const) : (['none', 'size', 'log', 'root', 'inverse'] as const),
    damping: [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45],
    prior_strength: buildOnly
      ? ([pairPrior.strength] as const)
      : ([1, 3, pairPrior.strength, 30, 100, 300] as const),
    popularity_penalty: buildOnly
      ? ([pairPrior.popularityPenalty] as const)
      : ([0, 0.05, pairPrior.popularityPenalty, 0.3] as const),
    shrink: buildOnly ? ([0] as const) : ([0, 3, 10, 30, 100, 300] as const),
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
        prior_strength: pairPrior.strength,
        popularity_penalty: pairPrior.popularityPenalty,
      }),
      choiceOf(dimensions, { similarity: 'count', weighting: 'none' }),
      choiceOf(dimensions, { similarity: 'weighted', weighting: 'log', damping: 0 }),
      choiceOf(dimensions, { similarity: 'weighted', weighting: 'size', damping: 0.1 }),
      choiceOf(dimensions, {
        similarity: 'shrunk',
        weighting: 'none',
        prior_strength: 100,
        popularity_penalty: 0,
      }),
      choiceOf(dimensions, { similarity: 'cosine', weighting: 'none' }),
    ],
    floors: [
      choiceOf(dimensions, { similarity: 'count', weighting: 'none' }),
      choiceOf(dimensions, { similarity: 'cosine', weighting: 'none' }),
    ],
    settings(choice) {
      const similarity = pick(choice, 'similarity');
      const byWeight = similarity === 'shrunk' || similarity === 'weighted';
      return {
        similarity,
        weighting: buildOnly && !byWeight ? 'none' : pick(choice, 'weighting'),
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
        ...(similarity === 'cosine' || similarity === 'jaccard' ? { shrink: pick(choice, 'shrink') } : {}),
      };
    },
  };
}

/**
 * The build's personalized list has one setting: whether purchased products may be recommended again. `always` is left to
 * the shop: slightly higher recall doesn't justify recommending a coat to customers who own it.
 */
function buildPersonalizedSpace(basket: BasketKind): SearchSpace<PersonalizedJson> {
  const dimensions = { repurchase: basket === 'order' ? (['auto', 'never'] as const) : (['auto'] as const) };
  return {
    dimensions,
    starts: dimensions.repurchase.map((_, index) => ({ repurchase: index })),
    floors: [],
    settings: (choice) => ({ build: { repurchase: dimensions.repurchase[choice.repurchase!]! } }),
  };
}

export function personalizedSpace(facts: SpaceFacts): SearchSpace<PersonalizedJson> {
  if (facts.buildOnly) return buildPersonalizedSpace(facts.basket);
  const { basket, dated, head } = facts;
  const orders = basket === 'order';
  const dimensions = {
    repeat: orders ? ([0, 1] as const) : ([0] as const),
    repeat_window: [5, 10, 25, 0],
    repeat_decay: [0.6, 0.7, 0.8, 0.9, 0.95, 1],
    popularity: [0, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3],
    user_knn: facts.userKnn ? ([0, 0.03, 0.1, 0.3, 1] as const) : ([0] as const),
    user_knn_asymmetry: [0.25, 0.5, 0.75],
    user_knn_locality: [1, 2, 4, 8],
    user_knn_neighbours: [50, 150, 400],
    item_knn: [0, 0.02, 0.05, 0.1, 0.2, 0.4, 1],
    item_knn_basket: orders ? (['customer', 'order'] as const) : (['customer'] as const),
    similarity: ['cosine', 'weighted', 'jaccard', 'llr', 'shrunk'],
    weighting: ['none', 'size', 'log', 'root', 'inverse', 'tfidf', 'bm25'],
    shrink: [0, 1, 3, 10, 30, 100, 300],
    damping: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8],
    row_damping: [0, 0.2, 0.4, 0.6, 0.8],
    neighbours: [10, 20, 50, 100, 200, 500, 0],
    nearest: ['recommended', 'known'],
    normalise: [false, true],
    recency: orders ? ([0.5, 0.7, 0.85, 1] as const) : ([1] as const),
    half_life: dated ? halfLives : (['none'] as const),
    ease: head > 0 ? ([0, 0.3, 1, 3] as const) : ([0] as const),
    ridge: [10, 30, 100, 300, 1000, 3000],
  } as const;
  const pick = picker(dimensions);
  const knn = { item_knn: 1, item_knn_basket: 'customer', user_knn: 0, ease: 0, popularity: 0 };
  const repeats = { repeat: 1, repeat_window: 0, repeat_decay: 0.95, popularity: 0.03, user_knn: 0, ease: 0 };
  const nearestKnown = {
    similarity: 'weighted',
    weighting: 'size',
    damping: 0.3,
    neighbours: 20,
    nearest: 'known',
    normalise: true,
  };
  const starts = [
    { ...knn, similarity: 'cosine', weighting: 'none', neighbours: 0 },
    { ...knn, similarity: 'cosine', weighting: 'tfidf', shrink: 10, neighbours: 100 },
    { ...knn, similarity: 'weighted', weighting: 'inverse', damping: 0.5, row_damping: 0.4, neighbours: 100 },
    { ...knn, similarity: 'weighted', weighting: 'root', damping: 0.5, row_damping: 0.6, neighbours: 200 },
    { ...knn, ...nearestKnown, recency: 0.7 },
    ...(orders
      ? [
          { ...repeats, item_knn: 0 },
          { ...repeats, ...nearestKnown, item_knn: 0.4, item_knn_basket: 'customer', recency: 0.7 },
          { ...repeats, ...nearestKnown, item_knn: 0.2, item_knn_basket: 'order', recency: 0.7 },
          { ...repeats, item_knn: 0, user_knn: 0.1, user_knn_locality: 8, user_knn_asymmetry: 0.75 },
        ]
      : []),
    ...(head > 0
      ? [
          { ...knn, item_knn: 0, ease: 1, ridge: 100 },
          { ...knn, item_knn: 0, ease: 1, ridge: 300 },
          { ...knn, item_knn: 0.4, ease: 1, ridge: 300, neighbours: 100 },
        ]
      : []),
    ...(facts.userKnn
      ? [{ ...knn, item_knn: 0, user_knn: 1, user_knn_locality: 2, user_knn_neighbours: 150 }]
      : []),
  ];
  return {
    dimensions,
    starts: starts.map((start) => choiceOf(dimensions, start)),
    floors: [{ ...knn, similarity: 'cosine', weighting: 'none', neighbours: 0 }].map((floor) =>
      choiceOf(dimensions, floor),
    ),
    settings(choice) {
      const [repeat, userKnn, itemKnn, ease] = [
        pick(choice, 'repeat'),
        pick(choice, 'user_knn'),
        pick(choice, 'item_knn'),
        pick(choice, 'ease'),
      ];
      const similarity = pick(choice, 'similarity');
      const popularity = pick(choice, 'popularity');
      const itemKnnTerm = {
        weight: itemKnn,
        similarity,
        weighting: pick(choice, 'weighting'),
        basket: pick(choice, 'item_knn_basket'),
        neighbours: pick(choice, 'neighbours'),
        nearest: pick(choice, 'nearest'),
        normalise: pick(choice, 'normalise'),
        recency: pick(choice, 'recency'),
        half_life_days: pick(choice, 'half_life'),
        ...(similarity === 'weighted'
          ? { damping: pick(choice, 'damping'), row_damping: pick(choice, 'row_damping') }
          : similarity === 'cosine' || similarity === 'jaccard'
            ? { shrink: pick(choice, 'shrink') }
            : {}),
      };
      const none = repeat + userKnn + itemKnn + ease === 0;
      return {
        ...(repeat > 0
          ? {
              repeat: {
                weight: repeat,
                window: pick(choice, 'repeat_window'),
                decay: pick(choice, 'repeat_decay'),
              },
            }
          : {}),
        ...(userKnn > 0
          ? {
              user_knn: {
                weight: userKnn,
                asymmetry: pick(choice, 'user_knn_asymmetry'),
                locality: pick(choice, 'user_knn_locality'),
                neighbours: pick(choice, 'user_knn_neighbours'),
              },
            }
          : {}),
        ...(itemKnn > 0 ? { item_knn: itemKnnTerm } : {}),
        ...(ease > 0 ? { ease: { weight: ease, ridge: pick(choice, 'ridge'), head } } : {}),
        ...(popularity > 0 || none ? { popularity: { weight: popularity || 1 } } : {}),
      };
    },
  };
}

function picker<D extends Dimensions>(dimensions: D) {
  return <K extends keyof D & string>(choice: Choice, name: K): D[K][number] =>
    dimensions[name]![choice[name]!]!;
}

/** Returns the choice with these values. A dimension that `values` leaves out, or that lacks the value, takes its first. */
function choiceOf(dimensions: Dimensions, values: Readonly<Record<string, unknown>>): Choice {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, all]) => [name, Math.max(0, all.indexOf(values[name]))]),
  );
}
