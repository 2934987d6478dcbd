// The products that the worker has cached on this device, for the offline page.
import type { ProductCard } from '../../runtime/contract/product.ts';
import { ownPathOf } from '../api/own-base.ts';

export interface Kept {
  readonly products: readonly ProductCard[];
  readonly categories: readonly string[];
}

const shelf = 'couture-data';
const most = 60;

/** Most recently viewed first. */
export async function keptOnDevice(): Promise<Kept> {
  const products = new Map<string, ProductCard>();
  const categories = new Set<string>();
  // The cache is absent on plain http and throws where storage is blocked: nothing is available then.
  const hasShelf = 'caches' in globalThis && (await caches.has(shelf).catch(() => false));
  if (!hasShelf) return { products: [], categories: [] };
  const cache = await caches.open(shelf);
  const requests = await cache.keys();
  for (const request of requests.toReversed()) {
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
