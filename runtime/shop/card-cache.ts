// Product cards, read live and cached for less than a second. Ids → current cards.
import { LRUCache } from 'lru-cache';
import type { CardRow } from '../../sql/store/shop/product-cards.ts';
import { CoalescedReads } from './coalesced-reads.ts';

/** A product as shoppers see it. */
export interface Card extends CardRow {
  /** Price that a shopper pays, in integer cents; null if the product cannot be sold. */
  readonly pay_cents: number | null;
  readonly in_stock: boolean;
}

/**
 * The result of reading a product. Each time a refresh finds the product unchanged, this reading is extended. Once the
 * product changes, or nobody requests it for a while, the reading expires for good and a new one replaces it.
 */
export interface Reading {
  readonly id: string;
  /** Undefined if the shop has no such product. */
  readonly card: Card | undefined;
  /** Milliseconds of the monotonic clock (`performance.now()`). */
  freshUntil: number;
}

/** Maximum number of cards to refresh in the background; even a shop's busiest hour requests fewer. */
const maxRefreshed = 3_000;

export class CardCache {
  readonly #readings: LRUCache<string, Reading>;
  readonly #reads: CoalescedReads<Reading>;
  /** Milliseconds for which a card is cached. */
  readonly age: number;
  /** The clock of `freshUntil`. */
  readonly now: () => number;
  /** Id → when it was forgotten. A read that began earlier must not bring it back. */
  readonly #forgotten = new Map<string, number>();
  /** Ids requested in the current refresh interval (half the age of a card), and in the previous one. */
  #requested = new Set<string>();
  #requestedBefore = new Set<string>();
  #refreshing: NodeJS.Timeout | undefined;
  /** Incremented whenever cards are forgotten; responses made from earlier cards are then stale. */
  version = 0;
  hits = 0;
  misses = 0;

  /**
   * @param read reads cards of the shop
   * @param options.age milliseconds for which a card is cached, counted from before it was read
   * @param options.max maximum number of cached cards
   * @param options.now clock, for tests
   */
  constructor(
    read: (ids: string[]) => Promise<ReadonlyMap<string, CardRow>>,
    options: { age: number; max: number; now?: () => number },
  ) {
    this.#readings = new LRUCache({ max: options.max });
    this.age = options.age;
    this.now = options.now ?? (() => performance.now());
    this.#reads = new CoalescedReads(async (ids) => {
      // Taken before the statement, so that its result is at least this new.
      const begun = this.now();
      return this.#keep(ids, await read(ids), begun);
    });
  }

  /**
   * Reads the current cards of these products, without those that the shop does not have.
   * @param used collects every reading that was used, including those of missing products
   */
  async read(ids: Iterable<string>, used?: Set<Reading>): Promise<Map<string, Card>> {
    const now = this.now();
    const cards = new Map<string, Card>();
    const missing: string[] = [];
    const ageing: string[] = [];
    const use = (reading: Reading) => {
      used?.add(reading);
      if (reading.card) cards.set(reading.id, reading.card);
    };
    for (const id of ids) {
      const reading = this.#readings.get(id);
      this.#noteRequest(id);
      if (!reading || reading.freshUntil <= now) missing.push(id);
      else {
        use(reading);
        if (reading.freshUntil < now + this.age / 2) ageing.push(id);
      }
    }
    this.hits += cards.size;
    this.misses += missing.length;
    if (missing.length > 0) {
      // Refresh ageing cards in the same statement, so that the cards of a list expire together rather than one by one.
      const read = await this.#reads.load([...missing, ...ageing]);
      for (const id of missing) use(read.get(id)!);
    }
    return cards;
  }

  /** The last known rows of these products, regardless of age. */
  lastKnown(ids: readonly string[]): Map<string, CardRow> {
    return new Map(
      ids.flatMap((id) => {
        const card = this.#readings.peek(id)?.card;
        return card ? [[id, card] as const] : [];
      }),
    );
  }

  /** Until when all of these readings are fresh. Counts them as requested, so that they are refreshed. */
  freshUntil(readings: Iterable<Reading>): number {
    let until = Number.POSITIVE_INFINITY;
    for (const reading of readings) {
      this.#noteRequest(reading.id);
      if (reading.freshUntil < until) until = reading.freshUntil;
    }
    return until;
  }

  /**
   * Starts to refresh requested cards before they expire, all in one statement, so that requests for them never wait.
   * Without requests, it reads nothing.
   */
  start(): void {
    if (this.age === 0) return;
    // A request that needs the card reports the error.
    this.#refreshing = setInterval(() => void this.refresh().catch(() => {}), this.age / 2).unref();
  }

  /** Runs once per half age of a card: reads the cards requested in this interval and in the previous one. */
  async refresh(): Promise<void> {
    const wanted = [...new Set([...this.#requested, ...this.#requestedBefore])];
    this.#requestedBefore = this.#requested;
    this.#requested = new Set();
    if (wanted.length > 0) await this.#reads.load(wanted);
  }

  close(): void {
    clearInterval(this.#refreshing);
  }

  /** Invalidates these products; their next read queries the database. */
  forget(ids: Iterable<string>): void {
    const now = this.now();
    if (this.#forgotten.size > 10_000) this.#forgotten.clear();
    for (const id of ids) {
      this.#readings.delete(id);
      this.#forgotten.set(id, now);
    }
    this.version += 1;
  }

  get size(): number {
    return this.#readings.size;
  }

  #noteRequest(id: string): void {
    if (this.#requested.size < maxRefreshed) this.#requested.add(id);
  }

  #keep(ids: string[], rows: ReadonlyMap<string, CardRow>, begun: number): Map<string, Reading> {
    const freshUntil = begun + this.age;
    const readings = new Map<string, Reading>();
    for (const id of ids) {
      const row = rows.get(id);
      const before = this.#readings.peek(id);
      if (before && sameRow(before.card, row)) {
        before.freshUntil = Math.max(before.freshUntil, freshUntil);
        readings.set(id, before);
        continue;
      }
      const reading: Reading = { id, card: row && cardOf(row), freshUntil };
      readings.set(id, reading);
      const forgotten = this.#forgotten.get(id);
      if (forgotten !== undefined && forgotten >= begun) continue;
      if (forgotten !== undefined) this.#forgotten.delete(id);
      // Concurrent statements can finish in a different order than they began.
      if (!before || before.freshUntil <= freshUntil) this.#readings.set(id, reading);
    }
    return readings;
  }
}

function cardOf(row: CardRow): Card {
  const pay = row.sale_cents ?? row.price_cents;
  return {
    ...row,
    pay_cents: pay,
    in_stock: pay !== null && (row.inventory === null || row.inventory > 0),
  };
}

function sameRow(card: CardRow | undefined, row: CardRow | undefined): boolean {
  if (!card || !row) return card === row;
  return (Object.keys(row) as Array<keyof CardRow>).every((column) => card[column] === row[column]);
}
