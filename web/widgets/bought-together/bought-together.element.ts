// <couture-bought-together>: the product and what is bought with it: select, see the total, add all at once. Selected
// products that are offered as a bundle get the bundle's saving.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { bundlePrice } from '../../../runtime/contract/money.ts';
import type { ListedProduct, ProductCard, WireId } from '../../../runtime/contract/product.ts';
import type { Client, ProductList } from '../../api/client.ts';
import { priceOf, priceStyles } from '../../elements/price.ts';
import { absolute } from '../../elements/product-card.element.ts';
import { reasonWords } from '../../elements/reason-words.ts';
import { formatCount } from '../../state/locale.ts';
import { formatCents, payCents } from '../../state/money.ts';
import { RecommendationWidget } from '../recommendation-widget.ts';
import { boughtTogetherStyles } from './bought-together.styles.ts';

interface Companions extends ProductList {
  /** The product itself. */
  readonly itself: ProductCard;
  /** The products of its bundle, and the share that the bundle saves. */
  readonly bundled: ReadonlySet<WireId>;
  readonly share: number;
}

/**
 * @summary The product and what is bought with it: checkboxes, running total, one button.
 * @event {CustomEvent<AddToCartDetail>} couture-add-to-cart - the shopper adds the selection to the cart, in one event
 * @event {CustomEvent<ProductClickDetail>} couture-product-click - a product was clicked; cancelable
 * @csspart base - the section
 * @csspart list - the products
 * @csspart total - the running total
 * @csspart button - the button
 */
@localized()
@customElement('couture-bought-together')
export class BoughtTogether extends RecommendationWidget {
  static override styles = [RecommendationWidget.styles, priceStyles, boughtTogetherStyles];

  /** Id of the viewed product; always part of the selection. */
  @property({ attribute: 'product-id' }) productId: WireId = '';
  /** Ids that the shopper has deselected. */
  @state() private left: ReadonlySet<WireId> = new Set();

  protected readonly kind = 'bought_together';

  constructor() {
    super();
    this.limit = 4;
  }

  /** What is bought or offered together stays together. */
  override get yields(): boolean {
    return false;
  }

  protected ownHeading(): string {
    return msg('Often bought together');
  }

  protected override subject(): WireId {
    return this.productId;
  }

  protected question(): unknown[] {
    return [this.productId];
  }

  protected async ask(client: Client, limit: number, signal: AbortSignal): Promise<Companions | ProductList> {
    if (this.productId === '') return { products: [], buildId: undefined };
    const [list, itself, offer] = await Promise.all([
      client.boughtTogether(this.productId, limit, signal),
      client.product(this.productId, signal),
      // Without the bundle's offer there is no saving; everything else works.
      client.bundle(this.productId, 24, signal).catch(() => undefined),
    ]);
    this.left = new Set();
    const bundled = new Set(offer?.products.map((product) => product.id) ?? []);
    return { ...list, itself, bundled, share: offer?.discount ?? 0 };
  }

  protected override shown(list: ProductList | Companions): TemplateResult | typeof nothing {
    if (list.products.length === 0 || !('itself' in list) || !list.itself.in_stock) return nothing;
    const itself: ListedProduct = { ...list.itself, score: 1, reason: '', source: 'subject' };
    const chosen = [itself, ...list.products.filter((product) => !this.left.has(product.id))];
    const bundle = chosen.filter((product) => list.bundled.has(product.id));
    const offered = bundle.length > 1 && bundle.includes(itself) && list.share > 0 ? bundle : [];
    const { savingCents: saving } = bundlePrice(
      offered.map((product) => payCents(product, this.money)),
      list.share,
    );
    const full = chosen.reduce((sum, product) => sum + payCents(product, this.money), 0);
    return this.frame(html`<div class="together">
      <ul part="list">
        ${this.#row(itself, -1, true)}
        ${repeat(
          list.products,
          (product) => product.id,
          (product, at) => this.#row(product, at, !this.left.has(product.id)),
        )}
      </ul>
      <div class="sum">
        <p part="total" aria-live="polite">
          <span class="label">${chosen.length === 1 ? msg('This item alone') : msg(str`${formatCount(chosen.length)} items`)}</span>
          <span class="total"
            >${formatCents(full - saving, this.money)}
            ${saving > 0 ? html`<s><span class="visually-hidden">${msg('instead of')} </span>${formatCents(full, this.money)}</s>` : nothing}</span
          >
          <span class="saving"
            >${saving > 0 ? msg(str`You save ${formatCents(saving, this.money)} on ${formatCount(offered.length)} items as a bundle`) : html`&nbsp;`}</span
          >
        </p>
        <button class="button" part="button" @click=${() => this.#add(chosen, offered, list.share)}>
          ${chosen.length === 1 ? msg('Add to bag') : msg(str`Add ${formatCount(chosen.length)} to bag`)}
        </button>
      </div>
    </div>`);
  }

  protected override skeleton(): TemplateResult {
    return html`<div class="together" aria-hidden="true">
      <ul>
        ${Array(this.limit + 1)
          .fill(0)
          .map(
            () =>
              html`<li class="row"><span class="bone-picture"></span><span class="bone-words"></span></li>`,
          )}
      </ul>
      <div class="sum bones"></div>
    </div>`;
  }

  #row(product: ListedProduct, at: number, checked: boolean): TemplateResult {
    const itself = at < 0;
    return html`<li class="row" data-at=${itself ? nothing : at} @click=${(event: Event) => this.clicked(event, product, at + 1)}>
      <label class=${itself ? 'fixed' : ''}>
        <input
          type="checkbox"
          .checked=${checked}
          ?disabled=${itself}
          aria-label=${itself ? msg(str`${product.name}, this item`) : product.name}
          @change=${() => this.#choose(product.id)}
        />
      </label>
      <couture-product-picture .src=${absolute(product.image_url, this.api)}></couture-product-picture>
      <div class="what">
        <p class="name">
          ${itself ? html`<span class="this">${msg('This item')}</span> ${product.name}` : html`<a href=${absolute(product.url, this.api) ?? '#'}>${product.name}</a>`}
        </p>
        <p>${priceOf(product, this.money)}</p>
        ${product.reason ? html`<p class="reason">${reasonWords(product.reason)}</p>` : nothing}
      </div>
    </li>`;
  }

  #choose(id: WireId): void {
    const left = new Set(this.left);
    if (!left.delete(id)) left.add(id);
    this.left = left;
  }

  #add(chosen: readonly ListedProduct[], offered: readonly ListedProduct[], share: number): void {
    this.addToCart(
      chosen,
      offered.length > 1 ? { subject: this.productId, products: offered, share } : undefined,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-bought-together': BoughtTogether;
  }
}
