// Rate limits by sender: a token bucket refills at a rate per minute and holds one burst. It lives in the memory of this
// process and answers synchronously: with a limiter that returns a promise, the next frame could overtake this one.
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
   * @param perMinute tokens per minute in the long run
   * @param burst tokens that can be taken at once
   */
  constructor(perMinute: number, burst: number) {
    this.#perMillisecond = perMinute / 60_000;
    this.#capacity = Math.max(1, burst);
    this.#buckets = new LRUCache({ max: 50_000 });
  }

  /** Takes a token. @returns 0 if one was taken, otherwise the seconds until the next one */
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
