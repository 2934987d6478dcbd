// On a phone the chat's button leaves while the page is scrolled down, and from the checkout with its fields, so that it covers
// nothing that is read or typed.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Pixels below which a move counts as none, and from the top within which the button stays. */
const jitter = 8;
const nearTop = 100;

/** Sets the attribute `away` on the host. */
export class GiveWay implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #mustStay: () => boolean;
  #scrolledTo = 0;
  #hasFields = false;

  /** @param mustStay whether the button has something to say */
  constructor(host: ReactiveControllerHost & Element, mustStay: () => boolean) {
    this.#host = host;
    this.#mustStay = mustStay;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('couture-page-shown', this.#shown);
    // The shop shows its first page before it loads the chat. Other hosts have no such pages.
    if ((this.#host.getRootNode() as Partial<ShadowRoot>).host?.localName === 'couture-shop')
      this.#at(location.pathname);
    addEventListener('scroll', this.#scrolled, { passive: true });
  }

  hostDisconnected(): void {
    removeEventListener('couture-page-shown', this.#shown);
    removeEventListener('scroll', this.#scrolled);
  }

  readonly #scrolled = () => {
    const moved = scrollY - this.#scrolledTo;
    if (Math.abs(moved) < jitter) return;
    this.#scrolledTo = scrollY;
    this.#leave(moved > 0 && scrollY > nearTop);
  };

  /** A message that arrives meanwhile brings the button back. */
  hostUpdated(): void {
    if (this.#mustStay()) this.#leave(false);
  }

  readonly #shown = (event: Event) => this.#at((event as CustomEvent<string>).detail);

  #at(path: string): void {
    this.#hasFields = path.endsWith('/checkout');
    this.#leave(false);
  }

  #leave(away: boolean): void {
    this.#host.toggleAttribute('away', (away || this.#hasFields) && !this.#mustStay());
  }
}
