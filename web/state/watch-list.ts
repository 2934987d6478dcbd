// The watchlist of the signed-in customer. Changes apply at once here, then on the server; changes made offline are sent
// when the network is back.
import type { ProductCard, WireId } from '../../runtime/contract/product.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import type { Outbox } from './outbox.ts';
import { Store } from './store.ts';

export class WatchList extends Store {
  readonly #client: Client;
  readonly #outbox: Outbox;
  #products: readonly ProductCard[] = [];
  /** Id → whether the product should be on the list, for changes that the server has not confirmed. */
  readonly #wanted = new Map<WireId, boolean>();
  loaded = false;

  constructor(client: Client, outbox: Outbox) {
    super();
    this.#client = client;
    this.#outbox = outbox;
  }

  /** The server's list without what was removed since; additions appear once the server has them. */
  get products(): readonly ProductCard[] {
    return this.#products.filter((product) => this.#wanted.get(product.id) !== false);
  }

  has(id: WireId): boolean {
    return this.#wanted.get(id) ?? this.#products.some((product) => product.id === id);
  }

  /** @throws ApiError, OfflineError; the last list stays */
  async refresh(): Promise<void> {
    this.#take(await this.#client.watchList());
  }

  /**
   * Adds a product to the list or removes it.
   * @returns `sent`; `waiting` if it will be sent when the network is back; `held` if only while this page stays open
   * @throws ApiError if the shop refuses; the list is then unchanged
   */
  async watch(id: WireId, watched: boolean): Promise<'sent' | 'waiting' | 'held'> {
    this.#wanted.set(id, watched);
    this.changed();
    try {
      this.#take(await this.#client.watch(id, watched));
      this.#wanted.delete(id);
      return 'sent';
    } catch (error) {
      if (error instanceof OfflineError) {
        return (await this.#outbox.add({ kind: 'watch', id, watched })) ? 'waiting' : 'held';
      }
      this.#wanted.delete(id);
      throw error;
    } finally {
      this.changed();
    }
  }

  /** Empties the list after a sign-out. */
  forget(): void {
    this.#products = [];
    this.#wanted.clear();
    this.loaded = false;
    this.changed();
  }

  #take(products: readonly ProductCard[]): void {
    this.#products = products;
    this.loaded = true;
    this.changed();
  }
}
