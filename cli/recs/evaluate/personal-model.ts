// What a customer buys next: repeat purchases, user kNN, item kNN, EASE and popularity, added up.
import { type BuiltSettings, builtModel, gatherParts } from './built-model.ts';
import { buildEase, type EaseSettings } from './ease.ts';
import { buildItemMatrix, type ItemMatrixSettings } from './item-matrix.ts';
import type { Dataset } from './order-log.ts';
import type { BasketKind } from './protocol.ts';
import { type RepeatSettings, repeatPurchases } from './repeat-purchases.ts';
import type { ScoreBuffer } from './score-buffer.ts';
import type { SparseMatrix } from './sparse-matrix.ts';
import { type Weighting, weighBaskets } from './train-baskets.ts';
import { buildUserMatrix, type UserKnnSettings } from './user-matrix.ts';

export interface ItemKnnSettings extends ItemMatrixSettings {
  readonly basket: BasketKind;
  readonly weighting: Weighting;
  readonly halfLife: number;
  /** Weight of an order in the history, relative to the order after it. */
  readonly recency: number;
}

/** Only this many bestsellers can enter a list by their popularity alone. */
const maxBestsellers = 1_000;

type Weighted<T> = T & { readonly weight: number };

export interface PersonalSettings {
  /** Use the personalized lists of a build; excludes all other terms. */
  readonly build?: BuiltSettings | undefined;
  readonly repeat?: Weighted<RepeatSettings> | undefined;
  readonly userKnn?: Weighted<UserKnnSettings> | undefined;
  readonly itemKnn?: Weighted<ItemKnnSettings> | undefined;
  readonly ease?: Weighted<EaseSettings> | undefined;
  readonly popularity?: { readonly weight: number } | undefined;
}

/** Adds one customer's scores to the buffer. */
export type PersonalModel = (customer: number, scores: ScoreBuffer) => void;

/** Fits the terms that the settings name to the training orders. */
export function fitPersonal(
  data: Dataset,
  settings: PersonalSettings,
  shared = new FittedParts(data),
): PersonalModel {
  if (settings.build) return shared.built(settings.build);
  const terms: PersonalModel[] = [];
  const { repeat, userKnn, itemKnn, ease, popularity } = settings;
  if (repeat) terms.push(weightedRows(shared.repeat(repeat), repeat.weight));
  if (userKnn) {
    const neighbours = shared.userKnn(userKnn);
    const purchases = shared.repeat(repeat ?? { window: 0, decay: 1 });
    terms.push(normalised(throughNeighbours(neighbours, purchases, 1), data.trainItems, userKnn.weight));
  }
  if (itemKnn) {
    const profile = shared.repeat({ window: 0, decay: itemKnn.recency });
    const neighbours = shared.itemKnn(itemKnn);
    terms.push(normalised(throughNeighbours(profile, neighbours, 1), data.trainItems, itemKnn.weight));
  }
  if (ease) {
    const profile = shared.repeat({ window: 0, decay: 1 });
    terms.push(normalised(throughNeighbours(profile, shared.ease(ease), 1), data.trainItems, ease.weight));
  }
  if (popularity) {
    const orders = Math.max(1, data.train.count);
    const share = shared.popularity().map((each) => (popularity.weight * each) / orders);
    const first = Int32Array.from(share.keys())
      .sort((a, b) => share[b]! - share[a]! || a - b)
      .slice(0, maxBestsellers);
    terms.push((_customer, scores) => scores.addToAll(share, first));
  }
  return (customer, scores) => {
    for (const term of terms) term(customer, scores);
  };
}

/** Caches fitted parts, so that settings which share one fit it once. */
export class FittedParts {
  readonly #data: Dataset;
  readonly #fitted = new Map<string, unknown>();
  readonly #maxParts: number;

  /** @param maxParts the least recently used part is dropped beyond this many */
  constructor(data: Dataset, maxParts = 6) {
    this.#data = data;
    this.#maxParts = maxParts;
  }

