// Rate limits by sender: each sender has a bucket that holds one burst of tokens and refills at a rate per minute. Buckets
// live in the memory of this process and answer synchronously: with a limiter that returns a promise, a second frame of a
// socket could overtake the first.

export interface BucketOptions {
  /** Tokens per minute in the long run. */
  readonly perMinute: number;
  /** Tokens that a full bucket holds, at least 1. */
  readonly burst: number;
  /**
   * Milliseconds between refills. The default of 1 is a steady trickle; a minute, with `burst` equal to `perMinute`, makes a
   * fixed window that begins with the first token taken from a full bucket.
   */
  readonly refillInterval?: number;
  /** Maximum number of buckets in memory; the sender that was seen least recently gets a full bucket again. */
  readonly maxSenders?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  /** When it was last refilled. */
  at: number;
}

const defaultMaxSenders = 50_000;

export class TokenBuckets {
  readonly #burst: number;
  readonly #interval: number;
  readonly #perInterval: number;
  readonly #now: () => number;
  readonly #halfOfSenders: number;
  // Two maps approximate a list of the most recently seen senders: when `recent` is half of all, it replaces `older`.
  // An LRU cache would reserve a megabyte for each kind of limit, and move an entry in its list at every request.
  #recent = new Map<string, Bucket>();
  #older = new Map<string, Bucket>();

  constructor({ perMinute, burst, refillInterval = 1, maxSenders, now }: BucketOptions) {
    this.#burst = Math.max(1, burst);
    this.#interval = refillInterval;
    this.#perInterval = (perMinute / 60_000) * refillInterval;
    this.#halfOfSenders = Math.max(1, Math.floor((maxSenders ?? defaultMaxSenders) / 2));
    this.#now = now ?? (() => performance.now());
  }

  /**
   * Takes tokens, all of them or none.
   * @param cost number of tokens, at most the burst
   * @returns 0 if they were taken, otherwise the whole seconds until the bucket holds as many
   */
  take(sender: string, cost = 1): number {
    const now = this.#now();
    const bucket = this.#bucketOf(sender, now);
    this.#refill(bucket, now);
    if (bucket.tokens < cost) {
      const intervals = Math.ceil((cost - bucket.tokens) / this.#perInterval);
      return Math.max(1, Math.ceil((bucket.at + intervals * this.#interval - now) / 1_000));
    }
    bucket.tokens -= cost;
    return 0;
  }

  /** Number of buckets in memory. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  #refill(bucket: Bucket, now: number): void {
    const intervals = Math.floor((now - bucket.at) / this.#interval);
    if (intervals > 0) {
      bucket.tokens += intervals * this.#perInterval;
      bucket.at += intervals * this.#interval;
    }
    if (bucket.tokens < this.#burst) return;
    bucket.tokens = this.#burst;
    bucket.at = now;
  }

  #bucketOf(sender: string, now: number): Bucket {
    const known = this.#recent.get(sender);
    if (known) return known;
    const bucket = this.#older.get(sender) ?? { tokens: this.#burst, at: now };
    if (this.#recent.size >= this.#halfOfSenders) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(sender, bucket);
    return bucket;
  }
}
