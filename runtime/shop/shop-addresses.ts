// Where links and pictures of products lead: `url` and `image_url` of the source view → addresses that may leave the
// process. Relative ones are of the shop, as its own pages would resolve them, and not of couture.
import type { Config } from '../core/options.ts';

type AddressSettings = Pick<Config, 'shopUrl' | 'mediaUrl' | 'productUrl'>;

export class ShopAddresses {
  /** Undefined: couture's storefront is the shop, and paths are its own. */
  readonly shop: URL | undefined;
  readonly #media: URL | undefined;
  readonly #pattern: string | undefined;

  constructor({ shopUrl, mediaUrl, productUrl }: AddressSettings) {
    this.shop = shopUrl === undefined ? undefined : folder(shopUrl);
    this.#media = mediaUrl === undefined ? this.shop : folder(mediaUrl);
    this.#pattern = productUrl;
  }

  /**
   * Where a link to a product leads. Without a shop URL a path stays one, of couture's storefront. Where nobody says what
   * page a product of a real shop has, it is the shop's front page: a link never leads away from the shop.
   */
  product(url: string | null, id: string): string {
    return this.stated(url, id) ?? this.shop?.toString() ?? storefrontPage(id);
  }

  /** The page that the view or the product URL gives a product; undefined where neither says one. */
  stated(url: string | null, id: string): string | undefined {
    const found = resolved(url, this.shop);
    if (found !== undefined || this.#pattern === undefined) return found;
    return resolved(this.#pattern.replaceAll('{id}', encodeURIComponent(id)), this.shop);
  }

  /** Null where there is none, and for what is no address of a picture. */
  picture(url: string | null): string | null {
    return resolved(url, this.#media) ?? null;
  }

  /** A page that a person names by its path: `/category/Coats`. */
  page(path: string): string {
    return resolved(path, this.shop) ?? path;
  }

  /** Origins over plain http that pictures come from, as in development; https is allowed everywhere. */
  get plainOrigins(): string[] {
    const bases = [this.shop, this.#media].filter((base) => base?.protocol === 'http:');
    return [...new Set(bases.map((base) => base!.origin))];
  }
}

/** The page of a product in couture's storefront. */
export function storefrontPage(id: string): string {
  return `/product/${encodeURIComponent(id)}`;
}

/** couture's storefront is the shop: paths are its own. */
export const storefrontAddresses = new ShopAddresses({
  shopUrl: undefined,
  mediaUrl: undefined,
  productUrl: undefined,
});

/** `media/` of a shop is below the URL, whether or not that ends in a slash. */
function folder(address: string): URL {
  const url = new URL(address);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * http and https as they are; what is relative, against the base. A path stays a path without one. Undefined for
 * scripts, for `//host` in any of the ways in which browsers read it, and for what is relative to nothing.
 */
function resolved(address: string | null, base: URL | undefined): string | undefined {
  if (!address) return undefined;
  if (/^https?:\/\//i.test(address)) return URL.canParse(address) ? address : undefined;
  if (base === undefined) {
    const isPath = /^\/(?![/\\])/.test(address) && URL.canParse(address, 'https://shop.invalid');
    return isPath ? address : undefined;
  }
  if (!URL.canParse(address, base.href)) return undefined;
  const url = new URL(address, base);
  // Another scheme or another host: only a full address may say so.
  return url.origin === base.origin && url.protocol === base.protocol ? url.toString() : undefined;
}
