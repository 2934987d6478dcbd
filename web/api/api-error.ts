// The two ways in which a request fails: an answer that is not 2xx, or no answer.
import type { Problem } from '../../runtime/contract/problem.ts';

/** The runtime answered with a problem, or something else answered in its place. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** The problem with its extension members, such as the `items` that are sold out. */
  readonly problem: Partial<Problem> & Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Partial<Problem> & Readonly<Record<string, unknown>>) {
    super(problem.detail ?? problem.title ?? `Answer ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.problem = problem;
  }
}

/** Nothing answered: no network, or not in time. The request may have arrived nevertheless. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('No answer', { cause });
    this.name = 'OfflineError';
  }
}
