// Answers that were rendered, for as long as every card in them is fresh. Bounded; a lookup by the request's words:
// public ones by their URL, before anything of it is parsed.
import { LRUCache } from 'lru-cache';
import type { Lease } from './lease.ts';
import type { Rendered } from './rendered.ts';

/** Characters of a key, which is a URL or what a person asked for. */
const maxKey = 1_000;

export interface Held {
  readonly rendered: Rendered;
  /** The path of the route that gave it, for the metrics. */
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

  /** @param version of cards, build and rules together; what was rendered at another one does not count */
  get(key: string, version: number): Held | undefined {
    const held = this.#held.get(key);
    if (held && held.version === version && held.lease.holds()) {
      this.hits += 1;
      return held;
    }
    return undefined;
  }

  /** @param key long ones are not held: they are as many as a client cares to make up */
  set(key: string, held: Held): void {
    if (key.length <= maxKey) this.#held.set(key, held);
  }

  /** Makes an answer, once for all who ask for it while it is made. */
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
