// `couture auth token`: a token as the shop's login would issue it, for development.
import { decodeJwt } from 'jose';
import { type Role, roles } from '../../../runtime/auth/principal.ts';
import { sharedSecret } from '../../../runtime/auth/secret.ts';
import { signToken } from '../../../runtime/auth/verify-token.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

/** With --json: {token, sub, roles, expires_at}. */
export const authToken: CommandSpec = {
  usage: 'token',
  summary: 'a token for development, signed with the secret that the runtime checks',
  settings: ['home', 'databaseUrl', 'jwtIssuer', 'jwtAudience'],
  flags: [
    flag('--sub <id>', 'whose token it is: a customer id of the shop').makeOptionMandatory(),
    flag('--role <role...>', `${roles.join(', ')} (default: customer)`),
    flag('--name <name>', 'name in the token'),
    flag('--email <address>', 'e-mail address in the token'),
    flag('--expires <span>', 'how long it holds: 1h, 30m, 7d').default('1h'),
  ],
  help: `Examples:
  couture auth token --sub 7
  curl -H "Authorization: Bearer $(couture auth token --sub 7)" localhost:3000/api/recommendations/personalized

The secret is COUTURE_JWT_SECRET; on the embedded Postgres it is made once and kept in .couture/jwt-secret.`,
  run,
};

async function run({ config, terminal }: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const secret = sharedSecret(config);
  if (!secret) {
    throw new CoutureError(
      'auth_unconfigured',
      'There is no secret to sign a token with',
      'Set COUTURE_JWT_SECRET to the one of the shop’s login; with COUTURE_JWKS_URL only that login can sign.',
    );
  }
  const granted = rolesOf(flags.role);
  const lifetime = secondsOf(flags.expires);
  const sub = subjectOf(flags.sub);
  const token = await signToken(secret, {
    sub,
    roles: granted,
    lifetime,
    ...(flags.name ? { name: String(flags.name) } : {}),
    ...(flags.email ? { email: String(flags.email) } : {}),
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
  });
  const expires = new Date(Number(decodeJwt(token).exp) * 1_000);
  terminal.result({ token, sub, roles: granted, expires_at: expires.toISOString() });
  terminal.print(token);
  terminal.note(`For ${sub} as ${granted.join(', ')}, until ${expires.toISOString()}.`);
  terminal.note(
    'Send it as "Authorization: Bearer <token>", or exchange it for a cookie with POST /api/session.',
  );
}

function subjectOf(value: unknown): string {
  const sub = String(value);
  if (sub.length >= 1 && sub.length <= 200) return sub;
  throw new CoutureError('bad_option', `--sub has ${sub.length} characters`, 'Give 1 to 200 of them.');
}

function rolesOf(value: unknown): Role[] {
  if (value === undefined) return ['customer'];
  const words = (value as string[]).flatMap((word) => word.split(','));
  for (const word of words) {
    if (!(roles as readonly string[]).includes(word)) {
      throw new CoutureError(
        'bad_option',
        `--role is ${JSON.stringify(word)}`,
        `Roles are ${roles.join(', ')}.`,
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
    `--expires is ${JSON.stringify(value)}`,
    'Give a span such as 30m, 1h or 7d.',
  );
}
