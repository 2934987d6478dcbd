// What `recs tune` may choose: named dimensions with ordered values, and the settings that a choice stands for.
import type { Random } from '../../../../fixtures/random.ts';
import type { CopurchaseJson, PersonalizedJson } from '../model-settings.ts';
import type { BasketKind } from '../protocol.ts';

/** Dimension → values, neighbours in order next to each other. */
export type Dimensions = Readonly<Record<string, readonly unknown[]>>;
/** Dimension → index of its value. */
export type Choice = Readonly<Record<string, number>>;

export interface SearchSpace<S> {
  readonly dimensions: Dimensions;
  /** Choices that are known to do well somewhere, tried first. */
  readonly starts: readonly Choice[];
  /** Plain models that the winner must not fall behind. */
  readonly floors: readonly Choice[];
  settings(choice: Choice): S;
}

export interface SpaceFacts {
  readonly basket: BasketKind;
  /** Orders have dates, so that their age may count. */
  readonly dated: boolean;
  /** Items that EASE can take within its share of the budget; 0: none. */
  readonly head: number;
  /** Comparing all customers with each other is affordable. */
  readonly people: boolean;
  /** Only what the build itself can do. */
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
    measure: ['shrunk', 'weighted', 'count', 'cosine', 'jaccard'],
    weighting: buildOnly ? (['size'] as const) : (['none', 'size', 'log', 'root', 'inverse'] as const),
    damping: [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45],
    prior: buildOnly ? ([10] as const) : ([1, 3, 10, 30, 100, 300] as const),
    toll: buildOnly ? ([0.14] as const) : ([0, 0.05, 0.14, 0.3] as const),
    shrink: buildOnly ? ([0] as const) : ([0, 3, 10, 30, 100, 300] as const),
    min_support: [1, 2, 3],
    half_life: dated ? halfLives : (['none'] as const),
  } as const;
  const pick = picker(dimensions);
  return {
    dimensions,
    starts: [
      place(dimensions, { measure: 'shrunk', weighting: 'size', prior: 10, toll: 0.14 }),
      place(dimensions, { measure: 'count', weighting: 'none' }),
      place(dimensions, { measure: 'weighted', weighting: 'log', damping: 0 }),
      place(dimensions, { measure: 'weighted', weighting: 'size', damping: 0.1 }),
      place(dimensions, { measure: 'shrunk', weighting: 'none', prior: 100, toll: 0 }),
      place(dimensions, { measure: 'cosine', weighting: 'none' }),
    ],
    floors: [
      place(dimensions, { measure: 'count', weighting: 'none' }),
      place(dimensions, { measure: 'cosine', weighting: 'none' }),
    ],
    settings(choice) {
      const measure = pick(choice, 'measure');
      const byWeight = measure === 'shrunk' || measure === 'weighted';
      return {
        measure,
        weighting: buildOnly && !byWeight ? 'none' : pick(choice, 'weighting'),
        basket,
        half_life_days: pick(choice, 'half_life'),
        min_support: pick(choice, 'min_support'),
        ...(measure === 'weighted' ? { damping: pick(choice, 'damping') } : {}),
        ...(measure === 'shrunk' ? { prior: pick(choice, 'prior'), toll: pick(choice, 'toll') } : {}),
        ...(measure === 'cosine' || measure === 'jaccard' ? { shrink: pick(choice, 'shrink') } : {}),
      };
    },
  };
}

