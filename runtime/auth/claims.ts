// A verified token's payload and the rules of the login → who sent it. Errors name the claims that came, never their values,
// and the setting to change: only the holder of a token with a valid signature gets to see them.
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { IdType } from '../../sql/id-types.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';
import { CoutureError } from '../core/errors.ts';
import type { ClaimRule } from '../core/login-options.ts';
import { type LoginRules, likelyLogin } from './login-presets.ts';
import type { Principal, Role } from './principal.ts';

/** The claims of a token, regardless of how it was sent. */
export type Claims = Omit<Principal, 'via'>;

/** Whose secret verified the token: each can only sign for its own side; `any` where there is one secret for all. */
export type Signer = 'any' | 'customers' | 'staff';

export interface ClaimReading {
  readonly rules: LoginRules;
  readonly customerType: IdType;
  readonly signer: Signer;
}

// Names must not contain control characters, and Postgres cannot store U+0000.
const printable = /^\P{Cc}+$/u;
const subject = z.string().max(200).regex(printable);
/** A name that may be shown. */
export const text = z.string().max(320).regex(printable);
/** Exactly one address: a login that accepts a list would let mails for this shopper reach other people. */
export const address = text.regex(/^[^\s,:;<>()[\]"\\@]+@[^\s,:;<>()[\]"\\@]+$/);
/** Seconds by which the clocks of the login and of this server may differ: a token counts so much earlier and later. */
export const clockTolerance = 60;
/** Days that a token may be valid for: it cannot be forgotten once its owner has signed out. */
export const maxTokenDays = 400;
/** Claims in which logins say what a token is for. */
const kindClaims = ['token_type', 'tokenKind', 'type', 'typ', 'token_use', 'use'];

/** @throws TokenMismatch if the login's rules don't fit the token */
export function claimsOf(payload: JWTPayload, { rules, customerType, signer }: ClaimReading): Claims {
  const kind = kindClaims.find((name) =>
    [valueAt(payload, name)]
      .flat()
      .some((each) => typeof each === 'string' && /^(refresh|offline)/i.test(each)),
  );
  if (kind) {
    throw new TokenMismatch(
      `it is a refresh token (its claim "${kind}")`,
      payload,
      'Send the access token instead.',
    );
  }
  if (rules.accept.length > 0 && !rules.accept.some((rule) => holds(rule, payload))) {
    const names = [...new Set(rules.accept.map(({ claim }) => claim))].join(', ');
    throw new TokenMismatch(
      `its claim "${names}" is not one that the login accepts`,
      payload,
      loginHint(payload, rules, '--jwt-accept (COUTURE_JWT_ACCEPT)'),
    );
  }
  if (payload.exp! * 1_000 > Date.now() + maxTokenDays * 86_400_000) {
    throw new TokenMismatch(
      `its claim "exp" is more than ${maxTokenDays} days ahead`,
      payload,
      payload.exp! > Date.now() / 2
        ? 'It seems to be in milliseconds: let the login write seconds since 1970 (RFC 7519).'
        : 'Let the login issue tokens for hours or days, and renew them.',
    );
  }
  const roles = rolesOf(payload, rules, signer);
  const sub = subjectOf(payload, rules);
  return {
    sub,
    customerId: roles.includes('customer') ? canonicalId(customerType, sub) : undefined,
    name: textAt(payload, rules.name),
    email: textAt(payload, rules.email, address),
    roles,
    expiresAt: (payload.exp! + clockTolerance) * 1_000,
  };
}

function rolesOf(payload: JWTPayload, rules: LoginRules, signer: Signer): Role[] {
  const roles = (['customer', 'staff', 'admin'] as const).filter((role) =>
    rules[role].some((rule) => holds(rule, payload)),
  );
  if (signer === 'any') return roles;
  return roles.filter((role) => (role === 'customer') === (signer === 'customers'));
}

function subjectOf(payload: JWTPayload, rules: LoginRules): string {
  const name = rules.subject.find((each) => valueAt(payload, each) !== undefined);
  const settings = '--jwt-subject (COUTURE_JWT_SUBJECT) to the claim with the customer id';
  if (name === undefined) {
    const missing = rules.subject.map((each) => `"${each}"`).join(' or ');
    throw new TokenMismatch(`it has no claim ${missing}`, payload, loginHint(payload, rules, settings));
  }
  const value = valueAt(payload, name);
  const written = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (written === '') {
    const hint = 'The login has not linked it to an account yet; sign in again after registering.';
    throw new TokenMismatch(`its claim "${name}" is empty`, payload, hint);
  }
  const id = subject.safeParse(typeof written === 'string' ? unwrapped(written, rules.format) : undefined);
  if (id.success) return id.data;
  const expected = rules.format === '{id}' ? 'an id' : `an id of the form ${rules.format}`;
  throw new TokenMismatch(
    `its claim "${name}" is not ${expected}`,
    payload,
    loginHint(payload, rules, '--jwt-subject-format (COUTURE_JWT_SUBJECT_FORMAT)'),
  );
}

/** The id inside a global id: `User:12` or its base64 → 12. */
function unwrapped(value: string, format: string): string | undefined {
  const encoded = format.startsWith('base64:');
  const [before, after] = (encoded ? format.slice(7) : format).split('{id}') as [string, string];
  const text = encoded ? fromBase64(value) : value;
  if (text === undefined || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  const id = text.slice(before.length, text.length - after.length);
  return text.length > before.length + after.length ? id : undefined;
}

function fromBase64(value: string): string | undefined {
  const bytes = Buffer.from(value, 'base64');
  // Node skips characters that are not base64; then the text would not be what the login wrote.
  const same =
    bytes.toString('base64url') === value.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  return same ? bytes.toString('utf8') : undefined;
}

function textAt(payload: JWTPayload, names: readonly string[], form = text): string | undefined {
  for (const name of names) {
    const parsed = form.safeParse(valueAt(payload, name));
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

export function holds(rule: ClaimRule, payload: object): boolean {
  const value = valueAt(payload, rule.claim);
  if (rule.kind === 'true') return value === true || value === 'true';
  if (rule.kind === 'absent') return value === undefined || value === false;
  const values = Array.isArray(value) ? value : [value];
  return values.some((each) => typeof each !== 'object' && String(each) === rule.value);
}

/** A claim by its name, or through objects by the dots in it. */
export function valueAt(payload: object, name: string): unknown {
  if (Object.hasOwn(payload, name)) return (payload as Record<string, unknown>)[name];
  let value: unknown = payload;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** A token with a valid signature whose claims are not those of the configured login. */
export class TokenMismatch extends CoutureError {
  constructor(why: string, payload: JWTPayload, hint: string, cause?: unknown) {
    super('token_invalid', `Invalid token: ${why}. Its claims are ${claimList(payload)}`, hint, { cause });
  }
}

function loginHint(payload: JWTPayload, rules: LoginRules, setting: string): string {
  const login = likelyLogin(payload);
  if (login && login !== rules.login)
    return `It looks like a token of ${login}: set --login ${login} (COUTURE_LOGIN=${login}).`;
  return `Set ${setting}.`;
}

/** Names with those one level down, without values; a token has few, but may have any. */
function claimList(payload: JWTPayload): string {
  const names = Object.entries(payload).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  );
  const shown = names.sort().slice(0, 30);
  const plain = shown.map((name) =>
    /^[\w.:/-]{1,60}$/.test(name) ? name : JSON.stringify(name.slice(0, 60)),
  );
  return `${plain.join(', ')}${names.length > shown.length ? ' …' : ''}`;
}
