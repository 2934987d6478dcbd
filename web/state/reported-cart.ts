// The cart as agents and reminders see it: each product once, with its quantity.
import type { WireId } from '../../runtime/contract/product.ts';
import type { Cart } from './cart.ts';

/** The most that the protocol takes. */
const maxItems = 50;
const maxQuantity = 999;

export function reportedCart(
  cart: Pick<Cart, 'items' | 'bundles'> | undefined,
): Array<{ product_id: string; quantity: number }> {
  const { items = [], bundles = [] } = cart ?? {};
  const quantities = new Map<string, number>();
  const put = (id: WireId, quantity: number) =>
    quantities.set(String(id), Math.min(maxQuantity, (quantities.get(String(id)) ?? 0) + quantity));
  for (const { product, quantity } of items) put(product.id, quantity);
  for (const { products } of bundles) for (const { id } of products) put(id, 1);
  return [...quantities].slice(0, maxItems).map(([product_id, quantity]) => ({ product_id, quantity }));
}
