// Tokens in the form in which each platform issues them, signed by hand with node:crypto, against the platform's preset.
import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import type { CoutureError } from '../core/errors.ts';
import { loginRules } from './login-presets.ts';
import { signToken } from './sign-token.ts';
import { type TokenSettings, tokenVerifier } from './verify-token.ts';

const secret = "django-insecure-$a(b#c)!0123456789abcdefghijklmn'op";
const staffSecret = 'another secret, which only tokens of staff are signed with';
const test = suite('logins of platforms');

type Claims = Readonly<Record<string, unknown>>;

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** As PyJWT and jsonwebtoken write it. */
function hs256(claims: Claims, key = secret): string {
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...times(), ...claims })}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

function times(): { iat: number; exp: number } {
  const iat = Math.floor(Date.now() / 1_000);
  return { iat, exp: iat + 300 };
}

/** The verifier of a runtime that was started with these flags. */
function loginOf(flags: Claims, settings: Partial<TokenSettings> = {}) {
  const { config } = loadConfig({ env: {}, flags: { jwtSecret: secret, ...flags } });
  return tokenVerifier({
    secret: config.jwtSecret,
    staffSecret: config.jwtStaffSecret,
    jwksUrl: config.jwksUrl,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
    customerType: 'bigint',
    rules: loginRules(config),
    ...settings,
  });
}

async function refused(verifying: Promise<unknown>, why: RegExp, hint: RegExp): Promise<void> {
  const error = (await rejects(() => verifying, why)) as CoutureError;
  assert.is(error.code, 'token_invalid');
  assert.match(error.hint, hint);
}

const simplejwt = { token_type: 'access', jti: '7be07ba856c1412aac21a8f7cb829497', user_id: '77' };
const medusa = {
  actor_id: 'cus_01JA0ZX',
  actor_type: 'customer',
  auth_identity_id: 'authid_01JA0ZW',
  app_metadata: { customer_id: 'cus_01JA0ZX' },
};
const evershop = {
  customer: {
    customer_id: 12,
    group_id: 1,
    uuid: 'c0',
    email: 'z@shop.example',
    full_name: 'Zoë',
    status: 1,
  },
  tokenType: 'customer',
  tokenKind: 'access',
  aud: 'customer',
  iss: 'evershop',
};
const evershopAdmin = {
  user: { admin_user_id: 12, uuid: 'e1c5a9', email: 'a@shop.example', full_name: 'Ada', roles: '*' },
  tokenType: 'admin',
  tokenKind: 'access',
  aud: 'admin',
  iss: 'evershop',
};

test('django: simplejwt’s access token is the customer of user_id, as text or number, and sliding tokens as well', async () => {
  const verify = loginOf({ login: 'django' });
  for (const claims of [simplejwt, { ...simplejwt, user_id: 77 }, { ...simplejwt, token_type: 'sliding' }]) {
    const who = await verify(hs256(claims));
    assert.equal([who.sub, who.customerId, who.roles], ['77', '77', ['customer']]);
  }
  const uuid = '0b0e7a6e-8a53-4d0e-9d5e-5f0f6a4f0001';
  const byUuid = loginOf({ login: 'django' }, { customerType: 'uuid' });
  assert.is((await byUuid(hs256({ ...simplejwt, user_id: uuid }))).customerId, uuid);
});

test('django: is_staff makes an agent who can also buy, and --jwt-staff user_id=77 does without a claim of its own', async () => {
  const verify = loginOf({ login: 'django' });
  const rolesOf = async (more: Claims) => (await verify(hs256({ ...simplejwt, ...more }))).roles;
  assert.equal(await rolesOf({ is_staff: true, username: 'zoe' }), ['customer', 'staff']);
  assert.equal(await rolesOf({ is_superuser: true }), ['customer', 'admin']);
  for (const is_staff of [false, 0, 1, 'yes', 'false', null, {}, [true]])
    assert.equal(await rolesOf({ is_staff }), ['customer'], JSON.stringify(is_staff));
  const listed = loginOf({ login: 'django', jwtStaff: 'user_id=7,user_id=77' });
  assert.equal((await listed(hs256(simplejwt))).roles, ['customer', 'staff']);
  assert.equal((await listed(hs256({ ...simplejwt, user_id: '777', is_staff: true }))).roles, ['customer']);
});

