// Where shoppers are and what is in their carts: the newest of each chat, written at most once a second.
import type { Pool } from '../../../sql/pool.ts';
import { type CartLine, tellContext } from '../../../sql/store/chat/sessions.ts';
import type { Log } from '../../core/log.ts';
import { pageOf } from './page-address.ts';

export interface ToldContext {
  readonly page?: string | undefined;
  readonly cart?: readonly CartLine[] | undefined;
}

const gather = 1_000;

export class Contexts {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #onTold: (sessionId: string) => void;
  readonly #waiting = new Map<string, { page?: string; cart?: readonly CartLine[] }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: Pool, log: Log, onTold: (sessionId: string) => void) {
    this.#pool = pool;
    this.#log = log;
    this.#onTold = onTold;
  }

  /** What is not said stays as it was. */
  tell(sessionId: string, { page, cart }: ToldContext): void {
    const told = this.#waiting.get(sessionId) ?? {};
    const address = page === undefined ? undefined : pageOf(page);
    this.#waiting.set(sessionId, {
      ...told,
      ...(address === undefined ? {} : { page: address }),
      ...(cart ? { cart } : {}),
    });
    this.#timer ??= setTimeout(() => void this.#write(), gather).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    for (const [sessionId, context] of [...this.#waiting]) {
      this.#waiting.delete(sessionId);
      try {
        if (await tellContext(this.#pool, sessionId, context)) this.#onTold(sessionId);
      } catch (error) {
        this.#log.debug({ err: error }, 'a shopper’s page and cart could not be written');
      }
    }
  }
}
