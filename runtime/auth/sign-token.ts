// Signs tokens as the shop's login would; for development and the demo.
import { type JWTPayload, SignJWT } from 'jose';
import type { ClaimRule } from '../core/login-options.ts';
import { holds, valueAt } from './claims.ts';
import { type LoginRules, standardRules } from './login-presets.ts';
import type { Role } from './principal.ts';

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

/** @param rules the login whose tokens it should look like */
export function signToken(
  secret: string,
  content: TokenContent,
  rules: LoginRules = standardRules,
): Promise<string> {
  const { lifetime, issuer, audience } = content;
  const token = new SignJWT(payloadOf(content, rules))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetime);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}

function payloadOf({ sub, roles, name, email }: TokenContent, rules: LoginRules): JWTPayload {
  const payload: JWTPayload = {};
  for (const role of roles) {
    const [first] = rules[role];
    // A token without a roles claim would be a customer's already, but not once it is an agent's as well.
    const rule = first?.kind === 'absent' && roles.length > 1 ? (rules[role][1] ?? first) : first;
    if (rule) fulfil(rule, payload);
  }
  if (rules.accept[0] && !rules.accept.some((rule) => holds(rule, payload))) fulfil(rules.accept[0], payload);
  // A login with separate accounts for staff names them by the last claim.
  const subject = roles.includes('customer') ? rules.subject[0] : rules.subject.at(-1);
  setAt(payload, subject!, wrapped(sub, rules.format));
  if (name) setAt(payload, rules.name[0]!, name);
  if (email) setAt(payload, rules.email[0]!, email);
  return payload;
}

/** Makes the rule hold; a claim with two values becomes a list. */
function fulfil(rule: ClaimRule, payload: JWTPayload): void {
  if (rule.kind === 'true') setAt(payload, rule.claim, true);
  if (rule.kind !== 'value') return;
  const before = valueAt(payload, rule.claim);
  setAt(payload, rule.claim, before === undefined ? rule.value : [before, rule.value].flat());
}

function setAt(payload: JWTPayload, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let inner: Record<string, unknown> = payload;
  for (const step of steps) {
    const next = inner[step];
    inner = (inner[step] = typeof next === 'object' && next !== null ? next : {}) as Record<string, unknown>;
  }
  inner[last] = value;
}

function wrapped(id: string, format: string): string {
  if (!format.startsWith('base64:')) return format.replace('{id}', () => id);
  return Buffer.from(format.slice('base64:'.length).replace('{id}', () => id)).toString('base64');
}
