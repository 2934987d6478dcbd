// Something that is done again and again while the process lives: at the start, and a pause after each end.
import type { Log } from '../core/log.ts';

export class Upkeep {
  readonly #what: string;
  readonly #work: () => Promise<void>;
  readonly #pause: number;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** What the last time failed of; undefined where it did not. */
  #failure: string | undefined;

  /** @param pause milliseconds from an end to the next beginning */
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
        (error) => this.#tell(error),
      )
      .then(() => {
        if (!this.#closed) this.#timer = setTimeout(() => this.start(), this.#pause).unref();
      });
  }

  /** Waits for what runs. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** What fails all night is told once, and what else fails then as well. */
  #tell(error: Error & { code?: string }): void {
    const failure = error.code ?? error.message;
    if (failure !== this.#failure && !this.#closed)
      this.#log.warn({ err: error, what: this.#what }, 'push upkeep failed; it is tried again');
    this.#failure = failure;
  }
}
