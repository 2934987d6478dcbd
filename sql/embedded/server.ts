// The server of one data folder: data folder → port. Finds, starts, awaits and stops it through files and signals alone,
// so that any process can take each step. Callers hold the lock of the home.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { asAccount, type Cluster, checkVersion } from './cluster.ts';
import { pidExists } from './lease.ts';
import { failed, logSize, logTail, openLog } from './log.ts';

export interface StartOptions {
  /** False turns fsync off: faster, but a power cut may lose the data. */
  readonly durable: boolean;
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready` or `stopping`, as Postgres writes it into postmaster.pid. */
  readonly status: string;
}

/** Milliseconds. Recovery of 4 GB of WAL takes minutes on a slow disk, and if interrupted it starts over. */
const startTimeout = 15 * 60_000;
const stopTimeout = 120_000;

/** Starts the server and waits until it is ready. @returns its port */
export async function startServer(
  cluster: Cluster,
  binaries: Binaries,
  options: StartOptions,
): Promise<number> {
  checkVersion(cluster, binaries);
  const retryUntil = Date.now() + 30_000;
  for (let wanted = lastPort(cluster); ; ) {
    const logged = logSize(cluster);
    const child = await launch(cluster, binaries, await freePort(wanted), options.durable);
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    try {
      const port = await waitReady(cluster, options, hasEnded);
      if (port) return port;
    } catch (error) {
      if (!hasEnded()) await kill(child);
      throw error;
    }
    const log = logTail(cluster, logged, 1_000);
    if (Date.now() > retryUntil) throw failed(cluster, 'did not start');
    if (/could not bind|could not create any TCP/.test(log)) wanted = 0;
    else if (/pre-existing shared memory block/.test(log)) {
      await endOrphans(cluster);
      await sleep(100);
    } else throw failed(cluster, 'did not start');
  }
}

/** Joins a server that is running, starting or stopping. @returns its port once it is ready; undefined when there is none */
export async function joinServer(cluster: Cluster, options: StartOptions): Promise<number | undefined> {
  const postmaster = findPostmaster(cluster);
  return postmaster && (await waitReady(cluster, options, () => !pidExists(postmaster.pid)));
}

/** Shuts the server down: sessions are closed and all data is written. A no-op when none runs. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (!postmaster) return;
  // SIGINT is Postgres's "fast" shutdown. (On Windows Node can only kill the process, and the next start recovers.)
  process.kill(postmaster.pid, 'SIGINT');
  const deadline = Date.now() + stopTimeout;
  while (pidExists(postmaster.pid) && findPostmaster(cluster)?.pid === postmaster.pid) {
    if (Date.now() > deadline) throw failed(cluster, `does not stop (pid ${postmaster.pid})`);
    await sleep(10);
  }
}

/** Finds the process of this cluster's server; removes a stale pid file that would keep Postgres from starting. */
function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const path = join(cluster.location, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (pid > 0 && isPostmasterOf(pid, cluster.location)) {
    return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  }
  // Postgres itself ignores the pid of a dead process, but takes any live process of its user for a postmaster, and an
  // empty file (after a crash while writing it) for a server that is starting.
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (pid > 0 ? pidExists(pid) : age > 5_000) rmSync(path, { force: true });
  return undefined;
}

function isPostmasterOf(pid: number, location: string): boolean {
  if (!pidExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    // Not /proc/<pid>/cwd or exe: in a container, root may not be allowed to read those of another user.
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const data = args[args.indexOf('-D') + 1];
    return basename(program) === 'postgres' && (!args.includes('-D') || resolve(data ?? '') === location);
  } catch {
    // The command line is hidden: trust the pid file.
    return true;
  }
}

/** Polls until the server is ready. @returns its port; undefined when it has ended instead */
async function waitReady(
  cluster: Cluster,
  { note, signal }: StartOptions,
  hasEnded: () => boolean,
): Promise<number | undefined> {
  const since = Date.now();
  for (let notes = 0; ; ) {
    signal?.throwIfAborted();
    // Check in this order: a server that ends after it was seen ready is noticed in the next round.
    const ended = hasEnded();
    const postmaster = findPostmaster(cluster);
    if (ended) return undefined;
    if (postmaster?.status === 'ready') return postmaster.port;
    const seconds = (Date.now() - since) / 1_000;
    if (seconds * 1_000 > startTimeout) throw failed(cluster, `is not ready after ${Math.round(seconds)} s`);
    if (seconds > 3 + notes * 30) {
      notes++;
      note(
        postmaster?.status === 'stopping'
          ? 'Waiting for Postgres to stop before starting it again'
          : 'Postgres is starting; after a crash it first recovers its data',
      );
    }
    await sleep(15);
  }
}

async function launch(
  cluster: Cluster,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    // No socket files: their paths have a length limit.
    'unix_socket_directories=',
    `dynamic_shared_memory_type=${sharedMemoryType()}`,
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const program = join(binaries.folder, 'bin/postgres');
  const args = [
    '-D',
    cluster.location,
    '-p',
    String(port),
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
  const log = openLog(cluster);
  try {
    // Without pg_ctl no shell can misread a path. Detached, so that Ctrl-C in the terminal does not reach the server.
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

/**
 * Ends backends that a killed server left behind. They end when they next wait, but not in the middle of a long query.
 * SIGQUIT is what the server itself sends to its backends when one of them crashes. The search runs as their user: in a
 * container even root may not be allowed to read /proc/<pid>/cwd of another user.
 */
async function endOrphans(cluster: Cluster): Promise<void> {
  if (process.platform !== 'linux') return;
  const script = `for p in /proc/[0-9]*; do
    [ "$p/cwd" -ef "$1" ] && read -r name < "$p/comm" && [ "$name" = postgres ] && kill -QUIT "\${p#/proc/}"
  done`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', cluster.location], {
    ...asAccount(cluster),
    stdio: 'ignore',
  });
  await new Promise((ended) => child.once('error', ended).once('exit', ended));
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.ref();
  child.kill('SIGINT');
  // A server that is about to start recovery may ignore SIGINT.
  const timer = setTimeout(() => child.kill('SIGQUIT'), 5_000);
  await ended;
  clearTimeout(timer);
}

/** POSIX shared memory is in /dev/shm, which containers limit to 64 MB; a parallel query needs more. */
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

/** Returns the wanted port if it is free, else another free one. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((found, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => found((server.address() as { port: number }).port));
    });
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort(0);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}
