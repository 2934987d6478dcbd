// Product cards, read live and taken as read for less than a second. Ids → cards as they are now.
import { LRUCache } from 'lru-cache';
import type { CardRow } from '../../sql/store/shop/product-cards.ts';
import { CoalescedReads } from './coalesced-reads.ts';

/** What a shopper sees of a product. */
export interface Card extends CardRow {
  /** In integer cents: what a shopper pays. Null: it cannot be sold. */
  readonly pay_cents: number | null;
  readonly in_stock: boolean;
}

/**
 * What was read of a product. As long as it is read anew and found the same, this very reading is extended; once the
 * product has changed, or nobody has looked for a while, it ends for good and another one takes its place.
 */
export interface Reading {
  readonly id: string;
  /** Undefined: the shop has no such product. */
  readonly card: Card | undefined;
  /** Milliseconds of the monotonic clock (`performance.now()`). */
  freshUntil: number;
}

/** Cards that are read anew unasked; a shop's busiest hour looks at fewer. */
const mostRenewed = 3_000;

export class CardCache {
  readonly #readings: LRUCache<string, Reading>;
  readonly #reads: CoalescedReads<Reading>;
  /** Milliseconds for which a card is taken as read. */
  readonly age: number;
  /** The clock that `freshUntil` is of. */
  readonly now: () => number;
  /** Id → when it was forgotten: a read that began before may not bring it back. */
  readonly #forgotten = new Map<string, number>();
  /** Ids that were asked for in this half life of a card, and in the one before. */
  #asked = new Set<string>();
  #askedBefore = new Set<string>();
  #renewing: NodeJS.Timeout | undefined;
  /** Goes up whenever cards are forgotten: what was made from cards of before may not be shown any more. */
  version = 0;
  hits = 0;
  misses = 0;

  /**
   * @param read reads cards of the shop
   * @param options.age milliseconds for which a card is taken as read, counted from before it was read
   * @param options.most cards that are held
   * @param options.now another clock, for tests
   */
  constructor(
    read: (ids: string[]) => Promise<ReadonlyMap<string, CardRow>>,
    options: { age: number; most: number; now?: () => number },
  ) {
    this.#readings = new LRUCache({ max: options.most });
    this.age = options.age;
    this.now = options.now ?? (() => performance.now());
    this.#reads = new CoalescedReads(async (ids) => {
      // From before the statement: what it shows is at least as new as this.
      const begun = this.now();
      return this.#keep(ids, await read(ids), begun);
    });
  }

  /**
   * The cards of these products as they are now; ids that the shop does not have are left out.
   * @param used is given every reading that was used, those of products that are not there too
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
      this.#ask(id);
      if (!reading || reading.freshUntil <= now) missing.push(id);
      else {
        use(reading);
        if (reading.freshUntil < now + this.age / 2) ageing.push(id);
      }
    }
    this.hits += cards.size;
    this.misses += missing.length;
    if (missing.length > 0) {
      // Whoever has to wait takes the older half along: the cards of a list then expire together, not one by one.
      const read = await this.#reads.load([...missing, ...ageing]);
      for (const id of missing) use(read.get(id)!);
    }
    return cards;
  }

  /** What was last read of these products, however long ago. */
  lastKnown(ids: readonly string[]): Map<string, CardRow> {
    return new Map(
      ids.flatMap((id) => {
        const card = this.#readings.peek(id)?.card;
        return card ? [[id, card] as const] : [];
      }),
    );
  }

  /** Until when all of these hold; they count as looked at, so that they are renewed. */
  freshUntil(readings: Iterable<Reading>): number {
    let until = Number.POSITIVE_INFINITY;
    for (const reading of readings) {
      this.#ask(reading.id);
      if (reading.freshUntil < until) until = reading.freshUntil;
    }
    return until;
  }

  /**
   * From now on reads the cards that shoppers look at anew before they expire, all in one statement, so that requests
   * for them never wait. A shop that nobody looks at reads nothing.
   */
  start(): void {
    if (this.age === 0) return;
    // Who needs a card that could not be read will say so.
    this.#renewing = setInterval(() => void this.renew().catch(() => {}), this.age / 2).unref();
  }

  /** Once in the half life of a card: reads those that were asked for in this one and in the one before. */
  async renew(): Promise<void> {
    const wanted = [...new Set([...this.#asked, ...this.#askedBefore])];
    this.#askedBefore = this.#asked;
    this.#asked = new Set();
    if (wanted.length > 0) await this.#reads.load(wanted);
  }

  close(): void {
    clearInterval(this.#renewing);
  }

  /** The next read of these products goes to the database. */
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

  #ask(id: string): void {
    if (this.#asked.size < mostRenewed) this.#asked.add(id);
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
      // Two statements can end in another order than they began.
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
