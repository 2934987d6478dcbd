// <couture-watch-list-page>: the watchlist of the signed-in customer; for guests, an explanation.
import { localized, msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ProductCard } from '../../../../runtime/contract/product.ts';
import '../../../elements/product-card.element.ts';
import '../../../widgets/trending/trending.element.ts';
import { signInHref } from '../../../state/sign-in-href.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-watch-list-page')
export class WatchListPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      h1 {
        padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 1.5rem;
      }
      /* In line with the words of the card, despite the padding of the buttons. */
      .own {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        margin-inline: -0.25rem;
      }
      .below {
        margin-block-start: var(--couture-section);
      }
      .lead {
        max-width: 34rem;
        margin-block-end: 1.5rem;
      }
    `,
  ];

  @state() private signInUrl: string | null | undefined;
  @state() private failed = false;

  constructor() {
    super();
    this.follow('watchList', 'session', 'network', 'cart');
  }

  protected override firstUpdated(): void {
    this.titled(msg('Watchlist'));
    this.ready();
    this.whenReachable(() => {
      void this.client.shop().then(
        (facts) => (this.signInUrl = facts.sign_in_url),
        () => {},
      );
      if (this.failed) void this.#load();
    });
    if (this.session.state === 'customer') void this.#load();
  }

  protected override render() {
    return html`<div class="wide">
      <h1>${msg('Watchlist')}</h1>
      ${this.session.state === 'customer' ? this.#list() : this.session.state === 'guest' ? this.#guest() : nothing}
    </div>`;
  }

  #guest(): TemplateResult {
    return html`<p class="lead">${msg('Save things you like to see their price and stock at a glance.')}</p>
      ${this.signInUrl ? html`<p><a class="button" href=${signInHref(this.signInUrl)} rel="external">${msg('Sign in')}</a></p>` : nothing}
      <div class="below"><couture-trending></couture-trending></div>`;
  }

  #list(): TemplateResult {
    const { products, loaded } = this.watchList;
    if (products.length === 0) {
      if (!loaded && !this.failed) return html`<p class="muted" role="status">${msg('Loading …')}</p>`;
      return this.failed
        ? html`<p class="lead" role="status">${msg('We couldn’t load your watchlist.')}</p>
            <button class="button quiet" @click=${() => void this.#load()}>${msg('Try again')}</button>`
        : html`<p class="lead">${msg('Nothing saved yet. Press “Save” on anything you like.')}</p>
            <div class="below"><couture-trending></couture-trending></div>`;
    }
    return html`<h2 class="visually-hidden">${msg('Items')}</h2>
    <ul class="grid">
      ${repeat(
        products,
        (product) => product.id,
        (product) => html`<li>
          <couture-product-card .product=${product}></couture-product-card>
          <div class="own">
            ${
              product.in_stock
                ? html`<button class="text-button" @click=${() => this.#add(product)}>
                    ${msg('Add to bag')}<span class="visually-hidden"> ${product.name}</span>
                  </button>`
                : nothing
            }
            <button class="text-button" @click=${() => void this.#remove(product)}>
              ${msg('Remove')}<span class="visually-hidden"> ${product.name}</span>
            </button>
          </div>
        </li>`,
      )}
    </ul>`;
  }

  #add(product: ProductCard): void {
    this.cart.add([product]);
    this.sayAdded([product]);
  }

  async #remove(product: ProductCard): Promise<void> {
    try {
      const how = await this.watchList.watch(product.id, false);
      const done = msg('Removed from your watchlist.');
      this.sayWatched(done, how);
    } catch (error) {
      this.sayNotWatched(error);
    }
  }

  async #load(): Promise<void> {
    this.failed = false;
    try {
      await this.watchList.refresh();
    } catch {
      this.failed = true;
    }
  }
}
