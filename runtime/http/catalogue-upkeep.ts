// Keeps the catalogue up to the shop: at the start, and every minute. Of several processes one does it.
import type { Pool } from '../../sql/pool.ts';
import { refreshCatalogue } from '../../sql/store/catalogue-refresh.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between two looks. */
const pause = 60_000;

export class CatalogueUpkeep {
  readonly #pool: Pool;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Waits for the first look, so that the first request finds products. */
  async start(): Promise<void> {
    await this.#look();
  }

  /** Lets a look that runs end. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #look(): Promise<void> {
    this.#running = refreshCatalogue(this.#pool)
      .then(
        (refreshed) => this.#log.debug(refreshed, 'catalogue refreshed'),
        (error) => this.#log.warn({ err: error }, 'the catalogue could not be refreshed'),
      )
      .finally(() => {
        if (!this.#closed) this.#timer = setTimeout(() => this.#look(), pause).unref();
      });
    return this.#running;
  }
}
