// <couture-checkout-page>: the order's lines, the total, one button; then the order, or why there is none. It never claims
// an order that the server has not confirmed, and retries with the same key, so the order is placed once.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { WirePlacedOrder } from '../../../../runtime/contract/order.ts';
import { ApiError } from '../../../api/api-error.ts';
import { own } from '../../../api/own-base.ts';
import { priceOfBundle } from '../../../state/cart.ts';
import { handOverUrl } from '../../../state/hand-over.ts';
import { identity } from '../../../state/identity.ts';
import { formatDate } from '../../../state/locale.ts';
import { centsOf, formatCents } from '../../../state/money.ts';
import type { Attempt } from '../../../state/order-attempts.ts';
import { reconcileCart } from '../../../state/reconcile-cart.ts';
import { signInHref } from '../../../state/sign-in-href.ts';
import { Follow } from '../../../state/store.ts';
import { elsewhereWords } from '../../checkout-link.ts';
import { PageElement } from '../../page-element.ts';
import { changeWords } from '../cart/cart-page.element.ts';
import { cartStyles } from '../cart/cart-page.styles.ts';
import { checkoutStyles } from './checkout-page.styles.ts';

@localized()
@customElement('couture-checkout-page')
export class CheckoutPage extends PageElement {
  static override styles = [PageElement.styles, cartStyles, checkoutStyles];

  @state() private sending = false;
  /** Whether the request in flight is a retry. */
  private asking = false;
  /** Why there is no order yet, as text. */
  @state() private trouble: string | undefined;
  @state() private placed: WirePlacedOrder | undefined;
  @state() private signInUrl: string | null = null;

  constructor() {
    super();
    this.follow('cart', 'network', 'session', 'orderAttempts');
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.placed = (history.state as { placed?: WirePlacedOrder } | null)?.placed;
    this.titled(this.placed ? msg('Thank you') : msg('Checkout'));
    this.ready();
    this.client.shop().then(
      (facts) => (this.signInUrl = facts.sign_in_url),
      () => {},
    );
    if (!this.placed && this.network.online) void reconcileCart(this.cart, this.client).catch(() => {});
  }

  protected override render() {
    if (this.placed) return this.#thanks(this.placed);
    if (this.cart.count === 0 && !this.orderAttempts.pending) {
      return html`<div class="wide">
        <h1>${msg('Nothing to order')}</h1>
        <p><a class="button" href=${own('/')}>${msg('Start shopping')}</a></p>
      </div>`;
    }
    return html`<div class="wide narrow">
      <h1>${msg('Checkout')}</h1>
      ${
        identity.sample
          ? html`<p class="muted">
        ${msg('This is a sample shop: it asks for no address or payment and delivers nothing. The order itself is real and counts towards tomorrow’s recommendations.')}
      </p>`
          : nothing
      }
      ${this.#changes()}
      <ul class="lines">
        ${this.cart.bundles.map(
          (bundle) => html`<li class="plain">
            <span>${msg(str`Bundle of ${bundle.products.length}`)}: ${bundle.products.map((each, at) => html`${at > 0 ? ', ' : ''}<a href=${each.url}>${each.name}</a>`)}</span>
            <span class="amount">${formatCents(priceOfBundle(bundle).bundleCents)}</span>
          </li>`,
        )}
        ${this.cart.items.map(
          ({ product, quantity }) => html`<li class="plain">
            <span>${quantity} × <a href=${product.url}>${product.name}</a></span>
            <span class="amount">${formatCents(quantity * product.cents)}</span>
          </li>`,
        )}
        <li class="plain total"><span>${msg('Total')}</span><span class="amount">${formatCents(this.cart.totalCents)}</span></li>
      </ul>
      <div role="alert">${this.trouble ? html`<p class="notice">${this.trouble}</p>` : nothing}</div>
      ${this.#button()}
    </div>`;
  }