test('refresh tokens are refused by every login, whatever claim says so', async () => {
  const kinds = [
    { token_type: 'refresh' },
    { type: 'refresh' },
    { tokenKind: 'refresh' },
    { typ: 'Refresh' },
    { use: ['refresh'] },
  ];
  for (const login of [undefined, 'django', 'medusa', 'evershop', 'saleor', 'vendure', 'oscar', 'custom']) {
    for (const kind of kinds) {
      const token = hs256({ ...simplejwt, ...medusa, ...evershop, sub: '7', ...kind });
      await refused(loginOf({ login })(token), /it is a refresh token/, /Send the access token/);
    }
  }
});

test('claims of any JSON type are read without a crash', async () => {
  const { sub, roles } = await loginOf({})(
    hs256({ sub: '7', type: { toString: 1 }, use: [{ toString: 1 }], roles: ['customer', { toString: 1 }] }),
  );
  assert.equal([sub, roles], ['7', ['customer']]);
});

test('medusa: a customer’s token, a user’s, and neither of both', async () => {
  const verify = loginOf({ login: 'medusa' }, { customerType: 'text' });
  const zoe = await verify(hs256(medusa));
  assert.equal([zoe.sub, zoe.customerId, zoe.roles], ['cus_01JA0ZX', 'cus_01JA0ZX', ['customer']]);
  const user = { ...medusa, actor_id: 'user_01', actor_type: 'user', app_metadata: { user_id: 'user_01' } };
  const ada = await verify(hs256(user));
  assert.equal([ada.sub, ada.customerId, ada.roles], ['user_01', undefined, ['staff']]);
  await refused(verify(hs256({ ...medusa, actor_type: 'vendor' })), /claim "actor_type"/, /--jwt-accept/);
  await refused(verify(hs256({ ...medusa, actor_id: '' })), /claim "actor_id" is empty/, /registering/);
});

test('evershop: two secrets, each only for its own side', async () => {
  const verify = loginOf({ login: 'evershop', jwtStaffSecret: staffSecret });
  const zoe = await verify(hs256(evershop));
  assert.equal([zoe.sub, zoe.customerId, zoe.roles, zoe.name], ['12', '12', ['customer'], 'Zoë']);
  const ada = await verify(hs256(evershopAdmin, staffSecret));
  assert.equal([ada.sub, ada.customerId, ada.roles], ['e1c5a9', undefined, ['staff']]);
  assert.equal((await verify(hs256(evershopAdmin))).roles, [], 'the customers’ secret makes no staff');
  assert.equal((await verify(hs256(evershop, staffSecret))).roles, [], 'and the staff’s no customers');
  await refused(verify(hs256(evershop, `${secret}!`)), /signature does not match/, /Sign in again/);
});

interface Saleor {
  readonly url: string;
  token(claims: Claims): string;
  close(): void;
}

