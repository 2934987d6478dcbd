// One Postgres server over one data folder: made, started, waited for, stopped, by files and signals alone,
// so that any process may do each step. Callers hold the lock of the home. data folder → port and password.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { newId, pidExists } from './embedded-lease.ts';
import { Fault } from './fault.ts';

export interface Cluster {
  /** PGDATA, resolved. */
  readonly location: string;
  readonly account: Account | undefined;
}

export interface StartOptions {
  /** False trades the data's life in a power cut for speed: fsync=off. */
  readonly durable: boolean;
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 120_000;
const PASSWORD_FILE = 'couture.password';

export function clusterExists({ location }: Cluster): boolean {
  return existsSync(join(location, 'PG_VERSION'));
}

/** initdb under a name of its own, renamed when complete: a data folder is there in full or not at all. */
export async function makeCluster(cluster: Cluster, binaries: Binaries, signal?: AbortSignal): Promise<void> {
  const { location, account } = cluster;
  const prefix = `${basename(location)}.init-`;
  for (const name of await readdir(dirname(location))) {
    // We hold the lock, so these were left by processes that were killed; an initdb may still be dying in one.
    if (name.startsWith(prefix))
      await rm(join(dirname(location), name), { recursive: true, force: true }).catch(() => {});
  }
  if (existsSync(location) && (await readdir(location)).length > 0) {
    throw new Fault(
      'embedded_failed',
      `${location} is not empty and holds no Postgres database`,
      'Move that folder away, or set COUTURE_HOME to another folder.',
    );
  }
  const draft = join(dirname(location), `${prefix}${newId()}`);
  const password = randomBytes(18).toString('hex');
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (account) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const args = ['-D', draft, '--username=couture', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    // --no-sync: nothing of worth is in it yet, and the first checkpoint makes durable what is written later.
    const rest = [
      '--no-data-checksums',
      '--no-sync',
      '--no-instructions',
      ...tuning().flatMap((set) => ['-c', set]),
    ];
    await run(join(binaries.folder, 'bin/initdb'), [...args, ...locale, ...rest], cluster, signal);
    await rename(passwordFile, join(draft, PASSWORD_FILE));
    await rename(draft, location);
  } catch (error) {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** The running server of this cluster, ready or not; forgets a pid file whose pid now is another process. */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const path = join(cluster.location, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !pidExists(pid)) return undefined;
  if (isPostmasterOf(pid, cluster.location)) {
    return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  }
  // Postgres takes any live process of its user for a postmaster and would refuse to start.
  rmSync(path, { force: true });
  return undefined;
}

/** Starts the server and waits until it answers. @returns its port */
export async function startServer(
  cluster: Cluster,
  binaries: Binaries,
  options: StartOptions,
): Promise<number> {
  checkVersion(cluster, binaries);
  const deadline = Date.now() + START_TIMEOUT_MS;
  let port = await freePort(lastPort(cluster));
  for (;;) {
    const from = logSize(cluster);
    const child = await launch(cluster, binaries, port, options.durable);
    try {
      await waitReady(cluster, options, () => child.exitCode !== null || child.signalCode !== null);
      return port;
    } catch (error) {
      if (!(error instanceof Fault) || Date.now() > deadline) throw error;
      const log = logTail(cluster, from, 1_000);
      if (/could not bind|could not create any TCP/.test(log)) port = await freePort(0);
      // Children of a server that was killed need a moment to notice.
      else if (/pre-existing shared memory block/.test(log))
        await sleep(250, undefined, abortable(options.signal));
      else throw error;
    }
  }
}

/** Waits until the server says that it is ready: at once, or after its crash recovery. @returns its port */
export async function waitReady(
  cluster: Cluster,
  { note, signal }: StartOptions,
  hasEnded: () => boolean = () => false,
): Promise<number> {
  const since = Date.now();
  let told = false;
  for (let misses = 0; ; ) {
    signal?.throwIfAborted();
    const postmaster = findPostmaster(cluster);
    if (postmaster?.status === 'ready') return postmaster.port;
    // A server that somebody else started and that ends: gone for good once it is not seen twice in a row.
    misses = postmaster ? 0 : misses + 1;
    if (hasEnded() || misses > 250) throw failed(cluster, 'did not start');
    if (Date.now() - since > START_TIMEOUT_MS)
      throw failed(cluster, `is not ready after ${START_TIMEOUT_MS / 1000} s`);
    if (!told && Date.now() - since > 3_000) {
      told = true;
      note('Postgres is still starting; after a crash it first recovers what was written');
    }
    await sleep(20);
  }
}

/** Ends the server in order: sessions are cut, everything is written. Does nothing when none runs. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (!postmaster) return;
  // SIGINT is Postgres's "fast" shutdown.
  process.kill(postmaster.pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (pidExists(postmaster.pid) && findPostmaster(cluster)?.pid === postmaster.pid) {
    if (Date.now() > deadline) throw failed(cluster, `does not stop (pid ${postmaster.pid})`);
    await sleep(10);
  }
}

export function readPassword(cluster: Cluster): string {
  try {
    return readFileSync(join(cluster.location, PASSWORD_FILE), 'utf8').trim();
  } catch (cause) {
    throw new Fault(
      'embedded_failed',
      `The password of the embedded Postgres cannot be read from ${join(cluster.location, PASSWORD_FILE)}`,
      'Run couture as the user that made this folder, or set COUTURE_HOME to a folder of your own.',
      { cause },
    );
  }
}

/** An error about this server that quotes the end of its log. */
export function failed(cluster: Cluster, what: string, cause?: unknown): Fault {
  const tail = logTail(cluster, 0, 12).trimEnd();
  return new Fault(
    'embedded_failed',
    `The embedded Postgres in ${cluster.location} ${what}${tail ? `. The end of its log:\n${tail}` : ''}`,
    `See ${logPath(cluster)}. Nothing was deleted: to begin anew, move ${cluster.location} away; or set DATABASE_URL to a Postgres of your own.`,
    { cause },
  );
}

/** Written into postgresql.conf once, where a person may change it. For a batch job on a small machine. */
function tuning(): string[] {
  const limit = process.constrainedMemory();
  const memory = limit > 0 && limit < totalmem() ? limit : totalmem();
  const buffers = Math.max(32, Math.min(512, Math.floor(memory / 4 / 2 ** 20)));
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
    // The log is one file that is set aside at a start; statements of many megabytes do not belong there.
    'logging_collector=off',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
  ];
}

async function launch(cluster: Cluster, binaries: Binaries, port: number, durable: boolean) {
  const settings = [
    'listen_addresses=127.0.0.1',
    // No sockets: the length of the path never matters, and 127.0.0.1 is enough.
    'unix_socket_directories=',
    `dynamic_shared_memory_type=${sharedMemoryType()}`,
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const log = openLog(cluster);
  try {
    const program = join(binaries.folder, 'bin/postgres');
    const args = ['-D', cluster.location, '-p', String(port), ...settings.flatMap((set) => ['-c', set])];
    // No shell on the way (pg_ctl has one), and a session of its own: Ctrl-C in the terminal does not reach it.
    const child = spawn(program, args, {
      ...asAccount(cluster),
      detached: true,
      stdio: ['ignore', log, log],
    });
    await new Promise<void>((started, reject) => {
      child.once('spawn', started);
      child.once('error', (cause) => reject(failed(cluster, `cannot be run: ${cause.message}`, cause)));
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function asAccount({ account }: Cluster) {
  // Node drops the supplementary groups together with the user id. Nothing of our environment is the server's business.
  const env: NodeJS.ProcessEnv =
    process.platform === 'win32' ? process.env : { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  return { cwd: '/', env, windowsHide: true, ...(account ? { uid: account.uid, gid: account.gid } : {}) };
}

async function run(program: string, args: string[], cluster: Cluster, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { ...asAccount(cluster), stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-4_000)));
  try {
    const code = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, by) => resolve(exit ?? by));
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`ended with ${code}`);
  } catch (cause) {
    signal?.throwIfAborted();
    const tail = output.trim().split('\n').slice(-12).join('\n');
    throw new Fault(
      'embedded_failed',
      `The embedded Postgres cannot be set up in ${cluster.location}: ${basename(program)} ${(cause as Error).message}${tail ? `\n${tail}` : ''}`,
      'Check free space and permissions there, set COUTURE_HOME to another folder, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function checkVersion({ location }: Cluster, { major }: Binaries): void {
  const found = readFileSync(join(location, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new Fault(
    'embedded_failed',
    `${location} was made by Postgres ${found}, this couture comes with Postgres ${major}`,
    `Use the couture that made it, or move ${location} away and import again; pg_dump and pg_restore of Postgres ${found} carry data over.`,
  );
}

function isPostmasterOf(pid: number, location: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return basename(program) === 'postgres' && args[args.indexOf('-D') + 1] === location;
  } catch {
    // Hidden from us: believe the pid file.
    return pidExists(pid);
  }
}

/** POSIX shared memory lives in /dev/shm, which containers keep at 64 MB: a parallel query needs more. */
function sharedMemoryType(): string {
  if (process.platform === 'win32') return 'windows';
  if (process.platform !== 'linux') return 'posix';
  try {
    const { bsize, blocks } = statfsSync('/dev/shm');
    return bsize * blocks >= 2 ** 30 ? 'posix' : 'sysv';
  } catch {
    return 'sysv';
  }
}

/** The port of the last start, from the file in which Postgres keeps its command line; 0 when there is none. */
function lastPort({ location }: Cluster): number {
  try {
    return Number(/"-p" "(\d+)"/.exec(readFileSync(join(location, 'postmaster.opts'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The wanted port if it is free, else one that is. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort(0);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

function logPath({ location }: Cluster): string {
  return join(location, 'server.log');
}

function openLog(cluster: Cluster): number {
  const path = logPath(cluster);
  if (logSize(cluster) > 5_000_000) renameSync(path, `${path}.1`);
  // The folder belongs to a lesser user: as root, never follow a link that it may have put there.
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(path, flags, 0o600);
  if (cluster.account) fchownSync(file, cluster.account.uid, cluster.account.gid);
  return file;
}

function logSize(cluster: Cluster): number {
  return statSync(logPath(cluster), { throwIfNoEntry: false })?.size ?? 0;
}

function logTail(cluster: Cluster, from: number, lines: number): string {
  try {
    const log = readFileSync(logPath(cluster)).subarray(from);
    return log.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

function abortable(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
