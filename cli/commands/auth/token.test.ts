// `couture auth token` from the command line: stdout holds only the token, signed with the secret that the runtime verifies.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { clockTolerance } from '../../../runtime/auth/claims.ts';
import { sharedSecret } from '../../../runtime/auth/secret.ts';
import { tokenVerifier } from '../../../runtime/auth/verify-token.ts';
import { runCommand } from '../../test-support/run-command.ts';

const test = suite<{ folder: string }>('couture auth token');
const secret = 'a secret of more than thirty-two characters';

test.before((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-auth-'));
});
test.after(({ folder }) => rmSync(folder, { recursive: true, force: true }));

function authToken(folder: string, args: string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  return runCommand(['auth', 'token', ...args], { cwd: folder, env: { PATH, HOME, ...env } });
}

const verifier = {
  jwksUrl: undefined,
  issuer: undefined,
  audience: undefined,
  customerType: 'bigint',
} as const;

test('stdout holds only the token, and the runtime with the same home accepts it', async ({ folder }) => {
  const { code, stdout, stderr } = await authToken(folder, ['--sub', '7', '--name', 'Zoë']);
  assert.is(code, 0, stderr);
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  assert.match(stderr, 'Authorization: Bearer');
  const unset = { jwtSecret: undefined, jwksUrl: undefined, databaseUrl: undefined };
  const made = sharedSecret({ ...unset, home: path.join(folder, '.couture') });
  const claims = await tokenVerifier({ ...verifier, secret: made })(stdout.trim());
  assert.equal([claims.customerId, claims.name, claims.roles], ['7', 'Zoë', ['customer']]);
  assert.ok(Math.abs(claims.expiresAt - Date.now() - 3_660_000) < 60_000, 'for an hour');
});

test('--json prints the token with its claims, and the token follows the settings', async ({ folder }) => {
  const { stdout } = await authToken(
    folder,
    ['--sub', 'sam', '--role', 'staff', 'admin', '--email', 's@shop.example', '--expires', '30m', '--json'],
    {
      COUTURE_JWT_SECRET: secret,
      COUTURE_JWT_ISSUER: 'shop',
      COUTURE_JWT_AUDIENCE: 'couture',
      DATABASE_URL: 'postgresql://shop.example/shop',
    },
  );
  const { token, ...said } = JSON.parse(stdout);
  const claims = await tokenVerifier({ ...verifier, secret, issuer: 'shop', audience: 'couture' })(token);
  assert.equal([claims.sub, claims.email, claims.roles], ['sam', 's@shop.example', ['staff', 'admin']]);
  assert.equal(said, {
    sub: 'sam',
    roles: ['staff', 'admin'],
    expires_at: new Date(claims.expiresAt - clockTolerance * 1_000).toISOString(),
  });
});

test('without a secret, the command exits with 2 and names the setting', async ({ folder }) => {
  for (const env of [
    { DATABASE_URL: 'postgresql://shop.example/shop' },
    { COUTURE_JWKS_URL: 'https://login.example/jwks.json' },
  ]) {
    const { code, stdout, stderr } = await authToken(folder, ['--sub', '7'], env);
    assert.equal([code, stdout], [2, '']);
    assert.match(stderr, 'COUTURE_JWT_SECRET');
  }
});

test('invalid flags exit with 2 and list the allowed values', async ({ folder }) => {
  const wrong: Array<[string[], string]> = [
    [[], '--sub'],
    [['--sub', ''], '--sub'],
    [['--sub', '7', '--role', 'owner'], 'customer, staff, admin'],
    [['--sub', '7', '--expires', 'soon'], '30m, 1h or 7d'],
    [['--sub', '7', '--expires', '0s'], '30m, 1h or 7d'],
  ];
  for (const [args, says] of wrong) {
    const { code, stdout, stderr } = await authToken(folder, args, { COUTURE_JWT_SECRET: secret });
    assert.equal([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, says);
  }
});
