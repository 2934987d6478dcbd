// Hands a cart over to the shop's own checkout. URL with {items}, cart → URL.
import type { Cart } from './cart.ts';

/** Replaces `{items}` with `id:quantity,id:quantity`, the format of Shopify's cart and WooCommerce's checkout links. */
export function handOverUrl(pattern: string, { items, bundles }: Pick<Cart, 'items' | 'bundles'>): string {
  const quantities = new Map<string, number>();
  const add = (id: unknown, quantity: number) =>
    quantities.set(String(id), (quantities.get(String(id)) ?? 0) + quantity);
  for (const { product, quantity } of items) add(product.id, quantity);
  for (const { products } of bundles) for (const { id } of products) add(id, 1);
  const list = [...quantities].map(([id, quantity]) => `${encodeURIComponent(id)}:${quantity}`).join(',');
  return pattern.replaceAll('{items}', () => list);
}
