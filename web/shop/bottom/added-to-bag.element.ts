// <couture-added-to-bag>: what was just added to the bag, its subtotal, the way to the checkout, and what goes with it.
import { consume } from '@lit/context';
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ProductCard } from '../../../runtime/contract/product.ts';
import { own } from '../../api/own-base.ts';
import '../../elements/product-picture.element.ts';
import type { Cart } from '../../state/cart.ts';
import { cartContext } from '../../state/contexts.ts';
import { formatCents } from '../../state/money.ts';
import { Follow } from '../../state/store.ts';
import { buttons, reset } from '../../styles/shared.styles.ts';
import '../../widgets/for-cart/for-cart.element.ts';
import { formatCount } from '../../state/locale.ts';
import { checkoutLink } from '../checkout-link.ts';

const maxPictures = 4;

@localized()
@customElement('couture-added-to-bag')
export class AddedToBag extends LitElement {
  static override styles = [
    reset,
    buttons,
    css`
      :host {
        display: grid;
        gap: 0.9rem;
      }
      .pictures {
        display: flex;
        gap: 0.5rem;
      }
      .pictures couture-product-picture {
        width: 3.75rem;
      }
      .line {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 1rem;
      }
      .sum {
        text-align: end;
      }
      .sum strong {
        display: block;
        font-weight: 500;
      }
      .muted {
        color: var(--couture-muted);
        font: var(--couture-small);
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .ways .button {
        flex: 1 1 max-content;
        padding-inline: 0.5rem;
        white-space: nowrap;
      }
      .ways p {
        flex: 1 0 100%;
        font: var(--couture-small);
      }
      couture-for-cart::part(heading) {
        font: 500 0.9375rem / 1.35 var(--couture-sans);
        letter-spacing: normal;
      }
      couture-for-cart::part(base) {
        gap: 0.6rem;
      }
      couture-for-cart::part(list),
      couture-for-cart::part(skeleton) {
        --couture-card-words: 4.4rem;
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 6.75rem;
        grid-template-columns: none;
        overflow-x: auto;
      }
      couture-for-cart {
        --couture-card-reason: none;
      }
      @media (max-height: 44rem) {
        couture-for-cart {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) products: readonly ProductCard[] = [];
  @consume({ context: cartContext }) cart!: Cart;

  constructor() {
    super();
    new Follow(this, () => this.cart);
  }

  protected override render(): TemplateResult {
    const { count, totalCents } = this.cart;
    const ways = html`<div class="ways">
        <a class="button quiet" href=${own('/cart')}>${msg('View bag')}</a>
        ${checkoutLink(this.cart)}
      </div>`;
    const more = html`<couture-for-cart limit="4"></couture-for-cart>`;
    // The list loads late and makes the card grow upwards. The buttons stay.
    return html`<div class="line">
        <div class="pictures">
          ${this.products.slice(0, maxPictures).map(({ image_url }) => html`<couture-product-picture .src=${image_url}></couture-product-picture>`)}
        </div>
        <p class="sum">
          <span class="muted">${count === 1 ? msg('Subtotal (1 item)') : msg(str`Subtotal (${formatCount(count)} items)`)}</span>
          <strong>${formatCents(totalCents)}</strong>
        </p>
      </div>
      ${more} ${ways}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-added-to-bag': AddedToBag;
  }
}
