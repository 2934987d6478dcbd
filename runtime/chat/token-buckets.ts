// How much one sender may do: a bucket that fills by so many a minute and holds what a burst needs. In this process's
// memory. Answers at once: a limiter that answers by a promise would let the next frame overtake this one.
import { LRUCache } from 'lru-cache';

interface Bucket {
  tokens: number;
  at: number;
}

export class TokenBuckets {
  readonly #perMillisecond: number;
  readonly #capacity: number;
  readonly #buckets: LRUCache<string, Bucket>;

  /**
   * @param perMinute how many a minute, in the long run
   * @param burst how many at once
   */
  constructor(perMinute: number, burst: number) {
    this.#perMillisecond = perMinute / 60_000;
    this.#capacity = Math.max(1, burst);
    this.#buckets = new LRUCache({ max: 50_000 });
  }

  /** Takes one. @returns seconds until there is one again; 0: it was there, and is taken */
  take(sender: string): number {
    const now = performance.now();
    let bucket = this.#buckets.get(sender);
    if (!bucket) this.#buckets.set(sender, (bucket = { tokens: this.#capacity, at: now }));
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + (now - bucket.at) * this.#perMillisecond);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perMillisecond / 1_000));
    bucket.tokens -= 1;
    return 0;
  }
}
