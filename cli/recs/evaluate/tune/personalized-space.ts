// The search space of `recs tune` for personalized lists: the terms of the model that a build makes.
import type { PersonalizedJson } from '../../models/model-settings.ts';
import { repurchaseThreshold } from '../../models/repurchase.ts';
import { halfLives } from './copurchase-space.ts';
import { choiceOf, picker, type SearchSpace, type SpaceFacts } from './search-space.ts';

export function personalizedSpace(facts: SpaceFacts): SearchSpace<PersonalizedJson> {
  const dimensions = dimensionsOf(facts);
  const pick = picker(dimensions);
  return {
    dimensions,
    starts: startsOf(facts).map((start) => choiceOf(dimensions, start)),
    settings: (choice) => settingsOf((name) => pick(choice, name)),
  };
}

type Dimensions = ReturnType<typeof dimensionsOf>;

function dimensionsOf({ basket, dated, items, exactEase, maxNeighbours, meanHistory }: SpaceFacts) {
  const orders = basket === 'order';
  return {
    repeat: orders ? ([0, 0.3, 1, 2, 3, 4.25, 7, 10, 20] as const) : ([0] as const),
    repeat_decay: [0.6, 0.7, 0.8, 0.9, 0.95, 1],
    repeat_chances: [0, 0.25, 0.5, 0.75, 1],
    repeat_interval: [0, 0.1, 0.3, 0.6, 1],
    repeat_threshold: [repurchaseThreshold, 0.03, 0],
    popularity: [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 1, 3],
    trend: dated || orders ? ([0, 0.25, 0.5, 0.75, 1] as const) : ([0] as const),
    popularity_half_life: dated ? ([...halfLives, 14, 7] as const) : (['none'] as const),
    // Without dates, the orders of a customer stand in for days.
    popularity_half_life_orders:
      dated || !orders ? (['none'] as const) : (['none', 8, 4, 2, 1, 0.5] as const),
    item_knn: [0, 0.3, 1, 3],
    similarity: ['weighted', 'cosine', 'jaccard'],
    weighting: ['size', 'none', 'log', 'root', 'inverse', 'tfidf'],
    shrink: [0, 1, 3, 10, 30, 100, 300, 1000],
    damping: [0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8],
    row_damping: [0, 0.2, 0.4, 0.6, 0.8],
    // 0: all of them.
    neighbours: [
      ...[10, 20, 50, 100, 200, 400].filter((each) => each <= Math.max(20, maxNeighbours)),
      ...(items <= maxNeighbours ? [0] : []),
    ],
    nearest: ['known', 'recommended'],
    normalise: [true, false],
    ease: [0, 0.3, 1, 3],
    ridge: [10, 30, 100, 300, 1000],
    // 0: exact.
    candidates: exactEase ? ([60, 120, 0] as const) : ([60, 120] as const),
    ease_neighbours: [20, 60, 0],
    // Exact only.
    low_pass: exactEase ? ([0, 0.15, 0.25, 0.5] as const) : ([0] as const),
    factors: [32, 64, 128],
    recency: orders || dated ? ([0.5, 0.6, 0.7, 0.8, 0.9, 1] as const) : ([1] as const),
    length: meanHistory > 20 ? ([50, 150, 1000] as const) : ([50] as const),
  } as const;
}

