// The watchlist of the signed-in customer. Changes apply at once here, then on the server; changes made offline are sent
// when the network is back.
import type { ProductCard, WireId } from '../../runtime/contract/product.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import type { Outbox } from './outbox.ts';
import { Store } from './store.ts';

/** A change that the server has not confirmed. */
interface Wish {
  /** Whether the product should be on the list. */
  readonly watched: boolean;
  /** Ends once the server has been asked. */
  readonly asked: Promise<unknown>;
  /** Whether the outbox has it. */
  waits: boolean;
}

export class WatchList extends Store {
  readonly #client: Client;
  readonly #outbox: Outbox;
  #products: readonly ProductCard[] = [];
  /** The last wish for each product. */
  readonly #wanted = new Map<WireId, Wish>();
  /** Number of the person whose list this is: an answer for the person before comes too late. */
  #person = 0;
  loaded = false;

  constructor(client: Client, outbox: Outbox) {
    super();
    this.#client = client;
    this.#outbox = outbox;
  }

  /** The server's list without what was removed since; additions appear once the server has them. */
  get products(): readonly ProductCard[] {
    return this.#products.filter((product) => this.#wanted.get(product.id)?.watched !== false);
  }

  has(id: WireId): boolean {
    return this.#wanted.get(id)?.watched ?? this.#products.some((product) => product.id === id);
  }

  /** @throws ApiError, OfflineError; the last list stays */
  async refresh(): Promise<void> {
    const person = this.#person;
    const waiting = [...this.#wanted].filter(([, wish]) => wish.waits);
    // Asked before the list, which then has what was sent from the outbox.
    const isSent = waiting.length > 0 && (await this.#outbox.count()) === 0;
    const products = await this.#client.watchList();
    if (person !== this.#person) return;
    if (isSent) for (const [id, wish] of waiting) this.#fulfil(id, wish);
    this.#take(products);
  }

  /**
   * Adds a product to the list or removes it. Changes of one product reach the server in the order in which they were made.
   * @returns `sent`; `waiting` if it will be sent when the network is back; `held` if only while this page stays open
   * @throws ApiError if the shop refuses; the list is then unchanged
   */
  async watch(id: WireId, watched: boolean): Promise<'sent' | 'waiting' | 'held'> {
    const person = this.#person;
    const before = this.#wanted.get(id);
    const asked = Promise.resolve(before?.asked.catch(() => {})).then(async () => {
      // An earlier change must not arrive after this one.
      if (before?.waits) await this.#outbox.flush().catch(() => {});
      return this.#client.watch(id, watched);
    });
    const wish: Wish = { watched, asked, waits: false };
    this.#wanted.set(id, wish);
    this.changed();
    try {
      const products = await asked;
      if (person !== this.#person) return 'sent';
      this.#fulfil(id, wish);
      this.#take(products);
      return 'sent';
    } catch (error) {
      if (error instanceof OfflineError && person === this.#person) {
        wish.waits = true;
        return (await this.#outbox.add({ kind: 'watch', id, watched })) ? 'waiting' : 'held';
      }
      this.#fulfil(id, wish);
      throw error;
    } finally {
      this.changed();
    }
  }

  /** Empties the list after a sign-out. */
  forget(): void {
    this.#person += 1;
    this.#products = [];
    this.#wanted.clear();
    this.loaded = false;
    this.changed();
  }

  /** Forgets a wish, unless there is a later one for the product. */
  #fulfil(id: WireId, wish: Wish): void {
    if (this.#wanted.get(id) === wish) this.#wanted.delete(id);
  }

  #take(products: readonly ProductCard[]): void {
    this.#products = products;
    this.loaded = true;
    this.changed();
  }
}
