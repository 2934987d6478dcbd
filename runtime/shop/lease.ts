// How long a response made from product cards is valid. Readings → whether all of them are still fresh.
import type { CardCache, Reading } from './card-cache.ts';

/**
 * Valid while every reading is fresh. Refreshes that find the cards unchanged extend it, so that a response is rendered
 * again only when something in it has changed, not at every refresh: that was a tenth of the work of a busy server.
 */
export class Lease {
  readonly #cards: CardCache;
  readonly #readings: readonly Reading[];
  readonly #ends: number;
  /** The same on the clock of the cards, in case the machine's is set back. */
  readonly #lasts: number;
  #freshUntil: number;

  /**
   * @param ends when it ends in any case, in milliseconds since 1970, because a merchandising rule starts or ends then
   */
  constructor(cards: CardCache, readings: Iterable<Reading>, ends = Number.POSITIVE_INFINITY) {
    this.#cards = cards;
    this.#readings = [...readings];
    this.#ends = ends;
    this.#lasts = cards.now() + (ends - Date.now());
    this.#freshUntil = this.#until();
  }

  holds(): boolean {
    const now = this.#cards.now();
    if (this.#freshUntil > now) return true;
    this.#freshUntil = this.#until();
    return this.#freshUntil > now;
  }

  /** Number of readings that it depends on. */
  get size(): number {
    return this.#readings.length;
  }

  #until(): number {
    const left = this.#ends - Date.now();
    return Math.min(this.#cards.freshUntil(this.#readings), this.#lasts, this.#cards.now() + left);
  }
}
