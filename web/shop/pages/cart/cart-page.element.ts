// <couture-cart-page>: the bag: its content, what has changed, and the link to the checkout.
import { localized, msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { typedNumber } from '../../../../runtime/contract/text.ts';
import { own } from '../../../api/own-base.ts';
import { icon } from '../../../elements/icon.ts';
import { pressedKey } from '../../../elements/pressed-key.ts';
import '../../../elements/product-picture.element.ts';
import { fullName, variantWords } from '../../../elements/variant-words.ts';
import { type CartChange, priceOfBundle } from '../../../state/cart.ts';
import { type CartBundle, type CartItem, maxQuantity } from '../../../state/cart-content.ts';
import { contentLang } from '../../../state/content-lang.ts';
import { identity } from '../../../state/identity.ts';
import { formatCount } from '../../../state/locale.ts';
import { formatCents } from '../../../state/money.ts';
import { reconcileCart } from '../../../state/reconcile-cart.ts';
import { Follow } from '../../../state/store.ts';
import { checkoutLink } from '../../checkout-link.ts';
import { PageElement } from '../../page-element.ts';
import { cartStyles } from './cart-page.styles.ts';

/** Number of the first lines whose pictures load first. */
const firstPictures = 3;

@localized()
@customElement('couture-cart-page')
export class CartPage extends PageElement {
  static override styles = [PageElement.styles, cartStyles];

  @state() private looking = false;
  /** Whether the shop answered for every product when it was last asked. */
  @state() private fresh = false;
  readonly #left = new AbortController();

  constructor() {
    super();
    this.follow('cart', 'network');
    new Follow(this, () => identity);
  }

  protected override firstUpdated(): void {
    this.titled(msg('Your bag'));
    this.ready();
    this.loadLater(() => import('./cart-lists.ts'));
    this.network.whenReachable(() => void this.#look(), this.#left.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#left.abort();
  }

  protected override render() {
    const { items, bundles } = this.cart;
    if (this.cart.count === 0) return this.#empty();
    return html`<div class="wide">
      <h1>${msg('Your bag')}</h1>
      ${
        this.network.online
          ? nothing
          : html`<p class="notice" role="status">
              ${msg('You’re offline. Your bag is saved. We’ll check prices and stock when you’re back online.')}
            </p>`
      }
      ${
        this.cart.isSaved
          ? nothing
          : html`<p class="notice" role="status">
              ${msg('Your browser can’t save your bag. It stays until you close or reload this page.')}
            </p>`
      }
      ${this.#changes()}
      <div class="columns">
        <ul class="lines">
          ${repeat(
            bundles,
            (_, at) => `bundle ${at}`,
            (bundle) => this.#bundle(bundle),
          )}
          ${repeat(
            items,
            (item) => item.product.id,
            (item, at) => this.#item(item, bundles.length + at < firstPictures),
          )}
        </ul>
        ${this.#sum()}
      </div>
      <div class="below"><couture-for-cart></couture-for-cart></div>
    </div>`;
  }

  #empty(): TemplateResult {
    return html`<div class="wide">
      <h1>${msg('Your bag is empty')}</h1>
      <p><a class="button" href=${own('/')}>${msg('Start shopping')}</a></p>
      <div class="below"><couture-trending></couture-trending></div>
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
      ${
        changes.some((change) => change.kind === 'price')
          ? html`<button class="button quiet" @click=${() => this.cart.acknowledge()}>${msg('Got it')}</button>`
          : nothing
      }
    </div>`;
  }

  /** @param first whether its picture is in the first view */
  #item({ product, quantity }: CartItem, first: boolean): TemplateResult {
    const out = this.cart.blocked.has(product.id);
    const set = (wanted: number) => this.#set(product, quantity, wanted);
    return html`<li class=${out ? 'line out' : 'line'}>
      <a href=${product.url} tabindex="-1" aria-hidden="true"
        ><couture-product-picture .src=${product.image_url} ?eager=${first}></couture-product-picture
      ></a>
      <div class="what">
        <p class="name"><a lang=${contentLang() ?? nothing} href=${product.url}>${product.name}</a></p>
        ${variantWords(product) ? html`<p class="muted">${variantWords(product)}</p>` : nothing}
        <p class="muted">${out ? msg('Currently unavailable') : formatCents(product.cents)}</p>
        <div class="stepper" role="group" aria-label=${msg(str`Quantity of ${fullName(product)}`)}>
          <button aria-label=${msg('Decrease quantity')} @click=${() => set(quantity - 1)}>${icon('minus', 16)}</button>
          <input
            role="spinbutton"
            inputmode="numeric"
            autocomplete="off"
            maxlength="12"
            aria-valuemin="0"
            aria-valuemax=${maxQuantity}
            aria-valuenow=${quantity}
            aria-label=${msg(str`Quantity of ${fullName(product)}`)}
            .value=${live(formatCount(quantity))}
            @change=${(event: Event) => set(typed(event.target as HTMLInputElement, quantity))}
            @keydown=${(event: KeyboardEvent) => stepped(event, quantity, set)}
          />
          <button aria-label=${msg('Increase quantity')} aria-disabled=${quantity >= maxQuantity} @click=${() => set(Math.min(quantity + 1, maxQuantity))}>
            ${icon('plus', 16)}
          </button>
        </div>
      </div>
      <div class="right">
        <p class="amount">${formatCents(product.cents * quantity)}</p>
        <button class="text-button" @click=${() => set(0)}>
          ${msg('Remove')}<span class="visually-hidden"> ${fullName(product)}</span>
        </button>
      </div>
    </li>`;
  }

  #bundle(bundle: CartBundle): TemplateResult {
    const { savingCents: saving, bundleCents } = priceOfBundle(bundle);
    return html`<li class="line set">
      <div class="pieces">
        ${bundle.products.map(
          (product) => html`<a href=${product.url} aria-label=${fullName(product)}
            ><couture-product-picture .src=${product.image_url}></couture-product-picture
          ></a>`,
        )}
      </div>
      <div class="what">
        <p class="name">${msg(str`Bundle of ${formatCount(bundle.products.length)}`)}</p>
        <ul class="muted">
          ${bundle.products.map((product) => html`<li>${fullName(product)}, ${formatCents(product.cents)}</li>`)}
        </ul>
        ${saving > 0 ? html`<p class="saving">${msg(str`You save ${formatCents(saving)}`)}</p>` : nothing}
      </div>
      <div class="right">
        <p class="amount">${formatCents(bundleCents)}</p>
        <button class="text-button" @click=${() => this.#removeBundle(bundle)}>
          ${msg('Remove')}<span class="visually-hidden"> ${msg('the bundle')}</span>
        </button>
      </div>
    </li>`;
  }

  #sum(): TemplateResult {
    const { totalCents, savingCents: saving, blocked } = this.cart;
    return html`<aside class="sum" aria-label=${msg('Order summary')}>
      <dl>
        ${saving > 0 ? html`<div class="saving"><dt>${msg('Bundle savings')}</dt><dd>−${formatCents(saving)}</dd></div>` : nothing}
        <div class="total"><dt>${msg('Total')}</dt><dd aria-live="polite">${formatCents(totalCents)}</dd></div>
      </dl>
      ${
        blocked.size > 0
          ? html`<p class="muted">${msg('Remove unavailable items to continue.')}</p>
              <button class="button" disabled>${msg('Check out')}</button>`
          : checkoutLink(this.cart)
      }
      <p class="muted small" role="status">
        ${this.looking ? msg('Checking prices and stock …') : this.network.online && this.fresh ? msg('Prices and stock are up to date.') : nothing}
      </p>
    </aside>`;
  }

  #set(product: CartItem['product'], before: number, wanted: number): void {
    this.cart.setQuantity(product.id, wanted);
    if (wanted > 0) return;
    const item = { product, quantity: before };
    this.say(msg(str`Removed from bag: ${fullName(product)}`), {
      undo: () => this.cart.putBack({ items: [item] }),
    });
  }

  #removeBundle(bundle: CartBundle): void {
    this.cart.removeBundle(bundle);
    this.say(msg('Removed the bundle from your bag.'), {
      undo: () => this.cart.putBack({ bundles: [bundle] }),
    });
  }

  async #look(): Promise<void> {
    if (this.looking || this.cart.count === 0) return;
    this.looking = true;
    this.fresh = false;
    try {
      this.fresh = await reconcileCart(this.cart, this.client, this.#left.signal);
    } catch {
      // The shopper has left the page.
    } finally {
      this.looking = false;
    }
  }
}

