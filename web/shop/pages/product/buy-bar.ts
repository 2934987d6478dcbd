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
  #observers: readonly IntersectionObserver[] = [];
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
    const bar = Math.ceil(barRem * rem);
    this.#watched = found;
    this.#observers = [
      // Without an upper edge: a jump from below the window to above it changes nothing else that is observed.
      observe(found[0]!, `10000000px 0px -${bar}px 0px`, ({ isIntersecting, intersectionRatio }) => {
        this.#nameIsAbove = isIntersecting && intersectionRatio === 1;
        this.#look();
      }),
      observe(found[1]!, `0px 0px -${bar}px 0px`, ({ isIntersecting }) => {
        this.#buttonsAreSeen = isIntersecting;
        this.#look();
      }),
    ];
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #look(): void {
    this.#show(this.#nameIsAbove && !this.#buttonsAreSeen);
  }

  #show(shown: boolean): void {
    document.documentElement.toggleAttribute('data-buy-bar', shown);
    if (shown === this.isShown) return;
    this.isShown = shown;
    this.#host.requestUpdate();
  }

  #stop(): void {
    for (const observer of this.#observers) observer.disconnect();
    this.#observers = [];
    this.#watched = [];
    this.#show(false);
  }
}

/** Calls with the last state whenever the element begins or ceases to be seen, in part or whole. */
function observe(
  element: Element,
  rootMargin: string,
  call: (entry: IntersectionObserverEntry) => void,
): IntersectionObserver {
  const options = { rootMargin, threshold: [0, 1] };
  const observer = new IntersectionObserver((entries) => call(entries.at(-1)!), options);
  observer.observe(element);
  return observer;
}
