// The Postgres that comes with couture: started on demand under a home folder, shared by the processes that run
// at the same time, stopped by the last of them. home → URL and a release.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { choosePlace } from './embedded-account.ts';
import { findBinaries } from './embedded-binaries.ts';
import { liveLeases, withLock, writeLease } from './embedded-lease.ts';
import {
  type Cluster,
  clusterExists,
  failed,
  findPostmaster,
  makeCluster,
  readPassword,
  startServer,
  stopServer,
  waitReady,
} from './embedded-server.ts';
import { Fault } from './fault.ts';

export interface AcquireOptions {
  /** Takes a line now and then for a person who waits: first start, data elsewhere, recovery. */
  readonly note?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** False, for tests: no fsync. Whoever starts the server decides. Default true. */
  readonly durable?: boolean;
}

export interface Embedded {
  /** postgresql://couture:<password>@127.0.0.1:<port>/couture */
  readonly url: string;
  /** Gives up the lease; the server is stopped when it was the last. Safe to call twice. */
  release(): Promise<void>;
  /** True when this call made the database. */
  readonly firstStart: boolean;
  /** The data folder: `<home>/postgres`, or elsewhere when the account that runs it cannot enter home. */
  readonly location: string;
}

/**
 * Starts or joins the embedded Postgres of `home` and holds it until `release()`.
 * Nothing here handles signals: whoever acquires calls release on the way out. A holder that is killed
 * leaves the server running; the next one joins it, and its release stops it.
 * @throws Fault `embedded_missing`, `embedded_failed`; the signal's reason when aborted
 */
export async function acquireEmbedded(home: string, options: AcquireOptions = {}): Promise<Embedded> {
  const { note = () => {}, signal, durable = true } = options;
  const root = await makeHome(resolve(home));
  const leases = join(root, 'postgres.leases');
  const locked = <T>(work: () => Promise<T>, stoppable?: AbortSignal) =>
    withLock(join(root, 'postgres.lock'), work, {
      ...(stoppable ? { signal: stoppable } : {}),
      onWait: (pids) =>
        note(`Waiting for process ${pids.join(', ')}, which starts or stops Postgres in ${root}`),
    });

  return await locked(async () => {
    const { account, location, moved } = await choosePlace(root);
    const cluster: Cluster = { account, location };
    const lease = await writeLease(leases);
    const release = async () => {
      await rm(lease, { force: true });
      if ((await liveLeases(leases)).length === 0) await stopServer(cluster);
    };
    try {
      const firstStart = !clusterExists(cluster);
      const port = await ensureRunning(cluster, root, moved, { note, signal, durable });
      const url = `postgresql://couture:${readPassword(cluster)}@127.0.0.1:${port}/couture`;
      let released: Promise<void> | undefined;
      return { url, firstStart, location, release: () => (released ??= locked(release)) };
    } catch (error) {
      await release().catch(() => {});
      throw error;
    }
  }, signal);
}

async function ensureRunning(
  cluster: Cluster,
  home: string,
  moved: boolean,
  options: { note: (line: string) => void; signal: AbortSignal | undefined; durable: boolean },
): Promise<number> {
  if (findPostmaster(cluster)) return await waitReady(cluster, options);
  const binaries = await findBinaries(cluster.account, home);
  if (!clusterExists(cluster)) {
    options.note(`Setting up Postgres ${binaries.major} in ${cluster.location}`);
    if (moved) options.note(`(user "${cluster.account?.name}", who runs it, cannot enter ${home})`);
    await makeCluster(cluster, binaries, options.signal);
  }
  const port = await startServer(cluster, binaries, options);
  await ensureDatabase(cluster, port);
  return port;
}

/** initdb makes the database `postgres`; ours may be missing when the first start was killed. */
async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const password = readPassword(cluster);
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'couture', password, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'couture'");
    if (!rowCount) await client.query('create database couture');
  } catch (cause) {
    throw failed(cluster, `runs, but refuses us: ${(cause as Error).message}`, cause);
  } finally {
    await client.end().catch(() => {});
  }
}

async function makeHome(home: string): Promise<string> {
  try {
    if (!existsSync(home)) {
      await mkdir(home, { recursive: true });
      // Under a tight umask the account that runs Postgres could not pass; what is secret in here is mode 600/700.
      if (process.getuid?.() === 0) await chmod(home, 0o755);
    }
    const root = realpathSync(home);
    for (const name of ['postgres.leases', 'postgres.lock']) {
      const folder = join(root, name);
      await mkdir(folder, { recursive: true });
      // As root in the home of another user: leave it usable for that user.
      const { uid, gid } = statSync(root);
      if (process.getuid?.() === 0 && uid !== 0) await chown(folder, uid, gid);
    }
    return root;
  } catch (cause) {
    throw new Fault(
      'embedded_failed',
      `The folder ${home} for the embedded Postgres cannot be made or written: ${(cause as Error).message}`,
      'Set COUTURE_HOME to a folder that you may write, or DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}
