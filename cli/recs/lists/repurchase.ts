// Which products may be recommended again to customers who bought them: decided for each product by the share of its
// buyers who came back for it.
import type { RepurchaseFigures } from '../build-summary.ts';

export type { RepurchaseFigures } from '../build-summary.ts';

import type { RepurchaseMode } from '../../../runtime/core/options.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { toShared } from '../shared-arrays.ts';
import type { ItemFacts } from './item-facts.ts';

export interface RepurchaseRule {
  readonly mode: RepurchaseMode;
  /** Item → chance that a buyer who shops again buys it again. */
  readonly rate: Float64Array;
  /** Item → 1 where it may be recommended to its buyers. */
  readonly again: Uint8Array;
}

/** `auto` recommends a product again from this rate on; see decisions/0003-repurchase.md. */
export const repurchaseThreshold = 0.07;
/** Buyers that a category's rate weighs against an item's own, and the shop's rate against a category's. */
export const repurchasePrior = 10;
/** Buyers who must have come back for an item, unless its category has as many and reaches the threshold. */
export const fewestRebuyers = 3;

type Counts = Pick<ItemTallies, 'returners' | 'rebuyers'>;

/**
 * Shrinks each item's rate, rebuyers / returners, towards that of its category, and this towards that of the shop:
 *   r_shop = Σ rebuyers / Σ returners
 *   r_category = (rebuyers + 10 r_shop) / (returners + 10)
 *   r_item = (rebuyers + 10 r_category) / (returners + 10)
 * A buyer who did not shop again after the day of the purchase had no chance and does not count.
 */
export function repurchaseRule(
  counts: Counts,
  { category, categories }: Pick<ItemFacts, 'category' | 'categories'>,
  mode: RepurchaseMode,
): RepurchaseRule {
  const { returners, rebuyers } = counts;
  const [chances, taken] = [new Float64Array(categories), new Float64Array(categories)];
  for (const [item, of] of category.entries()) {
    chances[of]! += returners[item]!;
    taken[of]! += rebuyers[item]!;
  }
  const shop = shopRate(counts);
  const byCategory = chances.map((each, of) => shrunk(taken[of]!, each, shop));
  const rate = returners.map((each, item) => shrunk(rebuyers[item]!, each, byCategory[category[item]!]!));
  const again = Uint8Array.from(rate, (each, item) => {
    if (mode !== 'auto') return mode === 'always' ? 1 : 0;
    // One or two who came back for a product that few bought prove little where its kind is bought once.
    const of = category[item]!;
    const kind = taken[of]! >= fewestRebuyers && byCategory[of]! >= repurchaseThreshold;
    const proven = kind || rebuyers[item]! >= fewestRebuyers;
    return proven && each >= repurchaseThreshold ? 1 : 0;
  });
  return { mode, rate: toShared(rate), again: toShared(again) };
}

export function repurchaseFigures(
  counts: Counts,
  { mode, again }: RepurchaseRule,
  occasions: RepurchaseFigures['occasions'],
): RepurchaseFigures {
  const known = (item: number) => counts.returners[item]! > 0;
  return {
    mode,
    threshold: repurchaseThreshold,
    shop_rate: Math.round(shopRate(counts) * 1e4) / 1e4,
    products: counts.returners.filter((each) => each > 0).length,
    products_again: again.filter((each, item) => each === 1 && known(item)).length,
    occasions,
  };
}

function shopRate({ returners, rebuyers }: Counts): number {
  return sum(rebuyers) / Math.max(1, sum(returners));
}

function shrunk(some: number, of: number, towards: number): number {
  return (some + repurchasePrior * towards) / (of + repurchasePrior);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
