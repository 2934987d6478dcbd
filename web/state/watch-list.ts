// The watch list of the signed-in customer: changed at once here, then on the server; what was changed without a network
// is sent when it is back.
import type { ProductCard, WireId } from '../../runtime/contract/product.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import type { Outbox } from './outbox.ts';
import { Store } from './store.ts';

export class WatchList extends Store {
  readonly #client: Client;
  readonly #outbox: Outbox;
  #products: readonly ProductCard[] = [];
  /** Id → whether it is to be on the list, where the server has not yet said so. */
  readonly #wanted = new Map<WireId, boolean>();
  loaded = false;

  constructor(client: Client, outbox: Outbox) {
    super();
    this.#client = client;
    this.#outbox = outbox;
  }

  /** What the server said, with what was changed since left out; what was added shows when the server has it. */
  get products(): readonly ProductCard[] {
    return this.#products.filter((product) => this.#wanted.get(product.id) !== false);
  }

  has(id: WireId): boolean {
    return this.#wanted.get(id) ?? this.#products.some((product) => product.id === id);
  }

  /** @throws ApiError, OfflineError; what was known is kept */
  async refresh(): Promise<void> {
    this.#take(await this.#client.watchList());
  }

  /**
   * Puts a product on the list or takes it off.
   * @returns `sent`; `waiting` if it will be sent when the network is back; `held` if only while this page stays open
   * @throws ApiError where the shop refuses; the list is then as before
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

  /** Nobody is signed in any more. */
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
