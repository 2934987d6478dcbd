// <couture-product-page>: one product: picture, price, variants, bag, watchlist, and recommendations.
import { localized, msg } from '@lit/localize';
import { Task } from '@lit/task';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ProductDetail } from '../../../../runtime/contract/catalogue.ts';
import type { ProductCard } from '../../../../runtime/contract/product.ts';
import { ApiError, OfflineError } from '../../../api/api-error.ts';
import { own } from '../../../api/own-base.ts';
import { icon } from '../../../elements/icon.ts';
import { priceOf, priceStyles } from '../../../elements/price.ts';
import '../../../elements/product-picture.element.ts';
import { ratingOf, ratingStyles } from '../../../elements/rating.ts';
import { contentLang } from '../../../state/content-lang.ts';
import { Renewed } from '../../../state/renewed.ts';
import { saved } from '../../../state/saved.ts';
import { signInHref } from '../../../state/sign-in-href.ts';
import { PageElement } from '../../page-element.ts';
import { BuyBar } from './buy-bar.ts';
import { productPageStyles } from './product-page.styles.ts';
import { variantChooser, variantStyles } from './variant-chooser.ts';

/** The product that a guest wanted to save, across the sign-in. */
const wish = saved(
  'couture-wish',
  '',
  (value) => (typeof value === 'string' ? value : undefined),
  'sessionStorage',
);

@localized()
@customElement('couture-product-page')
export class ProductPageElement extends PageElement {
  static override styles = [PageElement.styles, priceStyles, ratingStyles, productPageStyles, variantStyles];

  @state() private signInUrl: string | null = null;
  readonly #bar = new BuyBar(this);

