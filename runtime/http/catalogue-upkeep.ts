// Refreshes the catalogue from the shop's views at startup and every minute, in one of several processes.
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../sql/pool.ts';
import { refreshCatalogue } from '../../sql/store/shop/catalogue-refresh.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between refreshes. */
const defaultInterval = 60_000;

/** Maximum delay of startup by the first refresh, in milliseconds. Writing 48 k products takes 9 s, comparing them 1 s. */
const maxStartDelay = 15_000;

export class CatalogueUpkeep {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();
  /** Code or message of the last refresh's error; undefined if it succeeded. */
  #failure: string | undefined;

  constructor(pool: Pool, log: Log, interval = defaultInterval) {
    this.#pool = pool;
    this.#log = log;
    this.#interval = interval;
  }

  /** Waits for the first refresh up to a limit, so that the first request finds products. */
  async start(): Promise<void> {
    const { signal } = this.#closing;
    const waited = new AbortController();
    await Promise.race([
      this.#refresh(),
      delay(maxStartDelay, undefined, { signal: AbortSignal.any([signal, waited.signal]) }).catch(() => {}),
    ]);
    waited.abort();
  }

  /** Aborts a refresh in progress. It leaves no changes, and the next process starts with a refresh. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #refresh(): Promise<void> {
    const { signal } = this.#closing;
    this.#running = refreshCatalogue(this.#pool, signal)
      .then(
        (refreshed) => {
          if (this.#failure !== undefined) this.#log.info('the catalogue refresh works again');
          this.#failure = undefined;
          this.#log.debug(refreshed, 'catalogue refreshed');
        },
        (error) => {
          if (!signal.aborted) this.#logFailure(error);
        },
      )
      .finally(() => {
        if (!signal.aborted) this.#timer = setTimeout(() => this.#refresh(), this.#interval).unref();
      });
    return this.#running;
  }

  /** Logs each kind of failure once: a broken view fails every minute of the night. */
  #logFailure(error: Error & { code?: string }): void {
    const failure = error.code ?? error.message;
    if (failure !== this.#failure) this.#log.warn({ err: error }, 'cannot refresh the catalogue');
    this.#failure = failure;
  }
}
