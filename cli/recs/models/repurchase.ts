// Decides which products may be recommended again to customers who bought them, by the share of each product's buyers
// who bought it again.
import type { RepurchaseMode } from '../../../runtime/core/options.ts';
import type { RepurchaseFigures } from '../build-summary.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { toShared } from '../shared-arrays.ts';

export type { RepurchaseFigures } from '../build-summary.ts';

export interface ItemCategories {
  /** Item → its category, below `categories`. */
  readonly category: Int32Array;
  readonly categories: number;
}

export interface RepurchaseRule {
  readonly mode: RepurchaseMode;
  /** Lowest rate at which `auto` recommends a product again; 0: every product. */
  readonly threshold: number;
  /** Item → estimated probability that a buyer who orders again buys it again. */
  readonly rate: Float64Array;
  /** Item → 1 if it may be recommended to its buyers. */
  readonly again: Uint8Array;
}

/** The lowest rate at which `auto` recommends a product again unless the model sets another; see decisions/0003-repurchase.md. */
export const repurchaseThreshold = 0.07;
/** Prior strength, in buyers: of a category's rate in an item's, and of the shop's rate in a category's. */
const repurchasePrior = 10;
/** Minimum number of rebuyers of an item, unless its category has as many and reaches the threshold. */
export const minRebuyers = 3;

type Counts = Pick<ItemTallies, 'returners' | 'rebuyers'>;

/**
 * Shrinks each item's rate, rebuyers / returners, towards that of its category, and that towards the shop's:
 *   r_shop = Σ rebuyers / Σ returners
 *   r_category = (rebuyers + 10 r_shop) / (returners + 10)
 *   r_item = (rebuyers + 10 r_category) / (returners + 10)
 * A buyer who did not order again after the day of the purchase had no chance to buy it again and does not count.
 */
export function repurchaseRule(
  counts: Counts,
  { category, categories }: ItemCategories,
  mode: RepurchaseMode,
  threshold = repurchaseThreshold,
): RepurchaseRule {
  const { returners, rebuyers } = counts;
  const [chances, taken] = [new Float64Array(categories), new Float64Array(categories)];
  for (const [item, of] of category.entries()) {
    chances[of]! += returners[item]!;
    taken[of]! += rebuyers[item]!;
  }
  const shop = shopRate(counts);
  const byCategory = chances.map((each, of) => shrink(taken[of]!, each, shop));
  const rate = returners.map((each, item) => shrink(rebuyers[item]!, each, byCategory[category[item]!]!));
  const again = Uint8Array.from(rate, (each, item) => {
    if (mode !== 'auto') return mode === 'always' ? 1 : 0;
    if (threshold === 0) return 1;
    // One or two rebuyers of a rarely bought product prove little in a category that people buy from once.
    const of = category[item]!;
    const kind = taken[of]! >= minRebuyers && byCategory[of]! >= threshold;
    const proven = kind || rebuyers[item]! >= minRebuyers;
    return proven && each >= threshold ? 1 : 0;
  });
  return { mode, threshold, rate: toShared(rate), again: toShared(again) };
}

export function repurchaseFigures(
  counts: Counts,
  { mode, threshold, again }: RepurchaseRule,
  occasions: RepurchaseFigures['occasions'],
): RepurchaseFigures {
  const known = (item: number) => counts.returners[item]! > 0;
  return {
    mode,
    threshold,
    shop_rate: Math.round(shopRate(counts) * 1e4) / 1e4,
    products: counts.returners.filter((each) => each > 0).length,
    products_again: again.filter((each, item) => each === 1 && known(item)).length,
    occasions,
  };
}

function shopRate({ returners, rebuyers }: Counts): number {
  return sum(rebuyers) / Math.max(1, sum(returners));
}

function shrink(some: number, of: number, towards: number): number {
  return (some + repurchasePrior * towards) / (of + repurchasePrior);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
