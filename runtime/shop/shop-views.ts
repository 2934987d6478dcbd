// Reads of the shop's views, which its owner may change or lose at any time: what a read gives, or what is known from
// before; told once in the log, counted for the metrics, and tried again until the view is back.
import type { SourceViewName } from '../../sql/source/source-contract.ts';
import { isViewTrouble } from '../../sql/view-trouble.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between two tries of a read that fails; meanwhile Postgres is not asked. */
const tryEvery = 1_000;

/** Milliseconds between two lines in the log about one read that fails. */
const warnEvery = 300_000;

interface Failure {
  readonly view: SourceViewName;
  readonly what: string;
  /** The read that failed last. */
  readonly again: () => Promise<unknown>;
  error: Error;
  triedAt: number;
  warnedAt: number;
  /** Answers that were given without the view since it failed. */
  answered: number;
}

export class ShopViews {
  readonly #log: Log;
  /** By what is read. */
  readonly #failing = new Map<string, Failure>();
  readonly #read = new Set<string>();
  /** Reads that were answered without the view. */
  answered = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Runs a read of a view.
   * @param what is read: `product cards`; one word for one statement
   * @param otherwise what to answer while the view cannot be read; may throw `unavailable`
   * @throws what the read throws for other reasons than the view, such as a Postgres that is away
   */
  async read<T>(
    view: SourceViewName,
    what: string,
    read: () => Promise<T>,
    otherwise: () => T | Promise<T>,
  ): Promise<T> {
    const before = this.#failing.get(what);
    if (before && performance.now() < before.triedAt + tryEvery) return this.#answer(before, otherwise);
    if (before) before.triedAt = performance.now();
    try {
      const found = await read();
      this.#succeed(view, what);
      return found;
    } catch (error) {
      if (!isViewTrouble(error)) throw error;
      return this.#answer(this.#fail(view, what, read, error as Error), otherwise);
    }
  }

  /** Tries what fails again, whether or not somebody needs it at the moment. */
  async retry(): Promise<void> {
    for (const failure of [...this.#failing.values()]) {
      const { view, what, again } = failure;
      if (performance.now() < failure.triedAt + tryEvery) continue;
      failure.triedAt = performance.now();
      await again().then(
        () => this.#succeed(view, what),
        (error) => isViewTrouble(error) && this.#fail(view, what, again, error as Error),
      );
    }
  }

  /** Whether a read of this view fails. */
  isBroken(view: SourceViewName): boolean {
    return this.failures.some((failure) => failure.view === view);
  }

  /** Whether this process has ever read this, and so knows something of it. */
  wasRead(what: string): boolean {
    return this.#read.has(what);
  }

  /** The reads that fail, with Postgres's words. */
  get failures(): ReadonlyArray<{ view: SourceViewName; what: string; message: string }> {
    return [...this.#failing.values()].map(({ view, what, error }) => ({
      view,
      what,
      message: error.message,
    }));
  }

  /** For what nobody may take for empty, and nothing is known of from before. */
  unavailable(what: string): CoutureError {
    return new CoutureError(
      'source_unavailable',
      `The shop's ${what} cannot be read from its database at the moment`,
      'Try again later; /readyz shows the shop’s operators what is missing.',
      { details: { retry_after: 30 } },
    );
  }

  #answer<T>(failure: Failure, otherwise: () => T | Promise<T>): T | Promise<T> {
    failure.answered += 1;
    this.answered += 1;
    return otherwise();
  }

  #succeed(view: SourceViewName, what: string): void {
    this.#read.add(what);
    if (this.#failing.delete(what)) this.#log.info({ view, what }, 'a view of the shop is readable again');
  }

  #fail(view: SourceViewName, what: string, again: () => Promise<unknown>, error: Error): Failure {
    const now = performance.now();
    const failure = this.#failing.get(what) ?? {
      view,
      what,
      again,
      error,
      triedAt: now,
      warnedAt: Number.NEGATIVE_INFINITY,
      answered: 0,
    };
    this.#failing.set(what, failure);
    const changed = failure.error.message !== error.message;
    failure.error = error;
    if (changed || now >= failure.warnedAt + warnEvery) {
      failure.warnedAt = now;
      this.#log.warn(
        { view: `couture_source.${view}`, what, answered: failure.answered, err: error },
        'a view of the shop cannot be read; answering from cached data',
      );
    }
    return failure;
  }
}
