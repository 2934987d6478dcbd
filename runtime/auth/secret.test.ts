// The source of the secret: the configuration, a file next to the embedded Postgres, or none.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { sharedSecret } from './secret.ts';

const test = suite<{ home: string }>('the shared secret');

test.beforeEach((context) => {
  context.home = path.join(mkdtempSync(path.join(os.tmpdir(), 'couture-secret-')), 'home');
});
test.afterEach(({ home }) => rmSync(path.dirname(home), { recursive: true, force: true }));

const unset = { jwtSecret: undefined, jwksUrl: undefined, databaseUrl: undefined };

test('a configured secret wins', ({ home }) => {
  assert.is(sharedSecret({ ...unset, home, jwtSecret: 'set' }), 'set');
  assert.is(sharedSecret({ ...unset, home, jwtSecret: 'set', databaseUrl: 'postgresql://shop' }), 'set');
});

test('no secret is generated with JWKS or a shop’s own database', ({ home }) => {
  assert.is(sharedSecret({ ...unset, home, jwksUrl: 'https://login.example/jwks' }), undefined);
  assert.is(sharedSecret({ ...unset, home, databaseUrl: 'postgresql://shop' }), undefined);
  assert.throws(() => statSync(home), 'ENOENT');
});

test('with the embedded Postgres, a secret is generated once, readable only by its owner', ({ home }) => {
  const made = sharedSecret({ ...unset, home })!;
  assert.ok(made.length >= 43, 'of 256 bits');
  assert.is(sharedSecret({ ...unset, home }), made);
  const file = path.join(home, 'jwt-secret');
  assert.is(readFileSync(file, 'utf8'), `${made}\n`);
  if (process.platform !== 'win32') assert.is(statSync(file).mode & 0o777, 0o600);
  assert.equal(readdirSync(home), ['jwt-secret']);
});

test('processes that start concurrently agree on the secret', async ({ home }) => {
  const script = `
    import { sharedSecret } from ${JSON.stringify(new URL('secret.js', import.meta.url).href)};
    process.stdout.write(sharedSecret({ home: ${JSON.stringify(home)} }));`;
  const made = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      for await (const chunk of child.stdout) output += chunk;
      return output;
    }),
  );
  assert.is(new Set(made).size, 1);
  assert.ok(made[0]!.length >= 43);
  assert.equal(readdirSync(home), ['jwt-secret']);
});
