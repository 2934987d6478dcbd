// Refuses work that could not be done in time, before any of it is done: 503 and Retry-After rather than collapse.
import type { Context, Next } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import { CoutureError } from '../../core/errors.ts';
import { LoopLag } from './loop-lag.ts';
import { routeOf } from './matched-route.ts';

/** Share of the last seconds that may be lost in long gaps of the event loop before requests are refused. */
const maxLost = 0.5;

export class LoadShedding {
  readonly #pool: Pool;
  readonly #maxInFlight: number;
  readonly #maxWaiting: number;
  readonly #lag = new LoopLag();
  /** Requests that are being worked on: their bodies are here, and their answers are not ready yet. */
  inFlight = 0;
  refused = 0;

  /** @param maxInFlight requests that are worked on at once */
  constructor(pool: Pool, maxInFlight: number) {
    this.#pool = pool;
    this.#maxInFlight = maxInFlight;
    this.#maxWaiting = 10 * (pool.options.max ?? 10);
  }

  start(): void {
    this.#lag.start();
  }

  close(): void {
    this.#lag.close();
  }

  /** Why nothing more is taken on; undefined while there is room. */
  reason(): string | undefined {
    if (this.inFlight >= this.#maxInFlight) return `${this.inFlight} requests are in flight`;
    if (this.#pool.waitingCount > this.#maxWaiting)
      return `${this.#pool.waitingCount} queries are waiting for Postgres`;
    const lost = this.#lag.share;
    if (lost > maxLost)
      return `the event loop was blocked for ${Math.round(lost * 100)} % of the last seconds`;
    return undefined;
  }

  readonly middleware = async (ctx: Context, next: Next): Promise<void> => {
    if (!alwaysAnswered.has(routeOf(ctx)!)) this.#requireRoom();
    this.inFlight += 1;
    try {
      await next();
    } finally {
      this.inFlight -= 1;
    }
  };

  /**
   * Waits for the client: a body that comes in, a file that goes out. Meanwhile the request is not in flight, so that
   * slow or silent clients take no room from others; it needs room again to go on.
   */
  readonly awaitClient = async <T>(wait: () => Promise<T>, more: 'work' | 'nothing' = 'work'): Promise<T> => {
    this.inFlight -= 1;
    try {
      const result = await wait();
      if (more === 'work') this.#requireRoom();
      return result;
    } finally {
      this.inFlight += 1;
    }
  };

  #requireRoom(): void {
    const reason = this.reason();
    if (!reason) return;
    this.refused += 1;
    throw new CoutureError('overloaded', `Overloaded: ${reason}`, 'Retry in a second.');
  }
}

/** Whoever watches the process must see it when it is busiest. */
export const alwaysAnswered: ReadonlySet<string> = new Set(['GET /healthz', 'GET /readyz', 'GET /metrics']);
