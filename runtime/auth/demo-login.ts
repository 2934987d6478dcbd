// The login of the demo: signs and verifies its own tokens, alongside those of the shop's login. No other runtime accepts
// them: the secret stays in the home folder, is never the shop's, and the issuer is the demo.
import { decodeJwt } from 'jose';
import type { IdType } from '../../sql/id-types.ts';
import { homeSecret } from './secret.ts';
import { signToken, type TokenContent } from './sign-token.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

const issuer = 'couture demo';

export class DemoLogin {
  readonly #secret: string;
  readonly #verify: VerifyToken;

  /** @param home folder of the secret; with it, users stay signed in when the demo restarts */
  constructor(home: string, customerType: IdType) {
    this.#secret = homeSecret(home, 'demo-secret');
    this.#verify = tokenVerifier({
      secret: this.#secret,
      issuer,
      jwksUrl: undefined,
      audience: undefined,
      customerType,
    });
  }

  sign(person: Omit<TokenContent, 'issuer' | 'audience'>): Promise<string> {
    return signToken(this.#secret, { ...person, issuer });
  }

  /** Verifies tokens whose issuer is the demo, and passes all others to `verify`. */
  beside(verify: VerifyToken): VerifyToken {
    return (token) => (isDemoToken(token) ? this.#verify(token) : verify(token));
  }
}

function isDemoToken(token: string): boolean {
  try {
    return decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}
