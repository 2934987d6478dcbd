// Reads of the shop's views, which its owner may change or drop at any time. A failing read falls back to cached data, is
// logged once, counted for the metrics, and retried until the view is back.
import type { SourceViewName } from '../../sql/source/source-contract.ts';
import { isViewTrouble } from '../../sql/view-trouble.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds between retries of a failing read; in between, Postgres is not queried. */
const retryInterval = 1_000;

/** Milliseconds between log lines about the same failing read. */
const warnInterval = 300_000;

interface Failure {
  readonly view: SourceViewName;
  readonly what: string;
  /** Retries the read that failed last. */
  readonly again: () => Promise<unknown>;
  error: Error;
  triedAt: number;
  warnedAt: number;
  /** Number of fallbacks used since the view failed. */
  answered: number;
}

export class ShopViews {
  readonly #log: Log;
  /** Name of the read → its failure. */
  readonly #failing = new Map<string, Failure>();
  readonly #read = new Set<string>();
  /** Number of reads answered by a fallback. */
  answered = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Runs a read of a view.
   * @param what name of the read, one per statement: `product cards`
   * @param otherwise fallback while the view cannot be read; may throw `unavailable`
   * @throws errors of the read that the view did not cause, such as an unreachable Postgres
   */
  async read<T>(
    view: SourceViewName,
    what: string,
    read: () => Promise<T>,
    otherwise: () => T | Promise<T>,
  ): Promise<T> {
    const before = this.#failing.get(what);
    if (before && performance.now() < before.triedAt + retryInterval) return this.#answer(before, otherwise);
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

  /** Retries all failing reads, even if no request needs them at the moment. */
  async retry(): Promise<void> {
    for (const failure of [...this.#failing.values()]) {
      const { view, what, again } = failure;
      if (performance.now() < failure.triedAt + retryInterval) continue;
      failure.triedAt = performance.now();
      await again().then(
        () => this.#succeed(view, what),
        (error) => isViewTrouble(error) && this.#fail(view, what, again, error as Error),
      );
    }
  }

  /** Whether any read of this view is failing. */
  isBroken(view: SourceViewName): boolean {
    return this.failures.some((failure) => failure.view === view);
  }

  /** Whether this read has ever succeeded in this process, so that cached data can exist. */
  wasRead(what: string): boolean {
    return this.#read.has(what);
  }

  /** The failing reads, with Postgres's messages. */
  get failures(): ReadonlyArray<{ view: SourceViewName; what: string; message: string }> {
    return [...this.#failing.values()].map(({ view, what, error }) => ({
      view,
      what,
      message: error.message,
    }));
  }

  /** The error for data that is not cached and must not be mistaken for empty. */
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
    if (changed || now >= failure.warnedAt + warnInterval) {
      failure.warnedAt = now;
      this.#log.warn(
        { view: `couture_source.${view}`, what, answered: failure.answered, err: error },
        'a view of the shop cannot be read; answering from cached data',
      );
    }
    return failure;
  }
}
