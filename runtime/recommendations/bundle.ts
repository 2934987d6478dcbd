// The price of a bundle in integer cents: original price − saving = bundle price, exactly.
import type { Shown } from './compose.ts';

export interface BundlePrice {
  readonly originalCents: number;
  readonly savingCents: number;
  readonly bundleCents: number;
}

/**
 * Prices products as a bundle.
 * @param share discount as a share of the price; half a cent rounds up, in favour of the shopper
 */
export function bundlePrice(shown: readonly Shown[], share: number): BundlePrice {
  const originalCents = shown.reduce((sum, { card }) => sum + (card.pay_cents ?? 0), 0);
  // In millionths, so that .1 × 29.95 does not end up slightly below the half.
  const savingCents = Math.floor((originalCents * Math.round(share * 1e6) + 5e5) / 1e6);
  return { originalCents, savingCents, bundleCents: originalCents - savingCents };
}
