// One Postgres data folder: created by initdb under a temporary name and renamed when complete; its password and version;
// and the account and environment in which the Postgres binaries run.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CoutureError } from '../errors.ts';
import { machineMemory } from '../machine-memory.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { newId } from './lease.ts';

export interface Cluster {
  /** PGDATA, resolved; it need not exist yet. */
  readonly location: string;
  readonly account: Account | undefined;
}

const passwordFileName = 'couture.password';

export function clusterExists({ location }: Cluster): boolean {
  return existsSync(join(location, 'PG_VERSION'));
}

/**
 * Creates the data folder, completely or not at all, with its password inside (mode 600), so that neither exists without
 * the other. The caller holds the lock of the home.
 * @throws CoutureError `embedded_failed`, or the signal's reason
 */
export async function makeCluster(cluster: Cluster, binaries: Binaries, signal?: AbortSignal): Promise<void> {
  const { location, account } = cluster;
  await removeDrafts(location);
  if (existsSync(location) && (await readdir(location)).length > 0) {
    throw new CoutureError(
      'embedded_failed',
      `${location} is not empty and holds no Postgres database`,
      'Move this folder away, or set COUTURE_HOME to another folder.',
    );
  }
  const draft = draftName(location);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    if (account) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initdb(cluster, binaries, draft, passwordFile, signal);
    await rename(passwordFile, join(draft, passwordFileName));
    await rename(draft, location);
  } catch (error) {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    await rm(passwordFile, { force: true }).catch(() => {});
    throw error;
  }
}

export function readPassword({ location }: Cluster): string {
  const path = join(location, passwordFileName);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CoutureError(
      'embedded_failed',
      `Cannot read the password of the embedded Postgres from ${path}`,
      'Run couture as the user that created this folder, or set COUTURE_HOME to your own folder.',
      { cause },
    );
  }
}

/** @throws CoutureError `embedded_failed` when another major version of Postgres made the data */
export function checkVersion({ location }: Cluster, { major }: Binaries): void {
  const found = readFileSync(join(location, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new CoutureError(
    'embedded_failed',
    `${location} was created by Postgres ${found}, but this version of couture includes Postgres ${major}`,
    `Export the data with pg_dump and the couture version that created it, or move ${location} away and import again.`,
  );
}

/** Spawn options for the Postgres binaries: the account, a folder that it can enter, and a minimal environment. */
export function asAccount({ account }: Cluster) {
  // Node drops the supplementary groups together with the user id. Nothing else from our environment (DATABASE_URL,
  // PGOPTIONS, …) must reach the server.
  const env: NodeJS.ProcessEnv =
    process.platform === 'win32' ? process.env : { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  return { cwd: '/', env, windowsHide: true, ...(account ? { uid: account.uid, gid: account.gid } : {}) };
}

/** Removes drafts of killed processes. We hold the lock, so only an orphaned initdb can still write there: it fails, we retry. */
async function removeDrafts(location: string): Promise<void> {
  for (const name of await readdir(dirname(location))) {
    if (!name.startsWith(`${basename(location)}.init-`)) continue;
    const draft = join(dirname(location), name);
    await rm(draft, { recursive: true, force: true, maxRetries: 8 }).catch(() => {});
  }
}

function draftName(location: string): string {
  return `${location}.init-${newId()}`;
}

async function initdb(
  cluster: Cluster,
  binaries: Binaries,
  draft: string,
  passwordFile: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const args = [
    ...['-D', draft, '--username=couture', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    // Sorts by code point, which is fast and the same everywhere, but still maps É to lower case.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    // With checksums, the first read after a COPY writes every page to the WAL again.
    '--no-data-checksums',
    // The new database holds no data that a sync would protect.
    ...['--no-sync', '--no-instructions'],
    ...tuning().flatMap((setting) => ['-c', setting]),
  ];
  signal?.throwIfAborted();
  const child = spawn(join(binaries.folder, 'bin/initdb'), args, {
    ...asAccount(cluster),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  }
  try {
    const end = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by));
    });
    if (end !== 0) throw new Error(`initdb exited with ${end}`);
  } catch (cause) {
    signal?.throwIfAborted();
    const tail = output.trim().split('\n').slice(-12).join('\n');
    throw new CoutureError(
      'embedded_failed',
      `Setting up the embedded Postgres in ${cluster.location} failed: ${(cause as Error).message}${tail ? `\n${tail}` : ''}`,
      initdbHint(output),
      { cause },
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function initdbHint(output: string): string {
  if (/could not look up effective user/.test(output)) {
    return 'Add this user id to /etc/passwd, run couture as a user listed there, or set DATABASE_URL.';
  }
  if (/No space left/.test(output)) return 'Free at least 100 MB there, or set COUTURE_HOME to another disk.';
  return 'Check free space and permissions there, set COUTURE_HOME to another folder, or set DATABASE_URL to your own Postgres.';
}

/** Settings for a batch job on a small machine. Written into postgresql.conf once, where people can change them. */
function tuning(): string[] {
  const buffers = Math.max(32, Math.min(512, Math.floor(machineMemory() / 4 / 2 ** 20)));
  return [
    `shared_buffers=${buffers}MB`,
    'work_mem=64MB',
    'maintenance_work_mem=256MB',
    'wal_level=minimal',
    'max_wal_senders=0',
    'max_wal_size=4GB',
    'checkpoint_timeout=15min',
    'jit=off',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'default_text_search_config=pg_catalog.english',
    // The log is one file, rotated only at a start: keep statements of many megabytes out of it.
    'logging_collector=off',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
  ];
}
