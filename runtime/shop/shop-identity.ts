// Who the shop is to its shoppers. Settings → name, checkout and bundle discount: what is not set is the sample shop's own
// where couture's fixtures made the shop, and promises nothing on a real one.
import type { Config } from '../core/options.ts';

export interface ShopIdentity {
  /** Whether couture's fixtures made this shop: then couture has the checkout, and says that nothing is delivered. */
  readonly sample: boolean;
  readonly name: string;
  /** What a bundle saves, as a share of its price. */
  readonly bundleDiscount: number;
  /** Where a cart is handed over, with `{items}` for what is in it; null: shoppers order on the products' own pages. */
  readonly checkoutUrl: string | null;
  /** Where the shop is, when that is not couture's storefront. */
  readonly url: string | null;
  /** Whether couture serves pages to shoppers at all. */
  readonly storefront: boolean;
}

type IdentitySettings = Pick<
  Config,
  'shopName' | 'shopUrl' | 'publicUrl' | 'bundleDiscount' | 'checkoutUrl' | 'storefront'
>;

const sampleName = 'ClassyCouture';
const sampleDiscount = 0.1;

export function shopIdentity(config: IdentitySettings, sample: boolean): ShopIdentity {
  const { shopName, shopUrl, publicUrl, bundleDiscount, checkoutUrl, storefront } = config;
  return {
    sample,
    name: shopName ?? (sample ? sampleName : (hostOf(shopUrl) ?? hostOf(publicUrl) ?? 'Shop')),
    // A price that the shop's own checkout does not give may not be announced.
    bundleDiscount: bundleDiscount ?? (sample ? sampleDiscount : 0),
    checkoutUrl: checkoutUrl === undefined ? null : against(checkoutUrl, shopUrl),
    url: shopUrl ?? null,
    storefront,
  };
}

/** `https://www.shop.example/de` → shop.example; an address without a name is no name. */
function hostOf(url: string | undefined): string | undefined {
  const host = url === undefined ? '' : new URL(url).hostname.replace(/^www\./, '');
  return /[a-z]/i.test(host) && host.includes('.') ? host : undefined;
}

/** The braces of the placeholder stay as they are. */
function against(address: string, base: string | undefined): string {
  if (/^https?:/i.test(address) || base === undefined) return address;
  return `${new URL(base).origin}${address}`;
}
