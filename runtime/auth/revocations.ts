// Subjects whose access was revoked before their tokens expire. Polled every two seconds; from then on, their tokens are
// rejected everywhere.
import { createHash } from 'node:crypto';
import type { Pool } from '../../sql/pool.ts';
import {
  hashedEntry,
  isHashedEntry,
  revokedSubjects,
  revokeToken,
  tokenEntry,
} from '../../sql/store/chat/revoked-subjects.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';
import { maxTokenDays } from './claims.ts';
import type { Principal } from './principal.ts';
import type { VerifyToken } from './verify-token.ts';

/** Whether the subject's tokens were revoked, or the owner of this one signed out. */
export type IsRevoked = (
  holder: { readonly sub: string | undefined } & Pick<Principal, 'tokenHash'>,
) => boolean;

const pollInterval = 2_000;

export class Revocations {
  readonly #pool: Pool;
  readonly #poller: Poller;
  #revoked: ReadonlySet<string> = new Set();
  /** Whether subjects of erased customers are among them. */
  #anyHashed = false;
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
    this.#take(await revokedSubjects(this.#pool));
    this.#poller.startLater();
  }

  close(): Promise<void> {
    return this.#poller.close();
  }

  readonly isRevoked: IsRevoked = ({ sub, tokenHash }) =>
    (sub !== undefined && this.#isRevokedSubject(sub)) ||
    (tokenHash !== undefined && this.#revoked.has(tokenEntry(tokenHash)));

  /** Wraps `verify` to reject tokens of revoked subjects, and those whose owner signed out. */
  guard(verify: VerifyToken): VerifyToken {
    return async (token) => {
      const claims = { ...(await verify(token)), tokenHash: hashOf(token) };
      if (!this.isRevoked(claims)) return claims;
      if (this.#isRevokedSubject(claims.sub))
        throw new CoutureError('token_invalid', 'Invalid token: it was revoked', 'Contact the shop.');
      throw new CoutureError('token_invalid', 'Invalid token: its owner signed out', 'Sign in again.');
    };
  }

  /** Ends the session of a token: at once in this process, within seconds in the others. */
  async signOut(tokenHash: string): Promise<void> {
    await revokeToken(this.#pool, tokenHash, maxTokenDays);
    this.#revoked = new Set([...this.#revoked, tokenEntry(tokenHash)]);
    this.#onRevoked();
  }

  #isRevokedSubject(sub: string): boolean {
    return this.#revoked.has(sub) || (this.#anyHashed && this.#revoked.has(hashedEntry(sub)));
  }

  #take(revoked: ReadonlySet<string>): void {
    this.#revoked = revoked;
    this.#anyHashed = [...revoked].some(isHashedEntry);
  }

  /** Keeps the last known set if the read fails. */
  async #poll(): Promise<void> {
    const before = this.#revoked;
    this.#take(await revokedSubjects(this.#pool));
    for (const sub of this.#revoked) if (!before.has(sub)) return this.#onRevoked();
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
