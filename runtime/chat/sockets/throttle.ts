// "Is typing", let through at most once a second and at each change; the other side forgets it after some seconds.
const interval = 1_000;

export class Throttle {
  #at = Number.NEGATIVE_INFINITY;
  #on = false;

  /** Whether to pass it on. Changes back and forth within a second are one. */
  allows(on: boolean): boolean {
    const now = performance.now();
    if (now < this.#at + interval && (on === this.#on || on)) return false;
    if (!on && !this.#on) return false;
    this.#at = now;
    this.#on = on;
    return true;
  }
}
