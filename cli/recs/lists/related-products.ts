// Product → others of its category, then of its parent categories, nearest price range first: what fills `similar`.
import { isNearPrice, priceFactors } from '../../../sql/store/lists/fallback-chain.ts';
import { pathSeparator } from '../source/category-paths.ts';
import type { ItemFacts } from './item-facts.ts';
import { isInBand } from './similar.ts';

export interface RelatedInput {
  readonly facts: ItemFacts;
  /** Category → its path, such as `Clothing > Shirts`, or its name; '' for products without a category. */
  readonly categories: readonly string[];
  /** Item → number of orders. */
  readonly orders: Float64Array;
  readonly priceBand: number;
}

export interface RelatedProducts {
  /** Items of the same category: those in the price band, then those in each wider one; best-selling first. */
  category(item: number): Iterable<number>;
  /** The same for each category above it in its path, lowest first. Without paths there are none. */
  parent_category(item: number): Iterable<number>;
}

/** Products without a category are related to none. A price outside the widest band is never near. */
export function openRelatedProducts(input: RelatedInput): RelatedProducts {
  const { facts, categories, priceBand } = input;
  const steps = [
    (price: number, other: number) => isInBand(price, other, priceBand),
    ...priceFactors.map((factor) => (price: number, other: number) => isNearPrice(price, other, factor)),
  ];
  let groups: Groups | undefined;

  function* nearest(items: Int32Array, item: number): Generator<number> {
    const price = facts.price[item]!;
    for (const isNear of steps) {
      for (const other of items) if (other !== item && isNear(price, facts.price[other]!)) yield other;
    }
  }

  return {
    *category(item) {
      groups ??= openGroups(input);
      const category = facts.category[item]!;
      if (categories[category] !== '') yield* nearest(groups.own[category]!, item);
    },
    *parent_category(item) {
      groups ??= openGroups(input);
      for (const items of groups.above[facts.category[item]!]!) yield* nearest(items, item);
    },
  };
}

interface Groups {
  /** Category → its items, best-selling first. */
  readonly own: readonly Int32Array[];
  /** Category → the items of each category above it, lowest first. */
  readonly above: ReadonlyArray<readonly Int32Array[]>;
}

function openGroups(input: RelatedInput): Groups {
  const { facts, categories } = input;
  const own: number[][] = categories.map(() => []);
  for (let item = 0; item < facts.items; item++) own[facts.category[item]!]!.push(item);
  const paths = categories.map(parentPaths);
  const below = new Map<string, number[]>(paths.flat().map((path) => [path, []]));
  for (const [category, name] of categories.entries()) {
    for (const path of [name, ...paths[category]!]) below.get(path)?.push(category);
  }
  const named = categories.filter((name) => name !== '').length;
  const parents = new Map<string, Int32Array>();
  for (const [path, within] of below) {
    // A root above every category, such as `Home`, relates nothing.
    if (within.length < named)
      parents.set(
        path,
        bySales(
          within.flatMap((each) => own[each]!),
          input,
        ),
      );
  }
  return {
    own: own.map((items) => bySales(items, input)),
    above: paths.map((each) => each.map((path) => parents.get(path)).filter((items) => items !== undefined)),
  };
}

/** `A > B > C` → `A > B`, `A`. */
function parentPaths(name: string): string[] {
  const parts = name.split(pathSeparator);
  return parts.slice(1).map((_, at) => parts.slice(0, -1 - at).join(pathSeparator));
}

/** Ties go to the better rated item, then to the lower one. */
function bySales(items: readonly number[], { facts, orders }: RelatedInput): Int32Array {
  return Int32Array.from(items).sort(
    (a, b) => orders[b]! - orders[a]! || facts.rating[b]! - facts.rating[a]! || a - b,
  );
}
