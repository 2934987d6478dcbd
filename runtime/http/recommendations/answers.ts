// Answers that were rendered, for as long as every card in them is fresh. Bounded; a lookup by the request's words.
import { LRUCache } from 'lru-cache';
import type { Rendered } from '../rendered.ts';

interface Held {
  readonly rendered: Rendered;
  readonly freshUntil: number;
  readonly version: number;
}

export class Answers {
  readonly #held: LRUCache<string, Held>;
  hits = 0;
  misses = 0;

  constructor(bytes: number) {
    this.#held = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ rendered }) => rendered.bytes.length + 500,
    });
  }

  /** @param version of cards, build and rules together; what was rendered at another one does not count */
  get(key: string, version: number): Rendered | undefined {
    const held = this.#held.get(key);
    if (held && held.version === version && held.freshUntil > performance.now()) {
      this.hits += 1;
      return held.rendered;
    }
    this.misses += 1;
    return undefined;
  }

  set(key: string, rendered: Rendered, freshUntil: number, version: number): void {
    this.#held.set(key, { rendered, freshUntil, version });
  }

  get size(): number {
    return this.#held.size;
  }
}
