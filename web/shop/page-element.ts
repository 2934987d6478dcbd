// The base of every page of the shop: receives its place, reports its title and when it has its final height.
import { consume } from '@lit/context';
import { msg, str } from '@lit/localize';
import { type CSSResultGroup, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { ApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { fullName } from '../elements/variant-words.ts';
import type { Cart } from '../state/cart.ts';
import {
  cartContext,
  clientContext,
  networkContext,
  orderAttemptsContext,
  sessionContext,
  watchListContext,
} from '../state/contexts.ts';
import { formatCount } from '../state/locale.ts';
import type { Network } from '../state/network.ts';
import type { OrderAttempts } from '../state/order-attempts.ts';
import type { Session } from '../state/session.ts';
import { Follow } from '../state/store.ts';
import type { WatchList } from '../state/watch-list.ts';
import { buttons, page, reset } from '../styles/shared.styles.ts';
import type { Place } from './router.ts';

export interface SayDetail {
  readonly words: string;
  /** Products that were just added to the bag; shown with its subtotal and the way to the checkout. */
  readonly added?: readonly ProductCard[];
  /** Reverts what the message reports; shown as a button. */
  readonly undo?: () => void;
}

declare global {
  interface HTMLElementEventMap {
    /** The page's title is known or has changed. */
    'couture-title': CustomEvent<string>;
    /** The page has rendered its content: its scroll position may be restored. */
    'couture-page-ready': CustomEvent<void>;
    /** A message to show for a moment, and to announce. */
    'couture-say': CustomEvent<SayDetail>;
    /** Navigates to a page of this shop. */
    'couture-go': CustomEvent<{ readonly url: string; readonly replace?: boolean }>;
  }
}

export abstract class PageElement extends LitElement {
  static override styles: CSSResultGroup = [reset, buttons, page];

  @property({ attribute: false }) place!: Place;

  @consume({ context: clientContext }) client!: Client;
  @consume({ context: cartContext }) cart!: Cart;
  @consume({ context: sessionContext }) session!: Session;
  @consume({ context: watchListContext }) watchList!: WatchList;
  @consume({ context: networkContext }) network!: Network;
  @consume({ context: orderAttemptsContext }) orderAttempts!: OrderAttempts;

  readonly #leaving = new AbortController();

  constructor() {
    super();
    new KeepFocus(this, ...this.focusNext);
  }

  /** Selectors of what takes the focus when a render removes the element that has it, in this order. */
  protected get focusNext(): readonly string[] {
    return ['h1'];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  /** Calls back if the network is reachable, and whenever it may be back while this page is shown. */
  protected whenReachable(act: () => void): void {
    this.network.whenReachable(act, this.#leaving.signal);
  }

  /** Re-renders this page when these stores change. */
  protected follow(...stores: Array<'cart' | 'session' | 'watchList' | 'network' | 'orderAttempts'>): void {
    for (const name of stores) new Follow(this, () => this[name]);
  }

  protected say(words: string, more: Omit<SayDetail, 'words'> = {}): void {
    const detail: SayDetail = { words, ...more };
    this.dispatchEvent(new CustomEvent('couture-say', { detail, bubbles: true, composed: true }));
  }

  /** Reports that products were added to the bag. */
  protected sayAdded(products: readonly ProductCard[]): void {
    this.say(addedWords(products), { added: products });
  }

  /** Reports the result of a change of the watchlist. */
  protected sayWatched(done: string, how: 'sent' | 'waiting' | 'held'): void {
    if (how === 'sent') this.say(done);
    else if (how === 'waiting')
      this.say(`${done} ${msg('We’ll update your watchlist when you’re back online.')}`);
    else
      this.say(
        `${done} ${msg('We’ll update your watchlist when you’re back online, if this page stays open.')}`,
      );
  }

  /** Reports a change of the watchlist that the shop refused. */
  protected sayNotWatched(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 409) this.say(msg('Your watchlist is full. Remove something first.'));
    else if (status === 501) this.say(msg('This can only be changed in the shop’s own watchlist.'));
    else this.say(msg('We couldn’t update your watchlist.'));
  }

  protected go(url: string, { replace = false } = {}): void {
    this.dispatchEvent(
      new CustomEvent('couture-go', { detail: { url, replace }, bubbles: true, composed: true }),
    );
  }

  /** Loads code that the first paint does not need. Offline, it may be missing. */
  protected loadLater(load: () => Promise<unknown>): void {
    void this.updateComplete.then(load).catch(() => {});
  }

  /** Sets the page's title, without the shop's name. */
  protected titled(title: string): void {
    this.dispatchEvent(new CustomEvent('couture-title', { detail: title, bubbles: true, composed: true }));
  }

  /** Call once the page has rendered what it was loading. */
  protected ready(): void {
    // A task reports its completion before it requests this update.
    this.requestUpdate();
    this.updateComplete.then(() =>
      this.dispatchEvent(new CustomEvent('couture-page-ready', { bubbles: true, composed: true })),
    );
  }

  /**
   * Moves the focus to the page's heading, where screen readers continue. The heading of a page that is still loading is
   * replaced when it has loaded, so the focus moves again unless the shopper has moved it since.
   */
  focusHeading(): void {
    const focus = () => {
      const heading = this.renderRoot.querySelector<HTMLElement>('h1');
      if (!heading) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };
    focus();
    const again = () => document.activeElement === document.body && this.isConnected && focus();
    this.addEventListener('couture-page-ready', again, { once: true });
  }
}

export function addedWords(products: readonly ProductCard[]): string {
  return products.length === 1
    ? msg(str`Added to bag: ${fullName(products[0]!)}`)
    : msg(str`Added ${formatCount(products.length)} items to your bag.`);
}
