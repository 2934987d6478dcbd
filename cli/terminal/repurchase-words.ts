// Describes how a build treats products that a customer already bought, in one sentence.
import type { RepurchaseMode } from '../../runtime/core/options.ts';
import { type RepurchaseFigures, repurchaseThreshold } from '../recs/models/repurchase.ts';
import { count, percent } from './figures.ts';

export type { RepurchaseFigures };

export function repurchaseWords(figures: RepurchaseFigures): string {
  const { mode, threshold, products, products_again: again, shop_rate: rate } = figures;
  const shop = `Shop average: ${percent(rate)}.`;
  if (mode === 'never') return 'Products that a customer already bought are excluded (--repurchase never).';
  if (mode === 'always')
    return `Products may be recommended again to customers who bought them (--repurchase always). ${percent(rate)} of returning buyers bought a product again.`;
  if (threshold === 0)
    return `Products may be recommended again to customers who bought them (repeat.threshold 0 of the model). ${percent(rate)} of returning buyers bought a product again.`;
  return `${count(again)} of ${count(products)} products may be recommended again to customers who bought them, because at least ${percent(threshold)} of returning buyers bought them again. ${shop}`;
}

/** Describes the same for the plan of a dry run. */
export function repurchasePlan(mode: RepurchaseMode, threshold = repurchaseThreshold): string {
  if (mode === 'never') return 'excluded';
  if (mode === 'always' || threshold === 0) return 'recommended again';
  return `recommended again if at least ${percent(threshold)} of returning buyers buy again`;
}
