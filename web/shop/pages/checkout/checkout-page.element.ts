// <couture-checkout-page>: the order's lines, the total, the delivery; then the order, or why there is none. It never claims
// an order that the server has not confirmed, and retries with the same key, so the order is placed once.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { WirePlacedOrder } from '../../../../runtime/contract/order.ts';
import { ApiError } from '../../../api/api-error.ts';
import { own } from '../../../api/own-base.ts';
import { fullName } from '../../../elements/variant-words.ts';
import { type Cart, priceOfBundle } from '../../../state/cart.ts';
import { type Delivery, deliveryOf, typedDelivery } from '../../../state/delivery.ts';
import { handOverUrl } from '../../../state/hand-over.ts';
import { identity } from '../../../state/identity.ts';
import { formatCount, formatDate } from '../../../state/locale.ts';
import { centsOf, formatCents } from '../../../state/money.ts';
import type { Attempt } from '../../../state/order-attempts.ts';
import { reconcileCart } from '../../../state/reconcile-cart.ts';
import { signedInHere } from '../../../state/session.ts';
import { signInHref } from '../../../state/sign-in-href.ts';
import { Follow } from '../../../state/store.ts';
import { fields } from '../../../styles/shared.styles.ts';
import { elsewhereWords } from '../../checkout-link.ts';
import { PageElement } from '../../page-element.ts';
import { changeWords } from '../cart/cart-page.element.ts';
import { cartStyles } from '../cart/cart-page.styles.ts';
import { checkoutStyles } from './checkout-page.styles.ts';
import { DeliveryForm, deliveryStyles } from './delivery-form.ts';

/** A confirmed order, in the history entry of its page. */
interface Thanks {
  readonly order: WirePlacedOrder;
  readonly delivery?: Delivery | undefined;
  /** `sub` of the customer, '' for a guest: nobody else may read it there. */
  readonly by: string;
}

@localized()
@customElement('couture-checkout-page')
export class CheckoutPage extends PageElement {
  static override styles = [PageElement.styles, fields, cartStyles, checkoutStyles, deliveryStyles];

  @state() private sending = false;
  /** Whether the request in flight is a retry. */
  private asking = false;
  /** Why there is no order yet, as text. */
  @state() private trouble: string | undefined;
  @state() private placed: Thanks | undefined;
  @state() private signInUrl: string | null = null;
  readonly #delivery = new DeliveryForm(this);

  constructor() {
    super();
    this.follow('cart', 'network', 'session', 'orderAttempts');
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.placed = thanksOf(history.state);
    this.titled(this.#thanked ? msg('Thank you') : msg('Checkout'));
    this.ready();
    this.whenReachable(() => void this.#learn());
    if (!this.#thanked && this.network.online) void reconcileCart(this.cart, this.client).catch(() => {});
  }

  /** The shop may stop taking orders here, or sign in elsewhere, while this page is open. */
  async #learn(): Promise<void> {
    const facts = await this.client.shop().catch(() => undefined);
    if (!facts) return;
    identity.learn(facts);
    this.signInUrl = facts.sign_in_url;
  }

  /** The confirmed order, unless it was somebody else's. */
  get #thanked(): Thanks | undefined {
    return this.placed?.by === (this.session.sub ?? signedInHere.read()) ? this.placed : undefined;
  }

  protected override render() {
    if (this.#thanked) return this.#thanks(this.#thanked);
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
        ${msg('This is a sample shop: it takes no payment and delivers nothing. Your name and address stay in this tab. The order itself is real and counts towards tomorrow’s recommendations.')}
      </p>`
          : nothing
      }
      ${this.#changes()}
      <ul class="lines">
        ${this.cart.bundles.map(
          (bundle) => html`<li class="plain">
            <span>${msg(str`Bundle of ${formatCount(bundle.products.length)}`)}: ${bundle.products.map((each, at) => html`${at > 0 ? ', ' : ''}<a href=${each.url}>${fullName(each)}</a>`)}</span>
            <span class="amount">${formatCents(priceOfBundle(bundle).bundleCents)}</span>
          </li>`,
        )}
        ${this.cart.items.map(
          ({ product, quantity }) => html`<li class="plain">
            <span>${formatCount(quantity)} × <a href=${product.url}>${fullName(product)}</a></span>
            <span class="amount">${formatCents(quantity * product.cents)}</span>
          </li>`,
        )}
        <li class="plain total"><span>${msg('Total')}</span><span class="amount">${formatCents(this.cart.totalCents)}</span></li>
      </ul>
      <form novalidate @submit=${this.#submit}>
        ${this.#takesOrder ? this.#delivery.render() : nothing}
        <div role="alert">${this.trouble ? html`<p class="notice">${this.trouble}</p>` : nothing}</div>
        ${this.#button()}
      </form>
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

  /** Whether this page can send a new order. */
  get #takesOrder(): boolean {
    return identity.checkout !== false && (!this.orderAttempts.pending || this.sending);
  }

  readonly #submit = (event: Event) => {
    event.preventDefault();
    void this.#order();
  };

  async #order(): Promise<void> {
    if (this.sending || !this.#takesOrder || this.cart.blocked.size > 0) return;
    if (await this.#delivery.check()) await this.#place();
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
          <button class="button" type="button" @click=${() => void this.#place()}>${msg('Check again')}</button>
        </div>`;
    }
    const blocked = this.cart.blocked.size > 0;
    return html`<div class="go">
      <button class="button" aria-disabled=${this.sending || blocked}>
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
        <button class="button quiet" type="button" @click=${() => this.orderAttempts.end()}>${msg('Continue without it')}</button>
      </div>`;
  }

  #thanks({ order, delivery }: Thanks): TemplateResult {
    return html`<div class="wide narrow">
      <h1>${msg('Thank you')}</h1>
      <p>${msg(str`Order ${order.order_id} is confirmed (${formatDate(order.ordered_at)}).`)}</p>
      <ul class="lines">
        ${order.lines.map(
          (line) => html`<li class="plain">
            <span>${formatCount(line.quantity)} × ${line.name}</span><span class="amount">${formatCents(centsOf(line.line_price))}</span>
          </li>`,
        )}
        <li class="plain total"><span>${msg('Total')}</span><span class="amount">${formatCents(centsOf(order.total))}</span></li>
      </ul>
      ${delivery ? this.#deliveredTo(delivery) : nothing}
      ${order.savings > 0 ? html`<p class="saving">${msg(str`You saved ${formatCents(centsOf(order.savings))}.`)}</p>` : nothing}
      <p class="go">
        <a class="button" href=${own('/')}>${msg('Continue shopping')}</a>
        ${this.session.state === 'customer' ? html`<a class="button quiet" href=${own('/account')}>${msg('Your orders')}</a>` : nothing}
      </p>
    </div>`;
  }

