// Subjects whose access was revoked before their tokens expire. Polled every two seconds; from then on, their tokens are
// rejected everywhere.
import type { Pool } from '../../sql/pool.ts';
import { revokedSubjects } from '../../sql/store/chat/revoked-subjects.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { VerifyToken } from './verify-token.ts';

const pollInterval = 2_000;

export class Revocations {
  readonly #pool: Pool;
  readonly #log: Log;
  #revoked: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #isFailing = false;
  /** Called when a subject was newly revoked. */
  onRevoked: () => void = () => {};

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** @throws if the first read fails, since without it a revoked subject could get in */
  async start(): Promise<void> {
    this.#revoked = await revokedSubjects(this.#pool);
    this.#timer = setInterval(() => void this.poll(), pollInterval).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#polling;
  }

  readonly isRevoked = (sub: string): boolean => this.#revoked.has(sub);

  /** Wraps `verify` to reject tokens of revoked subjects. */
  guard(verify: VerifyToken): VerifyToken {
    return async (token) => {
      const claims = await verify(token);
      if (!this.#revoked.has(claims.sub)) return claims;
      throw new CoutureError('token_invalid', 'Invalid token: it was revoked', 'Contact the shop.');
    };
  }

  poll(): Promise<void> {
    return (this.#polling ??= this.#poll().finally(() => (this.#polling = undefined)));
  }

  async #poll(): Promise<void> {
    try {
      const before = this.#revoked;
      this.#revoked = await revokedSubjects(this.#pool);
      this.#isFailing = false;
      for (const sub of this.#revoked) if (!before.has(sub)) return this.onRevoked();
    } catch (error) {
      // Keep the last known set. Log a failure once, not at every poll.
      if (!this.#isFailing) this.#log.warn({ err: error }, 'cannot read the revoked subjects');
      this.#isFailing = true;
    }
  }
}
