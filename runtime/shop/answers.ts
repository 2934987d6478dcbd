// The cache of rendered responses, each valid as long as every card in it is fresh. Bounded. Public responses are keyed by
// URL, so that a lookup needs no parsing.
import { LRUCache } from 'lru-cache';
import type { Lease } from './lease.ts';
import type { Rendered } from './rendered.ts';

/** Maximum length of a cached key, which is a URL or a user's request. */
const maxKeyLength = 1_000;

export interface Held {
  readonly rendered: Rendered;
  /** Path of the route that rendered it, for the metrics. */
  readonly route: string;
  readonly lease: Lease;
  readonly version: number;
}

export class Answers {
  readonly #held: LRUCache<string, Held>;
  readonly #making = new Map<string, Promise<Rendered>>();
  hits = 0;
  misses = 0;

  constructor(bytes: number) {
    this.#held = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ rendered, lease }, key) =>
        rendered.bytes.length + 20 * lease.size + 2 * key.length + 1_000,
    });
  }

  /** @param version of cards, build and rules together; responses rendered at another version are ignored */
  get(key: string, version: number): Held | undefined {
    const held = this.#held.get(key);
    if (held && held.version === version && held.lease.holds()) {
      this.hits += 1;
      return held;
    }
    return undefined;
  }

  /** @param key long keys are not cached, because clients can invent any number of them */
  set(key: string, held: Held): void {
    if (key.length <= maxKeyLength) this.#held.set(key, held);
  }

  /** Renders a response once for all concurrent requests for it. */
  once(key: string, make: () => Promise<Rendered>): Promise<Rendered> {
    let making = this.#making.get(key);
    if (!making) {
      this.misses += 1;
      making = make().finally(() => this.#making.delete(key));
      this.#making.set(key, making);
    }
    return making;
  }

  get size(): number {
    return this.#held.size;
  }
}
