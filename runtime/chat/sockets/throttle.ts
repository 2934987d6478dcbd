// "Is typing", let through at most once a second and at each change; the other side forgets it after some seconds.
const second = 1_000;

export class Throttle {
  #at = Number.NEGATIVE_INFINITY;
  #on = false;

  /** Whether to pass it on. Changes back and forth within a second are one. */
  lets(on: boolean): boolean {
    const now = performance.now();
    if (now < this.#at + second && (on === this.#on || on)) return false;
    if (!on && !this.#on) return false;
    this.#at = now;
    this.#on = on;
    return true;
  }
}
