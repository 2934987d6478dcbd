// <couture-product-card>: a product in a list: picture, name, price, rating, and why it is recommended.

import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ProductCard as Card } from '../../runtime/contract/product.ts';
import { urlOf } from '../api/url-of.ts';
import { contentLang } from '../state/content-lang.ts';
import { formatCount, formatLocale } from '../state/locale.ts';
import { reset } from '../styles/shared.styles.ts';
import { icon } from './icon.ts';
import { listPriceOf, priceStyles } from './price.ts';
import { cardStyles } from './product-card.styles.ts';
import './product-picture.element.ts';
import { ratingOf, ratingStyles } from './rating.ts';
import { reasonWords } from './reason-words.ts';

/**
 * @csspart name - the product's name, a link
 * @csspart reason - why it is recommended
 * @cssproperty --couture-card-words - height reserved for the text below the picture
 * @cssproperty --couture-card-reason - `none` hides the reason
 */
@localized()
@customElement('couture-product-card')
export class ProductCardElement extends LitElement {
  static override styles = [reset, priceStyles, ratingStyles, cardStyles];

  @property({ attribute: false }) product: Card | undefined;
  /** Why the product is recommended, as text; empty shows none. */
  @property() reason = '';
  /** Whether its picture is in the first view: it loads eagerly. */
  @property({ type: Boolean }) eager = false;
  /** Base of relative URLs when the card is embedded in another site. */
  @property() base = '';
  /** Whether the card offers to add the product to the bag; its host listens for `couture-quick-add`. */
  @property({ type: Boolean }) addable = false;
  /** Currency of the prices; default: the page's own. */
  @property() currency: string | undefined;

  protected override render() {
    const { product } = this;
    if (!product) return nothing;
    const sale = product.discounted_price !== null;
    return html`<article class=${product.in_stock ? '' : 'sold-out'}>
      <div class="frame">
        <couture-product-picture .src=${absolute(product.image_url, this.base)} ?eager=${this.eager}></couture-product-picture>
        ${
          product.in_stock
            ? sale
              ? html`<span class="badge sale">${saleWords(product)}</span>`
              : nothing
            : html`<span class="badge">${msg('Sold out')}</span>`
        }
        ${
          this.addable && product.in_stock
            ? html`<button class="add" aria-label=${msg(str`Quick add: ${product.name}`)} @click=${this.#add}>${icon('plus', 20)}</button>`
            : nothing
        }
      </div>
      <div class="words">
        <h3><a part="name" lang=${contentLang() ?? nothing} href=${absolute(product.url, this.base) ?? '#'}>${product.name}</a></h3>
        <div class="line">${listPriceOf(product, this.currency)}${ratingOf(product.rating, product.review_count)}</div>
        ${variety(product)}
        ${this.reason ? html`<p class="reason" part="reason">${reasonWords(this.reason)}</p>` : nothing}
      </div>
    </article>`;
  }

  readonly #add = () =>
    this.dispatchEvent(new CustomEvent('couture-quick-add', { bubbles: true, composed: true }));
}

/** How many colours there are; variants whose colours and sizes the shop doesn't state are counted as such. */
function variety({ colour_count, variant_count, colour, size }: Card): TemplateResult | typeof nothing {
  const isStated = colour !== undefined || size !== undefined;
  if (colour_count) return html`<p class="variants">${msg(str`${formatCount(colour_count)} colours`)}</p>`;
  if (!variant_count || isStated) return nothing;
  return html`<p class="variants">${msg(str`${formatCount(variant_count)} variants`)}</p>`;
}

/** How much a product on sale is reduced by. */
function saleWords({ price, discounted_price }: Card): string {
  const share = price > 0 && discounted_price !== null ? 1 - discounted_price / price : 0;
  // Less than a percent rounds to nothing.
  if (share < 0.01) return msg('Sale');
  return new Intl.NumberFormat(formatLocale(), { style: 'percent' }).format(-share);
}

/** A URL of the shop, made absolute for a page of another origin. The runtime returns only http, https and its own paths. */
export function absolute(url: string | null, base: string): string | null {
  if (url === null || !base) return url;
  // The base may be a path of the page's own host.
  const from = new URL(base, location.href);
  return urlOf(url, from)?.href ?? null;
}

declare global {
  interface HTMLElementEventMap {
    /** The shopper adds the product of a card to the bag. */
    'couture-quick-add': CustomEvent<void>;
  }
  interface HTMLElementTagNameMap {
    'couture-product-card': ProductCardElement;
  }
}
