// Logs failures that come by the thousand while Postgres is away: the first of a kind with all details, the others within the
// same second as a count.

/** Milliseconds in which each kind of failure is logged once. */
const repeatInterval = 1_000;

export interface Failure {
  /** What tells kinds apart; one of a bounded number. */
  readonly code: string;
  readonly err: unknown;
  readonly [fact: string]: unknown;
}

export class FailureLog {
  readonly #write: (facts: Failure) => void;
  readonly #now: () => number;
  readonly #kinds = new Map<string, { readonly until: number; more: number }>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(write: (facts: Failure) => void, now = () => performance.now()) {
    this.#write = write;
    this.#now = now;
  }

  add(failure: Failure): void {
    const now = this.#now();
    const kind = this.#kinds.get(failure.code);
    if (kind && kind.until > now) {
      kind.more += 1;
      return;
    }
    this.#kinds.set(failure.code, { until: now + repeatInterval, more: 0 });
    this.#write({ ...failure, ...(kind?.more ? { others_since: kind.more } : {}) });
  }
}