  built({ repurchase, ...settings }: BuiltSettings): PersonalModel {
    const parts = this.#once('built', settings, () => gatherParts(this.#data, settings));
    return builtModel(this.#data, parts, { repurchase, top: settings.top });
  }

  repeat({ window, decay }: RepeatSettings): SparseMatrix {
    const { train, customerIds } = this.#data;
    return this.#once('repeat', { window, decay }, (settings) =>
      repeatPurchases(train, customerIds.length, settings),
    );
  }

  userKnn({ asymmetry, locality, shrink, neighbours }: UserKnnSettings): SparseMatrix {
    const { train, customerIds, trainItems } = this.#data;
    return this.#once('user kNN', { asymmetry, locality, shrink, neighbours }, (settings) =>
      buildUserMatrix(train, customerIds.length, trainItems, settings),
    );
  }

  itemKnn({ basket, weighting, halfLife, recency: _, ...settings }: ItemKnnSettings): SparseMatrix {
    const { train, customerIds, trainItems, itemIds } = this.#data;
    const { weight: __, ...plain } = settings as ItemMatrixSettings & { weight?: number };
    return this.#once('item kNN', { basket, weighting, halfLife, ...plain }, () =>
      buildItemMatrix(
        weighBaskets(train, {
          items: trainItems,
          catalogue: itemIds.length,
          customers: customerIds.length,
          basket,
          weighting,
          halfLife,
        }),
        plain,
      ),
    );
  }

  ease({ ridge, head }: EaseSettings): SparseMatrix {
    const { train, customerIds, trainItems } = this.#data;
    return this.#once('EASE', { ridge, head }, (settings) =>
      buildEase(train, customerIds.length, trainItems, settings),
    );
  }

  popularity(): Float64Array {
    const { train, trainItems } = this.#data;
    return this.#once('popularity', {}, () => {
      const popularity = new Float64Array(trainItems);
      for (const item of train.items) popularity[item]!++;
      return popularity;
    });
  }

  #once<S, T>(name: string, settings: S, fit: (settings: S) => T): T {
    const key = `${name} ${JSON.stringify(settings)}`;
    const known = this.#fitted.get(key);
    this.#fitted.delete(key);
    const fitted = (known as T | undefined) ?? fit(settings);
    this.#fitted.set(key, fitted);
    for (const oldest of this.#fitted.keys()) {
      if (this.#fitted.size <= this.#maxParts) break;
      this.#fitted.delete(oldest);
    }
    return fitted;
  }
}

function weightedRows({ start, columns, scores }: SparseMatrix, weight: number): PersonalModel {
  return (customer, buffer) => {
    for (let at = start[customer]!; at < start[customer + 1]!; at++)
      buffer.add(columns[at]!, weight * scores[at]!);
  };
}

/** Row of `from` times `to`: each neighbour adds its own row, by its score. */
function throughNeighbours(from: SparseMatrix, to: SparseMatrix, weight: number): PersonalModel {
  return (row, scores) => {
    for (let at = from.start[row]!; at < from.start[row + 1]!; at++) {
      const middle = from.columns[at]!;
      const share = weight * from.scores[at]!;
      for (let next = to.start[middle]!; next < to.start[middle + 1]!; next++)
        scores.add(to.columns[next]!, share * to.scores[next]!);
    }
  };
}

/** Scales a term so that each customer's best item scores `weight`: the similarities differ in scale. */
function normalised(term: PersonalModel, items: number, weight: number): PersonalModel {
  const scores = new Float64Array(items);
  const touched: number[] = [];
  const seen = new Uint8Array(items);
  const collect = {
    add(item: number, amount: number) {
      if (seen[item] === 0) {
        seen[item] = 1;
        touched.push(item);
      }
      scores[item]! += amount;
    },
  } as ScoreBuffer;
  return (customer, buffer) => {
    term(customer, collect);
    let best = 0;
    for (const item of touched) best = Math.max(best, Math.abs(scores[item]!));
    const scale = best > 0 ? weight / best : 0;
    for (const item of touched) {
      buffer.add(item, scale * scores[item]!);
      scores[item] = 0;
      seen[item] = 0;
    }
    touched.length = 0;
  };
}
