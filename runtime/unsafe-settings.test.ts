// Settings under which the runtime refuses to start.
import { assert, rejects, suite } from '../fixtures/suite.ts';
import { loadConfig } from './core/config.ts';
import { requireSafeSettings, unsafeSettings } from './unsafe-settings.ts';

const test = suite('unsafe settings');

const found = (flags: Record<string, unknown>) =>
  unsafeSettings(loadConfig({ env: {}, flags }).config).map(({ message }) => message.split(/:? /)[0]);
const aud = { jwtAudience: 'shop' };

for (const [what, flags, names] of [
  ['the defaults', {}, []],
  ['a JWKS URL with an audience', { jwksUrl: 'https://login.example/jwks', ...aud }, []],
  ['a JWKS URL without one', { jwksUrl: 'https://login.example/jwks' }, ['COUTURE_JWKS_URL']],
  ['an issuer alone', { jwksUrl: 'https://login.example/jwks', jwtIssuer: 'a' }, ['COUTURE_JWKS_URL']],
  ['any audience on purpose', { jwksUrl: 'https://login.example/jwks', jwtAnyAudience: true }, []],
  ['Saleor, which names none', { jwksUrl: 'https://shop.example/jwks.json', login: 'saleor' }, []],
  ['keys over http', { jwksUrl: 'http://login.example/jwks', ...aud }, ['COUTURE_JWKS_URL']],
  [
    'a host that only begins as localhost',
    { jwksUrl: 'http://localhost.example/', ...aud },
    ['COUTURE_JWKS_URL'],
  ],
  ['keys over http on purpose', { jwksUrl: 'http://login:8080/jwks', jwksHttp: true, ...aud }, []],
  ['keys on this machine', { jwksUrl: 'http://127.0.0.1:8080/jwks', ...aud }, []],
  ['a trusted proxy without a public URL', { trustProxy: 1 }, ['COUTURE_TRUST_PROXY']],
  ['a trusted proxy with one', { trustProxy: 1, publicUrl: 'https://shop.example' }, []],
] as const)
  test(`${what}: ${names.length === 0 ? 'safe' : 'refused'}`, () => assert.equal(found(flags), [...names]));

test('the error says what to set', async () => {
  const { config } = loadConfig({ env: {}, flags: { trustProxy: 2 } });
  const error = await rejects(() => requireSafeSettings(config), /X-Forwarded-Host/);
  assert.match((error as Error & { hint: string }).hint, 'Set COUTURE_PUBLIC_URL');
});
