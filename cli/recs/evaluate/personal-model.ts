// What a customer buys next: own purchases, those of people alike, items alike and what sells, added up.
import { type BuiltSettings, builtModel, gatherParts } from './built-model.ts';
import { buildEase, type EaseSettings } from './ease.ts';
import { buildItemMatrix, type ItemMatrixSettings } from './item-matrix.ts';
import type { Dataset } from './order-log.ts';
import { type OwnSettings, ownPurchases } from './own-purchases.ts';
import { buildPeopleMatrix, type PeopleSettings } from './people-matrix.ts';
import type { BasketKind } from './protocol.ts';
import type { ScoreSheet } from './score-sheet.ts';
import type { SparseMatrix } from './sparse-matrix.ts';
import { type Weighting, weighBaskets } from './train-baskets.ts';

export interface ItemsTerm extends ItemMatrixSettings {
  readonly basket: BasketKind;
  readonly weighting: Weighting;
  readonly halfLife: number;
  /** What an order of the history counts against the one after it. */
  readonly recency: number;
}

/** Bestsellers that may come into a list by that alone. */
const mostBestsellers = 1_000;

type Weighed<T> = T & { readonly weight: number };

export interface PersonalSettings {
  /** The lists of a build; they stand alone. */
  readonly build?: BuiltSettings | undefined;
  readonly own?: Weighed<OwnSettings> | undefined;
  readonly people?: Weighed<PeopleSettings> | undefined;
  readonly items?: Weighed<ItemsTerm> | undefined;
  readonly linear?: Weighed<EaseSettings> | undefined;
  readonly popular?: { readonly weight: number } | undefined;
}

/** Adds the scores of one customer to the sheet. */
export type PersonalModel = (customer: number, sheet: ScoreSheet) => void;

/** Fits what the settings name to the training orders. */
export function fitPersonal(
  data: Dataset,
  settings: PersonalSettings,
  shared = new FittedParts(data),
): PersonalModel {
  if (settings.build) return shared.built(settings.build);
  const terms: PersonalModel[] = [];
  const { own, people, items, linear, popular } = settings;
  if (own) terms.push(adding(shared.own(own), own.weight));
  if (people) {
    const alike = shared.people(people);
    const bought = shared.own(own ?? { window: 0, decay: 1 });
    terms.push(levelled(through(alike, bought, 1), data.trainItems, people.weight));
  }
  if (items) {
    const profile = shared.own({ window: 0, decay: items.recency });
    terms.push(levelled(through(profile, shared.items(items), 1), data.trainItems, items.weight));
  }
  if (linear) {
    const profile = shared.own({ window: 0, decay: 1 });
    terms.push(levelled(through(profile, shared.linear(linear), 1), data.trainItems, linear.weight));
  }
  if (popular) {
    const share = shared.popularity().map((each) => (popular.weight * each) / Math.max(1, data.train.count));
    const first = Int32Array.from(share.keys())
      .sort((a, b) => share[b]! - share[a]! || a - b)
      .slice(0, mostBestsellers);
    terms.push((_customer, sheet) => sheet.addToAll(share, first));
  }
  return (customer, sheet) => {
    for (const term of terms) term(customer, sheet);
  };
}

/** Parts that several settings have in common, fitted once. */
export class FittedParts {
  readonly #data: Dataset;
  readonly #fitted = new Map<string, unknown>();
  readonly #most: number;

  /** `most`: parts that are remembered, the newest. */
  constructor(data: Dataset, most = 6) {
    this.#data = data;
    this.#most = most;
  }

  built({ repurchase, ...settings }: BuiltSettings): PersonalModel {
    const parts = this.#once('built', settings, () => gatherParts(this.#data, settings));
    return builtModel(this.#data, parts, { repurchase, top: settings.top });
  }

  own({ window, decay }: OwnSettings): SparseMatrix {
    const { train, customerIds } = this.#data;
    return this.#once('own', { window, decay }, (settings) =>
      ownPurchases(train, customerIds.length, settings),
    );
  }

  people({ asymmetry, locality, shrink, neighbours }: PeopleSettings): SparseMatrix {
    const { train, customerIds, trainItems } = this.#data;
    return this.#once('people', { asymmetry, locality, shrink, neighbours }, (settings) =>
      buildPeopleMatrix(train, customerIds.length, trainItems, settings),
    );
  }

  items({ basket, weighting, halfLife, recency: _, ...settings }: ItemsTerm): SparseMatrix {
    const { train, customerIds, trainItems, itemIds } = this.#data;
    const { weight: __, ...plain } = settings as ItemMatrixSettings & { weight?: number };
    return this.#once('items', { basket, weighting, halfLife, ...plain }, () =>
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

  linear({ ridge, head }: EaseSettings): SparseMatrix {
    const { train, customerIds, trainItems } = this.#data;
    return this.#once('linear', { ridge, head }, (settings) =>
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
      if (this.#fitted.size <= this.#most) break;
      this.#fitted.delete(oldest);
    }
    return fitted;
  }
}

function adding({ start, columns, scores }: SparseMatrix, weight: number): PersonalModel {
  return (customer, sheet) => {
    for (let at = start[customer]!; at < start[customer + 1]!; at++)
      sheet.add(columns[at]!, weight * scores[at]!);
  };
}

/** One step further: what the neighbours of a row say. */
function through(from: SparseMatrix, to: SparseMatrix, weight: number): PersonalModel {
  return (row, sheet) => {
    for (let at = from.start[row]!; at < from.start[row + 1]!; at++) {
      const middle = from.columns[at]!;
      const share = weight * from.scores[at]!;
      for (let next = to.start[middle]!; next < to.start[middle + 1]!; next++)
        sheet.add(to.columns[next]!, share * to.scores[next]!);
    }
  };
}

/** A term whose scale is the measure's own: its best item counts 1 for every customer. */
function levelled(term: PersonalModel, items: number, weight: number): PersonalModel {
  const scores = new Float64Array(items);
  const touched: number[] = [];
  const seen = new Uint8Array(items);
  const inner = {
    add(item: number, amount: number) {
      if (seen[item] === 0) {
        seen[item] = 1;
        touched.push(item);
      }
      scores[item]! += amount;
    },
  } as ScoreSheet;
  return (customer, sheet) => {
    term(customer, inner);
    let best = 0;
    for (const item of touched) best = Math.max(best, Math.abs(scores[item]!));
    const scale = best > 0 ? weight / best : 0;
    for (const item of touched) {
      sheet.add(item, scale * scores[item]!);
      scores[item] = 0;
      seen[item] = 0;
    }
    touched.length = 0;
  };
}
