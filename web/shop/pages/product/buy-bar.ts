// Decides when a phone shows the buy bar: while the page's own buttons are out of view, and never over name and price.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Height of the bar in rem, with its border. */
const barRem = 5;

interface BarHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly isConnected: boolean;
}

/**
 * Observes `.line`, which is below the name, and `.actions`. While the bar is shown, the document has `data-buy-bar`, and
 * everything else at the lower edge moves up.
 */
export class BuyBar implements ReactiveController {
  readonly #host: BarHost;
  #observer: IntersectionObserver | undefined;
  #watched: readonly Element[] = [];
  #nameIsAbove = false;
  #buttonsAreSeen = true;
  isShown = false;

  constructor(host: BarHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    // A page's last update comes after the shopper has left it.
    if (!this.#host.isConnected) return;
    const found = ['.line', '.actions'].flatMap((name) => this.#host.renderRoot.querySelector(name) ?? []);
    if (found.length === this.#watched.length && found.every((each, at) => each === this.#watched[at]))
      return;
    this.#stop();
    if (found.length < 2 || !('IntersectionObserver' in globalThis)) return;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#observer = new IntersectionObserver((entries) => this.#look(entries), {
      rootMargin: `0px 0px -${Math.ceil(barRem * rem)}px 0px`,
      threshold: [0, 1],
    });
    this.#watched = found;
    for (const each of found) this.#observer.observe(each);
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, boundingClientRect, rootBounds, isIntersecting } of entries) {
      if (target === this.#watched[0])
        this.#nameIsAbove = boundingClientRect.bottom <= (rootBounds?.bottom ?? Number.POSITIVE_INFINITY);
      else this.#buttonsAreSeen = isIntersecting;
    }
    this.#show(this.#nameIsAbove && !this.#buttonsAreSeen);
  }

  #show(shown: boolean): void {
    document.documentElement.toggleAttribute('data-buy-bar', shown);
    if (shown === this.isShown) return;
    this.isShown = shown;
    this.#host.requestUpdate();
  }

  #stop(): void {
    this.#observer?.disconnect();
    this.#watched = [];
    this.#show(false);
  }
}