/** The quantity typed into a field, which then shows what the bag will hold. An emptied field keeps the quantity. */
function typed(field: HTMLInputElement, before: number): number {
  const wanted = Math.trunc(typedNumber(field.value));
  const quantity = Number.isNaN(wanted) ? before : Math.max(0, Math.min(maxQuantity, wanted));
  field.value = formatCount(quantity);
  return quantity;
}

/** Arrow keys, as in a number field; those of browsers take no digits of other scripts. */
function stepped(event: KeyboardEvent, quantity: number, set: (wanted: number) => void): void {
  const step = { ArrowUp: 1, ArrowDown: -1 }[pressedKey(event)];
  if (!step) return;
  event.preventDefault();
  set(Math.min(maxQuantity, Math.max(1, quantity + step)));
}

/** Describes a change. */
export function changeWords(change: CartChange): string {
  const name = fullName(change.product);
  switch (change.kind) {
    case 'price':
      return change.now > change.before
        ? msg(str`${name} now costs ${formatCents(change.now)}, up from ${formatCents(change.before)}.`)
        : msg(str`${name} now costs ${formatCents(change.now)}, down from ${formatCents(change.before)}.`);
    case 'sold_out':
      return msg(str`${name} is sold out.`);
    case 'gone':
      return msg(str`${name} is no longer available.`);
    case 'bundle_gone':
      return msg(
        str`The bundle with ${name} is no longer available. Remove it and add its items one by one.`,
      );
  }
}
