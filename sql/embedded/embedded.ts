// The embedded Postgres: home folder → URL and a release function. Started on demand, shared by the processes that run at
// the same time, stopped by the last one.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { CoutureError } from '../errors.ts';
import { choosePlace } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, clusterExists, makeCluster, readPassword } from './cluster.ts';
import { liveLeases, withLock, writeLease } from './lease.ts';
import { failed } from './log.ts';
import { joinServer, type StartOptions, startServer, stopServer } from './server.ts';

export interface AcquireOptions {
  /** Receives progress lines for people who wait: first start, data elsewhere, recovery. */
  readonly note?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** False turns fsync off, for tests. Only the process that starts the server decides. Default true. */
  readonly durable?: boolean;
}

export interface Embedded {
  /** postgresql://couture:<password>@127.0.0.1:<port>/couture */
  readonly url: string;
  /** Releases the lease and stops the server if it was the last one. Safe to call twice. */
  release(): Promise<void>;
  /** True when this call created the database. */
  readonly firstStart: boolean;
  /** The data folder: `<home>/postgres`, or elsewhere when the account that runs it cannot enter home. */
  readonly location: string;
}

/**
 * Starts or joins the embedded Postgres of `home` and holds a lease until `release()`.
 * Signals are not handled here: the caller must release on exit. A holder that is killed leaves the server running; the
 * next holder joins it, and its release stops it.
 * @throws CoutureError `embedded_missing`, `embedded_failed`; the signal's reason when aborted
 */
export async function acquireEmbedded(home: string, options: AcquireOptions = {}): Promise<Embedded> {
  const { note = () => {}, signal, durable = true } = options;
  try {
    const root = await makeHome(resolve(home));
    return await locked(root, note, () => acquire(root, { note, signal, durable }), signal);
  } catch (error) {
    if (error instanceof CoutureError || (signal?.aborted && error === signal.reason)) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    throw new CoutureError(
      'embedded_failed',
      `The embedded Postgres under ${home} cannot be used: ${message}`,
      code === 'EPERM' && process.getuid?.() === 0
        ? 'Postgres does not run as root, and this root cannot switch to another user (a container without CAP_CHOWN, CAP_SETUID, CAP_SETGID?). Run couture as an ordinary user, or set DATABASE_URL to your own Postgres.'
        : 'Check free space and write permission there, set COUTURE_HOME to another folder, or set DATABASE_URL to your own Postgres.',
      { cause: error },
    );
  }
}

/** Creates the home if it is missing, with the folders for leases and the lock. @returns its real path */
async function makeHome(home: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  if (!existsSync(home)) {
    const first = await mkdir(home, { recursive: true });
    // A strict umask would lock out the account that runs Postgres; secrets inside have mode 600 or 700.
    for (let path = home; isRoot && first; path = dirname(path)) {
      await chmod(path, 0o755);
      if (path === first || path === dirname(path)) break;
    }
  }
  const root = realpathSync(home);
  const { uid, gid } = statSync(root);
  for (const folder of [leasesOf(root), lockOf(root)]) {
    await mkdir(folder, { recursive: true });
    // Running as root in another user's home: keep it usable for that user.
    if (isRoot && uid !== 0) await chown(folder, uid, gid);
  }
  return root;
}

function locked<T>(
  root: string,
  note: (line: string) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const onWait = (pids: number[]) =>
    note(`Waiting for process ${pids.join(', ')}, which is starting or stopping Postgres in ${root}`);
  return withLock(lockOf(root), work, { onWait, ...(signal ? { signal } : {}) });
}

async function acquire(root: string, options: StartOptions): Promise<Embedded> {
  const { account, location, moved } = await choosePlace(root);
  const cluster: Cluster = { account, location };
  const firstStart = !clusterExists(cluster);
  const lease = await writeLease(leasesOf(root));
  const release = async () => {
    await rm(lease, { force: true });
    if ((await liveLeases(leasesOf(root))).length === 0) await stopServer(cluster);
  };
  try {
    const port = (await joinServer(cluster, options)) ?? (await makeAndStart(cluster, root, moved, options));
    const url = `postgresql://couture:${readPassword(cluster)}@127.0.0.1:${port}/couture`;
    let released: Promise<void> | undefined;
    return { url, firstStart, location, release: () => (released ??= locked(root, options.note, release)) };
  } catch (error) {
    await release().catch(() => {});
    throw error;
  }
}

async function makeAndStart(
  cluster: Cluster,
  root: string,
  moved: boolean,
  options: StartOptions,
): Promise<number> {
  const binaries = await findBinaries(cluster.account, root);
  if (!clusterExists(cluster)) {
    const why = moved ? `: user "${cluster.account?.name}", who runs it, cannot enter ${root}` : '';
    options.note(`Setting up Postgres ${binaries.major} in ${cluster.location}${why}`);
    await makeCluster(cluster, binaries, options.signal);
  }
  const port = await startServer(cluster, binaries, options);
  await ensureDatabase(cluster, port);
  return port;
}

/** initdb creates only the database `postgres`; ours may be missing if the first start was killed. */
async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const password = readPassword(cluster);
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'couture', password, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'couture'");
    if (!rowCount) await client.query('create database couture');
  } catch (cause) {
    throw failed(cluster, `runs, but refused the connection: ${(cause as Error).message}`, cause);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether a live process keeps the server of a home running. */
export async function embeddedInUse(home: string): Promise<boolean> {
  return (await liveLeases(leasesOf(home))).length > 0;
}

function leasesOf(root: string): string {
  return join(root, 'postgres.leases');
}

function lockOf(root: string): string {
  return join(root, 'postgres.lock');
}
