// Prices of an order in integer cents: items, bundles and today's prices → lines that add up to the total, to the cent.

export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
}

/** Products that are sold together, one of each. */
export interface OrderBundle {
  readonly items: readonly string[];
  /** Share of their price that is saved. */
  readonly discountShare: number;
}

export interface PricedLine {
  readonly productId: string;
  readonly quantity: number;
  readonly unitCents: number;
  readonly lineCents: number;
}

export interface PricedOrder {
  /** Items first, in their order; then the products of each bundle, a line of quantity 1 each. */
  readonly lines: readonly PricedLine[];
  readonly totalCents: number;
  /** What the bundles save; the total is after it. */
  readonly savingCents: number;
}

/** Cents that a bundle saves of its original price in cents; the caller defines how it rounds. */
export type BundleSaving = (originalCents: number, share: number) => number;

/** @param price cents of one unit, for every product that is ordered */
export function priceOrder(
  items: readonly OrderItem[],
  bundles: readonly OrderBundle[],
  price: (productId: string) => number,
  bundleSaving: BundleSaving,
): PricedOrder {
  const lines: PricedLine[] = items.map(({ productId, quantity }) => {
    const unitCents = price(productId);
    return { productId, quantity, unitCents, lineCents: unitCents * quantity };
  });
  let savingCents = 0;
  for (const { items: productIds, discountShare } of bundles) {
    const full = productIds.map(price);
    const original = full.reduce((sum, each) => sum + each, 0);
    const saving = bundleSaving(original, discountShare);
    const shares = shareOut(saving, full, original);
    savingCents += saving;
    for (const [at, productId] of productIds.entries()) {
      const unitCents = full[at]! - shares[at]!;
      lines.push({ productId, quantity: 1, unitCents, lineCents: unitCents });
    }
  }
  return { lines, totalCents: lines.reduce((sum, line) => sum + line.lineCents, 0), savingCents };
}

/** Units of each product that the order takes from the stock. */
export function unitsOrdered(
  items: readonly OrderItem[],
  bundles: readonly OrderBundle[],
): Map<string, number> {
  const units = new Map<string, number>();
  const add = (id: string, count: number) => units.set(id, (units.get(id) ?? 0) + count);
  for (const { productId, quantity } of items) add(productId, quantity);
  for (const bundle of bundles) for (const productId of bundle.items) add(productId, 1);
  return units;
}

/**
 * Shares `saving` out in proportion to `cents`, in whole cents that add up to it: by largest remainder, equal ones in
 * order. No share is larger than its price.
 */
function shareOut(saving: number, cents: readonly number[], original: number): number[] {
  if (original === 0) return cents.map(() => 0);
  // Products of two amounts in cents pass 2^53 for what costs a million.
  const exact = cents.map((each) => BigInt(each) * BigInt(saving));
  const shares = exact.map((each) => Number(each / BigInt(original)));
  const left = saving - shares.reduce((sum, each) => sum + each, 0);
  const byRemainder = exact
    .map((each, at) => ({ at, remainder: each % BigInt(original) }))
    .sort((one, other) =>
      one.remainder === other.remainder ? one.at - other.at : one.remainder > other.remainder ? -1 : 1,
    );
  for (const { at } of byRemainder.slice(0, left)) shares[at]! += 1;
  return shares;
}
