// Addresses of products in notifications: page and picture of a card → URLs that a service worker accepts.
import type { Config } from '../../core/options.ts';
import { ShopAddresses } from '../../shop/shop-addresses.ts';
import { shopPath } from '../message.ts';

export type LinkSettings = Pick<
  Config,
  'shopUrl' | 'mediaUrl' | 'productUrl' | 'publicUrl' | 'basePath' | 'storefront'
>;

export class ProductLinks {
  readonly #addresses: ShopAddresses;
  /** Goes before paths, which refer to couture's own pages: browsers that show a message themselves need a whole URL. */
  readonly #origin: string;

  constructor(settings: LinkSettings) {
    this.#addresses = new ShopAddresses(settings);
    this.#origin = settings.publicUrl === undefined ? '' : new URL(settings.publicUrl).origin;
  }

  /** The product's page in the shop. The service worker opens no other site, so any other URL becomes couture's own page. */
  page(url: string | null, id: string): string {
    const { shop } = this.#addresses;
    const link = this.#addresses.product(url, id);
    const isOfShop = shop !== undefined && link.length <= 500 && new URL(link, shop).origin === shop.origin;
    return this.#whole(isOfShop ? link : (shopPath.safeParse(link).data ?? this.#addresses.own(id)));
  }

  /** The product's picture; undefined if there is none, or its URL would take up the message. */
  picture(imageUrl: string | null): string | undefined {
    const url = this.#addresses.picture(imageUrl);
    return url === null || url.length > 600 ? undefined : this.#whole(url);
  }

  #whole(address: string): string {
    return address.startsWith('/') ? this.#origin + address : address;
  }
}
