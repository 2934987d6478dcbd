// Decides when gathered items are written: after a short delay, one write at a time, again after a failure, and once more
// at close. The items stay with the caller, who may merge or drop them while they wait.
import { type Clock, realClock } from './clock.ts';

export interface BatcherOptions {
  /** Milliseconds from the first item to its write; 0 means at the end of this turn of the event loop. */
  readonly delay: number;
  /** Whether to write what arrived during a write at once, instead of after another delay. */
  readonly eager?: boolean;
  /** Milliseconds from a failed write to its retry; default: `delay`. */
  readonly retryDelay?: number;
  /** The retry delay doubles with each failure in a row, up to this. Default: it stays the same. */
  readonly maxRetryDelay?: number;
  /** Whether an item is waiting. */
  readonly pending: () => boolean;
  /** Writes one batch. It reports its errors itself; it rejects to have what is still pending wait for the retry. */
  readonly flush: () => Promise<void>;
  readonly clock?: Clock;
}

/** Milliseconds that `close` waits for Postgres by default. */
const defaultCloseTimeout = 10_000;

export class Batcher {
  readonly #options: BatcherOptions;
  readonly #clock: Clock;
  #cancelNext: (() => void) | undefined;
  #flushing: Promise<boolean> | undefined;
  /** Failed writes since the last successful one. */
  #failures = 0;
  /** `closing`: writes only what `close` asks for. `closed`: writes nothing more. */
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  /** Schedules a write of what is pending, unless one is due or in flight. Call it after each item. */
  schedule(): void {
    if (this.#cancelNext || this.#flushing || !this.#options.pending()) return;
    this.#later(this.#options.delay);
  }

  /** Writes without delay, until nothing is pending or a write fails. Joins the write in flight. */
  async flushNow(): Promise<void> {
    await this.#flushing;
    while (this.#options.pending() && (await this.#flush()));
  }

  /**
   * Writes what is pending, with one attempt per batch. From now on `schedule` has no effect.
   * @returns false if that takes longer than `timeout` milliseconds; then a write may be in flight, but no other follows
   */
  async close(timeout = defaultCloseTimeout): Promise<boolean> {
    this.#state = 'closing';
    this.#cancelNext?.();
    let cancel = () => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#clock.later(() => resolve(false), timeout);
    });
    try {
      return await Promise.race([this.flushNow().then(() => true), late]);
    } finally {
      cancel();
      this.#state = 'closed';
    }
  }

  #later(delay: number): void {
    if (this.#state !== 'open') return;
    this.#cancelNext = this.#clock.later(() => {
      this.#cancelNext = undefined;
      if (this.#options.pending()) void this.#flush();
    }, delay);
  }

  /** @returns whether the write succeeded */
  #flush(): Promise<boolean> {
    this.#cancelNext?.();
    this.#cancelNext = undefined;
    if (this.#state === 'closed') return Promise.resolve(false);
    this.#flushing ??= this.#write().then((done) => {
      this.#flushing = undefined;
      if (this.#options.pending()) this.#later(done ? this.#options.delay : this.#retryDelay());
      return done;
    });
    return this.#flushing;
  }

  async #write(): Promise<boolean> {
    const { flush, pending, eager } = this.#options;
    try {
      do {
        await flush();
        this.#failures = 0;
      } while (eager && this.#state !== 'closed' && pending());
      return true;
    } catch {
      this.#failures += 1;
      return false;
    }
  }

  #retryDelay(): number {
    const { delay, retryDelay = delay, maxRetryDelay = retryDelay } = this.#options;
    return Math.min(maxRetryDelay, retryDelay * 2 ** (this.#failures - 1));
  }
}
