// <couture-shop>: the shop: contexts for all pages, header, page, footer, and the one live region for screen readers.
import { provide } from '@lit/context';
import { localized, msg } from '@lit/localize';
import { html, LitElement } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { Client } from '../api/client.ts';
import { keepUnsent } from '../api/report-events.ts';
import { writtenAnswers } from '../api/written-answers.ts';
import { drawInSlices } from '../elements/draw-in-slices.ts';
import { pressEnded } from '../elements/hold-renders.ts';
import { Push } from '../push/push.ts';
import { Cart } from '../state/cart.ts';
import {
  cartContext,
  clientContext,
  networkContext,
  orderAttemptsContext,
  pushContext,
  sessionContext,
  watchListContext,
} from '../state/contexts.ts';
import { typedDelivery } from '../state/delivery.ts';
import { identity } from '../state/identity.ts';
import { Network } from '../state/network.ts';
import { OrderAttempts } from '../state/order-attempts.ts';
import { Outbox } from '../state/outbox.ts';
import { purgePrivate } from '../state/purge.ts';
import { forgetSearches } from '../state/recent-searches.ts';
import { Session, signedInHere } from '../state/session.ts';
import { forgetViewed } from '../state/viewed.ts';
import { WatchList } from '../state/watch-list.ts';
import type { AddToCartDetail } from '../widgets/recommendation-widget.ts';
import { goMessage } from '../worker/go-message.ts';
import './bottom/shop-message.element.ts';
import type { ShopMessage } from './bottom/shop-message.element.ts';
import './footer/shop-footer.element.ts';
import './header/shop-header.element.ts';
import { addedWords, PageElement, type SayDetail } from './page-element.ts';
import { Router, type Visit } from './router.ts';
import { notFound, routes } from './routes.ts';
import { shopStyles } from './shop.styles.ts';
import './unloaded-page.element.ts';

/** Milliseconds after which a page's code is given up; a document that is being left for another is gone by then. */
const giveUpAfter = 3_000;

@localized()
@customElement('couture-shop')
export class Shop extends LitElement {
  static override styles = shopStyles;

  @provide({ context: clientContext }) client = new Client();
  @provide({ context: cartContext }) cart = new Cart();
  @provide({ context: networkContext }) network = new Network();
  @provide({ context: orderAttemptsContext }) orderAttempts = new OrderAttempts();
  readonly outbox = new Outbox();
  @provide({ context: watchListContext }) watchList = new WatchList(this.client, this.outbox);
  @provide({ context: sessionContext }) session = new Session(this.client, {
    purge: (sinceExpiry) => this.#purge(sinceExpiry),
    forget: () => {
      this.watchList.forget();
      dispatchEvent(new CustomEvent('couture-purged'));
    },
    putAside: (sub) => {
      this.cart.putAside(sub);
      this.watchList.forget();
      forgetSearches();
      typedDelivery.clear();
      forgetViewed();
      dispatchEvent(new CustomEvent('couture-put-aside'));
    },
    giveBack: (sub) => {
      this.cart.giveBack(sub);
      const { by = '' } = this.orderAttempts.pending ?? {};
      // Only the customer who sent the order can check it.
      if (by !== '' && by !== sub) this.orderAttempts.end();
    },
  });
  @provide({ context: pushContext }) push = new Push({
    base: '',
    who: () => this.session.sub ?? '',
    registration: async () => navigator.serviceWorker?.getRegistration(),
    ready: () => navigator.serviceWorker.ready,
    hasBag: true,
  });

  @state() private announced = '';
  @query('couture-shop-message') private readonly message!: ShopMessage;

  readonly #router = new Router(routes, notFound, (visit) => void this.#show(visit));
  #visit = 0;
  #title = '';
  #saidUnsaved = false;
  /** Whether the focus was in the page that the runtime has written. */
  #hadFocus = false;
  #syncBag: Promise<() => Promise<void>> | undefined;
  #page: PageElement | undefined;

