// What a build decided about products that customers bought before, in one sentence.
import type { RepurchaseMode } from '../../runtime/core/options.ts';
import { type RepurchaseFigures, repurchaseThreshold } from '../recs/lists/repurchase.ts';
import { count, percent } from './figures.ts';

export type { RepurchaseFigures };

export function repurchaseWords(figures: RepurchaseFigures): string {
  const { mode, threshold, products, products_again: again, shop_rate: rate } = figures;
  const shop = `In the whole shop it is ${percent(rate)}.`;
  if (mode === 'never') return 'Products that a customer bought before are left out (--repurchase never).';
  if (mode === 'always')
    return `All products may be recommended again to their buyers (--repurchase always). ${percent(rate)} of the buyers who came back bought a product again.`;
  return `${count(again)} of ${count(products)} products may be recommended again to their buyers: of the buyers who came back later, ${percent(threshold)} or more bought them again. ${shop}`;
}

/** What a build would do with them. */
export function repurchasePlan(mode: RepurchaseMode): string {
  if (mode === 'never') return 'left out';
  if (mode === 'always') return 'recommended again';
  return `recommended again where ${percent(repurchaseThreshold)} of returning buyers buy again`;
}
