// A cart on its way to the shop's own checkout. Address with {items}, cart → address.
import type { Cart } from './cart.ts';

/** `{items}` becomes `id:quantity,id:quantity`, as Shopify's cart links and WooCommerce's checkout links have it. */
export function handOverUrl(pattern: string, { items, bundles }: Pick<Cart, 'items' | 'bundles'>): string {
  const quantities = new Map<string, number>();
  const add = (id: unknown, quantity: number) =>
    quantities.set(String(id), (quantities.get(String(id)) ?? 0) + quantity);
  for (const { product, quantity } of items) add(product.id, quantity);
  for (const { products } of bundles) for (const { id } of products) add(id, 1);
  const list = [...quantities].map(([id, quantity]) => `${encodeURIComponent(id)}:${quantity}`).join(',');
  return pattern.replaceAll('{items}', () => list);
}
