// Sales per item → `trending` and `bestseller` lists, for the whole shop and for each category.

import { reasonCode } from '../../../sql/store/lists/fallback-chain.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { earlierWindows } from '../cooccurrence/tallies.ts';
import { TopK } from '../similarity/top-k.ts';
import type { ItemFacts } from './item-facts.ts';
import { maxEvidence } from './list-table.ts';

export interface ShopList {
  readonly kind: 'trending' | 'bestseller';
  /** Index of the category, −1 for the whole shop. */
  readonly category: number;
  readonly items: Int32Array;
  readonly scores: Float64Array;
  readonly reasons: Int16Array;
}

/** Minimum number of recent orders: fewer are chance, not a trend. */
const minRecent = 3;
/** Added to the variance, so that a product without a past needs some orders before it trends. */
const smoothing = 4;

/**
 * A product trends if it sells more than its own earlier rate explains, in standard deviations of a Poisson count:
 * z = (r − e) / √(e + 4). r: orders of the last `days`, an order of age a weighted by 2·(days − a)/(days + 1), so that
 * recent days weigh more and a steady seller has r = e; e: orders of the six windows before, divided by six.
 * Ties go to the better rated product, then to the lower id. Lists with too few trending products are filled with
 * bestsellers.
 */
export function trendingLists(tallies: ItemTallies, facts: ItemFacts, days: number, top: number): ShopList[] {
  const rise = new Float64Array(facts.items);
  const reasons = new Int16Array(facts.items);
  for (let item = 0; item < facts.items; item++) {
    const expected = tallies.earlier[item]! / earlierWindows;
    const recent = (2 * tallies.recentWeighted[item]!) / (Math.ceil(days) + 1);
    rise[item] =
      tallies.recent[item]! < minRecent ? 0 : (recent - expected) / Math.sqrt(expected + smoothing);
    const percent = (100 * (recent - expected)) / Math.max(1, expected);
    reasons[item] = Math.max(1, Math.min(maxEvidence, Math.round(percent)));
  }
  const bestsellers = listsBy(facts, top, (item) => tallies.orders[item]!);
  const rising = listsBy(facts, top, (item) => rise[item]!);
  return [...bestsellers].flatMap(([category, sold]) => {
    const code = category < 0 ? reasonCode.bestseller : reasonCode.category_bestseller;
    const bestseller = toList('bestseller', category, sold, () => code);
    const trending = toList('trending', category, rising.get(category)!, (item) => reasons[item]!);
    return [bestseller, fillUp(trending, bestseller, top)].filter((list) => list.items.length > 0);
  });
}

/** Category (−1: the whole shop) → its bestsellers. */
export function bestsellersOf(lists: readonly ShopList[]): Map<number, ShopList> {
  const bestsellers = lists.filter((list) => list.kind === 'bestseller');
  return new Map(bestsellers.map((list) => [list.category, list]));
}

/** Category (−1: the whole shop) → its best items with a score above zero. */
function listsBy(facts: ItemFacts, top: number, score: (item: number) => number): Map<number, TopK> {
  const lists = new Map<number, TopK>();
  for (let category = -1; category < facts.categories; category++) lists.set(category, new TopK(top));
  for (let item = 0; item < facts.items; item++) {
    const value = score(item);
    if (value <= 0) continue;
    // Ratings only break ties: they are far smaller than any meaningful difference of scores.
    const ranked = value + facts.rating[item]! * 1e-9;
    lists.get(-1)!.push(ranked, item);
    lists.get(facts.category[item]!)!.push(ranked, item);
  }
  return lists;
}

function toList(
  kind: ShopList['kind'],
  category: number,
  best: TopK,
  reason: (item: number) => number,
): ShopList {
  const items = best.ids.slice(0, best.length);
  return {
    kind,
    category,
    items,
    scores: best.scores.slice(0, best.length),
    reasons: Int16Array.from(items, reason),
  };
}

function fillUp(list: ShopList, filling: ShopList, top: number): ShopList {
  const known = new Set(list.items);
  const more = [...filling.items.keys()]
    .filter((at) => !known.has(filling.items[at]!))
    .slice(0, top - list.items.length);
  return {
    ...list,
    items: Int32Array.from([...list.items, ...more.map((at) => filling.items[at]!)]),
    // Below all trending products, in the order of the bestsellers.
    scores: Float64Array.from([...list.scores, ...more.map((_, index) => -index - 1)]),
    reasons: Int16Array.from([...list.reasons, ...more.map((at) => filling.reasons[at]!)]),
  };
}
