// Product ids in requests. A product's own id, the id of its group or its handle → the product's id.
import { LRUCache } from 'lru-cache';
import type { IdType } from '../../sql/id-types.ts';
import type { Pool } from '../../sql/pool.ts';
import {
  type Alias,
  type AliasKind,
  type AliasMatch,
  type KnownAliases,
  knownAliases,
  readAliases,
} from '../../sql/store/shop/product-aliases.ts';
import { canonicalId, isId } from '../../sql/store/shop/shop-products.ts';
import { epochOf } from '../work/clock.ts';
import { bestVariant } from './best-variant.ts';
import type { CardCache } from './card-cache.ts';
import { CoalescedReads } from './coalesced-reads.ts';
import { malformedId } from './shop-ids.ts';

export interface FoundProduct {
  /** The product; of a group, the variant that stands for it: in stock if any is. */
  readonly id: string;
  readonly by: 'id' | AliasKind;
  /** All products that were named: the variants of a group, or the product alone. */
  readonly products: readonly string[];
  /** Until when this is known, in milliseconds since 1970. An id needs no such limit, because cards are checked anyway. */
  readonly until: number;
}

interface Held {
  readonly match: AliasMatch | undefined;
  /** On the clock of `performance.now()`. */
  readonly until: number;
}

/** Milliseconds for which a group id or handle is cached; the catalogue itself is refreshed every minute. */
const aliasAge = 15_000;

/** Maximum number of cached names; clients can invent any number of them. */
const maxAliases = 10_000;

/** Maximum length of an id or name, as in the contract; the address of a product page may have 16 kB. */
const maxLength = 200;

export class ProductIds {
  readonly #pool: Pool;
  readonly #type: IdType;
  readonly #cards: CardCache;
  readonly #held = new LRUCache<string, Held>({ max: maxAliases });
  readonly #reads: CoalescedReads<AliasMatch | undefined>;
  #known: { readonly aliases: Promise<KnownAliases>; readonly until: number } | undefined;

  constructor(pool: Pool, type: IdType, cards: CardCache) {
    this.#pool = pool;
    this.#type = type;
    this.#cards = cards;
    this.#reads = new CoalescedReads(async (texts) => {
      const found = await readAliases(pool, texts.map(parseAlias));
      return new Map(texts.map((text, at) => [text, found[at]]));
    });
  }

  /**
   * Finds a product by its id, else by its group's id, else by its handle. `group:…` and `handle:…` skip the earlier
   * kinds, for shops where the ids of groups and products overlap.
   * @param where the id's name in the request: `product_id`
   * @returns the id as sent if it is valid but unknown; undefined if it can be neither an id nor another name of a product
   * @throws CoutureError `bad_request` if the text is neither a valid id nor a valid group id, and the shop has no handles
   */
  async find(text: string, where?: string): Promise<FoundProduct | undefined> {
    if (text.length > maxLength) return undefined;
    const id = canonicalId(this.#type, text);
    if (id !== undefined && (await this.#cards.read([id])).has(id)) return byId(id);
    const canBeName = await this.#canBeName(text);
    const { match, until } = canBeName ? await this.#match(text) : noMatch();
    const [first] = match?.products ?? [];
    if (match && first !== undefined) {
      const { kind, products } = match;
      const known = await this.#cards.read(products);
      const shown = bestVariant(products, known)?.id ?? products.find((each) => known.has(each)) ?? first;
      return { id: shown, by: kind, products, until: epochOf(until) };
    }
    if (id !== undefined) return { ...byId(id), until: epochOf(until) };
    if (canBeName) return undefined;
    throw malformedId(this.#type, text, where);
  }

  /** The kinds of names that products of this shop have, as a response lists them. */
  async kinds(): Promise<string[]> {
    const { group, handles } = await this.#aliases();
    return [`id (${this.#type})`, ...(group ? [`group id (${group})`] : []), ...(handles ? ['handle'] : [])];
  }

  /** Whether it can be a group's id or a handle in this shop; made-up ids then cost no statement in shops without either. */
  async #canBeName(text: string): Promise<boolean> {
    const { group, handles } = await this.#aliases();
    return handles || (group !== undefined && isId(group, parseAlias(text).text));
  }

  async #match(text: string): Promise<Held> {
    // Postgres cannot store U+0000.
    if (text.includes('\0')) return { match: undefined, until: Number.POSITIVE_INFINITY };
    const held = this.#held.get(text);
    if (held && held.until > performance.now()) return held;
    const until = performance.now() + aliasAge;
    const found = { match: (await this.#reads.load([text])).get(text), until };
    this.#held.set(text, found);
    return found;
  }

  /** Reads them once for all requests that need them at the same time: without groups, it scans the whole catalogue. */
  #aliases(): Promise<KnownAliases> {
    if (this.#known && this.#known.until > performance.now()) return this.#known.aliases;
    const known = { aliases: knownAliases(this.#pool), until: performance.now() + aliasAge };
    this.#known = known;
    known.aliases.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.aliases;
  }
}

/** `group:7` → the group 7; `7` → a name of any kind. UUIDs become what Postgres writes. */
export function parseAlias(text: string): Alias {
  const [, kind, rest] = /^(group|handle):(.+)$/s.exec(text) ?? [];
  const name = rest ?? text;
  return { text: canonicalId('uuid', name) ?? name, kind: kind as AliasKind | undefined };
}

function noMatch(): Held {
  return { match: undefined, until: performance.now() + aliasAge };
}

function byId(id: string): FoundProduct {
  return { id, by: 'id', products: [id], until: Number.POSITIVE_INFINITY };
}