/** Publishes the key of an RS256 login, as Saleor does at /.well-known/jwks.json. */
async function saleorKeys(): Promise<Saleor> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', key_ops: ['verify'] };
  const server = http.createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    token(claims) {
      const header = base64url({ alg: 'RS256', kid: '1', typ: 'JWT' });
      const content = `${header}.${base64url({ ...times(), ...claims })}`;
      return `${content}.${signWith('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const saleor = {
  owner: 'saleor',
  iss: 'https://shop.example/graphql/',
  token: 'Jz0a',
  email: 'z@shop.example',
  type: 'access',
  user_id: Buffer.from('User:12').toString('base64'),
  is_staff: false,
};

test('saleor: RS256 by JWKS; the global id is decoded, and anything else in its place refused', async () => {
  const shop = await saleorKeys();
  try {
    const verify = loginOf({ login: 'saleor', jwtSecret: undefined, jwksUrl: shop.url });
    const zoe = await verify(shop.token(saleor));
    assert.equal(
      [zoe.sub, zoe.customerId, zoe.roles, zoe.email],
      ['12', '12', ['customer'], 'z@shop.example'],
    );
    assert.equal((await verify(shop.token({ ...saleor, is_staff: true }))).roles, ['customer', 'staff']);
    await refused(verify(shop.token({ ...saleor, type: 'refresh' })), /refresh token/, /access token/);
    await refused(verify(shop.token({ ...saleor, type: 'thirdparty' })), /claim "type"/, /--jwt-accept/);
    // The link in an e-mail that confirms a new address.
    const { owner, iss } = saleor;
    const mailed = { owner, iss, old_email: 'z@shop.example', new_email: 'y@shop.example', user_pk: 12 };
    await refused(verify(shop.token(mailed)), /claim "type"|no claim/, /./);
    // Signed in by OpenID Connect.
    const plugin = { ...saleor, owner: 'mirumee.authentication.openidconnect', oauth_access_key: 'x' };
    assert.is((await verify(shop.token(plugin))).customerId, '12');
    for (const global of ['App:12', 'User:', 'User', 'SuperUser:12']) {
      const user_id = Buffer.from(global).toString('base64');
      const form = /claim "user_id" is not an id of the form base64:User:\{id\}/;
      await refused(verify(shop.token({ ...saleor, user_id })), form, /--jwt-subject-format/);
    }
    await refused(verify(shop.token({ ...saleor, user_id: '!VXNlcjoxMg==' })), /not an id of the form/, /./);
    const other = await saleorKeys();
    try {
      await refused(verify(other.token(saleor)), /signature does not match/, /Sign in again/);
    } finally {
      other.close();
    }
  } finally {
    shop.close();
  }
});

test('oscar and vendure take the token of a bridge, and no other that the same secret signed', async () => {
  for (const login of ['oscar', 'vendure']) {
    const verify = loginOf({ login });
    const who = await verify(hs256({ sub: '12', aud: 'couture', roles: ['customer', 'staff'], name: 'Zoë' }));
    assert.equal([who.customerId, who.roles, who.name], ['12', ['customer', 'staff'], 'Zoë']);
    await refused(verify(hs256({ sub: '12' })), /claim "aud"/, /--jwt-accept/);
    await refused(verify(hs256(simplejwt)), /claim "aud"/, /--login django/);
  }
});

test('a token of another login: the error names its claims without values, and the setting to change', async () => {
  const named: Array<[Claims, RegExp, RegExp]> = [
    [
      simplejwt,
      /no claim "sub"\. Its claims are exp, iat, jti, token_type, user_id$/,
      /--login django \(COUTURE_LOGIN=django\)/,
    ],
    [
      medusa,
      /actor_id, actor_type, app_metadata\.customer_id, auth_identity_id, exp, iat$/,
      /--login medusa/,
    ],
    [evershop, /customer\.customer_id, customer\.email/, /--login evershop/],
    [saleor, /user_id$/, /--login saleor/],
    [{ uid: '7' }, /no claim "sub"\. Its claims are exp, iat, uid$/, /--jwt-subject \(COUTURE_JWT_SUBJECT\)/],
  ];
  for (const [claims, why, hint] of named) {
    const error = (await rejects(() => loginOf({})(hs256(claims)), why)) as CoutureError;
    assert.match(error.hint, hint);
    assert.not.match(`${error.message} ${error.hint}`, /77|cus_|Zoë|VXNl|shop\.example/);
  }
});

test('an error about a token that somebody else signed names no claims', async () => {
  for (const token of [
    hs256(simplejwt, `${secret}!`),
    `${base64url({ alg: 'none' })}.${base64url(simplejwt)}.`,
  ]) {
    const error = (await rejects(() => loginOf({})(token), /Invalid token/)) as CoutureError;
    assert.not.match(`${error.message} ${error.hint}`, /user_id|jti|token_type/);
  }
});

test('the owner gets to know about tokens that don’t fit and about foreign ones, but not about expired ones', async () => {
  const heard: string[] = [];
  const verify = loginOf({}, { onRefused: ({ message }) => heard.push(message) });
  const past = { sub: '7', exp: 1_000 };
  for (const token of [
    hs256(simplejwt),
    hs256({ sub: '7' }, `${secret}!`),
    hs256(past),
    'nonsense',
    hs256({ sub: '7' }),
  ])
    await verify(token).catch(() => {});
  assert.is(heard.length, 2);
  assert.match(heard[0]!, 'no claim "sub"');
  assert.match(heard[1]!, 'signature');
});

test('custom: nested and dotted claims, several subjects, a format, and rules', async () => {
  const verify = loginOf({
    login: 'custom',
    jwtSubject: 'account.id, uid',
    jwtSubjectFormat: 'shop|{id}',
    jwtAccept: 'https://shop.example/use=web',
    jwtCustomer: '!internal',
    jwtStaff: 'groups=support',
    jwtAdmin: 'is_owner',
    jwtName: 'account.name',
    jwtEmail: 'mail',
  });
  const web = { 'https://shop.example/use': 'web' };
  const who = await verify(
    hs256({ ...web, account: { id: 'shop|7', name: 'Zoë' }, groups: ['a', 'support'], mail: 'z@x.y' }),
  );
  assert.equal(
    [who.customerId, who.name, who.email, who.roles],
    ['7', 'Zoë', 'z@x.y', ['customer', 'staff']],
  );
  const ada = await verify(hs256({ ...web, uid: 'shop|8', internal: true, is_owner: true }));
  assert.equal([ada.sub, ada.customerId, ada.roles], ['8', undefined, ['admin']]);
  await refused(verify(hs256({ uid: 'shop|8' })), /claim "https:\/\/shop.example\/use"/, /--jwt-accept/);
  await refused(verify(hs256({ ...web, uid: 'shop|' })), /of the form shop\|\{id\}/, /--jwt-subject-format/);
  await refused(verify(hs256({ ...web, uid: { id: 7 } })), /claim "uid"/, /./);
  const inherited = loginOf({ jwtSubject: 'constructor.name,__proto__.x' });
  await refused(inherited(hs256({ sub: '7' })), /no claim/, /./);
});

test('couture auth token signs what each login would, and its runtime accepts it', async () => {
  for (const login of [undefined, 'django', 'medusa', 'evershop', 'saleor', 'vendure', 'oscar', 'custom']) {
    const { config } = loadConfig({ env: {}, flags: { jwtSecret: secret, login } });
    const rules = loginRules(config);
    const verify = loginOf({ login });
    for (const role of ['customer', 'staff'] as const) {
      const content = { sub: '7', roles: [role], lifetime: 60, name: 'Zoë', email: 'z@shop.example' };
      const who = await verify(await signToken(secret, content, rules));
      assert.ok(who.roles.includes(role), `${login} ${role}: ${who.roles}`);
      assert.equal([who.sub, who.name, who.email], ['7', 'Zoë', 'z@shop.example'], `${login} ${role}`);
      if (role === 'customer') assert.equal([who.customerId, who.roles], ['7', ['customer']], String(login));
    }
  }
});

test('a platform’s short default secret is refused, with the places where to change it', () => {
  for (const key of ['jwtSecret', 'jwtStaffSecret']) {
    assert.throws(
      () => loadConfig({ env: {}, flags: { login: 'medusa', [key]: 'supersecret' } }),
      (error: CoutureError) =>
        error.code === 'bad_option' &&
        /has 11 characters .*at least 32 .*Medusa: http\.jwtSecret/.test(error.message) &&
        !error.message.includes('supersecret'),
    );
  }
});

test('malformed settings are refused with an example', () => {
  const wrong: Array<[Claims, RegExp]> = [
    [{ login: 'shopify' }, /login/i],
    [{ jwtSubject: '' }, /at least one claim/],
    [{ jwtSubject: 'user id' }, /names of claims/],
    [{ jwtSubjectFormat: 'User:' }, /pattern with \{id\}/],
    [{ jwtStaff: 'is_staff,=x' }, /got "=x"/],
    [{ jwtAccept: 'type=' }, /got "type="/],
  ];
  for (const [flags, why] of wrong) {
    assert.throws(
      () => loadConfig({ env: {}, flags }),
      (error: CoutureError) => error.code === 'bad_option' && why.test(error.message),
      JSON.stringify(flags),
    );
  }
});
