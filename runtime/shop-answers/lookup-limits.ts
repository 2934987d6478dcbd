// Limits on guests who ask for an order: per address, per order number, per e-mail address, and of all guests together, so
// that neither many addresses nor a known e-mail address or number makes guessing worthwhile.
import { createHash } from 'node:crypto';
import { TokenBuckets } from '../work/token-buckets.ts';

/** Tries at once and per hour: of one address, for one order number, with one e-mail address. */
const tries = { address: [8, 16], number: [5, 5], email: [5, 5] } as const;
/** Tries of all guests at once, in minutes of the limit. */
const burstMinutes = 2;

export interface Lookup {
  readonly address: string;
  readonly number: string;
  readonly email: string;
}

export class LookupLimits {
  readonly #all: TokenBuckets;
  readonly #buckets: Readonly<Record<keyof Lookup, TokenBuckets>>;
  /** Tries refused so far. */
  refused = 0;

  /**
   * @param perMinute of all guests together
   * @param now milliseconds of a clock that never goes back
   */
  constructor(perMinute: number, now?: () => number) {
    const clock = now ? { now } : {};
    const hourly = ([burst, perHour]: readonly [number, number]) =>
      new TokenBuckets({ burst, perMinute: perHour / 60, ...clock });
    this.#all = new TokenBuckets({ perMinute, burst: perMinute * burstMinutes, maxSenders: 2, ...clock });
    this.#buckets = {
      address: hourly(tries.address),
      number: hourly(tries.number),
      email: hourly(tries.email),
    };
  }

  /** Counts a try, whatever comes of it. @returns 0, or the seconds after which it may be repeated */
  take({ address, number, email }: Lookup): number {
    // First what one sender is answerable for, so that a refused one doesn't use up what others share.
    const seconds =
      this.#buckets.address.take(address) ||
      this.#all.take('all') ||
      this.#buckets.number.take(keyOf(number)) ||
      this.#buckets.email.take(keyOf(email));
    if (seconds > 0) this.refused += 1;
    return seconds;
  }

  /** Number of buckets in memory. */
  get size(): number {
    return Object.values(this.#buckets).reduce((sum, buckets) => sum + buckets.size, this.#all.size);
  }
}

/** Spellings of one number share a bucket. Hashed, so that a bucket has one size and memory holds no addresses. */
function keyOf(text: string): string {
  const plain = text.toLowerCase().replaceAll(/[^\p{L}\p{N}@.]+/gu, '');
  return createHash('sha256').update(plain).digest('base64url').slice(0, 22);
}
