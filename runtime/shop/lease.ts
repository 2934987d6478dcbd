// How long something that was made from product cards may be shown. Readings → whether all of them still hold.
import type { CardCache, Reading } from './card-cache.ts';

/**
 * Holds while every reading does. Cards that are read anew and found the same keep it alive, so that an answer is
 * rendered again when something in it has changed, not every time its cards were looked at: that was a tenth of the
 * work of a busy server.
 */
export class Lease {
  readonly #cards: CardCache;
  readonly #readings: readonly Reading[];
  readonly #ends: number;
  #freshUntil: number;

  /**
   * @param ends milliseconds since 1970 when it ends in any case, since a merchant's rule begins or ends then
   */
  constructor(cards: CardCache, readings: Iterable<Reading>, ends = Number.POSITIVE_INFINITY) {
    this.#cards = cards;
    this.#readings = [...readings];
    this.#ends = ends;
    this.#freshUntil = this.#until();
  }

  holds(): boolean {
    const now = this.#cards.now();
    if (this.#freshUntil > now) return true;
    this.#freshUntil = this.#until();
    return this.#freshUntil > now;
  }

  /** Readings that it depends on. */
  get size(): number {
    return this.#readings.length;
  }

  #until(): number {
    const left = this.#ends - Date.now();
    return Math.min(this.#cards.freshUntil(this.#readings), this.#cards.now() + left);
  }
}
