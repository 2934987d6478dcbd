// The products that the worker has cached on this device, for the offline page.
import type { ProductCard } from '../../runtime/contract/product.ts';
import { ownName, ownPathOf } from '../api/own-base.ts';

export interface Kept {
  readonly products: readonly ProductCard[];
  readonly categories: readonly string[];
}

const shelf = ownName('couture-data');
const most = 60;

/** Most recently viewed first; nothing where the browser has no caches (plain http), or blocks or breaks them. */
export function keptOnDevice(): Promise<Kept> {
  return onShelf().catch(() => ({ products: [], categories: [] }));
}

async function onShelf(): Promise<Kept> {
  const products = new Map<string, ProductCard>();
  const categories = new Set<string>();
  if (!(await caches.has(shelf))) return { products: [], categories: [] };
  const cache = await caches.open(shelf);
  const requests = await cache.keys();
  for (const request of [...requests].reverse()) {
    const url = new URL(request.url);
    const path = ownPathOf(url.pathname) ?? '';
    const category = path === '/api/products' && url.searchParams.get('category');
    // The home page asks for one product per category; a visited category has more.
    if (category && url.searchParams.get('limit') !== '1') categories.add(category);
    if (!/^\/api\/products\/[^/]+$/.test(path) || products.size >= most) continue;
    const card = (await cache.match(request).then(
      (response) => response?.json(),
      () => undefined,
    )) as ProductCard | undefined;
    if (card?.name) products.set(String(card.id), card);
  }
  return { products: [...products.values()], categories: [...categories].sort() };
}