  constructor() {
    super();
    this.client.know(writtenAnswers());
    this.addEventListener('couture-go', (event) => {
      // A page that is taken out hears a late `change` of the field that had the focus.
      const left = event.composedPath().some((each) => each instanceof PageElement && each !== this.#page);
      if (!left) this.#router.go(event.detail.url, { replace: event.detail.replace ?? false });
    });
    this.addEventListener('couture-say', ({ detail }) => this.say(detail));
    this.addEventListener('couture-title', ({ detail }) => this.#titled(detail));
    this.addEventListener('couture-add-to-cart', ({ detail }) => this.#add(detail));
    addEventListener('couture-focus-lost', () => {
      const page = this.#page;
      void page?.updateComplete.then(() => page.focusHeading());
    });
    // A click on a notification navigates an open page of the shop without reloading it.
    navigator.serviceWorker?.addEventListener('message', ({ data }) => {
      if (data?.type !== goMessage || typeof data.url !== 'string') return;
      // The chat is on every page: nobody is sent away from a checkout to read a reply.
      if (new URL(data.url, location.href).searchParams.get('chat') === 'open')
        dispatchEvent(new CustomEvent('couture-chat-asked'));
      else this.#router.go(data.url);
    });
    // After the message of whatever has changed the bag.
    this.cart.subscribe(() => queueMicrotask(() => !this.cart.isSaved && !this.#saidUnsaved && this.say()));
    // Another window signs somebody in or out, while this one stays in view.
    signedInHere.watch(() => void this.#reached());
    this.client.onReach = (reached) => this.network.found(reached);
    keepUnsent((events, visitor) => {
      void this.outbox.add({ kind: 'events', events, ...(visitor ? { visitor } : {}) }).catch(() => {});
    });
  }

  override firstUpdated(): void {
    this.#hadFocus = this.#isFocused();
    // The written page stays in the slot until the app's own is there.
    for (const child of [...this.children]) if (child.localName !== 'main') child.remove();
    this.#router.start();
    this.network.whenReachable(() => void this.#reached());
    // Also offline: the worker has the last answer, and the document may be older.
    if (!this.network.online) void this.#learn();
  }

  /** Shows a message for a moment, and announces it to screen readers. */
  say(said?: SayDetail): void {
    const detail = this.#withUnsaved(said);
    if (!detail) return;
    this.message.show(detail);
    this.announce(detail.words);
  }

  /** Adds, once, that the bag can't be saved. */
  #withUnsaved(said?: SayDetail): SayDetail | undefined {
    if (this.cart.isSaved || this.#saidUnsaved) return said;
    this.#saidUnsaved = true;
    const words = msg('Your browser can’t save your bag. It stays until you close or reload this page.');
    return said ? { ...said, words: `${said.words} ${words}` } : { words };
  }

  announce(words: string): void {
    // Screen readers skip a repeated text unless the live region was empty in between.
    this.announced = '';
    void this.updateComplete.then(() => (this.announced = words));
  }

  protected override render() {
    return html`
      <nav aria-label=${msg('Skip')}>
        <a class="skip" href="#main" @click=${this.#skip}>${msg('Skip to content')}</a>
      </nav>
      <couture-shop-header></couture-shop-header>
      <main id="main"><slot></slot></main>
      <couture-shop-footer></couture-shop-footer>
      <couture-chat></couture-chat>
      <couture-shop-message></couture-shop-message>
      <div class="visually-hidden" role="status" aria-live="polite">${this.announced}</div>
    `;
  }

  async #show(visit: Visit): Promise<void> {
    const number = ++this.#visit;
    const loaded = await this.#load(visit, number);
    if (loaded === 'given up') return;
    if (loaded === 'offline') {
      this.#showAgain(visit, number);
      // What the runtime has written stays.
      if (visit.kind === 'first' && this.querySelector('main > *')) return;
    }
    // A link that is being pressed, also of the written page, stays where it is.
    await pressEnded();
    if (number !== this.#visit) return;
    const route = loaded === 'offline' ? { ...visit.route, element: 'couture-unloaded-page' } : visit.route;
    const draw = () => this.#draw({ ...visit, route });
    const moving = visit.kind === 'link' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (moving && document.startViewTransition && document.visibilityState === 'visible') {
      const transition = document.startViewTransition(draw);
      // Skipped by the next one, or by a page that is hidden meanwhile.
      transition.ready.catch(() => {});
      await transition.updateCallbackDone.catch(() => {});
    } else await draw();
  }

  /** Loads a page's code. The browser may claim to be online in a tunnel, so a failure asks the server. */
  async #load({ route }: Visit, number: number): Promise<'loaded' | 'offline' | 'given up'> {
    try {
      await route.load();
      return 'loaded';
    } catch (error) {
      if (!this.network.online) return 'offline';
      // Another attempt would be in vain: browsers keep the failure of a module as long as the document.
      await new Promise((resolve) => setTimeout(resolve, giveUpAfter));
      if (number !== this.#visit) return 'given up';
      if (!(await this.network.probe())) return 'offline';
      if (number === this.#visit) dispatchEvent(new CustomEvent('couture-load-failed', { detail: error }));
      return 'given up';
    }
  }

  /** Shows a page whose code is missing when the network is back, unless the shopper has gone on. */
  #showAgain(visit: Visit, number: number): void {
    const once = new AbortController();
    const again = () => {
      once.abort();
      if (number === this.#visit) void this.#show(visit);
    };
    this.network.whenReachable(again, once.signal);
  }

  async #draw({ route, place, kind, scroll }: Visit): Promise<void> {
    const main = this.renderRoot.querySelector('main')!;
    const before = this.#page;
    // Another URL of the same page, such as another sort order: the element stays, and so does the focus.
    const stays = before?.localName === route.element && kind === 'replace';
    const page = stays ? before : (document.createElement(route.element) as PageElement);
    page.place = place;
    this.#page = page;
    if (kind === 'first' && this.querySelector('main > *')) {
      await drawInSlices(() => {
        page.hidden = true;
        main.append(page);
        return page;
      });
      // The shopper has gone on meanwhile, from the written page.
      if (this.#page !== page) return;
      page.hidden = false;
    }
    this.setAttribute('page', page.localName);
    dispatchEvent(new CustomEvent('couture-page-shown', { detail: place.path }));
    if (!stays) {
      this.#hadFocus ||= this.#isFocused();
      if (page.parentNode === main) for (const each of [...main.children]) each !== page && each.remove();
      else main.replaceChildren(page);
      this.replaceChildren();
      this.message.leavePage();
    }
    this.renderRoot.querySelector('couture-shop-header')!.place = place;
    await page.updateComplete;
    if (stays) return;
    if (this.#hadFocus) page.focusHeading();
    this.#hadFocus = false;
    if (kind === 'first' && scroll === 0) return;
    if (kind === 'link') {
      scrollTo(0, 0);
      page.focusHeading();
      return;
    }
    if (kind === 'back') page.focusHeading();
    // The scroll position may not exist until the page has loaded.
    scrollTo(0, scroll);
    if (scrollY < scroll - 2)
      page.addEventListener('couture-page-ready', () => scrollTo(0, scroll), { once: true });
  }

  /** Whether the focus is in the written page, and not in the app. */
  #isFocused(): boolean {
    return document.activeElement !== this && this.contains(document.activeElement);
  }

  #titled(title: string): void {
    this.#title = title;
    this.#writeTitle();
    this.announce(document.title);
  }

  #writeTitle(): void {
    document.title = this.#title ? `${this.#title} – ${identity.name}` : identity.name;
  }

  #add({ products, bundle }: AddToCartDetail): void {
    if (bundle) this.cart.addBundle(bundle.subject, bundle.products, bundle.share);
    this.cart.add(products.filter((product) => !bundle?.products.includes(product)));
    this.say({ words: addedWords(products), added: products });
  }

  async #learn(): Promise<void> {
    const facts = await this.client.shop().catch(() => undefined);
    if (!facts) return;
    identity.learn(facts);
    this.#writeTitle();
  }

  async #reached(): Promise<void> {
    void this.#learn();
    await this.session.refresh();
    await this.outbox.flush().catch(() => {});
    void this.push.look().catch(() => {});
    if (this.session.state !== 'customer') return;
    this.#syncBag ??= import('../state/bag-sync.ts').then(({ syncBag }) => syncBag(this));
    void this.#syncBag.then((sync) => sync()).catch(() => (this.#syncBag = undefined));
    await this.watchList.refresh().catch(() => {});
  }

  /** @param keepsBag it belongs to the guest who was here in between */
  async #purge(keepsBag = false): Promise<void> {
    const { items, bundles } = this.cart;
    // While the cookie still identifies the customer.
    await this.push.leave().catch(() => {});
    this.cart.clear();
    this.orderAttempts.end();
    this.watchList.forget();
    forgetSearches();
    await this.outbox.clear().catch(() => {});
    await purgePrivate();
    if (keepsBag) this.cart.putBack({ items, bundles });
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.#page?.focusHeading();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shop': Shop;
  }
}
