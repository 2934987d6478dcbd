// Tokens of the shop's login (JWT, RFC 7519) → claims. jose verifies with shared secrets (HS256 to HS512) or published keys (JWKS).
import { createHash } from 'node:crypto';
import { type CryptoKey, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { IdType } from '../../sql/id-types.ts';
import { CoutureError } from '../core/errors.ts';
import { type Claims, claimsOf, clockTolerance, type Signer, TokenMismatch } from './claims.ts';
import { type LoginRules, standardRules } from './login-presets.ts';
import { keysUnreachable, publishedKeys } from './published-keys.ts';

export interface TokenSettings {
  readonly secret: string | undefined;
  /** The secret of staff, where the login has one for customers and one for staff. */
  readonly staffSecret?: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly customerType: IdType;
  /** Default: sub, name, email and roles. */
  readonly rules?: LoginRules;
  /** Receives, for the owner of the shop, why a token of the login's form was refused or the login's keys were not fetched. */
  readonly onRefused?: (error: CoutureError) => void;
}

export type { Claims };

/** @throws CoutureError `token_invalid`, `keys_unreachable` */
export type VerifyToken = (token: string) => Promise<Claims>;

/** Secrets and public keys have separate algorithms, so that a public key cannot be misused as an HS256 secret. */
const secretAlgorithms = ['HS256', 'HS384', 'HS512'];
const publicAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Milliseconds for which a verified token is cached; verifying takes about 50 µs. */
const cacheTime = 60_000;
const maxTokenLength = 8_192;
/** Signatures that are checked for a token that does not name its key. */
const maxKeysTried = 8;

export function tokenVerifier(settings: TokenSettings): VerifyToken {
  const { customerType, rules = standardRules, onRefused } = settings;
  const verify = verifier(settings);
  const known = new LRUCache<string, Claims>({ max: 10_000 });
  return async (token) => {
    if (token.length > maxTokenLength) throw invalid('it is too long');
    const hash = createHash('sha256').update(token).digest('base64');
    const before = known.get(hash);
    if (before && before.expiresAt > Date.now()) return before;
    try {
      const { payload, signer } = await verify(token);
      const claims = claimsOf(payload, { rules, customerType, signer });
      known.set(hash, claims, { ttl: Math.max(1, Math.min(cacheTime, claims.expiresAt - Date.now())) });
      return claims;
    } catch (error) {
      if (error instanceof TokenMismatch || isForeign(error)) onRefused?.(error as CoutureError);
      throw error;
    }
  };
}

interface Verified {
  readonly payload: JWTPayload;
  readonly signer: Signer;
}

function verifier(settings: TokenSettings): (token: string) => Promise<Verified> {
  const { secret, staffSecret, jwksUrl } = settings;
  const first = secret || jwksUrl ? keyCheck(settings) : undefined;
  const ofStaff = staffSecret ? keyCheck({ ...settings, secret: staffSecret }) : undefined;
  if (first && !ofStaff) return (token) => first(token).then(signedFor('any'), refuse);
  if (ofStaff) {
    return async (token) => {
      try {
        if (first) return signedFor('customers')(await first(token));
      } catch (error) {
        if (!isWrongKey(error)) refuse(error);
      }
      return ofStaff(token).then(signedFor('staff'), refuse);
    };
  }
  return async () => {
    throw new CoutureError(
      'token_invalid',
      'This server cannot verify tokens: neither a secret nor a JWKS URL is configured',
      'Set COUTURE_JWT_SECRET or COUTURE_JWKS_URL.',
    );
  };
}

function signedFor(signer: Signer) {
  return ({ payload }: { payload: JWTPayload }): Verified => ({ payload, signer });
}

/** One secret or JWKS as jose verifies with it. */
function keyCheck({ secret, jwksUrl, issuer, audience, onRefused }: TokenSettings) {
  const options: JWTVerifyOptions = {
    algorithms: secret ? secretAlgorithms : publicAlgorithms,
    requiredClaims: ['exp'],
    clockTolerance,
    ...(issuer ? { issuer } : {}),
    ...(audience ? { audience } : {}),
  };
  if (secret) {
    const key = new TextEncoder().encode(secret);
    return (token: string) => jwtVerify(token, key, options);
  }
  const keys = publishedKeys(jwksUrl!, { onFailed: onRefused });
  return (token: string) =>
    jwtVerify(token, keys, options).catch((error: unknown) => {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return verifyWithAny(error, (key) => jwtVerify(token, key, options));
    });
}

/** A login that changes its keys publishes two for a while, and not every login names the key in its tokens (kid). */
async function verifyWithAny<T>(
  keys: errors.JWKSMultipleMatchingKeys,
  verify: (key: CryptoKey) => Promise<T>,
): Promise<T> {
  let tried = 0;
  for await (const key of keys) {
    if (++tried > maxKeysTried) break;
    try {
      return await verify(key);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Signed by somebody else, or with the other kind of key: another key of this login may fit. */
function isWrongKey(error: unknown): boolean {
  return (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JWKSNoMatchingKey
  );
}

/** Signed by somebody else, or the login publishes a key that jose does not take, such as one that is too short. */
function isForeign(error: unknown): boolean {
  if (!(error instanceof CoutureError) || error.code !== 'token_invalid') return false;
  return (
    isWrongKey(error.cause) || (error.cause instanceof Error && !(error.cause instanceof errors.JOSEError))
  );
}

/** Translates errors of jose, and of the keys, into messages for clients, without the token. */
function refuse(cause: unknown): never {
  if (cause instanceof errors.JWTExpired) throw invalid('it has expired', cause);
  if (cause instanceof errors.JWTClaimValidationFailed) throw claimRefused(cause);
  if (cause instanceof errors.JOSEAlgNotAllowed) throw invalid('its algorithm is not accepted', cause);
  if (cause instanceof errors.JWSSignatureVerificationFailed || cause instanceof errors.JWKSNoMatchingKey)
    throw invalid('its signature does not match the shop’s keys', cause);
  if (cause instanceof errors.JWKSInvalid) throw keysUnreachable(cause.message, cause);
  if (cause instanceof CoutureError) throw cause;
  if (cause instanceof errors.JOSEError) throw invalid('it is not a signed JWT', cause);
  throw invalid(`the login’s key for it cannot be used: ${(cause as Error).message}`, cause);
}

/** jose checks these claims after the signature, so the error may name the others. */
function claimRefused(cause: errors.JWTClaimValidationFailed): CoutureError {
  const { claim, payload, reason } = cause;
  if (reason === 'invalid' && ['exp', 'nbf', 'iat'].includes(claim)) {
    const hint = 'Let the login write it as a number of seconds since 1970 (RFC 7519).';
    return new TokenMismatch(`its claim "${claim}" is not a number`, payload, hint, cause);
  }
  if (claim === 'nbf' && typeof payload.nbf === 'number') {
    const ahead = Math.ceil(payload.nbf - Date.now() / 1_000);
    const hint = 'Synchronise the clocks of the login and of this server (NTP), if it was just issued.';
    return new TokenMismatch(
      `it is not valid for another ${ahead} s (claim "nbf"), by this server’s clock`,
      payload,
      hint,
      cause,
    );
  }
  const setting = { iss: 'COUTURE_JWT_ISSUER', aud: 'COUTURE_JWT_AUDIENCE' }[claim];
  const hint = setting ? `If the shop’s login issued it, change ${setting}.` : 'Sign in again.';
  return new TokenMismatch(`its claim "${claim}" is not accepted`, payload, hint, cause);
}

function invalid(why: string, cause?: unknown): CoutureError {
  return new CoutureError('token_invalid', `Invalid token: ${why}`, 'Sign in again.', { cause });
}
