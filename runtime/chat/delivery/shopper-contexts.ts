// Writes the page and cart that shoppers report: the latest per chat, at most once per second.
import type { Pool } from '../../../sql/pool.ts';
import { type CartLine, updateContext } from '../../../sql/store/chat/sessions.ts';
import type { Log } from '../../core/log.ts';
import { Batcher } from '../../work/batcher.ts';
import { pageAddress } from './page-address.ts';

export interface ReportedContext {
  readonly page?: string | undefined;
  readonly cart?: readonly CartLine[] | undefined;
}

const batchDelay = 1_000;

export class ShopperContexts {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #onUpdated: (sessionId: string) => void;
  readonly #waiting = new Map<string, { page?: string; cart?: readonly CartLine[] }>();
  readonly #batcher = new Batcher({
    delay: batchDelay,
    pending: () => this.#waiting.size > 0,
    flush: () => this.#write(),
  });

  constructor(pool: Pool, log: Log, onUpdated: (sessionId: string) => void) {
    this.#pool = pool;
    this.#log = log;
    this.#onUpdated = onUpdated;
  }

  /** Merges a report into the pending one; undefined fields stay as they are. */
  report(sessionId: string, { page, cart }: ReportedContext): void {
    const pending = this.#waiting.get(sessionId) ?? {};
    const address = page === undefined ? undefined : pageAddress(page);
    this.#waiting.set(sessionId, {
      ...pending,
      ...(address === undefined ? {} : { page: address }),
      ...(cart ? { cart } : {}),
    });
    this.#batcher.schedule();
  }

  async close(): Promise<void> {
    await this.#batcher.close();
  }

  async #write(): Promise<void> {
    for (const [sessionId, context] of [...this.#waiting]) {
      this.#waiting.delete(sessionId);
      try {
        if (await updateContext(this.#pool, sessionId, context)) this.#onUpdated(sessionId);
      } catch (error) {
        this.#log.debug({ err: error }, 'failed to write the page and cart of a shopper');
      }
    }
  }
}
