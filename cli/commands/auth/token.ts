// `couture auth token`: issues a development token like the one that the shop's login issues.
import { decodeJwt } from 'jose';
import { loginRules } from '../../../runtime/auth/login-presets.ts';
import { type Role, roles } from '../../../runtime/auth/principal.ts';
import { sharedSecret } from '../../../runtime/auth/secret.ts';
import { signToken } from '../../../runtime/auth/sign-token.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { moment } from '../../terminal/times.ts';

/** With --json: {token, sub, roles, expires_at}. */
export const authToken: CommandSpec = {
  usage: 'token',
  summary: 'issue a development token, signed with the secret that the runtime verifies',
  settings: ['home', 'databaseUrl', 'login', 'jwtIssuer', 'jwtAudience'],
  flags: [
    flag('--sub <id>', 'subject of the token: a customer id of the shop').makeOptionMandatory(),
    flag('--role <role...>', `roles to grant: ${roles.join(', ')} (default: customer)`),
    flag('--name <name>', 'name claim'),
    flag('--email <address>', 'e-mail claim'),
    flag('--expires <span>', 'lifetime: 30m, 1h, 7d').default('1h'),
  ],
  help: `Examples:
  couture auth token --sub 7
  curl -H "Authorization: Bearer $(couture auth token --sub 7)" localhost:3000/api/recommendations/personalized

The token is signed with COUTURE_JWT_SECRET. With the embedded Postgres, a secret is generated once and kept in
.couture/jwt-secret. With --login, the token has the claims of that platform's tokens.`,
  run,
};

async function run({ config, terminal }: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const granted = rolesOf(flags.role);
  const ofStaff = config.jwtStaffSecret && !granted.includes('customer');
  const secret = ofStaff ? config.jwtStaffSecret : sharedSecret(config);
  if (!secret) {
    throw new CoutureError(
      'auth_unconfigured',
      'No secret to sign the token with',
      'Set COUTURE_JWT_SECRET to the secret of the shop’s login. With COUTURE_JWKS_URL, only the login itself can sign tokens.',
    );
  }
  const lifetime = secondsOf(flags.expires);
  const sub = subjectOf(flags.sub);
  const content = {
    sub,
    roles: granted,
    lifetime,
    ...(flags.name ? { name: String(flags.name) } : {}),
    ...(flags.email ? { email: String(flags.email) } : {}),
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
  };
  const token = await signToken(secret, content, loginRules(config));
  const expires = new Date(Number(decodeJwt(token).exp) * 1_000);
  terminal.result({ token, sub, roles: granted, expires_at: expires.toISOString() });
  terminal.print(token);
  terminal.note(`Subject ${sub}, roles ${granted.join(', ')}, expires ${moment(expires)}.`);
  terminal.note(
    'Send it as "Authorization: Bearer <token>", or exchange it for a cookie: POST /api/session.',
  );
}

function subjectOf(value: unknown): string {
  const sub = String(value);
  if (sub.length >= 1 && sub.length <= 200) return sub;
  throw new CoutureError('bad_option', `--sub has ${sub.length} characters`, 'Use 1 to 200 characters.');
}

function rolesOf(value: unknown): Role[] {
  if (value === undefined) return ['customer'];
  const words = (value as string[]).flatMap((word) => word.split(','));
  for (const word of words) {
    if (!(roles as readonly string[]).includes(word)) {
      throw new CoutureError(
        'bad_option',
        `--role is ${JSON.stringify(word)}: unknown role`,
        `Use one of ${roles.join(', ')}.`,
      );
    }
  }
  return words as Role[];
}

function secondsOf(value: unknown): number {
  const days = durationDays.safeParse(value);
  const seconds = days.success ? Math.round(days.data * 86_400) : 0;
  if (seconds >= 1) return seconds;
  throw new CoutureError(
    'bad_option',
    `--expires is ${JSON.stringify(value)}: expected a duration`,
    'For example: --expires 30m, 1h or 7d.',
  );
}
