// Throttles typing indicators to one per second and one per change; the other side clears them after a few seconds.
const interval = 1_000;

export class Throttle {
  #at = Number.NEGATIVE_INFINITY;
  #on = false;

  /** Whether to forward the indicator. Toggling within a second counts as one change. */
  allows(on: boolean): boolean {
    const now = performance.now();
    if (now < this.#at + interval && (on === this.#on || on)) return false;
    if (!on && !this.#on) return false;
    this.#at = now;
    this.#on = on;
    return true;
  }
}
