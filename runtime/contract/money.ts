// Money of the shop: amounts ↔ integer cents, and the price of a bundle. The checkout, the API and the browser's cart all
// calculate with these functions; with any other rounding the checkout would answer `price_changed` to what a cart shows.

export interface BundlePrice {
  readonly originalCents: number;
  readonly savingCents: number;
  readonly bundleCents: number;
}

/** Currency units with at most two decimals → integer cents: 89.95 → 8995. */
export function centsOf(units: number): number {
  return Math.round(units * 100);
}

/** The price that a shopper pays for a product, in cents. */
export function payCents(card: { readonly price: number; readonly discounted_price: number | null }): number {
  return centsOf(card.discounted_price ?? card.price);
}

/** Integer cents → currency units with at most two decimals: 8995 → 89.95. */
export function unitsOf(cents: number): number {
  return cents / 100;
}

/**
 * Prices products as a bundle: original price − saving = bundle price, exactly.
 * @param cents price of each product
 * @param share discount as a share of the price; half a cent rounds up, in favour of the shopper
 */
export function bundlePrice(cents: readonly number[], share: number): BundlePrice {
  const originalCents = cents.reduce((sum, each) => sum + each, 0);
  const savingCents = bundleSaving(originalCents, share);
  return { originalCents, savingCents, bundleCents: originalCents - savingCents };
}

/** Cents that a bundle saves of its original price. */
export function bundleSaving(originalCents: number, share: number): number {
  // In millionths, so that .1 × 29.95 does not end up slightly below the half.
  return Math.floor((originalCents * Math.round(share * 1e6) + 5e5) / 1e6);
}
