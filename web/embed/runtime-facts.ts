// What the runtime says of the shop, for elements on pages of other origins: its language, colours and fonts. Asked once per
// runtime.
import type { ShopFacts } from '../../runtime/contract/shop.ts';
import { ownAddress } from './own-address.ts';

const asked = new Map<string, Promise<Partial<ShopFacts>>>();
/** The runtime of an element, for a bundle of the shop's own, which does not know where it comes from. */
let ofElement: string | undefined;

/** Base URL of the runtime; undefined in a bundle before any element has said it. */
export function runtimeAddress(): string | undefined {
  return ownAddress?.replace(/\/embed\/[^/]*$/, '') ?? ofElement;
}

/** @param api as an element has it; '' or undefined: the runtime that the script comes from */
export async function runtimeFacts(api?: string): Promise<Partial<ShopFacts>> {
  if (api) ofElement ??= new URL(api, location.href).href.replace(/\/+$/, '');
  const base = api ? new URL(api, location.href).href.replace(/\/+$/, '') : runtimeAddress();
  if (base === undefined) return {};
  let facts = asked.get(base);
  if (!facts) {
    facts = fetch(`${base}/api/shop`, { credentials: 'omit' }).then((response) =>
      response.ok ? (response.json() as Promise<ShopFacts>) : {},
    );
    asked.set(base, facts);
    // Asked again for the next element.
    facts.catch(() => asked.delete(base));
  }
  return facts;
}
