// A bundle: the product and what goes with it, in integer cents. Price − saving = bundle price, to the cent.
import type { Shown } from './compose.ts';

export interface BundlePrice {
  readonly originalCents: number;
  readonly savingCents: number;
  readonly bundleCents: number;
}

/**
 * What products cost together.
 * @param share of the price that is saved; half a cent is rounded up, for the shopper
 */
export function bundlePrice(shown: readonly Shown[], share: number): BundlePrice {
  const originalCents = shown.reduce((sum, { card }) => sum + (card.pay_cents ?? 0), 0);
  // In millionths, so that .1 × 29.95 is not a hair below the half.
  const savingCents = Math.floor((originalCents * Math.round(share * 1e6) + 5e5) / 1e6);
  return { originalCents, savingCents, bundleCents: originalCents - savingCents };
}
