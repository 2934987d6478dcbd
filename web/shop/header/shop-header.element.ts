// <couture-shop-header>: the shop's name, categories, search, account, watchlist and bag; and the offline banner.
import { consume } from '@lit/context';
import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Category } from '../../../runtime/contract/catalogue.ts';
import { isLongName } from '../../../runtime/contract/text.ts';
import type { Client } from '../../api/client.ts';
import { own } from '../../api/own-base.ts';
import { type IconName, icon } from '../../elements/icon.ts';
import type { Cart } from '../../state/cart.ts';
import { contentLang } from '../../state/content-lang.ts';
import { cartContext, clientContext, networkContext, sessionContext } from '../../state/contexts.ts';
import { identity } from '../../state/identity.ts';
import { formatCount } from '../../state/locale.ts';
import type { Network } from '../../state/network.ts';
import type { Session } from '../../state/session.ts';
import { Follow } from '../../state/store.ts';
import type { Place } from '../router.ts';
import type { SearchPanel } from './search-panel.element.ts';
import './search-panel.element.ts';
import { headerStyles } from './shop-header.styles.ts';

/** Milliseconds, on average. */
const retriesAfter = 10_000;

@localized()
@customElement('couture-shop-header')
export class ShopHeader extends LitElement {
  static override styles = headerStyles;

  @property({ attribute: false }) place: Place | undefined;
  @consume({ context: clientContext }) client!: Client;
  @consume({ context: cartContext }) cart!: Cart;
  @consume({ context: sessionContext }) session!: Session;
  @consume({ context: networkContext }) network!: Network;
  @state() private categories: readonly Category[] = [];
  @state() private failed = false;
  #loaded = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  @query('dialog') private readonly drawer!: HTMLDialogElement;
  @query('couture-search-panel') private readonly search!: SearchPanel;

  constructor() {
    super();
    new Follow(this, () => this.cart);
    new Follow(this, () => this.session);
    new Follow(this, () => this.network);
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.network.whenReachable(() => {
      if (!this.#loaded) void this.#load();
    });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (this.categories.length === 0) this.categories = this.client.lastCategories() ?? [];
    if (changed.has('place') && changed.get('place')) {
      this.drawer?.close();
      this.search?.close();
    }
  }

  protected override render() {
    const { count } = this.cart;
    const { categories } = this;
    return html`
      <header>
        <button class="tool menu" aria-label=${msg('Menu')} aria-haspopup="dialog" @click=${() => this.drawer.showModal()}>
          ${icon('menu')}
        </button>
        <a class=${isLongName(identity.name) ? 'name long' : 'name'} href=${own('/')} aria-label=${msg(str`${identity.name}, home page`)}>${this.#nameOrLogo()}</a>
        <div class="tools">
          <button class="tool" aria-label=${msg('Search')} aria-haspopup="dialog" @click=${() => this.search.open()}>
            ${icon('search')}
          </button>
          ${this.#tool(own('/account'), 'person', this.session.name ? msg(str`Account: ${this.session.name}`) : msg('Account'), 'account')}
          ${this.#tool(own('/watchlist'), 'heart', msg('Watchlist'), 'watch')}
          <a class="tool bag" href=${own('/cart')} aria-label=${count === 0 ? msg('Bag, empty') : count === 1 ? msg('Bag, 1 item') : msg(str`Bag, ${formatCount(count)} items`)}>
            ${icon('bag')}${count > 0 ? html`<span class="count" aria-hidden="true">${formatCount(Math.min(count, 99))}${count > 99 ? '+' : ''}</span>` : nothing}
          </a>
        </div>
      </header>
      ${
        categories.length === 0 && this.failed
          ? nothing
          : html`<nav class="row" aria-label=${msg('Categories')}>
              <ul>
                ${categories.map((category) => html`<li>${this.#category(category)}</li>`)}
              </ul>
            </nav>`
      }
      ${
        this.network.online
          ? nothing
          : html`<p class="offline" role="status">
              ${icon('offline', 18)} ${msg('You’re offline. Prices and stock may have changed.')}
            </p>`
      }
      <couture-search-panel .categories=${categories}></couture-search-panel>
      <dialog aria-label=${msg('Menu')} @click=${this.#outside}>
        <div class="drawer">
          <button class="tool" aria-label=${msg('Close')} @click=${() => this.drawer.close()}>${icon('close')}</button>
          <nav aria-label=${msg('Categories')}>
            <ul>
              ${categories.map((category) => html`<li>${this.#category(category)}</li>`)}
            </ul>
          </nav>
          <ul class="own">
            <li><a href=${own('/account')}>${this.session.name ?? msg('Account')}</a></li>
            <li><a href=${own('/watchlist')}>${msg('Watchlist')}</a></li>
          </ul>
        </div>
      </dialog>
    `;
  }

  #nameOrLogo(): TemplateResult | string {
    const logo = identity.brand?.logo_url;
    return logo ? html`<img class="logo" src=${logo} alt=${identity.name} />` : identity.name;
  }

  #tool(href: string, name: IconName, label: string, kind: string): TemplateResult {
    return html`<a class="tool ${kind}" href=${href} aria-label=${label}>${icon(name)}</a>`;
  }

  #category({ name }: Category): TemplateResult {
    const here = this.place?.params.category === name;
    return html`<a lang=${contentLang() ?? nothing} href=${own(`/category/${encodeURIComponent(name)}`)} aria-current=${here ? 'page' : nothing}>${name}</a>`;
  }

  #outside(event: Event): void {
    if (event.target === this.drawer) this.drawer.close();
  }

  /** Without @lit/task, which pages use: its code would delay the first paint. */
  async #load(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      this.categories = await this.client.categories();
      this.#loaded = true;
      this.failed = false;
    } catch {
      this.failed = true;
      this.#retry = setTimeout(() => void this.#load(), retriesAfter * (0.5 + Math.random()));
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shop-header': ShopHeader;
  }
}
