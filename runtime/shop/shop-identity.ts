// The shop's identity towards shoppers. Configuration → name, look, checkout and bundle discount. Unset values default to
// those of the sample shop if couture's fixtures created the shop, and promise nothing on a real one.
import type { ShopBrand } from '../contract/shop.ts';
import type { Config } from '../core/options.ts';
import { brandColours } from './brand-colours.ts';

export interface ShopIdentity {
  /** Whether couture's fixtures created this shop. If so, couture serves the checkout and states that nothing is delivered. */
  readonly sample: boolean;
  readonly name: string;
  /** Discount on a bundle, as a share of its price. */
  readonly bundleDiscount: number;
  /**
   * URL pattern of the checkout, with placeholders for the cart: `{items}` …; null if shoppers order on the products' own
   * pages.
   */
  readonly checkoutUrl: string | null;
  /** URL of the shop, unless it is couture's storefront. */
  readonly url: string | null;
  /** Whether couture serves pages to shoppers at all. */
  readonly storefront: boolean;
  /** Look and legal words. */
  readonly brand: ShopBrand;
  /** The shop's own colour; null: that of the built front end. */
  readonly color: string | null;
}

type IdentitySettings = Pick<
  Config,
  | 'shopName'
  | 'shopUrl'
  | 'publicUrl'
  | 'bundleDiscount'
  | 'checkoutUrl'
  | 'storefront'
  | 'brandColor'
  | 'logoUrl'
  | 'fontFamily'
  | 'legalText'
  | 'footerLinks'
>;

const sampleName = 'ClassyCouture';
const sampleDiscount = 0.1;

export function shopIdentity(config: IdentitySettings, sample: boolean): ShopIdentity {
  const { shopName, shopUrl, publicUrl, bundleDiscount, checkoutUrl, storefront } = config;
  return {
    sample,
    name: shopName ?? (sample ? sampleName : (hostOf(shopUrl) ?? hostOf(publicUrl) ?? 'Shop')),
    // Never announce a discount that the shop's own checkout does not grant.
    bundleDiscount: bundleDiscount ?? (sample ? sampleDiscount : 0),
    checkoutUrl: checkoutUrl === undefined ? null : against(checkoutUrl, shopUrl),
    url: shopUrl ?? null,
    storefront,
    color: config.brandColor ?? null,
    brand: {
      logo_url: config.logoUrl === undefined ? null : against(config.logoUrl, shopUrl),
      font_family: config.fontFamily ?? null,
      legal_text: config.legalText ?? null,
      links: (config.footerLinks ?? []).map(({ label, url }) => ({ label, url: against(url, shopUrl) })),
      colors: config.brandColor === undefined ? null : brandColours(config.brandColor),
    },
  };
}

/** `https://www.shop.example/de` → shop.example; undefined for IP addresses and local hosts. */
function hostOf(url: string | undefined): string | undefined {
  const host = url === undefined ? '' : new URL(url).hostname.replace(/^www\./, '');
  return /[a-z]/i.test(host) && host.includes('.') ? host : undefined;
}

/** Resolves by concatenation, since `new URL` would escape the braces of the placeholder. */
function against(address: string, base: string | undefined): string {
  if (/^https?:/i.test(address) || base === undefined) return address;
  return `${new URL(base).origin}${address}`;
}
