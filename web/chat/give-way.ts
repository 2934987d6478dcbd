// On a phone the chat's button leaves while the page is scrolled down, so that it covers nothing that is read.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Pixels below which a move counts as none, and from the top within which the button stays. */
const jitter = 8;
const nearTop = 100;

/** Sets the attribute `away` on the host. */
export class GiveWay implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #mustStay: () => boolean;
  #scrolledTo = 0;

  /** @param mustStay whether the button has something to say */
  constructor(host: ReactiveControllerHost & Element, mustStay: () => boolean) {
    this.#host = host;
    this.#mustStay = mustStay;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('scroll', this.#scrolled, { passive: true });
  }

  hostDisconnected(): void {
    removeEventListener('scroll', this.#scrolled);
  }

  readonly #scrolled = () => {
    const moved = scrollY - this.#scrolledTo;
    if (Math.abs(moved) < jitter) return;
    this.#scrolledTo = scrollY;
    this.#host.toggleAttribute('away', moved > 0 && scrollY > nearTop && !this.#mustStay());
  };
}
