// What can come of a request that failed: an answer that says no, or no answer.
import type { Problem } from '../../runtime/contract/problem.ts';

/** The runtime answered with a problem, or with something that is none of its answers. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What the problem says beside its standard members, such as `items` that are sold out. */
  readonly problem: Partial<Problem> & Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Partial<Problem> & Readonly<Record<string, unknown>>) {
    super(problem.detail ?? problem.title ?? `Answer ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.problem = problem;
  }
}

/** Nothing answered: no network, or not in time. What was sent may have arrived all the same. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('No answer', { cause });
    this.name = 'OfflineError';
  }
}
