// The shop's name and addresses: first from the document, then from GET /api/shop. The worker may have cached a document
// from before the shop changed its name.
import type { ShopBrand, ShopFacts } from '../../runtime/contract/shop.ts';
import { Store } from './store.ts';

export class Identity extends Store {
  name = meta('couture-shop-name') ?? 'Shop';
  /** Whether this is couture's sample shop, which delivers nothing. */
  sample = meta('couture-sample') === 'true';
  brand = brandOf(meta('couture-brand'));
  /** Origin of the shop; null: these pages are the shop. */
  url: string | null = null;
  /** Whether this site takes orders; undefined: not known yet. */
  checkout: boolean | undefined;
  /** Whether the chat invites shoppers by rules. */
  chatInvites = false;
  /** URL of the shop's own checkout, with `{items}` in place of the cart's content. */
  checkoutUrl: string | null = null;

  learn({ name, sample, url, checkout, checkout_url, brand, chat_invites }: ShopFacts): void {
    // A cached answer may come from an older runtime that lacks these members.
    this.name = name ?? this.name;
    this.sample = sample ?? this.sample;
    this.brand = brand ?? this.brand;
    this.url = url ?? null;
    this.checkout = checkout;
    this.chatInvites = chat_invites ?? false;
    this.checkoutUrl = checkout_url ?? null;
    this.changed();
  }
}

/** The document is the server's own, so its JSON is valid. */
function brandOf(text: string | undefined): ShopBrand | undefined {
  return text === undefined ? undefined : JSON.parse(text);
}

function meta(name: string): string | undefined {
  return globalThis.document?.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content || undefined;
}

export const identity = new Identity();