/** One of each kind first: on a slow machine, only these may be measured. */
function startsOf({ exactEase }: SpaceFacts): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const build = {
    item_knn: 1,
    similarity: 'weighted',
    weighting: 'inverse',
    damping: 0.25,
    neighbours: 20,
    nearest: 'known',
    normalise: true,
    recency: 0.9,
    length: 50,
  };
  const habits = { repeat: 4.25, repeat_decay: 0.9, repeat_chances: 0.5, repeat_interval: 0.1 };
  const recent = { popularity: 0.2, popularity_half_life: 30, trend: 0.5 };
  const cosine = {
    item_knn: 1,
    similarity: 'cosine',
    weighting: 'none',
    neighbours: 100,
    nearest: 'recommended',
    normalise: false,
    recency: 1,
    length: 1000,
  };
  const dense = {
    item_knn: 0,
    ease: 1,
    ridge: 300,
    candidates: 0,
    ease_neighbours: 0,
    recency: 1,
    length: 1000,
  };
  return [
    { ...build, ...habits, ...recent },
    dense,
    ...(exactEase ? [{ ...dense, low_pass: 0.25, factors: 64 }] : []),
    { ...cosine, similarity: 'weighted', weighting: 'root', damping: 0.5, row_damping: 0.6, neighbours: 200 },
    { ...cosine },
    { ...build, ...habits, ...recent, repeat_threshold: 0 },
    { ...build, ...habits, ...recent, ease: 1, ridge: 100 },
    { item_knn: 0, repeat: 3, repeat_decay: 0.95, popularity: 1 },
    { item_knn: 0, popularity: 1, popularity_half_life: 30 },
    { ...cosine, similarity: 'weighted', weighting: 'inverse', damping: 0.5, row_damping: 0.4 },
    { ...habits, ...recent, item_knn: 0, ease: 1, ridge: 100, recency: 0.9 },
    { ...build, ...habits },
    { ...build, ...habits, ...recent, repeat_interval: 0.6 },
    { ...build, ...habits, weighting: 'size', repeat: 3, repeat_decay: 0.95, recency: 0.7 },
    { ...build, ...habits, repeat: 10, popularity: 1 },
    { ...cosine, neighbours: 0 },
    { ...cosine, recency: 0.9 },
    { ...cosine, weighting: 'tfidf', shrink: 10 },
    { ...cosine, similarity: 'weighted', weighting: 'root', damping: 0.5, row_damping: 0.4, repeat: 3 },
    { item_knn: 0, popularity: 1 },
  ];
}

function settingsOf(pick: <K extends keyof Dimensions>(name: K) => Dimensions[K][number]): PersonalizedJson {
  const [repeat, popularity, itemKnn, ease] = [
    pick('repeat'),
    pick('popularity'),
    pick('item_knn'),
    pick('ease'),
  ];
  // The weight of the only term makes no difference.
  const alone = [repeat, popularity, itemKnn, ease].filter((weight) => weight > 0).length === 1;
  const similarity = pick('similarity');
  const term = {
    weight: alone ? 1 : itemKnn,
    similarity,
    weighting: pick('weighting'),
    neighbours: pick('neighbours'),
    nearest: pick('nearest'),
    normalise: pick('normalise'),
    ...(similarity === 'weighted'
      ? { damping: pick('damping'), row_damping: pick('row_damping') }
      : { shrink: pick('shrink') }),
  };
  const none = repeat + itemKnn + ease === 0;
  const lowPass = pick('candidates') === 0 ? pick('low_pass') : 0;
  return {
    ...(itemKnn + ease > 0 ? { profile: { recency: pick('recency'), length: pick('length') } } : {}),
    ...(repeat > 0
      ? {
          repeat: {
            weight: alone ? 1 : repeat,
            decay: pick('repeat_decay'),
            chances: pick('repeat_chances'),
            interval: pick('repeat_interval'),
            threshold: pick('repeat_threshold'),
          },
        }
      : {}),
    ...(itemKnn > 0 ? { item_knn: term } : {}),
    ...(ease > 0
      ? {
          ease: {
            weight: alone ? 1 : ease,
            ridge: pick('ridge'),
            candidates: pick('candidates'),
            neighbours: pick('ease_neighbours'),
            ...(lowPass > 0 ? { low_pass: lowPass, factors: pick('factors') } : {}),
          },
        }
      : {}),
    ...(popularity > 0 || none
      ? {
          popularity: {
            weight: none || alone ? 1 : popularity,
            half_life_days: pick('popularity_half_life'),
            half_life_orders: pick('popularity_half_life_orders'),
            trend: pick('trend'),
          },
        }
      : {}),
  };
}
