// Merges a cart that two tabs have changed: common base, this tab's, the other's → one cart with the changes of both.
import { type CartBundle, type CartContent, type CartItem, maxQuantity } from './cart-content.ts';

/**
 * @param base what both tabs started from
 * @param mine changed in this tab, not saved yet
 * @param theirs saved by another tab
 */
export function mergeCarts(base: CartContent, mine: CartContent, theirs: CartContent): CartContent {
  return {
    items: mergeItems(base.items, mine.items, theirs.items),
    bundles: mergeBundles(base.bundles, mine.bundles, theirs.bundles),
  };
}

export function sameBundle(a: CartBundle, b: CartBundle): boolean {
  return bundleKey(a) === bundleKey(b);
}

/** Their quantities plus the changes of this tab, at the prices that this tab saw. */
function mergeItems(
  base: readonly CartItem[],
  mine: readonly CartItem[],
  theirs: readonly CartItem[],
): CartItem[] {
  const quantityIn = (items: readonly CartItem[], id: unknown) =>
    items.find((item) => item.product.id === id)?.quantity ?? 0;
  const seen = (item: CartItem) => mine.find((each) => each.product.id === item.product.id) ?? item;
  const all = [...theirs.map(seen), ...mine.filter((item) => quantityIn(theirs, item.product.id) === 0)];
  return all.flatMap((item) => {
    const { id } = item.product;
    const quantity = quantityIn(theirs, id) + quantityIn(mine, id) - quantityIn(base, id);
    return quantity > 0 ? [{ ...item, quantity: Math.min(maxQuantity, quantity) }] : [];
  });
}

/** Bundles have no quantity: the same bundle may be there several times. */
function mergeBundles(
  base: readonly CartBundle[],
  mine: readonly CartBundle[],
  theirs: readonly CartBundle[],
): CartBundle[] {
  const countIn = (bundles: readonly CartBundle[], key: string) =>
    bundles.filter((bundle) => bundleKey(bundle) === key).length;
  const keys = [...new Set([...theirs, ...mine].map(bundleKey))];
  return keys.flatMap((key) => {
    const count = countIn(theirs, key) + countIn(mine, key) - countIn(base, key);
    const bundle = [...mine, ...theirs].find((each) => bundleKey(each) === key)!;
    return Array.from({ length: Math.max(0, count) }, () => ({ ...bundle }));
  });
}

function bundleKey({ subject, products }: CartBundle): string {
  return [subject, ...products.map((product) => product.id)].join(' ');
}
