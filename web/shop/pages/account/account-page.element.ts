// <couture-account-page>: the signed-in customer, their orders, and sign-out.
import { localized, msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { OwnOrder } from '../../../../runtime/contract/order.ts';
import { OfflineError } from '../../../api/api-error.ts';
import { own } from '../../../api/own-base.ts';
import '../../../elements/product-picture.element.ts';
import { variantWords } from '../../../elements/variant-words.ts';
import '../../../push/push-toggle.element.ts';
import '../../../widgets/buy-again/buy-again.element.ts';
import { formatCount, formatDate } from '../../../state/locale.ts';
import { centsOf, formatCents } from '../../../state/money.ts';
import { signInHref } from '../../../state/sign-in-href.ts';
import { PageElement } from '../../page-element.ts';

@localized()
@customElement('couture-account-page')
export class AccountPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      h1 {
        padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 1.5rem;
      }
      h2 {
        margin-block: 2.5rem 1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem;
      }
      couture-buy-again::part(base) {
        margin-block-start: 2.5rem;
      }
      .order {
        display: grid;
        gap: 1rem;
        padding-block: 1.5rem;
        border-block-start: 1px solid var(--couture-line);
      }
      .order header {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.25rem 1.5rem;
      }
      .order h3 {
        font: 500 1rem / 1.4 var(--couture-sans);
      }
      .pieces {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
        gap: 0.75rem 1.5rem;
      }
      .pieces li {
        display: grid;
        grid-template-columns: 3.5rem 1fr;
        align-items: center;
        gap: 0.9rem;
        font: var(--couture-small);
      }
      .pieces a {
        text-decoration: none;
      }
      .pieces a:hover {
        text-decoration: underline;
      }
      .lead {
        max-width: 34rem;
        margin-block-end: 1.5rem;
      }
    `,
  ];

  @state() private orders: readonly OwnOrder[] = [];
  @state() private next: string | null | undefined;
  @state() private trouble: 'offline' | 'failed' | undefined;
  @state() private signInUrl: string | null | undefined;
  /** Whose orders these are. */
  #asked: string | undefined;
  #isReady = false;
  /** The request of orders on its way. */
  #request: object | undefined;

  constructor() {
    super();
    this.follow('session', 'network', 'cart');
  }

  protected override firstUpdated(): void {
    this.titled(msg('Account'));
    this.whenReachable(() => {
      void this.client.shop().then(
        (facts) => (this.signInUrl = facts.sign_in_url),
        () => {},
      );
      if (this.trouble) void this.#load();
    });
  }

  protected override updated(): void {
    const { sub, state } = this.session;
    if (state === 'guest') this.#loaded();
    if (sub === this.#asked) return;
    // Another customer may have signed in in another tab.
    this.#forget();
    this.#asked = sub;
    if (sub !== undefined) void this.#load();
  }

  protected override render() {
    const { state: who, name } = this.session;
    return html`<div class="wide">
      <h1>${who === 'customer' ? (name ?? msg('Account')) : msg('Account')}</h1>
      ${who === 'customer' ? this.#own() : who === 'guest' ? this.#guest() : html`<p class="muted">${msg('Loading …')}</p>`}
      <h2>${msg('Notifications')}</h2>
      <couture-push-toggle></couture-push-toggle>
    </div>`;
  }

  #guest(): TemplateResult {
    return html`<p class="lead">
        ${this.network.online ? msg('Sign in to see your orders and recommendations.') : msg('You’re offline, so we can’t check whether you’re signed in.')}
      </p>
      ${this.signInUrl ? html`<a class="button" href=${signInHref(this.signInUrl)} rel="external">${msg('Sign in')}</a>` : nothing}`;
  }

  #own(): TemplateResult {
    return html`<div class="actions">
        <a class="button quiet" href=${own('/watchlist')}>${msg('Watchlist')}</a>
        <button class="button quiet" @click=${() => void this.#signOut()}>${msg('Sign out')}</button>
        ${this.cart.count > 0 ? html`<p class="muted">${msg('Signing out empties your bag on this device.')}</p>` : nothing}
      </div>
      <couture-buy-again></couture-buy-again>
      <h2>${msg('Your orders')}</h2>
      ${this.orders.map((order) => this.#order(order))} ${this.#below()}`;
  }

  #below(): TemplateResult | typeof nothing {
    if (this.trouble) {
      const words =
        this.trouble === 'offline'
          ? msg('Your orders aren’t saved on this device. Connect to the internet to see them.')
          : msg('We couldn’t load your orders.');
      return html`<p role="status">${words}</p>
        <button class="button quiet" @click=${() => void this.#load()}>${msg('Try again')}</button>`;
    }
    if (this.next === undefined) return html`<p class="muted" role="status">${msg('Loading …')}</p>`;
    if (this.orders.length === 0) return html`<p class="muted">${msg('No orders yet.')}</p>`;
    return this.next === null
      ? nothing
      : html`<button class="button quiet" @click=${() => void this.#load()}>${msg('Older orders')}</button>`;
  }

  #order(order: OwnOrder): TemplateResult {
    return html`<article class="order">
      <header>
        <h3>${formatDate(order.ordered_at)} <span class="muted">· ${msg('No.')} ${order.order_id}</span></h3>
        <span>${formatCents(centsOf(order.total, order.currency), order.currency)}</span>
      </header>
      <ul class="pieces">
        ${order.lines.map(
          (line) => html`<li>
            <couture-product-picture .src=${line.image_url}></couture-product-picture>
            <span
              >${line.url ? html`<a href=${line.url}>${line.name}</a>` : (line.name ?? msg('No longer available'))}<br /><span class="muted"
                >${options(line)}${formatCount(line.quantity)} × ${formatCents(centsOf(line.unit_price, order.currency), order.currency)}</span
              ></span
            >
          </li>`,
        )}
      </ul>
    </article>`;
  }

  async #load(): Promise<void> {
    if (this.#request) return;
    const request = {};
    this.#request = request;
    this.trouble = undefined;
    try {
      const page = await this.client.orders(this.next ?? undefined);
      if (request !== this.#request) return;
      this.orders = [...this.orders, ...page.orders];
      this.next = page.next;
    } catch (error) {
      if (request === this.#request) this.trouble = error instanceof OfflineError ? 'offline' : 'failed';
    } finally {
      if (request === this.#request) this.#request = undefined;
      this.#loaded();
    }
  }

  /** What can wait does not compete with the orders for the connection. */
  #loaded(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.ready();
  }

  async #signOut(): Promise<void> {
    const { items, bundles, count } = this.cart;
    const how = await this.session.signOut();
    const later = msg(
      'Your data has been removed from this device. Signing out will finish when you’re back online.',
    );
    // The shopper may keep the bag as a guest; a customer who has signed in meanwhile must not get it.
    const undo = () => {
      if (this.session.state === 'guest') this.cart.putBack({ items, bundles });
    };
    if (how === 'confirmed' && count > 0)
      this.say(msg('You’re signed out. Your bag has been emptied.'), { undo });
    else if (how === 'confirmed') this.say(msg('You’re signed out.'));
    else if (how === 'queued') this.say(later);
    else this.say(`${later} ${msg('Keep this page open until then: your browser can’t finish it later.')}`);
    this.focusHeading();
  }

  #forget(): void {
    this.orders = [];
    this.#request = undefined;
    this.next = this.trouble = undefined;
  }
}

/** Colour and size of a line, on a line of their own. */
function options({ name, colour, size }: OwnOrder['lines'][number]): TemplateResult | typeof nothing {
  const words = variantWords({ name: name ?? '', colour, size });
  return words ? html`${words}<br />` : nothing;
}
