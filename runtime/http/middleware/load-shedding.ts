// Rejects requests that could not be answered in time before any work is done: 503 with Retry-After rather than collapse.
import type { Context, Next } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import { CoutureError } from '../../core/errors.ts';
import { LoopLag } from './loop-lag.ts';
import { routeOf } from './matched-route.ts';

/** Share of the last seconds lost to long event-loop delays above which requests are rejected. */
const maxLost = 0.5;

export class LoadShedding {
  readonly #pool: Pool;
  readonly #maxInFlight: number;
  readonly #maxWaiting: number;
  readonly #lag = new LoopLag();
  /** Requests in flight: their bodies have arrived, and their responses are not ready yet. */
  inFlight = 0;
  refused = 0;

  /** @param maxInFlight maximum number of requests in flight */
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

  /** Why further requests are rejected; undefined while there is capacity. */
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
    if (!alwaysAnswered.has(routeOf(ctx)!)) this.#requireCapacity();
    this.inFlight += 1;
    try {
      await next();
    } finally {
      this.inFlight -= 1;
    }
  };

  /**
   * Waits for the client: for an incoming body or an outgoing file. Meanwhile the request does not count as in flight, so
   * that slow or silent clients do not take capacity from others. It needs capacity again to continue.
   */
  readonly awaitClient = async <T>(wait: () => Promise<T>, more: 'work' | 'nothing' = 'work'): Promise<T> => {
    this.inFlight -= 1;
    try {
      const result = await wait();
      if (more === 'work') this.#requireCapacity();
      return result;
    } finally {
      this.inFlight += 1;
    }
  };

  #requireCapacity(): void {
    const reason = this.reason();
    if (!reason) return;
    this.refused += 1;
    throw new CoutureError('overloaded', `Overloaded: ${reason}`, 'Retry in a second.');
  }
}

/** Routes that are never shed, because monitoring must work under full load. */
export const alwaysAnswered: ReadonlySet<string> = new Set(['GET /healthz', 'GET /readyz', 'GET /metrics']);
