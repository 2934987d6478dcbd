// What all recommendation widgets share: where they ask, loading, the states that they draw, and reporting what was seen
// and clicked. A widget says what it asks for and how its heading reads.
import { consume } from '@lit/context';
import { msg } from '@lit/localize';
import { initialState, Task } from '@lit/task';
import { type CSSResultGroup, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { WireEvent } from '../../runtime/contract/event.ts';
import type { ListedProduct, WireId } from '../../runtime/contract/product.ts';
import { OfflineError } from '../api/api-error.ts';
import { Client, type ProductList } from '../api/client.ts';
import { report } from '../api/report-events.ts';
import '../elements/product-card.element.ts';
import { clientContext } from '../state/contexts.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import { widgetStyles } from './widget.styles.ts';

export type ListKind = WireEvent['kind'];

/** A product was clicked; with `preventDefault` the page goes there by itself. */
export interface ProductClickDetail {
  readonly product: ListedProduct;
  readonly kind: ListKind;
  readonly place: number;
}

/** The shopper wants products in the cart; whoever has the cart listens. */
export interface AddToCartDetail {
  /** All of them, those of the bundle too. */
  readonly products: readonly ListedProduct[];
  readonly kind: ListKind;
  /** Those of them that go in as a bundle of `subject`, and the share of their prices that is saved. */
  readonly bundle?: {
    readonly subject: WireId;
    readonly products: readonly ListedProduct[];
    readonly share: number;
  };
}

declare global {
  interface HTMLElementEventMap {
    'couture-product-click': CustomEvent<ProductClickDetail>;
    'couture-add-to-cart': CustomEvent<AddToCartDetail>;
  }
}

export abstract class RecommendationWidget extends LitElement {
  static override styles: CSSResultGroup = [reset, buttons, widgetStyles];

  /** Origin of the couture runtime; the page's own where it is not said. */
  @property() api = '';
  /** Products that are shown at most. */
  @property({ type: Number }) limit = 6;
  /** Words above the list in place of the widget's own; '' shows none. */
  @property() heading: string | undefined;
  /** ISO 4217 code of the prices; unset: what the runtime says. */
  @property() currency: string | undefined;
  /** The client of the page around; without one the widget makes its own, whatever the type says. */
  @consume({ context: clientContext, subscribe: true })
  @property({ attribute: false })
  client!: Client;

  /** The list that it shows, as events and metrics name it. */
  protected abstract readonly kind: ListKind;
  /** The widget's own heading. */
  protected abstract ownHeading(): string;
  /** Asks for the list; undefined while there is nothing to ask for. */
  protected abstract ask(client: Client, signal: AbortSignal): Promise<ProductList> | undefined;
  /** What the answer depends on, besides `api` and `limit`. */
  protected abstract question(): unknown[];
  /** The product or category whose list it is. */
  protected subject(): WireId | undefined {
    return undefined;
  }

  #own: Client | undefined;
  #stated: string | undefined;
  readonly #seen = new Set<string>();
  #seeing: IntersectionObserver | undefined;
  #near: IntersectionObserver | undefined;
  #isNear = false;

  protected readonly list = new Task(this, {
    args: () => [this.#isNear, this.api, this.limit, this.client, ...this.question()] as const,
    task: async (_, { signal }): Promise<ProductList | typeof initialState> => {
      if (!this.#isNear) return initialState;
      const client = this.#asking();
      const asked = this.ask(client, signal);
      if (!asked) return { products: [], buildId: undefined };
      // In a page of another shop nothing says the currency but the runtime, and no price may be shown in another.
      if (this.api && !this.currency) [this.#stated] = await Promise.all([currencyOf(client), asked]);
      return asked;
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    // Lists below the fold are asked for when they come near.
    this.#near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.#near?.disconnect();
        this.#isNear = true;
        this.requestUpdate();
      },
      { rootMargin: '400px' },
    );
    this.#near.observe(this);
    this.#seeing = new IntersectionObserver((entries) => this.#see(entries), { threshold: 0.5 });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#near?.disconnect();
    this.#seeing?.disconnect();
    this.#seen.clear();
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.list.render({
      initial: () => this.frame(this.skeleton()),
      pending: () => (this.list.value ? this.shown(this.list.value) : this.frame(this.skeleton())),
      complete: (list) => this.shown(list),
      error: (error) => this.failed(error),
    }) as TemplateResult | typeof nothing;
  }

  /** An empty list is nothing at all: no heading over no products. */
  protected shown(list: ProductList): TemplateResult | typeof nothing {
    if (list.products.length === 0) return nothing;
    return this.frame(html`<ul class=${this.#listClass()} part="list">
      ${repeat(
        list.products,
        (product) => product.id,
        (
          product,
          at,
        ) => html`<li data-at=${at} @click=${(event: Event) => this.clicked(event, product, at + 1)}>
          <couture-product-card .product=${product} .reason=${product.reason} .base=${this.api} .currency=${this.money}></couture-product-card>
        </li>`,
      )}
    </ul>`);
  }

  /** Currency of the prices that it shows; undefined: the page's own. */
  protected get money(): string | undefined {
    return this.currency ?? this.#stated;
  }

  /** The heading and what is below it. */
  protected frame(content: unknown): TemplateResult {
    const heading = this.heading ?? this.ownHeading();
    return html`<section part="base" aria-label=${heading || this.ownHeading()}>
      ${heading ? html`<h2 part="heading">${heading}</h2>` : nothing} ${content}
    </section>`;
  }

  /** As many boxes as there will be products, of their size. */
  protected skeleton(): TemplateResult {
    return html`<ul class=${this.#listClass()} aria-hidden="true" part="skeleton">
      ${Array.from({ length: this.limit }, () => html`<li class="bone"><div></div><p></p></li>`)}
    </ul>`;
  }

  /** A line that says so, and a way to ask again. */
  protected failed(error: unknown): TemplateResult {
    const words = error instanceof OfflineError ? msg('You’re offline.') : msg('Couldn’t load this list.');
    return this.frame(html`<p class="failed" part="error" role="status">
      ${words} <button class="text-button" @click=${() => this.list.run()}>${msg('Try again')}</button>
    </p>`);
  }

  /** Tells of a click, and lets the page go elsewhere than the link does. */
  protected clicked(event: Event, product: ListedProduct, place: number): void {
    if (!(event.composedPath()[0] as Element).closest?.('a')) return;
    this.tell('click', product, place);
    const detail: ProductClickDetail = { product, kind: this.kind, place };
    const told = new CustomEvent('couture-product-click', {
      detail,
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    if (!this.dispatchEvent(told)) event.preventDefault();
  }

  /** Asks whoever has the cart to put products in. */
  protected addToCart(products: readonly ListedProduct[], bundle?: AddToCartDetail['bundle']): void {
    const known = this.list.value?.products ?? [];
    for (const product of products)
      this.tell('add_to_cart', product, Math.max(0, known.indexOf(product)) + 1);
    const detail: AddToCartDetail = { products, kind: this.kind, ...(bundle ? { bundle } : {}) };
    this.dispatchEvent(new CustomEvent('couture-add-to-cart', { detail, bubbles: true, composed: true }));
  }

  protected override updated(): void {
    for (const item of this.renderRoot.querySelectorAll('[data-at]')) this.#seeing?.observe(item);
  }

  protected tell(type: WireEvent['type'], product: ListedProduct, place: number): void {
    const subject = this.subject();
    const buildId = this.list.value?.buildId;
    report(this.#asking().base, {
      type,
      kind: this.kind,
      product_id: String(product.id),
      place,
      ...(subject === undefined ? {} : { subject: String(subject) }),
      ...(buildId === undefined ? {} : { build_id: buildId }),
    });
  }

  /** Rows that come out even: six in a row or three, else four. */
  #listClass(): string {
    return this.limit % 3 === 0 && this.limit % 4 !== 0 ? 'list threes' : 'list';
  }

  #asking(): Client {
    if (!this.api && this.client) return this.client;
    if (this.#own?.base !== this.api.replace(/\/+$/, '')) this.#own = new Client(this.api);
    return this.#own!;
  }

  /** A product counts as seen once, when half of its card is on the screen. */
  #see(entries: readonly IntersectionObserverEntry[]): void {
    const products = this.list.value?.products ?? [];
    for (const { isIntersecting, target } of entries) {
      const at = Number((target as HTMLElement).dataset.at);
      const product = products[at];
      if (!isIntersecting || !product) continue;
      const key = `${this.list.value?.buildId} ${this.subject()} ${product.id}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.tell('impression', product, at + 1);
    }
  }
}

const currencies = new Map<string, Promise<string>>();

/** Asked once for each runtime; a failure is asked again. */
function currencyOf(client: Client): Promise<string> {
  let asked = currencies.get(client.base);
  if (!asked) {
    asked = client.shop().then((facts) => facts.currency);
    asked.catch(() => currencies.delete(client.base));
    currencies.set(client.base, asked);
  }
  return asked;
}
