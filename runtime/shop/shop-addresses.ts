// Resolves product links and pictures: `url` and `image_url` of the source view → URLs that clients get. Relative URLs are
// resolved against the shop, as its own pages would resolve them, not against couture.
import type { Config } from '../core/options.ts';

type AddressSettings = Pick<Config, 'shopUrl' | 'mediaUrl' | 'productUrl'> &
  Partial<Pick<Config, 'basePath' | 'storefront'>>;

export class ShopAddresses {
  /** Undefined if couture's storefront is the shop, so that paths refer to it. */
  readonly shop: URL | undefined;
  readonly #media: URL | undefined;
  readonly #pattern: string | undefined;
  /** Path of couture's storefront: '' at the root of a host. */
  readonly #base: string;
  /** Prefix of paths that are relative to no URL: they refer to the storefront, or to the shop's host if there is none. */
  readonly #ofPaths: string;

  constructor({ shopUrl, mediaUrl, productUrl, basePath = '', storefront = true }: AddressSettings) {
    this.#base = basePath;
    this.#ofPaths = storefront ? basePath : '';
    this.shop = shopUrl === undefined ? undefined : folder(shopUrl);
    this.#media = mediaUrl === undefined ? this.shop : folder(mediaUrl);
    this.#pattern = productUrl;
  }

  /**
   * The link to a product. Without a shop URL, paths stay relative and refer to couture's storefront. If neither the view
   * nor the configuration gives a page, the link leads to the shop's front page: it never leads away from the shop.
   */
  product(url: string | null, id: string): string {
    return this.stated(url, id) ?? this.shop?.toString() ?? this.own(id);
  }

  /** The product's page according to the view or the URL pattern; undefined if neither gives one. */
  stated(url: string | null, id: string): string | undefined {
    const found = this.#resolved(url, this.shop);
    if (found !== undefined || this.#pattern === undefined) return found;
    return this.#resolved(this.#pattern.replaceAll('{id}', encodeURIComponent(id)), this.shop);
  }

  /** The URL of a picture; null if there is none or it is invalid. */
  picture(url: string | null): string | null {
    return this.#resolved(url, this.#media) ?? null;
  }

  /** The URL of a page that a user gives by its path: `/category/Coats`. */
  page(path: string): string {
    return this.#resolved(path, this.shop) ?? path;
  }

  /** The page of a product in couture's storefront. */
  own(id: string): string {
    return `${this.#base}/product/${encodeURIComponent(id)}`;
  }

  /** Origins of pictures over plain http, as in development. The page policy allows https in general. */
  get plainOrigins(): string[] {
    const bases = [this.shop, this.#media].filter((base) => base?.protocol === 'http:');
    return [...new Set(bases.map((base) => base!.origin))];
  }

  #resolved(address: string | null, base: URL | undefined): string | undefined {
    const found = resolved(address, base);
    return found?.startsWith('/') ? this.#ofPaths + found : found;
  }
}

/** For couture's storefront as the shop: paths refer to it. */
export const storefrontAddresses = new ShopAddresses({
  shopUrl: undefined,
  mediaUrl: undefined,
  productUrl: undefined,
});

/** Adds a trailing slash, so that relative URLs resolve below the path. */
function folder(address: string): URL {
  const url = new URL(address);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * Absolute http and https URLs stay as they are; relative ones are resolved against the base. Without a base, paths stay
 * paths. Undefined for scripts, for `//host` in any spelling that browsers accept, and for other relative URLs without a base.
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
  // Only absolute URLs may change the scheme or the host.
  return url.origin === base.origin && url.protocol === base.protocol ? url.toString() : undefined;
}
