// The only place that turns product rows into JSON of the contract.

import type { IdType } from '../../sql/id-types.ts';
import { unitsOf } from '../contract/money.ts';
import type { ProductCard, WireId } from '../contract/product.ts';
import type { Card } from './card-cache.ts';
import { type ShopAddresses, storefrontAddresses } from './shop-addresses.ts';
import { jsonId } from './shop-ids.ts';

/** Writes cards for one shop, whose id types decide between JSON numbers and strings. */
export class Wire {
  readonly addresses: ShopAddresses;
  readonly currency: string;
  readonly #types: { readonly product: IdType; readonly customer: IdType };

  constructor(
    types: { readonly product: IdType; readonly customer: IdType },
    currency = 'EUR',
    addresses: ShopAddresses = storefrontAddresses,
  ) {
    this.#types = types;
    this.currency = currency;
    this.addresses = addresses;
  }

  id(id: string): WireId {
    return jsonId(this.#types.product, id);
  }

  customerId(id: string): WireId {
    return jsonId(this.#types.customer, id);
  }

  /** Integer cents → an amount in the shop's currency. */
  units(cents: number): number {
    return unitsOf(cents, this.currency);
  }

  /** @param fromCents price of the cheapest variant in stock, if the card's own costs more */
  card(card: Card, fromCents?: number): ProductCard {
    return {
      id: this.id(card.id),
      name: card.name,
      price: this.units(card.price_cents ?? 0),
      discounted_price: card.sale_cents === null ? null : this.units(card.sale_cents),
      ...(fromCents === undefined ? {} : { from_price: this.units(fromCents) }),
      on_sale: card.sale_cents !== null,
      image_url: this.addresses.picture(card.image_url),
      rating: Math.round(card.rating * 100) / 100,
      review_count: card.review_count,
      in_stock: card.in_stock,
      category: card.category,
      url: this.addresses.product(card.url, card.id),
      ...(card.colour === null ? {} : { colour: card.colour }),
      ...(card.size === null ? {} : { size: card.size }),
      ...(card.swatch === null ? {} : { swatch: card.swatch }),
    };
  }
}
