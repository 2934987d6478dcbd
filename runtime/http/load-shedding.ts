// Refuses work that could not be done in time, before any of it is done: 503 and Retry-After rather than collapse.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Context, Next } from 'koa';
import type { Pool } from '../../sql/pool.ts';
import { CoutureError } from '../core/errors.ts';

/** Mean delay of the event loop in the last second, in milliseconds, past which requests are refused. */
const longestDelay = 250;

export class LoadShedding {
  readonly #pool: Pool;
  readonly #mostInFlight: number;
  readonly #mostWaiting: number;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #meanDelay = 0;
  #timer: NodeJS.Timeout | undefined;
  inFlight = 0;
  refused = 0;

  /** @param mostInFlight requests that are answered at once */
  constructor(pool: Pool, mostInFlight: number) {
    this.#pool = pool;
    this.#mostInFlight = mostInFlight;
    this.#mostWaiting = 10 * (pool.options.max ?? 10);
  }

  start(): void {
    this.#delay.enable();
    this.#timer = setInterval(() => {
      // Without the timer's own resolution; NaN before the first sample.
      this.#meanDelay = Math.max(0, this.#delay.mean / 1e6 - 20) || 0;
      this.#delay.reset();
    }, 1_000).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  /** Why nothing more is taken on; undefined while there is room. */
  reason(): string | undefined {
    if (this.inFlight >= this.#mostInFlight) return `${this.inFlight} requests are being answered`;
    if (this.#pool.waitingCount > this.#mostWaiting) return `${this.#pool.waitingCount} wait for Postgres`;
    if (this.#meanDelay > longestDelay) return `the process is ${Math.round(this.#meanDelay)} ms behind`;
    return undefined;
  }

  readonly middleware = async (ctx: Context, next: Next): Promise<void> => {
    const reason = this.reason();
    if (reason && !alwaysAnswered.has(ctx.path)) {
      this.refused += 1;
      throw new CoutureError('overloaded', `Too much at once: ${reason}`, 'Try again in a second.');
    }
    this.inFlight += 1;
    try {
      await next();
    } finally {
      this.inFlight -= 1;
    }
  };
}

/** Whoever watches the process must see it when it is busiest. */
export const alwaysAnswered: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
