// The server over one data folder: found, started, waited for, stopped, by files and signals alone, so that any
// process may do each step. Callers hold the lock of the home. data folder → port.
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
  /** False trades the data's life in a power cut for speed: fsync=off. */
  readonly durable: boolean;
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** starting, ready or stopping, as Postgres writes it into postmaster.pid */
  readonly status: string;
}

/** Recovery of a full 4 GB of log takes minutes on a slow disk, and to break it off means to begin again. */
const START_TIMEOUT_MS = 15 * 60_000;
const STOP_TIMEOUT_MS = 120_000;

/** Starts the server and waits until it answers. @returns its port */
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

/** Joins a server that runs, starts or stops. @returns its port once it is ready, nothing when there is none */
export async function joinServer(cluster: Cluster, options: StartOptions): Promise<number | undefined> {
  const postmaster = findPostmaster(cluster);
  return postmaster && (await waitReady(cluster, options, () => !pidExists(postmaster.pid)));
}

/** Ends the server in order: sessions are cut, everything is written. Does nothing when none runs. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (!postmaster) return;
  // Postgres's "fast" shutdown. (On Windows Node can only end the process, and the next start recovers.)
  process.kill(postmaster.pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (pidExists(postmaster.pid) && findPostmaster(cluster)?.pid === postmaster.pid) {
    if (Date.now() > deadline) throw failed(cluster, `does not stop (pid ${postmaster.pid})`);
    await sleep(10);
  }
}

/** The process of this cluster's server; removes a pid file that would keep Postgres from starting. */
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
  // Postgres itself forgets the pid of nobody, but takes any live process of its user for a postmaster, and an
  // empty file (a crash in the middle of writing it) for one that starts.
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (pid > 0 ? pidExists(pid) : age > 5_000) rmSync(path, { force: true });
  return undefined;
}

function isPostmasterOf(pid: number, location: string): boolean {
  if (!pidExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    // Not /proc/<pid>/cwd or exe: in a container root may lack the right to read those of another user.
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const data = args[args.indexOf('-D') + 1];
    return basename(program) === 'postgres' && (!args.includes('-D') || resolve(data ?? '') === location);
  } catch {
    // Hidden from us: believe the pid file.
    return true;
  }
}

/** Polls until ready; nothing when the server has ended instead. */
async function waitReady(
  cluster: Cluster,
  { note, signal }: StartOptions,
  hasEnded: () => boolean,
): Promise<number | undefined> {
  const since = Date.now();
  for (let told = 0; ; ) {
    signal?.throwIfAborted();
    // In this order: a server that ended after it was seen ready is found ended in the next round.
    const ended = hasEnded();
    const postmaster = findPostmaster(cluster);
    if (ended) return undefined;
    if (postmaster?.status === 'ready') return postmaster.port;
    const seconds = (Date.now() - since) / 1_000;
    if (seconds * 1_000 > START_TIMEOUT_MS)
      throw failed(cluster, `is not ready after ${Math.round(seconds)} s`);
    if (seconds > 3 + told * 30) {
      told++;
      note(
        postmaster?.status === 'stopping'
          ? 'Waiting for Postgres to stop, to start it again'
          : 'Postgres is starting; after a crash it first recovers what was written',
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
    // No socket files: the length of the path never matters.
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
    // Without pg_ctl there is no shell on the way that could misread a path. In a session of its own, so that
    // Ctrl-C in the terminal does not reach it.
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
 * Sessions of a server that was killed end when they next wait; one in the middle of a long query does not.
 * SIGQUIT is what the server itself sends its sessions when one of them has crashed. Looked for as their own user:
 * in a container even root may not read /proc/<pid>/cwd of another.
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
  // Recovery does not listen to a polite word before it has begun.
  const timer = setTimeout(() => child.kill('SIGQUIT'), 5_000);
  await ended;
  clearTimeout(timer);
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
