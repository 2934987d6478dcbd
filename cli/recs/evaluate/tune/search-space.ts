// The search space of `recs tune`: named dimensions with ordered values; a choice of values → settings of a model.
import type { Random } from '../../../../fixtures/random.ts';
import type { BasketKind } from '../../models/model-settings.ts';

/** Dimension → its values, ordered so that adjacent values are alike. */
export type Dimensions = Readonly<Record<string, readonly unknown[]>>;
/** Dimension → index of its value. */
export type Choice = Readonly<Record<string, number>>;

export interface SearchSpace<S> {
  readonly dimensions: Dimensions;
  /** Choices that do well on some data sets; tried first. */
  readonly starts: readonly Choice[];
  settings(choice: Choice): S;
}

export interface SpaceFacts {
  readonly basket: BasketKind;
  /** Whether orders are dated, so that they can be weighted by age. */
  readonly dated: boolean;
  /** Number of items with training orders. */
  readonly items: number;
  /** Whether a trial of the term ease with the exact inverse takes no more than its part of the budget. */
  readonly exactEase: boolean;
  /** Largest number of neighbours of an item that a build of this catalogue can keep. */
  readonly maxNeighbours: number;
  /** Mean number of items in a customer's history. */
  readonly meanHistory: number;
}

export function randomChoice(dimensions: Dimensions, random: Random): Choice {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, values]) => [name, random.below(values.length)]),
  );
}

export function picker<D extends Dimensions>(dimensions: D) {
  return <K extends keyof D & string>(choice: Choice, name: K): D[K][number] =>
    dimensions[name]![choice[name]!]!;
}

/** Returns the choice with these values. A dimension that `values` leaves out, or that lacks the value, takes its first. */
export function choiceOf(dimensions: Dimensions, values: Readonly<Record<string, unknown>>): Choice {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, all]) => [name, Math.max(0, all.indexOf(values[name]))]),
  );
}