  #deliveredTo({ email, name, address, postcode, city, country }: Delivery): TemplateResult {
    const lines = [name, address, [postcode, city].filter(Boolean).join(' '), country, email];
    return html`<h2>${msg('Delivery')}</h2>
      <p class="to">${lines.filter(Boolean).map((line) => html`<bdi>${line}</bdi><br />`)}</p>`;
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
      const names = namesIn(this.cart);
      this.cart.takeOut(attempt.order);
      this.#thank({ ...placed, lines: placed.lines.map((line) => ({ ...line, name: nameOf(line, names) })) });
    } catch (error) {
      // A refused order is not placed, so the next one gets a new key. After any other failure the outcome is unknown.
      const refused = error instanceof ApiError && isRefusal(error, before !== undefined);
      if (refused) this.orderAttempts.end();
      if (refused && error.code === 'checkout_unavailable') void this.#learn();
      this.trouble = refused ? this.#why(error) : undefined;
      await reconcileCart(this.cart, this.client).catch(() => {});
    }
  }

  #thank(order: WirePlacedOrder): void {
    const placed: Thanks = { order, delivery: deliveryOf(typedDelivery.read()), by: this.session.sub ?? '' };
    try {
      history.replaceState({ ...history.state, placed }, '');
    } catch {
      // This page shows the order; a reload will not.
    }
    this.placed = placed;
    this.titled(msg('Thank you'));
    void this.updateComplete.then(() => {
      // The button was far below the heading.
      scrollTo(0, 0);
      this.focusHeading();
      this.dispatchEvent(
        new CustomEvent('couture-value-shown', { detail: 'order', bubbles: true, composed: true }),
      );
    });
  }

  #why(error: ApiError): string {
    switch (error.code) {
      case 'out_of_stock':
        return msg(str`Your order wasn’t placed: ${leftWords(error, namesIn(this.cart))}.`);
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

function thanksOf(state: unknown): Thanks | undefined {
  const { order, delivery, by } = (state as { placed?: Partial<Thanks> } | null)?.placed ?? {};
  return order && by !== undefined ? { order, by, delivery: deliveryOf(delivery) } : undefined;
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

/** A line of an order, which has the name that all variants share. */
type Named = Pick<WirePlacedOrder['lines'][number], 'product_id' | 'name'>;

/** Product id → name with the variant, of everything in the bag. */
function namesIn({ items, bundles }: Cart): ReadonlyMap<string, string> {
  const products = [...items.map(({ product }) => product), ...bundles.flatMap((each) => each.products)];
  return new Map(products.map((product) => [String(product.id), fullName(product)]));
}

function nameOf({ product_id, name }: Named, names: ReadonlyMap<string, string>): string {
  return names.get(String(product_id)) ?? name;
}

interface Left extends Named {
  readonly left: number;
}

function leftWords({ problem }: ApiError, names: ReadonlyMap<string, string>): string {
  const items = Array.isArray(problem.items) ? (problem.items as unknown[] as Left[]) : [];
  return items
    .slice(0, 5)
    .map((each) => {
      const name = nameOf(each, names);
      return each.left > 0
        ? msg(str`only ${formatCount(each.left)} left of ${name}`)
        : msg(str`${name} is sold out`);
    })
    .join(', ');
}