  #changes(): TemplateResult | typeof nothing {
    const { changes } = this.cart;
    if (changes.length === 0) return nothing;
    return html`<div class="notice" role="status">
      <p><strong>${msg('Updates to your bag:')}</strong></p>
      <ul>
        ${changes.map((change) => html`<li>${changeWords(change)}</li>`)}
      </ul>
    </div>`;
  }

  #button(): TemplateResult {
    const { checkout, checkoutUrl, name } = identity;
    if (checkout === false && !checkoutUrl) return html`<p class="notice">${elsewhereWords()}</p>`;
    if (checkout === false)
      return html`<div class="go">
        <a class="button" href=${handOverUrl(checkoutUrl!, this.cart)}>${msg(str`Check out at ${name}`)}</a>
        <a class="button quiet" href=${own('/cart')}>${msg('Back to bag')}</a>
      </div>`;
    const { pending } = this.orderAttempts;
    if (pending && this.#isOthers(pending)) return this.#askWhenSignedIn();
    // The first attempt keeps the usual button while it is in flight.
    if (pending && !this.sending) {
      return html`<p class="notice">
          ${msg('We couldn’t confirm your order. Check again: it won’t be placed twice.')}
        </p>
        <div class="go">
          <button class="button" @click=${() => void this.#place()}>${msg('Check again')}</button>
        </div>`;
    }
    const blocked = this.cart.blocked.size > 0;
    return html`<div class="go">
      <button class="button" aria-disabled=${this.sending || blocked} @click=${() => void this.#place()}>
        ${this.sending ? (this.asking ? msg('Checking …') : msg('Placing order …')) : msg(str`Place order · ${formatCents(this.cart.totalCents)}`)}
      </button>
      <a class="button quiet" href=${own('/cart')}>${msg('Back to bag')}</a>
    </div>`;
  }

  /** Whether the order belongs to a customer who has signed out or whose sign-in has expired. */
  #isOthers({ by = '' }: Attempt): boolean {
    return by !== '' && this.session.state === 'guest';
  }

  #askWhenSignedIn(): TemplateResult {
    return html`<p class="notice">
        ${msg('We couldn’t confirm an order you sent while signed in. Sign in again to check it.')}
      </p>
      <div class="go">
        ${this.signInUrl ? html`<a class="button" href=${signInHref(this.signInUrl)} rel="external">${msg('Sign in')}</a>` : nothing}
        <button class="button quiet" @click=${() => this.orderAttempts.end()}>${msg('Continue without it')}</button>
      </div>`;
  }

  #thanks(order: WirePlacedOrder): TemplateResult {
    return html`<div class="wide narrow">
      <h1>${msg('Thank you')}</h1>
      <p>${msg(str`Order ${order.order_id} is confirmed (${formatDate(order.ordered_at)}).`)}</p>
      <ul class="lines">
        ${order.lines.map(
          (line) => html`<li class="plain">
            <span>${line.quantity} × ${line.name}</span><span class="amount">${formatCents(centsOf(line.line_price))}</span>
          </li>`,
        )}
        <li class="plain total"><span>${msg('Total')}</span><span class="amount">${formatCents(centsOf(order.total))}</span></li>
      </ul>
      ${order.savings > 0 ? html`<p class="saving">${msg(str`You saved ${formatCents(centsOf(order.savings))}.`)}</p>` : nothing}
      <p class="go">
        <a class="button" href=${own('/')}>${msg('Continue shopping')}</a>
        ${this.session.state === 'customer' ? html`<a class="button quiet" href=${own('/account')}>${msg('Your orders')}</a>` : nothing}
      </p>
    </div>`;
  }

  async #place(): Promise<void> {
    const { pending } = this.orderAttempts;
    if (this.sending || (!pending && this.cart.blocked.size > 0)) return;
    this.trouble = undefined;
    if (!this.network.online) {
      this.trouble = pending
        ? msg('You’re still offline. We’ll check your order when you’re back online.')
        : msg(
            'You’re offline, so your order wasn’t placed. Your bag is saved. Try again when you’re back online.',
          );
      return;
    }
    this.asking = pending !== undefined;
    this.sending = true;
    try {
      await this.#send();
    } finally {
      this.sending = false;
    }
  }

  async #send(): Promise<void> {
    // The server looks a key up among one customer's orders, so it must be known whose order this is.
    const told = await this.session.refresh();
    const before = this.orderAttempts.pending;
    if (!told) {
      this.trouble = before
        ? msg('The shop isn’t responding yet. Please check again in a moment.')
        : msg('Your order wasn’t placed. Please try again in a moment.');
      return;
    }
    if (before && this.#isOthers(before)) return;
    const attempt = this.orderAttempts.begin(this.cart.order, this.session.sub ?? '');
    try {
      const asGuest = attempt.by === '' && this.session.state === 'customer';
      const placed = await this.client.placeOrder(attempt.order, attempt.key, { asGuest });
      this.orderAttempts.end();
      this.cart.takeOut(attempt.order);
      this.#thank(placed);
    } catch (error) {
      // A refused order is not placed, so the next one gets a new key. After any other failure the outcome is unknown.
      const refused = error instanceof ApiError && isRefusal(error, before !== undefined);
      if (refused) this.orderAttempts.end();
      this.trouble = refused ? this.#why(error) : undefined;
      await reconcileCart(this.cart, this.client).catch(() => {});
    }
  }

  #thank(placed: WirePlacedOrder): void {
    try {
      history.replaceState({ ...history.state, placed }, '');
    } catch {
      // This page shows the order; a reload will not.
    }
    this.placed = placed;
    this.titled(msg('Thank you'));
    void this.updateComplete.then(() => {
      this.focusHeading();
      this.dispatchEvent(
        new CustomEvent('couture-value-shown', { detail: 'order', bubbles: true, composed: true }),
      );
    });
  }

  #why(error: ApiError): string {
    switch (error.code) {
      case 'out_of_stock':
        return msg(str`Your order wasn’t placed: ${leftWords(error)}.`);
      case 'price_changed':
        return msg(
          'Your order wasn’t placed because prices have changed. Check the new total before you order.',
        );
      case 'product_unknown':
        return msg('Your order wasn’t placed: an item in your bag is no longer available.');
      case 'checkout_unavailable':
        return msg('Your order wasn’t placed: this shop has its own checkout.');
      case 'bad_request':
        return msg(
          'Your order wasn’t placed: a bundle in your bag is no longer available. Remove it and add its items one by one.',
        );
      case 'idempotency_reused':
        return msg('This order has already been placed. Check your orders before ordering again.');
      default:
        return msg('Your order wasn’t placed. Please try again in a moment.');
    }
  }
}

/** The checkout's own error codes for an order that was not placed. */
const refusals = new Set([
  'out_of_stock',
  'price_changed',
  'product_unknown',
  'checkout_unavailable',
  'bad_request',
  'idempotency_reused',
]);

/**
 * Whether the order was definitely not placed. A retried order may have been placed before, whatever a proxy or a rate
 * limit answers now: only the checkout's own codes are conclusive.
 */
function isRefusal({ status, code }: ApiError, sentBefore: boolean): boolean {
  if (sentBefore) return refusals.has(code);
  return status < 500 && ![408, 425, 429].includes(status);
}

interface Left {
  readonly name: string;
  readonly left: number;
}

function leftWords({ problem }: ApiError): string {
  const items = Array.isArray(problem.items) ? (problem.items as unknown[] as Left[]) : [];
  return items
    .slice(0, 5)
    .map(({ name, left }) =>
      left > 0 ? msg(str`only ${left} left of ${name}`) : msg(str`${name} is sold out`),
    )
    .join(', ');
}
