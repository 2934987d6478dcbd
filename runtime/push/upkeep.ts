// A task that repeats while the process runs: first at the start, then a pause after each run has ended.
import type { Log } from '../core/log.ts';

export class Upkeep {
  readonly #what: string;
  readonly #work: () => Promise<void>;
  readonly #pause: number;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** Error of the last run; undefined when it succeeded. */
  #failure: string | undefined;

  /** @param pause milliseconds between the end of a run and the start of the next */
  constructor(what: string, work: () => Promise<void>, pause: number, log: Log) {
    this.#what = what;
    this.#work = work;
    this.#pause = pause;
    this.#log = log;
  }

  start(): void {
    if (this.#closed) return;
    this.#running = this.#work()
      .then(
        () => (this.#failure = undefined),
        (error) => this.#report(error),
      )
      .then(() => {
        if (!this.#closed) this.#timer = setTimeout(() => this.start(), this.#pause).unref();
      });
  }

  /** Stops the task and waits for the current run. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Logs a failure once, not after each run; a different failure is logged again. */
  #report(error: Error & { code?: string }): void {
    const failure = error.code ?? error.message;
    if (failure !== this.#failure && !this.#closed)
      this.#log.warn({ err: error, what: this.#what }, 'push task failed; retrying');
    this.#failure = failure;
  }
}
