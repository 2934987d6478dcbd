// Repeats a task while the process runs, one run at a time, with a pause after the end of each run. A task that keeps
// failing is logged once, and so is its recovery.
import type { Log } from '../core/log.ts';
import { backgroundClock, type Clock } from './clock.ts';

export interface PollerOptions {
  /** Names the task in the log. */
  readonly name: string;
  /** Milliseconds between the end of a run and the start of the next. */
  readonly interval: number;
  /** @param signal aborted by `close` */
  readonly task: (signal: AbortSignal) => unknown;
  readonly log: Log;
  readonly clock?: Clock;
}

export class Poller {
  readonly #options: PollerOptions;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #started = false;
  #running: Promise<void> | undefined;
  #cancelNext: () => void = () => {};
  /** Code or message of the last run's error; undefined if it succeeded. */
  #failure: string | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? backgroundClock;
  }

  /** Starts to poll, with the first run now. Resolves after the first run, even if it failed. */
  start(): Promise<void> {
    this.#started = true;
    return this.run();
  }

  /** Starts to poll, with the first run after one interval. */
  startLater(): void {
    this.#started = true;
    this.#schedule();
  }

  /** Runs the task now, or joins the run in progress. Resolves after the run, even if it failed. */
  run(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    this.#cancelNext();
    this.#running ??= this.#attempt().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
    return this.#running;
  }

  /** Aborts the run in progress, waits for its end, and starts no further one. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelNext();
    await this.#running;
  }

  #schedule(): void {
    if (!this.#started || this.#closing.signal.aborted) return;
    this.#cancelNext();
    this.#cancelNext = this.#clock.later(() => void this.run(), this.#options.interval);
  }

  async #attempt(): Promise<void> {
    const { name, task, log } = this.#options;
    const { signal } = this.#closing;
    try {
      await task(signal);
      if (this.#failure !== undefined) log.info({ task: name }, 'background task works again');
      this.#failure = undefined;
    } catch (error) {
      if (signal.aborted) return;
      // A different error of a task that already failed is news, too.
      const { code, message } = error as Error & { code?: string };
      const failure = code ?? message;
      if (failure !== this.#failure) log.warn({ err: error, task: name }, 'background task failed; retrying');
      this.#failure = failure;
    }
  }
}