  readonly #product = new Task(this, {
    args: () => [this.place.params.id ?? ''] as const,
    task: ([id], { signal }) => this.client.product(id, signal),
    onComplete: (product) => {
      this.titled(product.name);
      this.ready();
    },
    onError: (error) => {
      this.titled(
        error instanceof ApiError && error.status === 404
          ? msg('Product not found')
          : msg('Currently unavailable'),
      );
      this.ready();
    },
  });

  constructor() {
    super();
    this.follow('session', 'watchList', 'cart');
    new Renewed(this, () => this.#product);
  }

  protected override firstUpdated(): void {
    this.loadLater(() => import('./product-lists.ts'));
    this.whenReachable(() => {
      void this.client.shop().then(
        (facts) => (this.signInUrl = facts.sign_in_url),
        () => {},
      );
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    const known = changed.has('place') && this.#known();
    if (known) this.titled(known.name);
  }

  protected override updated(): void {
    const product = this.#known();
    if (!product || this.session.state !== 'customer' || wish.read() !== String(product.id)) return;
    wish.clear();
    void this.#watch(product, true);
  }

  protected override render() {
    const product = this.#known();
    if (product) return this.#shown(product);
    return this.#product.error ? this.#failed(this.#product.error) : this.#skeleton();
  }

  #known(): ProductDetail | undefined {
    const { id = '' } = this.place.params;
    const { value } = this.#product;
    if (value && String(value.id) === id) return value;
    const kept = this.client.lastProduct(id);
    if (kept || !value) return kept;
    // Until the other variant has loaded.
    const variant = value.variants.find((each) => String(each.id) === id);
    return variant && { ...value, ...variant };
  }

  #shown(product: ProductDetail): TemplateResult {
    const { id } = product;
    const related = html`
      <couture-similar-products product-id=${id}></couture-similar-products>
      ${
        // Guests would see the same list as the one above.
        this.session.state === 'customer'
          ? html`<couture-you-may-like product-id=${id}></couture-you-may-like>`
          : nothing
      }
    `;
    return html`<div class="wide">
      ${this.#crumbs(product)}
      <div class="piece">
        <div class="picture">
          <couture-product-picture .src=${product.image_url} alt=${product.name} eager></couture-product-picture>
        </div>
        <div class="facts">
          <h1 lang=${contentLang() ?? nothing}>${product.name}</h1>
          <p class="line"><span class="cost">${priceOf(product)}</span>${ratingOf(product.rating, product.review_count)}</p>
          ${variantChooser(product, this.#choose)} ${this.#stock(product)} ${this.#actions(product)}
          <p class="description" dir="auto" lang=${contentLang() ?? nothing}>${product.description}</p>
          ${product.tags.length > 0 ? this.#tags(product.tags) : nothing}
        </div>
      </div>
      <div class="more">
        ${
          product.in_stock
            ? html`<couture-bought-together product-id=${id}></couture-bought-together>
                <couture-bundle product-id=${id}></couture-bundle>
                ${related}`
            : related
        }
        <couture-recently-viewed product-id=${id}></couture-recently-viewed>
      </div>
      ${product.in_stock ? this.#buyBar(product) : nothing}
    </div>`;
  }

  #buyBar(product: ProductDetail): TemplateResult {
    return html`<div class="bar" ?hidden=${!this.#bar.isShown}>
      <span class="cost">${priceOf(product)}</span>
      <button class="button" @click=${() => this.#add(product)}>${msg('Add to bag')}</button>
    </div>`;
  }

  #crumbs({ category }: ProductDetail): TemplateResult {
    return html`<nav class="crumbs" aria-label=${msg('Breadcrumb')}>
      <a href=${own('/')}>${msg('Home')}</a><span aria-hidden="true">/</span>
      <a lang=${contentLang() ?? nothing} href=${own(`/category/${encodeURIComponent(category)}`)}>${category}</a>
    </nav>`;
  }

  /** Shows another variant in place: scroll position and focus stay, and "back" leaves the product. */
  readonly #choose = ({ url }: ProductCard) => this.go(url, { replace: true });

  #stock({ in_stock }: ProductDetail): TemplateResult {
    return in_stock
      ? html`<p class="stock good">${msg('In stock')}</p>`
      : html`<p class="stock">${msg('Sold out. See similar styles below.')}</p>`;
  }

  #actions(product: ProductDetail): TemplateResult {
    const watched = this.watchList.has(product.id);
    return html`<div class="actions">
      <button class="button" ?disabled=${!product.in_stock} @click=${() => this.#add(product)}>
        ${product.in_stock ? msg('Add to bag') : msg('Sold out')}
      </button>
      ${
        this.session.state === 'customer'
          ? html`<button class="button quiet watch" aria-pressed=${watched} @click=${() => void this.#watch(product, !watched)}>
              ${icon('heart', 18)} ${watched ? msg('Saved') : msg('Save')}
            </button>`
          : this.signInUrl
            ? html`<a class="button quiet watch" href=${signInHref(this.signInUrl)} rel="external" @click=${() => wish.write(String(product.id))}>${icon('heart', 18)} ${msg('Sign in to save')}</a>`
            : nothing
      }
    </div>`;
  }

  #tags(tags: readonly string[]): TemplateResult {
    return html`<ul class="tags" aria-label=${msg('Tags')}>
      ${tags.map((tag) => html`<li><a lang=${contentLang() ?? nothing} href=${own(`/search?q=${encodeURIComponent(tag)}`)}>${tag}</a></li>`)}
    </ul>`;
  }

  #skeleton(): TemplateResult {
    return html`<div class="wide" aria-busy="true">
      <div class="crumbs">&nbsp;</div>
      <div class="piece">
        <div class="picture bone"></div>
        <div class="facts"><h1 class="bone-line" aria-label=${msg('Loading …')}></h1><p class="bone-line short"></p></div>
      </div>
    </div>`;
  }

  #failed(error: unknown): TemplateResult {
    if (error instanceof OfflineError) {
      return html`<div class="wide state">
        <h1>${msg('You’re offline')}</h1>
        <p>${msg('This page isn’t saved on your device yet.')}</p>
        <p>
          <button class="button" @click=${() => this.#product.run()}>${msg('Try again')}</button>
          <a class="button quiet" href=${own('/offline')}>${msg('See what’s available offline')}</a>
        </p>
      </div>`;
    }
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 400);
    return html`<div class="wide state">
      <h1>${gone ? msg('Product not found') : msg('This page couldn’t be loaded')}</h1>
      <p>${gone ? msg('It may no longer be available. Here’s what’s trending now.') : msg('Something went wrong on our side.')}</p>
      ${gone ? html`<p><a class="button" href=${own('/')}>${msg('Go to homepage')}</a></p><couture-trending></couture-trending>` : html`<p><button class="button" @click=${() => this.#product.run()}>${msg('Try again')}</button></p>`}
    </div>`;
  }

  #add(product: ProductDetail): void {
    this.cart.add([product]);
    this.sayAdded([product]);
    this.#showedValue('cart');
  }

  #showedValue(detail: 'cart' | 'watch'): void {
    this.dispatchEvent(new CustomEvent('couture-value-shown', { detail, bubbles: true, composed: true }));
  }

  async #watch(product: ProductDetail, watched: boolean): Promise<void> {
    try {
      const how = await this.watchList.watch(product.id, watched);
      const done = watched ? msg('Saved to your watchlist.') : msg('Removed from your watchlist.');
      if (watched && how === 'sent') this.#showedValue('watch');
      this.sayWatched(done, how);
    } catch (error) {
      this.sayNotWatched(error);
    }
  }
}

declare global {
  interface HTMLElementEventMap {
    /** The shop has just been useful to the shopper: prompts may ask now. */
    'couture-value-shown': CustomEvent<'cart' | 'watch' | 'order'>;
  }
}
