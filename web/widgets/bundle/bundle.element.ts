// <couture-bundle>: a product and matching products of other categories, together at a lower price.
import { localized, msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ListedProduct, WireId } from '../../../runtime/contract/product.ts';
import type { BundleOffer, Client, ProductList } from '../../api/client.ts';
import { priceOf, priceStyles } from '../../elements/price.ts';
import { absolute } from '../../elements/product-card.element.ts';
import { formatCount } from '../../state/locale.ts';
import { centsOf, formatCents } from '../../state/money.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';

/** A bundle with the prices that the server calculated. */
type Offered = ProductList & Partial<BundleOffer>;

/**
 * @summary A bundle: the product and up to three others, with the saving.
 * @event {CustomEvent<AddToCartDetail>} couture-add-to-cart - the shopper adds the bundle to the cart, as one
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart offer - the frame around the offer
 * @csspart button - the button
 */
@localized()
@customElement('couture-bundle')
export class BundleElement extends RecommendationWidget {
  static override styles = [
    RecommendationWidget.styles,
    priceStyles,
    css`
      .offer {
        display: grid;
        gap: 1.5rem;
        padding: clamp(1rem, 4cqi, 2rem);
        border: 1px solid var(--couture-line, #e3dccf);
        background: var(--couture-surface, #fff);
      }
      .pictures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(0, 1fr));
        grid-auto-flow: column;
        gap: clamp(0.75rem, 3cqi, 2rem);
      }
      .pictures li {
        position: relative;
      }
      .pictures li + li::before {
        content: '+';
        position: absolute;
        inset-inline-start: calc(clamp(0.75rem, 3cqi, 2rem) / -2);
        inset-block-start: 24cqi;
        inset-block-start: min(9rem, 11cqi);
        translate: calc(-50% * var(--couture-mirror, 1)) -50%;
        color: var(--couture-muted, #655d52);
        font: 400 1.25rem / 1 var(--couture-display, serif);
      }
      .pictures p {
        margin-block-start: 0.5rem;
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      .pictures a {
        text-decoration: none;
      }
      .pictures a:hover {
        text-decoration: underline;
      }
      .sum {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 1rem 2rem;
      }
      .total {
        font: 500 1.25rem / 1.3 var(--couture-sans, system-ui);
        font-variant-numeric: tabular-nums;
      }
      .total s {
        color: var(--couture-muted, #655d52);
        font-weight: 400;
      }
      .saving {
        color: var(--couture-good, #1f6b3b);
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      .bone-box {
        aspect-ratio: 4 / 5;
        background: var(--couture-tint, #f1ece3);
      }
      .bone-line {
        height: 3.75rem;
      }
      @container (max-width: 36rem) {
        .pictures .words {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .sum .button {
          width: 100%;
        }
        .bone-line {
          height: 7rem;
        }
      }
    `,
  ];

  /** Id of the bundle's main product. */
  @property({ attribute: 'product-id' }) productId: WireId = '';

  protected readonly kind = 'bundle';

  constructor() {
    super();
    this.limit = 3;
  }

  /** What is bought or offered together stays together. */
  override get yields(): boolean {
    return false;
  }

  protected ownHeading(): string {
    return msg('Complete the look');
  }

  protected override subject(): WireId {
    return this.productId;
  }

  protected question(): unknown[] {
    return [this.productId];
  }

  protected ask(client: Client, limit: number, signal: AbortSignal): Promise<Offered> | undefined {
    return this.productId === '' ? undefined : client.bundle(this.productId, limit, signal);
  }

  protected override shown(list: Offered): TemplateResult | typeof nothing {
    const { products, original_price, bundle_price, savings, discount = 0 } = list;
    if (products.length < 2 || original_price === undefined || bundle_price === undefined) return nothing;
    const saving = centsOf(savings ?? 0, this.money);
    return this.frame(html`<div class="offer" part="offer">
      <ul class="pictures">
        ${products.map((product, at) => this.#piece(product, at))}
      </ul>
      <div class="sum">
        <p>
          <span class="total"
            >${formatCents(centsOf(bundle_price, this.money), this.money)} ${
              saving > 0
                ? html`<s><span class="visually-hidden">${msg('instead of')} </span>${formatCents(centsOf(original_price, this.money), this.money)}</s>`
                : nothing
            }</span
          ><br />
          ${saving > 0 ? html`<span class="saving">${msg(str`Save ${formatCents(saving, this.money)} together`)}</span>` : nothing}
        </p>
        <button class="button" part="button" @click=${() => this.#add(products, discount)}>
          ${msg(str`Add all ${formatCount(products.length)} to bag`)}
        </button>
      </div>
    </div>`);
  }

  protected override skeleton(): TemplateResult {
    const boxes = Array(this.limit + 1).fill(0);
    return html`<div class="offer" aria-hidden="true">
      <ul class="pictures">${boxes.map(() => html`<li><div class="bone-box"></div><p class="words">&nbsp;<br />&nbsp;<br />&nbsp;</p></li>`)}</ul>
      <div class="bone-line"></div>
    </div>`;
  }

  #piece(product: ListedProduct, at: number): TemplateResult {
    return html`<li data-at=${at} @click=${(event: Event) => this.clicked(event, product, at + 1)}>
      <a href=${absolute(product.url, this.api) ?? '#'}>
        <couture-product-picture .src=${absolute(product.image_url, this.api)}></couture-product-picture>
        <p class="words">${product.name}<br />${priceOf(product, this.money)}</p>
      </a>
    </li>`;
  }

  #add(products: readonly ListedProduct[], share: number): void {
    this.addToCart(products, { subject: this.productId, products, share });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-bundle': BundleElement;
  }
}
