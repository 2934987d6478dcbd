// Postgres refuses to run as root. Home folder → the account that runs it instead (none when not root), and a data folder
// that this account can enter.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CoutureError } from '../errors.ts';

/** The unprivileged account that owns the data and runs the server. Undefined when this process's own user does. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Place {
  readonly account: Account | undefined;
  /** The data folder, resolved; it need not exist yet. */
  readonly location: string;
  /** True when the data cannot be under `home`, because the account cannot enter it. */
  readonly moved: boolean;
}

/** Chooses the account and the data folder for an existing `home`, and creates the data folder's parent. */
export async function choosePlace(home: string): Promise<Place> {
  const root = realpathSync(home);
  const inHome = join(root, 'postgres');
  if (process.getuid?.() !== 0) return { account: undefined, location: inHome, moved: false };

  const existing = [inHome, ...movedLocations(root)].find((folder) => existsSync(join(folder, 'PG_VERSION')));
  const account = chooseAccount(root, existing);
  if (existing) {
    if (!canEnter(dirname(existing), account)) throw unreachable(existing, account);
    return { account, location: existing, moved: existing !== inHome };
  }
  if (canEnter(root, account)) return { account, location: inHome, moved: false };
  for (const location of movedLocations(root)) {
    if (await makeOwnFolder(dirname(location))) return { account, location, moved: true };
  }
  throw unreachable(inHome, account);
}

/** Whether the account can enter `folder`: it needs the x bit there and on every folder above. */
export function canEnter(folder: string, account: Account): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (!allows(path, account, 0o1)) return false;
    if (path === dirname(path)) return true;
  }
}

/** Whether the account can read the file (and execute it, with `run`), including the folders above. */
export function canRead(file: string, account: Account, run = false): boolean {
  return allows(file, account, run ? 0o5 : 0o4) && canEnter(dirname(file), account);
}

/**
 * Creates a folder (mode 755) that only this user can change, or accepts an existing one like that.
 * Returns false when it cannot be created or belongs to another user: where anybody can write, never trust a name.
 */
export async function makeOwnFolder(folder: string): Promise<boolean> {
  try {
    if (!existsSync(dirname(folder)) && !(await makeOwnFolder(dirname(folder)))) return false;
    await mkdir(folder, { mode: 0o755 });
    // mkdir applies the umask, which may lock out the account that this folder is for.
    await chmod(folder, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
  }
  return isOwnFolder(folder);
}

/** Whether `folder` is a real folder, owned by this user, in which no other user can write. */
export function isOwnFolder(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}

/** /var/lib comes first: files in /var/tmp may be deleted after some weeks. */
function movedLocations(home: string): string[] {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return [join('/var/lib/couture', hash, 'postgres'), join('/var/tmp', `couture-${hash}`, 'postgres')];
}

function chooseAccount(home: string, existing: string | undefined): Account {
  const accounts = readAccounts();
  const byUid = (uid: number) => (uid === 0 ? undefined : accounts.find((account) => account.uid === uid));
  const owner = existing ? statSync(existing).uid : 0;
  const account =
    byUid(owner) ??
    byUid(statSync(home).uid) ??
    accounts.find(({ name }) => name === 'postgres') ??
    accounts.find(({ name }) => name === 'nobody');
  if (!account || account.uid === 0) {
    throw new CoutureError(
      'embedded_failed',
      'Postgres does not run as root, and there is no account "postgres" or "nobody" to run it as',
      'Add one (useradd --system postgres), run couture as an ordinary user, or set DATABASE_URL.',
    );
  }
  return account;
}

function readAccounts(): Account[] {
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // Without the file there are no accounts; the caller reports that.
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

function allows(path: string, account: Account, bits: number): boolean {
  try {
    const { mode, uid, gid } = statSync(path);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    return ((mode >> shift) & bits) === bits;
  } catch {
    return false;
  }
}

function unreachable(location: string, account: Account): CoutureError {
  return new CoutureError(
    'embedded_failed',
    `Postgres runs as user "${account.name}", who cannot enter ${dirname(location)}`,
    `Give that user access (chmod a+x on the folders above ${location}), set COUTURE_HOME to a folder that it can enter, or set DATABASE_URL.`,
  );
}
