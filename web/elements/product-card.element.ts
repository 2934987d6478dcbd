// <couture-product-card>: a product in a list: picture, name, price, rating, and why it is recommended.

import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ProductCard as Card } from '../../runtime/contract/product.ts';
import { urlOf } from '../api/url-of.ts';
import { contentLang } from '../state/content-lang.ts';
import { formatCount, formatLocale } from '../state/locale.ts';
import { reset } from '../styles/shared.styles.ts';
import { icon } from './icon.ts';
import { listPriceOf, priceStyles } from './price.ts';
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
  static override styles = [
    reset,
    priceStyles,
    ratingStyles,
    css`
      article {
        position: relative;
        display: grid;
        gap: 0.75rem;
        container-type: inline-size;
      }
      .frame {
        position: relative;
        overflow: hidden;
      }
      couture-product-picture {
        transition: transform var(--couture-slow, 420ms) var(--couture-ease, ease);
      }
      article:hover couture-product-picture {
        transform: scale(1.025);
      }
      .badge {
        position: absolute;
        inset-block-start: 0.625rem;
        inset-inline-start: 0.625rem;
        padding: 0.2rem 0.5rem;
        background: var(--couture-paper, #fff);
        color: var(--couture-ink, #17130f);
        font: var(--couture-label, 500 0.8125rem / 1.3 system-ui);
      }
      .badge.sale {
        color: var(--couture-sale, #b42318);
      }
      .add {
        position: absolute;
        z-index: 1;
        inset-block-end: 0.5rem;
        inset-inline-end: 0.5rem;
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: var(--couture-paper, #fff);
        color: var(--couture-ink, #17130f);
        cursor: pointer;
      }
      @media (hover: hover) {
        .add {
          opacity: 0;
          transition: opacity var(--couture-quick, 160ms);
        }
        article:hover .add,
        .add:focus-visible {
          opacity: 1;
        }
        .add:hover {
          background: var(--couture-ink, #17130f);
          color: var(--couture-paper, #fff);
        }
      }
      .variants {
        color: var(--couture-muted, #655d52);
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      .words {
        display: grid;
        gap: 0.2rem;
        min-height: var(--couture-card-words, 4.6rem);
        align-content: start;
      }
      h3 {
        font: 500 0.9375rem / 1.35 var(--couture-sans, system-ui, sans-serif);
      }
      a {
        text-decoration: none;
      }
      a::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      /* Firefox has :has() since 121; before, the outline stays at the link. */
      @supports selector(:has(a)) {
        a:focus-visible {
          outline: none;
        }
        article:focus-within:has(a:focus-visible) {
          outline: 2px solid var(--couture-accent, #2563eb);
          outline-offset: 3px;
        }
      }
      a:hover {
        text-decoration: underline;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.1rem 0.75rem;
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      h3 a,
      .reason {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        line-clamp: 2;
        overflow: hidden;
      }
      .reason {
        display: var(--couture-card-reason, -webkit-box);
        color: var(--couture-muted, #655d52);
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      .sold-out couture-product-picture {
        opacity: 0.55;
      }
    `,
  ];

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
        ${product.variant_count ? html`<p class="variants">${msg(str`${formatCount(product.variant_count)} variants`)}</p>` : nothing}
        ${this.reason ? html`<p class="reason" part="reason">${reasonWords(this.reason)}</p>` : nothing}
      </div>
    </article>`;
  }

  readonly #add = () =>
    this.dispatchEvent(new CustomEvent('couture-quick-add', { bubbles: true, composed: true }));
}

/** How much a product on sale is reduced by. */
function saleWords({ price, discounted_price }: Card): string {
  const share = price > 0 && discounted_price !== null ? 1 - discounted_price / price : 0;
  // Less than a percent rounds to nothing.
  if (share < 0.01) return msg('Sale');
  const format = new Intl.NumberFormat(formatLocale(), { style: 'percent', signDisplay: 'negative' });
  return format.format(-share);
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
