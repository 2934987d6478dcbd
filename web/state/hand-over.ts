// Hands a cart over to the shop's own checkout. URL with placeholders, cart → URL.
import type { Cart } from './cart.ts';

/**
 * Fills in the placeholders, with each product once and encoded for any part of a URL:
 * `{items}` is `id:quantity,id:quantity`, the format of Shopify's cart and WooCommerce's checkout links; `{ids}` and
 * `{quantities}` are the same in two lists; `{json}` is `[{"id":"7","quantity":2}]`.
 */
export function handOverUrl(pattern: string, { items, bundles }: Pick<Cart, 'items' | 'bundles'>): string {
  const quantities = new Map<string, number>();
  const add = (id: unknown, quantity: number) =>
    quantities.set(String(id), (quantities.get(String(id)) ?? 0) + quantity);
  for (const { product, quantity } of items) add(product.id, quantity);
  for (const { products } of bundles) for (const { id } of products) add(id, 1);
  const lines = [...quantities].map(([id, quantity]) => ({ id, quantity }));
  const list = (write: (line: (typeof lines)[number]) => string) => lines.map(write).join(',');
  const filled: Record<string, string> = {
    '{items}': list(({ id, quantity }) => `${encodeURIComponent(id)}:${quantity}`),
    '{ids}': list(({ id }) => encodeURIComponent(id)),
    '{quantities}': list(({ quantity }) => String(quantity)),
    '{json}': encodeURIComponent(JSON.stringify(lines)),
  };
  return pattern.replaceAll(/\{(?:items|ids|quantities|json)\}/g, (placeholder) => filled[placeholder]!);
}
