// The base of all recommendation widgets: the runtime's address, loading, the states they draw, and reports of views and
// clicks. A widget supplies its request and its heading.
import { consume } from '@lit/context';
import { msg } from '@lit/localize';
import { initialState, Task } from '@lit/task';
import { type CSSResultGroup, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { WireEvent } from '../../runtime/contract/event.ts';
import type { ListedProduct, WireId } from '../../runtime/contract/product.ts';
import { OfflineError } from '../api/api-error.ts';
import { Client, type ProductList } from '../api/client.ts';
import { report } from '../api/report-events.ts';
import { FollowToken } from '../api/token-source.ts';
import { hostPage } from '../elements/host-page.ts';
import '../elements/product-card.element.ts';
import { clientContext, sessionContext } from '../state/contexts.ts';
import { Renewed } from '../state/renewed.ts';
import type { Session } from '../state/session.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import { FollowSession } from './follow-session.ts';
import { forgetShown, noteShown, notShownBy, type PageWidget } from './page-products.ts';
import { widgetStyles } from './widget.styles.ts';

export type ListKind = WireEvent['kind'];

/** A product was clicked; call `preventDefault()` to navigate yourself. */
export interface ProductClickDetail {
  readonly product: ListedProduct;
  readonly kind: ListKind;
  readonly place: number;
}

/** The shopper adds products to the cart; the page that has the cart listens. */
export interface AddToCartDetail {
  /** All products, including those of the bundle. */
  readonly products: readonly ListedProduct[];
  readonly kind: ListKind;
  /** The products that are added as the bundle of `subject`, and the share of their prices that it saves. */
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

export abstract class RecommendationWidget extends LitElement implements PageWidget {
  static override styles: CSSResultGroup = [reset, buttons, widgetStyles];

  /** Origin of the couture runtime; default: the page's own. */
  @property() api = '';
  /** Maximum number of products. */
  @property({ type: Number }) limit = 6;
  /** Heading in place of the widget's own; '' shows none. */
  @property() heading: string | undefined;
  /** ISO 4217 code of the prices; unset: the runtime's currency. */
  @property() currency: string | undefined;
  /** Token of the signed-in customer, on pages of other origins; it counts for all couture elements of the page. */
  @property({ attribute: false }) token: string | null | undefined;
  /** The client of the surrounding page; without one the widget makes its own, whatever the type says. */
  @consume({ context: clientContext, subscribe: true })
  @property({ attribute: false })
  client!: Client;
  /** Who is signed in, in couture's own shop. */
  @consume({ context: sessionContext, subscribe: true })
  @state()
  private session: Session | undefined;

  /** Kind of the list, as events and metrics name it. */
  protected abstract readonly kind: ListKind;
  /** The widget's default heading. */
  protected abstract ownHeading(): string;
  /** Requests the list of `limit` products; undefined while there is nothing to request. */
  protected abstract ask(
    client: Client,
    limit: number,
    signal: AbortSignal,
  ): Promise<ProductList> | undefined;
  /** The properties that the request depends on, besides `api` and `limit`. */
  protected abstract question(): unknown[];
  /** The product or category of the list. */
  protected subject(): WireId | undefined {
    return undefined;
  }

  readonly #customer = new FollowToken(this);
  readonly #visitor = new FollowSession(this, () => this.session);
  #own: Client | undefined;
  /** Whom and what the last list is for. */
  #of: { readonly person: number; readonly subject: WireId | undefined } | undefined;
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
      forgetShown(this);
      const first = this.ask(client, this.limit, signal);
      if (!first) return { products: [], buildId: undefined };
      const asked = this.#distinct(first, client, signal);
      const { person } = this;
      const subject = this.subject();
      void asked.then(
        () => {
          if (!signal.aborted) this.#of = { person, subject };
        },
        () => {},
      );
      // On another site only the runtime knows the currency, and no price may be shown in a wrong one.
      if (this.api && !this.currency) [this.#stated] = await Promise.all([currencyOf(client), asked]);
      return asked;
    },
  });

  constructor() {
    super();
    hostPage()?.join(this);
    new Renewed(this, () => this.list, { rereads: false });
  }

  /** A list leaves out products that other widgets of the page show. */
  get yields(): boolean {
    return true;
  }

  get shop(): unknown {
    const client = this.#asking();
    return client === this.client ? client : client.base;
  }

  refresh(): void {
    void this.list.run();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!('IntersectionObserver' in globalThis)) {
      this.#isNear = true;
      return;
    }
    // Lists below the fold load when they come near the viewport.
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
    // The page moved the element: the list is still shown, but must be observed again.
    if (this.list.value) noteShown(this, this.list.value.products);
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#near?.disconnect();
    this.#seeing?.disconnect();
    forgetShown(this);
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.list.render({
      initial: () => this.#known(),
      pending: () => (this.list.value && this.#stillHolds() ? this.shown(this.list.value) : this.#known()),
      complete: (list) => this.shown(list),
      error: (error) => this.failed(error),
    }) as TemplateResult | typeof nothing;
  }

  /** Whether the last list may be shown until the next: no former customer's, and nothing to buy with another product. */
  #stillHolds(): boolean {
    return this.#of?.person === this.person && (this.yields || this.#of.subject === this.subject());
  }

  #known(): TemplateResult | typeof nothing {
    const products = this.isInShop ? this.lastKnown(this.client) : undefined;
    return products ? this.shown({ products, buildId: undefined }) : this.waiting();
  }

  /** The list as the client had it last, to show at once while the current one is requested. */
  protected lastKnown(_client: Client): readonly ListedProduct[] | undefined {
    return undefined;
  }

  /** Shown until the first list arrives. */
  protected waiting(): TemplateResult | typeof nothing {
    return this.frame(this.skeleton());
  }

  /** An empty list renders nothing: no heading without products. */
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
          <couture-product-card .product=${product} .reason=${product.reason} .base=${this.api} .currency=${this.money} ?addable=${this.isInShop} @couture-quick-add=${() => this.addToCart([product])}></couture-product-card>
        </li>`,
      )}
    </ul>`);
  }

  /** Changes with the customer of the page's token: a personal list depends on it. */
  protected get person(): number {
    return this.#customer.person + this.#visitor.person;
  }

  /** Whether the page is couture's own shop, whose bag listens. */
  protected get isInShop(): boolean {
    return this.client !== undefined && !this.api;
  }

  /** Currency of the shown prices; undefined: the page's own. */
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

  /** Placeholders: as many as products are expected, of the same size. */
  protected skeleton(): TemplateResult {
    return html`<ul class=${this.#listClass()} aria-hidden="true" part="skeleton">
      ${Array(this.limit)
        .fill(0)
        .map(() => html`<li class="bone"><div></div><p></p></li>`)}
    </ul>`;
  }

  /** An error message, and a button to retry. */
  protected failed(error: unknown): TemplateResult {
    const words = error instanceof OfflineError ? msg('You’re offline.') : msg('Couldn’t load this list.');
    return this.frame(html`<p class="failed" part="error" role="status">
      ${words} <button class="text-button" @click=${() => this.list.run()}>${msg('Try again')}</button>
    </p>`);
  }

  /** Reports a click, and lets the page handle the navigation. */
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

  /** Asks the page to add products to its cart. */
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

  /** Columns that fill the rows evenly: six or three, else four. */
  #listClass(): string {
    return this.limit % 3 === 0 && this.limit % 4 !== 0 ? 'list threes' : 'list';
  }

  /** Requests more products for those that other widgets of the page show. */
  async #distinct(asked: Promise<ProductList>, client: Client, signal: AbortSignal): Promise<ProductList> {
    let list = await asked;
    for (let limit = this.limit; ; ) {
      const products = notShownBy(this, list.products);
      const missing = this.limit - products.length;
      const isComplete = missing <= 0 || list.products.length < limit || limit >= maxLimit;
      if (isComplete || signal.aborted) {
        const shown = this.yields ? products.slice(0, this.limit) : products;
        if (!signal.aborted && this.isConnected) noteShown(this, shown);
        return { ...list, products: shown };
      }
      limit = Math.min(maxLimit, limit + missing);
      list = (await this.ask(client, limit, signal)) ?? list;
    }
  }

  #asking(): Client {
    if (!this.api && this.client) return this.client;
    if (this.#own?.base !== this.api.replace(/\/+$/, '')) this.#own = new Client(this.api);
    return this.#own!;
  }

  /** Reports a product as seen, once, when half of its card is in view. */
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

/** The most products that the runtime lists. */
const maxLimit = 24;

const currencies = new Map<string, Promise<string>>();

/** Requested once per runtime; a failure is retried. */
function currencyOf(client: Client): Promise<string> {
  let asked = currencies.get(client.base);
  if (!asked) {
    asked = client.shop().then((facts) => facts.currency);
    asked.catch(() => currencies.delete(client.base));
    currencies.set(client.base, asked);
  }
  return asked;
}
