// The product of a page: the address that a widget reported → the product's id, if the page is a product's.
import type { Storefront } from '../shop/storefront.ts';

/**
 * Tries the last part of the path as an id, a group's id or a handle, as the pages of shop platforms have it:
 * `/product/7`, `/products/linen-dress`, `/catalogue/linen-dress_7/`.
 */
export async function productOfPage(
  { productIds, cards }: Pick<Storefront, 'productIds' | 'cards'>,
  page: string,
): Promise<string | undefined> {
  const [path = ''] = page.split(/[?#]/, 1);
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const name = decoded(last).replace(/\.html?$/i, '');
  const candidates = [name, /[_-](\d+)$/.exec(name)?.[1], name.replace(/[_-]\d+$/, '')];
  for (const candidate of new Set(candidates)) {
    if (!candidate) continue;
    const found = await productIds.find(candidate).catch(() => undefined);
    // An unknown id comes back as it is; its card decides.
    if (found && (await cards.read([found.id])).has(found.id)) return found.id;
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
