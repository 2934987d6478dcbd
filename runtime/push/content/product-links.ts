// Addresses of products in notifications: page and picture of a card → URLs that a service worker accepts.
import type { Config } from '../../core/options.ts';
import type { Card } from '../../shop/card-cache.ts';
import { ShopAddresses } from '../../shop/shop-addresses.ts';
import { shopPath } from '../message.ts';

export type LinkSettings = Pick<
  Config,
  'shopUrl' | 'mediaUrl' | 'productUrl' | 'publicUrl' | 'basePath' | 'storefront'
>;

type LinkedCard = Pick<Card, 'id' | 'url' | 'image_url'>;

interface CardLinks {
  readonly page: string;
  readonly picture: string | undefined;
}

export class ProductLinks {
  readonly #addresses: ShopAddresses;
  /** Goes before paths, which refer to couture's own pages: browsers that show a message themselves need a whole URL. */
  readonly #origin: string;
  /** Thousands of messages may be about one product; a card is a new object once it has changed. */
  readonly #known = new WeakMap<LinkedCard, CardLinks>();

  constructor(settings: LinkSettings) {
    this.#addresses = new ShopAddresses(settings);
    this.#origin = settings.publicUrl === undefined ? '' : new URL(settings.publicUrl).origin;
  }

  of(card: LinkedCard): CardLinks {
    let links = this.#known.get(card);
    if (!links) {
      links = { page: this.#page(card.url, card.id), picture: this.#picture(card.image_url) };
      this.#known.set(card, links);
    }
    return links;
  }

  /** The product's page in the shop. The service worker opens no other site, so any other URL becomes couture's own page. */
  #page(url: string | null, id: string): string {
    const { shop } = this.#addresses;
    const link = this.#addresses.product(url, id);
    const isOfShop = shop !== undefined && link.length <= 500 && new URL(link, shop).origin === shop.origin;
    return this.#whole(isOfShop ? link : (shopPath.safeParse(link).data ?? this.#addresses.own(id)));
  }

  /** The product's picture; undefined if there is none, or its URL would take up the message. */
  #picture(imageUrl: string | null): string | undefined {
    const url = this.#addresses.picture(imageUrl);
    return url === null || url.length > 600 ? undefined : this.#whole(url);
  }

  #whole(address: string): string {
    return address.startsWith('/') ? this.#origin + address : address;
  }
}
