// The bridges of shops with sessions: what they sign, couture's verifier accepts, and a stranger's it refuses.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../core/config.ts';
import { loginRules } from './login-presets.ts';
import { tokenVerifier } from './verify-token.ts';

// Relative to dist/runtime/auth.
const folder = path.resolve(import.meta.dirname, '../../../fixtures/bridges');
const secret = 'a secret of the bridge: $a(b#c)!\'" and more';
/** A Python with Django, if there is one besides the system's. */
const python = process.env.COUTURE_TEST_PYTHON ?? 'python3';

const test = suite('bridges');

function verifierOf(login: string) {
  const { config } = loadConfig({ env: {}, flags: { login } });
  const unset = { jwksUrl: undefined, issuer: undefined, audience: undefined };
  return tokenVerifier({ ...unset, secret, customerType: 'bigint', rules: loginRules(config) });
}

/** Runs Python code in the folder of the Django bridge; returns the JSON that it prints. */
function inPython(code: string): unknown {
  const ran = spawnSync(python, ['-B', '-W', 'ignore', '-c', code], {
    cwd: path.join(folder, 'django'),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SECRET: secret },
  });
  assert.is(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

function hasPython(module: string): boolean {
  const found = spawnSync(python, ['-c', `import ${module}`]).status === 0;
  if (!found) console.log(`skipped: ${python} cannot import ${module}`);
  return found;
}

test('Python: a user of Django becomes a customer, and staff an agent', async () => {
  if (!hasPython('hmac')) return;
  const tokens = inPython(`
import json, os
from couture_token import claims_of, sign
class User:
    pk, email, is_staff = 12, "zoe@shop.example", False
    def get_full_name(self): return "Zoë \\U0001F457"
    def get_username(self): return "zoe"
class Agent(User):
    is_staff = True
    def get_full_name(self): return ""
print(json.dumps([sign(claims_of(user()), os.environ["SECRET"], 300) for user in (User, Agent)]))`) as string[];
  const [zoe, agent] = await Promise.all(tokens.map(verifierOf('oscar')));
  assert.equal(
    [zoe!.customerId, zoe!.name, zoe!.email, zoe!.roles],
    ['12', 'Zoë 👗', 'zoe@shop.example', ['customer']],
  );
  assert.equal([agent!.name, agent!.roles], ['zoe', ['customer', 'staff']]);
  assert.ok(Math.abs(zoe!.expiresAt - Date.now() - 360_000) < 60_000);
});

test('Django: guests get null, users a token; the sign-in page posts it with the state, and no answer may be cached', async () => {
  if (!hasPython('django')) return;
  const { guest, token, page, anonymous, cache } = inPython(`
import json, os, sys, types
import django
from django.conf import settings
settings.configure(SECRET_KEY="x", COUTURE_JWT_SECRET=os.environ["SECRET"], COUTURE_URL="https://recs.example/", LOGIN_URL="/login/", ALLOWED_HOSTS=["*"], ROOT_URLCONF="django.contrib.auth.urls",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
django.setup()
package = types.ModuleType("bridge"); package.__path__ = [os.getcwd()]; sys.modules["bridge"] = package
from bridge import couture_views as views
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
def get(view, path, user):
    request = RequestFactory().get(path); request.user = user
    return view(request)
zoe = User(id=12, username="zoe", email="zoe@shop.example", is_staff=True)
answer = get(views.token, "/couture-token", zoe)
print(json.dumps({
    "guest": json.loads(get(views.token, "/couture-token", AnonymousUser()).content),
    "token": json.loads(answer.content), "cache": answer["Cache-Control"],
    "page": get(views.sign_in, "/couture-sign-in?couture_state=%22%3E%3Cscript", zoe).content.decode(),
    "anonymous": get(views.sign_in, "/couture-sign-in?couture_state=s1", AnonymousUser())["Location"],
}))`) as Record<string, string>;
  assert.is(guest, null);
  const who = await verifierOf('oscar')(token!);
  assert.equal([who.customerId, who.name, who.roles], ['12', 'zoe', ['customer', 'staff']]);
  assert.match(cache!, 'no-store');
  assert.match(page!, 'action="https://recs.example/sign-in/return"');
  assert.not.match(page!, '"><script');
  const posted = /name="token" value="([^"]+)"/.exec(page!)![1]!;
  assert.is((await verifierOf('oscar')(posted)).customerId, '12');
  assert.match(anonymous!, /^\/login\/\?next=.*couture_state/);
});

test('Node: a token for Vendure, refused by its simple forgeries', async () => {
  const { coutureToken, coutureSignIn } = await import(path.join(folder, 'node/couture-bridge.js'));
  const zoe = { id: 12, name: 'Zoë', email: 'zoe@shop.example' };
  const verify = verifierOf('vendure');
  const who = await verify(coutureToken(zoe, secret));
  assert.equal([who.customerId, who.name, who.roles], ['12', 'Zoë', ['customer']]);
  assert.equal((await verify(coutureToken({ ...zoe, staff: true }, secret))).roles, ['customer', 'staff']);
  await rejects(() => verify(coutureToken(zoe, `${secret}!`)), /signature/);
  await rejects(() => verify(coutureToken(zoe, secret, -60)), /expired/);
  const page: string = coutureSignIn('a.b.c', '"><script>', 'https://recs.example');
  assert.match(page, 'value="a.b.c"');
  assert.not.match(page, '"><script>');
});
