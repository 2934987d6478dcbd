// Tokens of the shop's login (JWT, RFC 7519) → claims. jose verifies with a shared secret (HS256) or published keys (JWKS).
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { IdType } from '../../sql/id-types.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';
import { CoutureError } from '../core/errors.ts';
import { type Principal, type Role, roles } from './principal.ts';

export interface TokenSettings {
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly customerType: IdType;
}

/** The claims of a token, regardless of how it was sent. */
export type Claims = Omit<Principal, 'via'>;

/** @throws CoutureError `token_invalid`, `keys_unreachable` */
export type VerifyToken = (token: string) => Promise<Claims>;

/** Secrets and public keys have separate algorithms, so that a public key cannot be misused as an HS256 secret. */
const secretAlgorithms = ['HS256'];
const publicAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
];

/** Milliseconds for which a verified token is cached; verifying takes about 50 µs. */
const cacheTime = 60_000;
const maxTokenLength = 8_192;

export function tokenVerifier(settings: TokenSettings): VerifyToken {
  const { issuer, audience } = settings;
  const options: JWTVerifyOptions = {
    algorithms: settings.secret ? secretAlgorithms : publicAlgorithms,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: 5,
    ...(issuer ? { issuer } : {}),
    ...(audience ? { audience } : {}),
  };
  const verify = verifier(settings, options);
  const known = new LRUCache<string, Claims>({ max: 10_000 });
  return async (token) => {
    if (token.length > maxTokenLength) throw invalid('it is too long');
    const hash = createHash('sha256').update(token).digest('base64');
    const before = known.get(hash);
    if (before && before.expiresAt > Date.now()) return before;
    const claims = claimsOf(await verify(token), settings.customerType);
    known.set(hash, claims, { ttl: Math.max(1, Math.min(cacheTime, claims.expiresAt - Date.now())) });
    return claims;
  };
}

export interface TokenContent {
  readonly sub: string;
  readonly roles: readonly Role[];
  readonly name?: string;
  readonly email?: string;
  /** Seconds until it expires. */
  readonly lifetime: number;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Signs a token as the shop's login would; for development and the demo. */
export function signToken(secret: string, content: TokenContent): Promise<string> {
  const { sub, roles: granted, name, email, lifetime, issuer, audience } = content;
  const claims = { roles: granted, ...(name ? { name } : {}), ...(email ? { email } : {}) };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetime);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}

function verifier(
  { secret, jwksUrl }: TokenSettings,
  options: JWTVerifyOptions,
): (token: string) => Promise<JWTPayload> {
  if (secret) {
    const key = new TextEncoder().encode(secret);
    return (token) => jwtVerify(token, key, options).then(({ payload }) => payload, refuse);
  }
  if (jwksUrl) {
    const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000 });
    return (token) => jwtVerify(token, keys, options).then(({ payload }) => payload, refuse);
  }
  return async () => {
    throw new CoutureError(
      'token_invalid',
      'This server cannot verify tokens: neither a secret nor a JWKS URL is configured',
      'Set COUTURE_JWT_SECRET or COUTURE_JWKS_URL.',
    );
  };
}

/** Translates jose's errors into messages for clients, without the token. */
function refuse(cause: unknown): never {
  if (cause instanceof errors.JWTExpired) throw invalid('it has expired', cause);
  if (cause instanceof errors.JWTClaimValidationFailed)
    throw invalid(`its claim "${cause.claim}" is not accepted`, cause);
  if (cause instanceof errors.JOSEAlgNotAllowed) throw invalid('its algorithm is not accepted', cause);
  if (cause instanceof errors.JWSSignatureVerificationFailed || cause instanceof errors.JWKSNoMatchingKey)
    throw invalid('its signature does not match the shop’s keys', cause);
  if (cause instanceof errors.JWKSMultipleMatchingKeys)
    throw invalid('it does not name one of the shop’s keys (kid)', cause);
  if (!isKeyServerFault(cause)) throw invalid('it is not a signed JWT', cause as Error);
  const what = 'The keys of the shop’s login cannot be fetched';
  throw new CoutureError('keys_unreachable', what, 'Try again later.', { cause });
}

/** jose reports invalid responses of the key server with its generic code and rethrows errors of fetch. */
function isKeyServerFault(cause: unknown): boolean {
  return (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC') ||
    (cause instanceof TypeError && /fetch/i.test(cause.message))
  );
}

// Names must not contain control characters, and Postgres cannot store U+0000.
const printable = /^\P{Cc}+$/u;
const text = z.string().max(320).regex(printable).optional().catch(undefined);
const claimsSchema = z.object({
  sub: z.string().max(200).regex(printable),
  // Later dates than the end of year 9999 cannot be formatted.
  exp: z.number().transform((seconds) => Math.min(seconds, 253_402_300_799)),
  name: text,
  email: text,
  roles: z
    .union([z.string().transform((role) => [role]), z.array(z.unknown())])
    .optional()
    .catch([]),
});

function claimsOf(payload: JWTPayload, customerType: IdType): Claims {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) throw invalid(`its claim "${String(parsed.error.issues[0]?.path[0])}" is invalid`);
  const { sub, exp, name, email } = parsed.data;
  const granted = parsed.data.roles
    ? roles.filter((role) => parsed.data.roles!.includes(role))
    : ['customer' as const];
  const customerId = granted.includes('customer') ? canonicalId(customerType, sub) : undefined;
  return { sub, customerId, name, email, roles: granted, expiresAt: exp * 1_000 };
}

function invalid(why: string, cause?: unknown): CoutureError {
  return new CoutureError('token_invalid', `Invalid token: ${why}`, 'Sign in again.', { cause });
}