/**
 * The build's personalized list has one setting: when what was bought may come again. `always` is for the shop to choose:
 * a little more recall is no reason to recommend a coat to those who have it.
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
    own: orders ? ([0, 1] as const) : ([0] as const),
    own_window: [5, 10, 25, 0],
    own_decay: [0.6, 0.7, 0.8, 0.9, 0.95, 1],
    popular: [0, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3],
    people: facts.people ? ([0, 0.03, 0.1, 0.3, 1] as const) : ([0] as const),
    people_asymmetry: [0.25, 0.5, 0.75],
    people_locality: [1, 2, 4, 8],
    people_neighbours: [50, 150, 400],
    items: [0, 0.02, 0.05, 0.1, 0.2, 0.4, 1],
    items_basket: orders ? (['customer', 'order'] as const) : (['customer'] as const),
    measure: ['cosine', 'weighted', 'jaccard', 'llr', 'shrunk'],
    weighting: ['none', 'size', 'log', 'root', 'inverse', 'tfidf', 'bm25'],
    shrink: [0, 1, 3, 10, 30, 100, 300],
    damping: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8],
    row_damping: [0, 0.2, 0.4, 0.6, 0.8],
    neighbours: [10, 20, 50, 100, 200, 500, 0],
    nearest: ['recommended', 'known'],
    normalise: [false, true],
    recency: orders ? ([0.5, 0.7, 0.85, 1] as const) : ([1] as const),
    half_life: dated ? halfLives : (['none'] as const),
    linear: head > 0 ? ([0, 0.3, 1, 3] as const) : ([0] as const),
    ridge: [10, 30, 100, 300, 1000, 3000],
  } as const;
  const pick = picker(dimensions);
  const knn = { items: 1, items_basket: 'customer', people: 0, linear: 0, popular: 0 };
  const habits = { own: 1, own_window: 0, own_decay: 0.95, popular: 0.03, people: 0, linear: 0 };
  const known = {
    measure: 'weighted',
    weighting: 'size',
    damping: 0.3,
    neighbours: 20,
    nearest: 'known',
    normalise: true,
  };
  const starts = [
    { ...knn, measure: 'cosine', weighting: 'none', neighbours: 0 },
    { ...knn, measure: 'cosine', weighting: 'tfidf', shrink: 10, neighbours: 100 },
    { ...knn, measure: 'weighted', weighting: 'inverse', damping: 0.5, row_damping: 0.4, neighbours: 100 },
    { ...knn, measure: 'weighted', weighting: 'root', damping: 0.5, row_damping: 0.6, neighbours: 200 },
    { ...knn, ...known, recency: 0.7 },
    ...(orders
      ? [
          { ...habits, items: 0 },
          { ...habits, ...known, items: 0.4, items_basket: 'customer', recency: 0.7 },
          { ...habits, ...known, items: 0.2, items_basket: 'order', recency: 0.7 },
          { ...habits, items: 0, people: 0.1, people_locality: 8, people_asymmetry: 0.75 },
        ]
      : []),
    ...(head > 0
      ? [
          { ...knn, items: 0, linear: 1, ridge: 100 },
          { ...knn, items: 0, linear: 1, ridge: 300 },
          { ...knn, items: 0.4, linear: 1, ridge: 300, neighbours: 100 },
        ]
      : []),
    ...(facts.people ? [{ ...knn, items: 0, people: 1, people_locality: 2, people_neighbours: 150 }] : []),
  ];
  return {
    dimensions,
    starts: starts.map((start) => place(dimensions, start)),
    floors: [{ ...knn, measure: 'cosine', weighting: 'none', neighbours: 0 }].map((floor) =>
      place(dimensions, floor),
    ),
    settings(choice) {
      const [own, people, items, linear] = [
        pick(choice, 'own'),
        pick(choice, 'people'),
        pick(choice, 'items'),
        pick(choice, 'linear'),
      ];
      const measure = pick(choice, 'measure');
      const popular = pick(choice, 'popular');
      const itemsTerm = {
        weight: items,
        measure,
        weighting: pick(choice, 'weighting'),
        basket: pick(choice, 'items_basket'),
        neighbours: pick(choice, 'neighbours'),
        nearest: pick(choice, 'nearest'),
        normalise: pick(choice, 'normalise'),
        recency: pick(choice, 'recency'),
        half_life_days: pick(choice, 'half_life'),
        ...(measure === 'weighted'
          ? { damping: pick(choice, 'damping'), row_damping: pick(choice, 'row_damping') }
          : measure === 'cosine' || measure === 'jaccard'
            ? { shrink: pick(choice, 'shrink') }
            : {}),
      };
      const nothing = own + people + items + linear === 0;
      return {
        ...(own > 0
          ? { own: { weight: own, window: pick(choice, 'own_window'), decay: pick(choice, 'own_decay') } }
          : {}),
        ...(people > 0
          ? {
              people: {
                weight: people,
                asymmetry: pick(choice, 'people_asymmetry'),
                locality: pick(choice, 'people_locality'),
                neighbours: pick(choice, 'people_neighbours'),
              },
            }
          : {}),
        ...(items > 0 ? { items: itemsTerm } : {}),
        ...(linear > 0 ? { linear: { weight: linear, ridge: pick(choice, 'ridge'), head } } : {}),
        ...(popular > 0 || nothing ? { popular: { weight: popular || 1 } } : {}),
      };
    },
  };
}

function picker<D extends Dimensions>(dimensions: D) {
  return <K extends keyof D & string>(choice: Choice, name: K): D[K][number] =>
    dimensions[name]![choice[name]!]!;
}

/** The choice with these values; the first of a dimension that is not named or lacks the value. */
function place(dimensions: Dimensions, values: Readonly<Record<string, unknown>>): Choice {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, all]) => [name, Math.max(0, all.indexOf(values[name]))]),
  );
}
