// Subjects whose access was revoked before their tokens expire. Polled every two seconds; from then on, their tokens are
// rejected everywhere.
import type { Pool } from '../../sql/pool.ts';
import { revokedSubjects } from '../../sql/store/chat/revoked-subjects.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';
import type { VerifyToken } from './verify-token.ts';

const pollInterval = 2_000;

export class Revocations {
  readonly #pool: Pool;
  readonly #poller: Poller;
  #revoked: ReadonlySet<string> = new Set();
  #onRevoked: () => void = () => {};

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#poller = new Poller({
      name: 'poll revoked subjects',
      interval: pollInterval,
      task: () => this.#poll(),
      log,
    });
  }

  /**
   * Reads the revoked subjects and starts to poll them.
   * @param onRevoked called when a subject was newly revoked
   * @throws if the first read fails, since without it a revoked subject could get in
   */
  async start(onRevoked: () => void): Promise<void> {
    this.#onRevoked = onRevoked;
    this.#revoked = await revokedSubjects(this.#pool);
    this.#poller.startLater();
  }

  close(): Promise<void> {
    return this.#poller.close();
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

  /** Keeps the last known set if the read fails. */
  async #poll(): Promise<void> {
    const before = this.#revoked;
    this.#revoked = await revokedSubjects(this.#pool);
    for (const sub of this.#revoked) if (!before.has(sub)) return this.#onRevoked();
  }
}
