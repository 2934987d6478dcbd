// The settings of the shop's login: whose tokens to accept, and which claims say who somebody is. Part of the option table.
import { z } from 'zod';
import { flag, type OptionRow } from './quantities.ts';

/** Logins whose claims couture knows; `custom` is the JWT standard (`sub`), for the settings below to change. */
export const loginNames = ['django', 'medusa', 'evershop', 'saleor', 'vendure', 'oscar', 'custom'] as const;
export type LoginName = (typeof loginNames)[number];

/**
 * A rule about the claims of a token: `is_staff` (the claim is true), `!roles` (it is absent or false), `actor_type=user`
 * (it is this value, or a list with it). Nested claims are written with dots: `customer.customer_id`.
 */
export type ClaimRule =
  | { readonly kind: 'true'; readonly claim: string }
  | { readonly kind: 'absent'; readonly claim: string }
  | { readonly kind: 'value'; readonly claim: string; readonly value: string };

const claimName = /^[^\s,=!\p{Cc}]{1,200}$/u;

/** `user_id,sub` or an array → names of claims. */
const claimNames = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((names) => names.map((name) => name.trim()).filter(Boolean))
  .pipe(
    z
      .array(z.string().regex(claimName, 'expected names of claims, such as user_id or customer.customer_id'))
      .nonempty('expected at least one claim'),
  );

/** `is_staff,roles=staff` or an array → rules, of which one must hold. */
export const claimRules = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((words, context): ClaimRule[] => {
    const rules = words.map((word) => word.trim()).filter(Boolean);
    const parsed = rules.map(parseClaimRule);
    const wrong = rules[parsed.indexOf(undefined)];
    if (wrong === undefined) return parsed as ClaimRule[];
    context.addIssue({
      code: 'custom',
      message: `expected rules such as is_staff, !roles or actor_type=user, got ${JSON.stringify(wrong)}`,
    });
    return z.NEVER;
  });

function parseClaimRule(text: string): ClaimRule | undefined {
  const at = text.indexOf('=');
  if (at >= 0) {
    const [claim, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    return claimName.test(claim) && value ? { kind: 'value', claim, value } : undefined;
  }
  const claim = text.replace(/^!/, '');
  if (!claimName.test(claim)) return undefined;
  return { kind: text.startsWith('!') ? 'absent' : 'true', claim };
}

/** `{id}`, `User:{id}`, or `base64:User:{id}` for ids in base64. */
const subjectFormat = z
  .string()
  .regex(/^[^{}]*\{id\}[^{}]*$/, 'expected a pattern with {id}, such as User:{id} or base64:User:{id}');

const nonEmpty = z.string().min(1);
const httpUrl = z.url({ protocol: /^https?$/ });

/** A short secret can be guessed from one token, and with it anybody can sign in as anybody, also in the shop itself. */
const signingSecret = z
  .string()
  .refine((text) => text.length >= 32, {
    error: ({ input }) =>
      `it has ${String(input).length} characters and could be guessed from a single token; expected at least 32 characters. Replace it in the shop, too (Medusa: http.jwtSecret or JWT_SECRET; EverShop: JWT_CUSTOMER_SECRET; Django: SECRET_KEY or SIMPLE_JWT["SIGNING_KEY"]), for example with the output of "openssl rand -base64 48"`,
  })
  .optional();

// biome-ignore format: one row per line
export const loginOptions = {
  login: { env: 'COUTURE_LOGIN', value: '<name>', schema: z.enum(loginNames).optional(), doc: `login of the shop, which sets the claims below: ${loginNames.join(', ')}; when unset, the claims sub, name, email and roles` },
  jwtSecret: { env: 'COUTURE_JWT_SECRET', value: '<secret>', schema: signingSecret, secret: true, doc: 'secret with which the shop’s login signs its tokens (HS256, HS384 or HS512)' },
  jwtStaffSecret: { env: 'COUTURE_JWT_STAFF_SECRET', value: '<secret>', schema: signingSecret, secret: true, doc: 'secret of the tokens of staff, where the login has a second one for them; then tokens of the first one are never staff' },
  jwksUrl: { env: 'COUTURE_JWKS_URL', value: '<url>', schema: httpUrl.optional(), doc: 'URL of the public keys of the shop’s login (JWKS), instead of a secret' },
  jwtIssuer: { env: 'COUTURE_JWT_ISSUER', value: '<iss>', schema: nonEmpty.optional(), doc: 'required issuer of tokens; when unset, any issuer' },
  jwtAudience: { env: 'COUTURE_JWT_AUDIENCE', value: '<aud>', schema: nonEmpty.optional(), doc: 'required audience of tokens; when unset, any audience; required with jwks-url' },
  jwtAnyAudience: { env: 'COUTURE_JWT_ANY_AUDIENCE', schema: flag, default: false, doc: 'accept tokens of jwks-url for any audience, if that login serves this shop alone' },
  jwksHttp: { env: 'COUTURE_JWKS_HTTP', schema: flag, default: false, doc: 'allow jwks-url to be http, over a network of your own' },
  jwtSubject: { env: 'COUTURE_JWT_SUBJECT', value: '<claims>', schema: claimNames.optional(), doc: 'claim with the customer id, nested with dots (customer.customer_id); of several, the first that the token has; when unset, that of login' },
  jwtSubjectFormat: { env: 'COUTURE_JWT_SUBJECT_FORMAT', value: '<pattern>', schema: subjectFormat.optional(), doc: 'how that claim contains the id: {id}, User:{id}, or base64:User:{id} for global ids; when unset, that of login' },
  jwtAccept: { env: 'COUTURE_JWT_ACCEPT', value: '<rules>', schema: claimRules.optional(), doc: 'rules of which a token must satisfy one, such as token_type=access; refresh tokens are always refused; when unset, that of login' },
  jwtCustomer: { env: 'COUTURE_JWT_CUSTOMER', value: '<rules>', schema: claimRules.optional(), doc: 'rules of which one makes a customer: is_customer (true), !is_staff (absent or false), actor_type=customer; when unset, that of login' },
  jwtStaff: { env: 'COUTURE_JWT_STAFF', value: '<rules>', schema: claimRules.optional(), doc: 'rules of which one makes a support agent, such as is_staff, roles=support or user_id=12; when unset, that of login' },
  jwtAdmin: { env: 'COUTURE_JWT_ADMIN', value: '<rules>', schema: claimRules.optional(), doc: 'rules of which one makes an admin; when unset, that of login' },
  jwtName: { env: 'COUTURE_JWT_NAME', value: '<claims>', schema: claimNames.optional(), doc: 'claim with the name; of several, the first that the token has; when unset, that of login' },
  jwtEmail: { env: 'COUTURE_JWT_EMAIL', value: '<claims>', schema: claimNames.optional(), doc: 'claim with the e-mail address; of several, the first that the token has; when unset, that of login' },
} as const satisfies Record<string, OptionRow>;
