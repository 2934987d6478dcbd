// <couture-checkout-page>: what will be ordered, the total, one button; then the order, or why there is none. It never
// claims an order that the server has not answered for, and asks again with the same key, so that it is placed once.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { WirePlacedOrder } from '../../../../runtime/contract/order.ts';
import { ApiError } from '../../../api/api-error.ts';
import { bundleCents, centsOf } from '../../../state/cart.ts';
import { handOverUrl } from '../../../state/hand-over.ts';
import { identity } from '../../../state/identity.ts';
import { formatDate } from '../../../state/locale.ts';
import { formatCents } from '../../../state/money.ts';
import { beginAttempt, endAttempt, pendingAttempt } from '../../../state/order-attempt.ts';
import { reconcileCart } from '../../../state/reconcile-cart.ts';
import { Follow } from '../../../state/store.ts';
import { PageElement } from '../../page-element.ts';
import { changeWords, elsewhereWords } from '../cart/cart-page.element.ts';
import { cartStyles } from '../cart/cart-page.styles.ts';
import { checkoutStyles } from './checkout-page.styles.ts';

@localized()
@customElement('couture-checkout-page')
export class CheckoutPage extends PageElement {
  static override styles = [PageElement.styles, cartStyles, checkoutStyles];

  @state() private sending = false;
  /** Why there is no order yet, in words. */
  @state() private trouble: string | undefined;
  @state() private placed: WirePlacedOrder | undefined;
  /** Whether an order was sent and not answered. */
  @state() private pending = pendingAttempt() !== undefined;

  constructor() {
    super();
    this.follow('cart', 'network', 'session');
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.placed = (history.state as { placed?: WirePlacedOrder } | null)?.placed;
    this.titled(this.placed ? msg('Thank you') : msg('Check out'));
    this.ready();
    if (!this.placed && this.network.online) void reconcileCart(this.cart, this.client).catch(() => {});
  }

  protected override render() {
    if (this.placed) return this.#thanks(this.placed);
    if (this.cart.count === 0 && !this.pending) {
      return html`<div class="wide">
        <h1>${msg('There is nothing to order')}</h1>
        <p><a class="button" href="/">${msg('Look around')}</a></p>
      </div>`;
    }
    return html`<div class="wide narrow">
      <h1>${msg('Check out')}</h1>
      ${
        identity.sample
          ? html`<p class="muted">
        ${msg('This is a sample shop: no address and no payment is asked for, and nothing is delivered. The order itself is real, and counts in what is recommended tomorrow.')}
      </p>`
          : nothing
      }
      ${this.#changes()}
      <ul class="lines">
        ${this.cart.bundles.map(
          (bundle) => html`<li class="plain">
            <span>${msg(str`A set of ${bundle.products.length}`)}: ${bundle.products.map((each, at) => html`${at > 0 ? ', ' : ''}<a href=${each.url}>${each.name}</a>`)}</span>
            <span class="amount">${formatCents(bundleCents(bundle))}</span>
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
      <p><strong>${msg('This has changed since you put it in:')}</strong></p>
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
        <a class="button quiet" href="/cart">${msg('Back to the bag')}</a>
      </div>`;
    if (this.pending) {
      return html`<p class="notice">
          ${msg('An order was sent, and no answer came, so we do not know whether it was placed. Ask again: it is placed once at most.')}
        </p>
        <div class="go">
          <button class="button" aria-disabled=${this.sending} @click=${() => void this.#place()}>
            ${this.sending ? msg('Asking …') : msg('Ask again')}
          </button>
        </div>`;
    }
    const blocked = this.cart.blocked.size > 0;
    return html`<div class="go">
      <button class="button" aria-disabled=${this.sending || blocked} @click=${() => void this.#place()}>
        ${this.sending ? msg('Placing the order …') : msg(str`Place the order, ${formatCents(this.cart.totalCents)}`)}
      </button>
      <a class="button quiet" href="/cart">${msg('Back to the bag')}</a>
    </div>`;
  }

  #thanks(order: WirePlacedOrder): TemplateResult {
    return html`<div class="wide narrow">
      <h1>${msg('Thank you')}</h1>
      <p>${msg(str`Order ${order.order_id} of ${formatDate(order.ordered_at)} is placed.`)}</p>
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
        <a class="button" href="/">${msg('Go on looking around')}</a>
        ${this.session.state === 'customer' ? html`<a class="button quiet" href="/account">${msg('Your orders')}</a>` : nothing}
      </p>
    </div>`;
  }

  async #place(): Promise<void> {
    if (this.sending || (!this.pending && this.cart.blocked.size > 0)) return;
    this.trouble = undefined;
    if (!this.network.online) {
      this.trouble = this.pending
        ? msg('There is no network yet. Your order is asked about when you are back.')
        : msg(
            'There is no network, so no order was placed. Your bag is kept: press again when you are back.',
          );
      return;
    }
    this.sending = true;
    const { order, key } = beginAttempt(this.#order());
    try {
      const placed = await this.client.placeOrder(order, key);
      this.#answered();
      this.cart.takeOut(order);
      history.replaceState({ ...history.state, placed }, '');
      this.placed = placed;
      this.titled(msg('Thank you'));
      await this.updateComplete;
      this.focusHeading();
      this.dispatchEvent(
        new CustomEvent('couture-value-shown', { detail: 'order', bubbles: true, composed: true }),
      );
    } catch (error) {
      // Refused for good: what is asked next is another order. After anything else nobody knows.
      const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
      if (refused) this.#answered();
      else this.pending = true;
      this.trouble = this.#why(error);
      await reconcileCart(this.cart, this.client).catch(() => {});
    } finally {
      this.sending = false;
    }
  }

  #answered(): void {
    endAttempt();
    this.pending = false;
  }

  #order() {
    const { items, bundles, totalCents } = this.cart;
    return {
      items: items.map(({ product, quantity }) => ({ product_id: String(product.id), quantity })),
      bundles: bundles.map(({ subject, products }) => ({
        product_id: String(subject),
        product_ids: products.map((product) => String(product.id)),
      })),
      expected_total: totalCents / 100,
    };
  }

  #why(error: unknown): string | undefined {
    // That nobody knows is said where one asks again.
    if (this.pending) return undefined;
    if (!(error instanceof ApiError)) return msg('No order was placed. Please try again.');
    switch (error.code) {
      case 'out_of_stock':
        return msg(str`No order was placed: ${leftWords(error)}`);
      case 'price_changed':
        return msg(
          'No order was placed, since prices have changed. The new total is below; press again if it suits you.',
        );
      case 'product_unknown':
        return msg('No order was placed: something in your bag is no longer in the shop.');
      case 'checkout_unavailable':
        return msg('No order was placed: this shop has a checkout of its own.');
      case 'bad_request':
        return msg(
          'No order was placed: a set in your bag is no longer offered. Take it out, and add its pieces alone.',
        );
      default:
        return msg('No order was placed. Please try again in a moment.');
    }
  }
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
      left > 0 ? msg(str`of ${name} there are only ${left} left`) : msg(str`${name} is sold out`),
    )
    .join(', ');
}
