import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { canEnter, canRead, isOwnFolder, makeOwnFolder } from './account.ts';

const test = suite<{ folder: string }>('embedded-account');
const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };
const testAsRoot = process.getuid?.() === 0 ? test : test.skip;

test.beforeEach(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'couture-account-'));
  await chmod(context.folder, 0o755);
});
test.afterEach(({ folder }) => rm(folder, { recursive: true, force: true }));

test('an account can enter a folder if it can traverse all of its parents', async ({ folder }) => {
  const inner = join(folder, 'a', 'b');
  await mkdir(inner, { recursive: true });
  for (const path of [join(folder, 'a'), inner]) await chmod(path, 0o755);
  assert.ok(canEnter(inner, stranger));
  await chmod(join(folder, 'a'), 0o711);
  assert.ok(canEnter(inner, stranger), 'traversing needs no read permission');
  await chmod(join(folder, 'a'), 0o700);
  assert.not(canEnter(inner, stranger));
  assert.not(canEnter(join(folder, 'missing'), stranger));
});

test('reading a file needs permission on the file and on all of its parents', async ({ folder }) => {
  const file = join(folder, 'program');
  await writeFile(file, '');
  await chmod(file, 0o755);
  assert.ok(canRead(file, stranger, true));
  await chmod(file, 0o644);
  assert.ok(canRead(file, stranger));
  assert.not(canRead(file, stranger, true), 'readable, but not executable');
  await chmod(folder, 0o700);
  assert.not(canRead(file, stranger));
});

testAsRoot(
  'only the owner bits apply to the owner, and only the group bits to the group',
  async ({ folder }) => {
    await chown(folder, stranger.uid, 0);
    await chmod(folder, 0o055);
    assert.not(canEnter(folder, stranger), 'the owner has no bits, although others do');
    await chown(folder, 0, stranger.gid);
    await chmod(folder, 0o710);
    assert.ok(canEnter(folder, stranger));
  },
);

test('a private folder is created in spite of a strict umask, and reused only if nobody else can write to it', async ({
  folder,
}) => {
  const path = join(folder, 'x', 'own');
  const before = process.umask(0o077);
  try {
    assert.ok(await makeOwnFolder(path));
  } finally {
    process.umask(before);
  }
  assert.ok(canEnter(path, stranger));
  assert.ok(await makeOwnFolder(path), 'a second time');
  await chmod(path, 0o777);
  assert.not(await makeOwnFolder(path), 'world-writable');
});

testAsRoot('a folder owned by another user is not trusted', async ({ folder }) => {
  await chown(folder, stranger.uid, stranger.gid);
  assert.not(isOwnFolder(folder));
  assert.not(await makeOwnFolder(folder));
});
