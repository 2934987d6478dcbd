// <couture-shopper-panel>: what the shop knows about the shopper: page, cart, orders, recommendations; products to send.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ShopperPanel as Panel } from '../../runtime/contract/chat-console.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { icon } from '../elements/icon.ts';
import { priceOf, priceStyles } from '../elements/price.ts';
import '../elements/product-picture.element.ts';
import { formatDate } from '../state/locale.ts';
import { centsOf, formatCents, payCents } from '../state/money.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { ActiveConversation } from './active-conversation.ts';
import { deviceWords } from './device-words.ts';
import type { Inbox } from './inbox.ts';

/** Milliseconds between two polls of the shopper's page and cart. */
const lookPause = 10_000;
const searchPause = 300;
const ordersShown = 5;

@localized()
@customElement('couture-shopper-panel')
export class ShopperPanel extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    priceStyles,
    css`
      aside {
        display: grid;
        gap: 1.5rem;
        padding: 1rem;
        font: var(--couture-small);
      }
      h2,
      h3 {
        margin-block-end: 0.5rem;
        font: 500 0.9375rem / 1.3 var(--couture-sans);
      }
      .facts {
        display: grid;
        gap: 0.3rem;
        overflow-wrap: anywhere;
      }
      .muted {
        color: var(--couture-muted);
      }
      ul {
        display: grid;
        gap: 0.5rem;
      }
      .piece {
        display: grid;
        grid-template-columns: 2.75rem 1fr auto;
        gap: 0.6rem;
        align-items: center;
      }
      .piece .button {
        min-height: 2.25rem;
        padding: 0.25rem 0.7rem;
        font-size: 0.8125rem;
      }
      input {
        margin-block-end: 0.5rem;
      }
      .back {
        display: none;
        align-items: center;
        gap: 0.5rem;
        min-height: var(--couture-touch);
        border: 0;
        background: none;
        font: 500 0.9375rem / 1.3 var(--couture-sans);
      }
      .back .icon {
        transform: scaleX(calc(-1 * var(--couture-mirror, 1)));
      }
      @media (max-width: 75rem) {
        .back {
          display: flex;
        }
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  @property({ attribute: false }) chat!: ActiveConversation;
  /** Whether products can be sent: the chat is assigned to the agent. */
  @property({ type: Boolean }) sends = false;
  @state() private panel: Panel | undefined;
  @state() private found: readonly ProductCard[] | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #finding: ReturnType<typeof setTimeout> | undefined;
  /** Words typed, and chats opened, so far: answers to earlier words come too late. */
  #searches = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => document.visibilityState === 'visible' && void this.#look(), lookPause);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('chat')) return;
    this.panel = undefined;
    this.found = undefined;
    this.#searches += 1;
    clearTimeout(this.#finding);
    void this.#look();
  }

  protected override render() {
    const { panel } = this;
    return html`<aside aria-label=${msg('Shopper details')}>
      <button class="back" @click=${() => this.dispatchEvent(new CustomEvent('couture-console-back'))}>${icon('arrow')} ${msg('Back to chat')}</button>
      ${panel ? html`${this.#facts(panel)} ${this.#cart(panel)}` : html`<p class="muted">${msg('Loading …')}</p>`}
      ${this.sends ? this.#finder() : nothing}
      ${panel ? html`${this.#pieces(msg('Recommended'), panel.recommendations)} ${this.#orders(panel)} ${this.#earlier(panel)}` : nothing}
    </aside>`;
  }

  #facts({ name, email, verified, current_page, user_agent }: Panel): TemplateResult {
    return html`<div class="facts">
      <h2>${name ?? msg('Guest')}</h2>
      ${email ? html`<p>${email}</p>` : nothing}
      <p class="muted">${verified ? msg('Signed in to the shop') : msg('Guest (unverified)')}</p>
      ${current_page ? html`<p>${msg('Viewing')} <strong><bdi dir="ltr">${current_page}</bdi></strong></p>` : nothing}
      ${user_agent ? html`<p class="muted" title=${user_agent}>${deviceWords(user_agent)}</p>` : nothing}
    </div>`;
  }

  #cart({ cart }: Panel): TemplateResult {
    const cents = cart.reduce((sum, { product, quantity }) => sum + quantity * payCents(product), 0);
    return html`<div>
      <h3>${msg('Bag')}${cart.length > 0 ? html` · ${formatCents(cents)}` : nothing}</h3>
      ${cart.length === 0 ? html`<p class="muted">${msg('Empty')}</p>` : html`<ul>${cart.map(({ product, quantity }) => this.#piece(product, quantity))}</ul>`}
    </div>`;
  }

  #pieces(heading: string, products: readonly ProductCard[]): TemplateResult | typeof nothing {
    if (products.length === 0) return nothing;
    return html`<div><h3>${heading}</h3><ul>${products.map((product) => this.#piece(product))}</ul></div>`;
  }

  #piece(product: ProductCard, quantity = 1): TemplateResult {
    return html`<li class="piece">
      <couture-product-picture .src=${product.image_url}></couture-product-picture>
      <span><a href=${product.url} target="_blank" rel="noopener">${product.name}</a><br />${quantity > 1 ? `${quantity} × ` : ''}${priceOf(product)}${product.in_stock ? nothing : html` · ${msg('Sold out')}`}</span>
      ${this.sends ? html`<button class="button quiet" @click=${() => this.#send(product)}>${msg('Send')}<span class="visually-hidden"> ${product.name}</span></button>` : nothing}
    </li>`;
  }

  #finder(): TemplateResult {
    return html`<div>
      <h3>${msg('Send a product')}</h3>
      <input class="field" type="search" placeholder=${msg('Find a product')} aria-label=${msg('Find a product')} @input=${this.#find} />
      ${this.found === undefined ? nothing : this.found.length === 0 ? html`<p class="muted">${msg('No products found.')}</p>` : html`<ul>${this.found.map((product) => this.#piece(product))}</ul>`}
    </div>`;
  }

  #orders({ orders, customer_id }: Panel): TemplateResult | typeof nothing {
    if (customer_id === null) return nothing;
    return html`<div>
      <h3>${msg('Orders')}</h3>
      ${orders.length === 0 ? html`<p class="muted">${msg('No orders yet.')}</p>` : nothing}
      <ul>${orders
        .slice(0, ordersShown)
        .map(
          (order) =>
            html`<li><strong>${formatDate(order.ordered_at)}</strong> · ${formatCents(centsOf(order.total, order.currency), order.currency)}<br /><span class="muted">${order.lines.map(({ name, quantity }) => `${quantity} × ${name ?? '–'}`).join(', ')}</span></li>`,
        )}</ul>
    </div>`;
  }

  #earlier({ earlier }: Panel): TemplateResult | typeof nothing {
    if (earlier.length === 0) return nothing;
    return html`<div><h3>${msg('Previous chats')}</h3><ul>${earlier.map(
      ({ id, created_at, subject }) =>
        html`<li><a href="#${id}">${formatDate(created_at)}</a> ${subject ?? ''}</li>`,
    )}</ul></div>`;
  }

  async #look(): Promise<void> {
    const { id } = this.chat;
    const panel = await this.inbox.api.shopper(id).catch(() => this.panel);
    if (id === this.chat.id) this.panel = panel;
  }

  readonly #find = (event: Event) => {
    const words = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#finding);
    this.#searches += 1;
    const search = this.#searches;
    this.#finding = setTimeout(async () => {
      const found = words === '' ? undefined : await this.inbox.api.findProducts(words).catch(() => []);
      if (search === this.#searches) this.found = found;
    }, searchPause);
  };

  #send(product: ProductCard): void {
    this.dispatchEvent(new CustomEvent('couture-send-product', { detail: product }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shopper-panel': ShopperPanel;
  }
}
