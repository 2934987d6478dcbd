// The lists of one build, each read once and cached while that build is served. Bounded.
import { LRUCache } from 'lru-cache';
import type { IdTypes } from '../../sql/id-types.ts';
import type { Pool } from '../../sql/pool.ts';
import {
  type BuyAgainEntry,
  readBuyAgainLists,
  readCustomerLists,
  readFallbackReason,
  readProductLists,
  readShopLists,
  readVariants,
  type ServedEntry,
} from '../../sql/store/lists/served-lists.ts';
import { CoalescedReads } from './coalesced-reads.ts';

export type ProductKind = 'similar' | 'bought_together' | 'bundle';
export type ShopKind = 'trending' | 'bestseller';

/** The lists of one build. Each build gets its own cache, so that two builds are never mixed. */
export class ListCache {
  readonly build: number;
  readonly #held: LRUCache<string, readonly ServedEntry[] | readonly string[]>;
  readonly #products: CoalescedReads<readonly ServedEntry[]>;
  readonly #customers: CoalescedReads<readonly ServedEntry[]>;
  readonly #buyAgain: CoalescedReads<readonly BuyAgainEntry[]>;
  readonly #shop: CoalescedReads<readonly ServedEntry[]>;
  readonly #variants: CoalescedReads<readonly string[]>;
  readonly #pool: Pool;
  #categoryReason: Promise<string> | undefined;
  hits = 0;
  misses = 0;

  constructor(pool: Pool, ids: IdTypes, build: number, bytes: number) {
    this.build = build;
    this.#pool = pool;
    this.#held = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
    const [product, customer] = [ids.product ?? 'text', ids.customer ?? 'text'];
    this.#products = new CoalescedReads(
      batch((keys) =>
        readProductLists(
          pool,
          product,
          build,
          keys.map((key) => ({ kind: before(key), id: after(key) })),
        ),
      ),
      { maxKeys: 200 },
    );
    this.#customers = new CoalescedReads(
      batch((keys) => readCustomerLists(pool, customer, build, keys.map(after))),
      { maxKeys: 200 },
    );
    this.#buyAgain = new CoalescedReads(
      batch((keys) => readBuyAgainLists(pool, customer, build, keys.map(after))),
      { maxKeys: 200 },
    );
    this.#shop = new CoalescedReads(
      batch((keys) =>
        readShopLists(
          pool,
          build,
          keys.map((key) => ({ kind: before(key), category: after(key) })),
        ),
      ),
      { maxKeys: 200 },
    );
    this.#variants = new CoalescedReads<readonly string[]>((keys) => readVariants(pool, product, keys));
  }

  /** The list of a product; empty if it has none. `id` must be valid for the shop's product id type. */
  product(kind: ProductKind, id: string): Promise<readonly ServedEntry[]> {
    return this.#read(this.#products, 'p', `${kind} ${id}`);
  }

  /** The list of a customer. `id` must be valid for the shop's customer id type. */
  customer(id: string): Promise<readonly ServedEntry[]> {
    return this.#read(this.#customers, 'c', `personalized ${id}`);
  }

  /** What a customer is expected to buy again. `id` must be valid for the shop's customer id type. */
  buyAgain(id: string): Promise<readonly BuyAgainEntry[]> {
    return this.#read(this.#buyAgain, 'b', `buy_again ${id}`);
  }

  /** The list of a category, or of the whole shop for ''. */
  shop(kind: ShopKind, category: string): Promise<readonly ServedEntry[]> {
    return this.#read(this.#shop, 's', `${kind} ${category}`);
  }

  /** The variants of a product's group, with its representative first; just the product itself if the build lacks it. */
  async variants(id: string): Promise<readonly string[]> {
    const key = `v ${id}`;
    const held = this.#held.get(key) as readonly string[] | undefined;
    if (held) return held;
    const variants = (await this.#variants.load([id])).get(id) ?? [id];
    this.#held.set(key, variants);
    return variants;
  }

  /** The reason of a category's bestsellers in the list of a product. */
  categoryReason(): Promise<string> {
    this.#categoryReason ??= readFallbackReason(this.#pool, 'category_bestseller').catch((error) => {
      this.#categoryReason = undefined;
      throw error;
    });
    return this.#categoryReason;
  }

  get size(): number {
    return this.#held.size;
  }

  async #read<Entry extends ServedEntry>(
    reads: CoalescedReads<readonly Entry[]>,
    family: string,
    key: string,
  ): Promise<readonly Entry[]> {
    const held = this.#held.get(`${family} ${key}`) as readonly Entry[] | undefined;
    if (held) {
      this.hits += 1;
      return held;
    }
    this.misses += 1;
    const list = (await reads.load([key])).get(key) ?? [];
    this.#held.set(`${family} ${key}`, list);
    return list;
  }
}

function batch<Entry extends ServedEntry>(read: (keys: string[]) => Promise<Entry[][]>) {
  return async (keys: string[]): Promise<Map<string, readonly Entry[]>> => {
    const lists = await read(keys);
    return new Map(keys.map((key, at) => [key, lists[at]!]));
  };
}

/** The kind in a key; kinds contain no spaces. */
function before(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

function after(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

/**
 * Approximate bytes: an object of about 150 and its variants. Keys count, since clients can invent them: categories,
 * products.
 */
function sizeOf(held: readonly ServedEntry[] | readonly string[], key: string): number {
  return 400 + 2 * key.length + held.length * 250;
}
