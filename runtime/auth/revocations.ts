// Subjects whose rights were taken away before their tokens expire: looked up every two seconds, and at once refused
// wherever a token is shown.
import type { Pool } from '../../sql/pool.ts';
import { revokedSubjects } from '../../sql/store/chat/revoked-subjects.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { VerifyToken } from './verify-token.ts';

const betweenLooks = 2_000;

export class Revocations {
  readonly #pool: Pool;
  readonly #log: Log;
  #revoked: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;
  /** Told when somebody has lost their rights. */
  onRevoked: () => void = () => {};

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** @throws where the database does not say at the start: nobody may be let in by mistake */
  async start(): Promise<void> {
    this.#revoked = await revokedSubjects(this.#pool);
    this.#timer = setInterval(() => void this.look(), betweenLooks).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  readonly isRevoked = (sub: string): boolean => this.#revoked.has(sub);

  /** As `verify`, and refuses tokens of revoked subjects. */
  guard(verify: VerifyToken): VerifyToken {
    return async (token) => {
      const claims = await verify(token);
      if (!this.#revoked.has(claims.sub)) return claims;
      throw new CoutureError('token_invalid', 'Invalid token: it was revoked', 'Contact the shop.');
    };
  }

  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<void> {
    try {
      const before = this.#revoked;
      this.#revoked = await revokedSubjects(this.#pool);
      this.#isFailing = false;
      for (const sub of this.#revoked) if (!before.has(sub)) return this.onRevoked();
    } catch (error) {
      // Who was revoked stays so. It is read every few seconds: a failure is said once.
      if (!this.#isFailing) this.#log.warn({ err: error }, 'cannot read the revoked subjects');
      this.#isFailing = true;
    }
  }
}
