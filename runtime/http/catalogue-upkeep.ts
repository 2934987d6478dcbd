// Keeps the catalogue up to the shop: at the start, and every minute. Of several processes one does it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../sql/pool.ts';
import { refreshCatalogue } from '../../sql/store/shop/catalogue-refresh.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between two looks. */
const usualPause = 60_000;

/** Milliseconds that the first look may hold up the start; 48 k products are written in 9 s, and compared in 1 s. */
const firstWait = 15_000;

export class CatalogueUpkeep {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #pause: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();
  /** What the last look failed of; undefined where it did not. */
  #failure: string | undefined;

  constructor(pool: Pool, log: Log, pause = usualPause) {
    this.#pool = pool;
    this.#log = log;
    this.#pause = pause;
  }

  /** Waits for the first look, within reason, so that the first request finds products. */
  async start(): Promise<void> {
    const { signal } = this.#closing;
    const waited = new AbortController();
    await Promise.race([
      this.#look(),
      delay(firstWait, undefined, { signal: AbortSignal.any([signal, waited.signal]) }).catch(() => {}),
    ]);
    waited.abort();
  }

  /** Breaks off a look that runs: it leaves nothing, and the next process begins with one. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #look(): Promise<void> {
    const { signal } = this.#closing;
    this.#running = refreshCatalogue(this.#pool, signal)
      .then(
        (refreshed) => {
          if (this.#failure !== undefined) this.#log.info('the catalogue refresh works again');
          this.#failure = undefined;
          this.#log.debug(refreshed, 'catalogue refreshed');
        },
        (error) => {
          if (!signal.aborted) this.#tell(error);
        },
      )
      .finally(() => {
        if (!signal.aborted) this.#timer = setTimeout(() => this.#look(), this.#pause).unref();
      });
    return this.#running;
  }
  /** A view that is broken fails every minute of the night: that is told once, and what else fails then as well. */
  #tell(error: Error & { code?: string }): void {
    const failure = error.code ?? error.message;
    if (failure !== this.#failure) this.#log.warn({ err: error }, 'cannot refresh the catalogue');
    this.#failure = failure;
  }
}
