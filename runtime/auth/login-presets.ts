// What the tokens of each platform's login look like, as one table; a setting of its own replaces a column.
import type { z } from 'zod';
import { type ClaimRule, claimRules, type LoginName } from '../core/login-options.ts';
import type { Config } from '../core/options.ts';

/** Which claims say who somebody is. Of several claims or rules, the first that the token has, or that holds. */
export interface LoginRules {
  readonly login: LoginName | undefined;
  readonly subject: readonly string[];
  /** `{id}` with what surrounds it; after `base64:`, the claim is in base64. */
  readonly format: string;
  /** Rules of which one must hold; none accepts all tokens. Refresh tokens are refused regardless. */
  readonly accept: readonly ClaimRule[];
  readonly customer: readonly ClaimRule[];
  readonly staff: readonly ClaimRule[];
  readonly admin: readonly ClaimRule[];
  readonly name: readonly string[];
  readonly email: readonly string[];
}

interface Preset {
  readonly subject: string;
  readonly format?: string;
  readonly accept?: string;
  readonly customer?: string;
  readonly staff: string;
  readonly admin?: string;
  readonly name?: string;
  readonly email?: string;
  /** Claims that together tell this login's tokens from others', for the hint of a 401. */
  readonly marks: readonly string[];
}

// The tokens of EverShop and Medusa name customers and staff of separate tables, so that only one of the two rules can hold.
// In Django and Saleor, staff are users who can also buy. Saleor's row is what saleor/core/jwt.py writes (commit 04b0840): the
// tokens of its e-mails have no type, those of apps the type thirdparty, and those of login plugins another owner.
// biome-ignore format: one row per line
const presets: Readonly<Record<LoginName, Preset>> = {
  django: { subject: 'user_id,sub', accept: 'token_type=access,token_type=sliding', staff: 'is_staff,roles=staff', admin: 'is_superuser,roles=admin', name: 'name,full_name,username', marks: ['token_type', 'jti', 'user_id'] },
  medusa: { subject: 'actor_id', accept: 'actor_type=customer,actor_type=user', customer: 'actor_type=customer', staff: 'actor_type=user', admin: '', name: 'name,user_metadata.name', email: 'email,user_metadata.email', marks: ['actor_id', 'actor_type'] },
  evershop: { subject: 'customer.customer_id,user.uuid', accept: 'tokenKind=access', customer: 'tokenType=customer', staff: 'tokenType=admin', admin: '', name: 'customer.full_name,user.full_name', email: 'customer.email,user.email', marks: ['tokenType', 'tokenKind'] },
  saleor: { subject: 'user_id', format: 'base64:User:{id}', accept: 'type=access', staff: 'is_staff', admin: '', marks: ['owner', 'token', 'user_id'] },
  // Session cookies and opaque tokens: a few lines in the shop sign a token of couture's own form (fixtures/bridges).
  vendure: { subject: 'sub', accept: 'aud=couture', staff: 'roles=staff', marks: [] },
  oscar: { subject: 'sub', accept: 'aud=couture', staff: 'roles=staff', marks: [] },
  custom: { subject: 'sub', staff: 'roles=staff', marks: [] },
};

type LoginConfig = Pick<
  Config,
  | 'login'
  | 'jwtSubject'
  | 'jwtSubjectFormat'
  | 'jwtAccept'
  | 'jwtCustomer'
  | 'jwtStaff'
  | 'jwtAdmin'
  | 'jwtName'
  | 'jwtEmail'
>;

/** The rules of the configured login, each replaced by its own setting if there is one. */
export function loginRules(config: LoginConfig): LoginRules {
  const preset = presets[config.login ?? 'custom'];
  return {
    login: config.login,
    subject: config.jwtSubject ?? preset.subject.split(','),
    format: config.jwtSubjectFormat ?? preset.format ?? '{id}',
    accept: config.jwtAccept ?? rules(preset.accept ?? ''),
    customer: config.jwtCustomer ?? rules(preset.customer ?? '!roles,roles=customer'),
    staff: config.jwtStaff ?? rules(preset.staff),
    admin: config.jwtAdmin ?? rules(preset.admin ?? 'roles=admin'),
    name: config.jwtName ?? (preset.name ?? 'name').split(','),
    email: config.jwtEmail ?? (preset.email ?? 'email').split(','),
  };
}

function rules(text: string): z.output<typeof claimRules> {
  return claimRules.parse(text);
}

/** The rules when nothing about the login is configured: sub, name, email, roles. */
export const standardRules: LoginRules = loginRules({
  login: undefined,
  jwtSubject: undefined,
  jwtSubjectFormat: undefined,
  jwtAccept: undefined,
  jwtCustomer: undefined,
  jwtStaff: undefined,
  jwtAdmin: undefined,
  jwtName: undefined,
  jwtEmail: undefined,
});

/** The first login all of whose marks are among these claims. */
export function likelyLogin(claims: Readonly<Record<string, unknown>>): LoginName | undefined {
  const known = Object.entries(presets) as Array<[LoginName, Preset]>;
  return known.find(
    ([, { marks }]) => marks.length > 0 && marks.every((name) => Object.hasOwn(claims, name)),
  )?.[0];
}
