// Who the shop is: at first as the document says, then as GET /api/shop says. The document may be the one that the worker
// kept, from before the shop changed its name.
import type { ShopFacts } from '../../runtime/contract/shop.ts';
import { Store } from './store.ts';

export class Identity extends Store {
  name = meta('couture-shop-name') ?? 'Shop';
  /** Whether this is couture's sample shop, in which nothing is delivered. */
  sample = meta('couture-sample') === 'true';
  /** Where the shop is; null: these pages are the shop. */
  url: string | null = null;
  /** Whether orders are placed here; undefined: not known yet. */
  checkout: boolean | undefined;
  /** Where a cart is handed over, with `{items}` for what is in it. */
  checkoutUrl: string | null = null;

  learn({ name, sample, url, checkout, checkout_url }: ShopFacts): void {
    // An answer that the worker kept may be of a runtime from before it said these.
    this.name = name ?? this.name;
    this.sample = sample ?? this.sample;
    this.url = url ?? null;
    this.checkout = checkout;
    this.checkoutUrl = checkout_url ?? null;
    this.changed();
  }
}

function meta(name: string): string | undefined {
  return globalThis.document?.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content || undefined;
}

export const identity = new Identity();
