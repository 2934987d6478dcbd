// Leases and a lock in plain files, valid after `kill -9` of their owner. A process is identified by pid and start time, so
// that a reused pid never revives a dead owner. Decision: ../decisions/0002-lock-in-file-names.md.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once with the pids ahead, after three seconds of waiting. */
  readonly onWait?: (pids: number[]) => void;
}

/**
 * Runs `work` while no other process (or other caller in this one) is inside `withLock` of the same folder.
 *
 * Lamport's bakery algorithm in file names: announce `choosing.<id>`, draw a number above all existing ones, wait for
 * every process that is still choosing and for every smaller number. No process takes a lock away from another; dead ones
 * are skipped, so two processes can never steal the same stale lock.
 */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const id = newId();
  const choosing = join(folder, `choosing.${id}`);
  let ticket = '';
  try {
    await writeFile(choosing, '', { flag: 'wx' });
    const number = 1 + Math.max(0, ...(await readdir(folder)).map((name) => parseTicket(name)?.number ?? 0));
    ticket = join(folder, `ticket.${number}.${id}`);
    await writeFile(ticket, '', { flag: 'wx' });
    await rm(choosing, { force: true });
    await ourTurn(folder, number, id, options);
    return await work();
  } finally {
    await rm(choosing, { force: true });
    if (ticket) await rm(ticket, { force: true });
  }
}

/** Writes a lease of this process into `folder`; returns its path, which the caller removes when done. */
export async function writeLease(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, newId());
  await writeFile(path, '', { flag: 'wx' });
  return path;
}

/** Returns the leases of live processes and removes those of dead ones. */
export async function liveLeases(folder: string): Promise<string[]> {
  const live: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (isAlive(name)) live.push(name);
    else await rm(join(folder, name), { force: true });
  }
  return live;
}

/** `<pid>-<start>-<n>`: unique on this machine until it reboots; on Linux also after (boot id). */
export function newId(): string {
  ownStart ??= startOf(process.pid) ?? '0';
  return `${process.pid}-${ownStart}-${++counter}`;
}

/** Whether the process that created this id still runs. Malformed ids count as dead. */
export function isAlive(id: string): boolean {
  const match = /^(\d+)-(\w+)-\d+$/.exec(id);
  if (!match) return false;
  const pid = Number(match[1]);
  if (!pidExists(pid)) return false;
  const start = startOf(pid);
  // The start time is unreadable (hidden /proc, no ps): the pid exists, so err on the side of "in use".
  return start === undefined || start === match[2] || match[2] === '0';
}

/** Whether a process with this pid exists and is not a zombie. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

let counter = 0;
let ownStart: string | undefined;
let bootId: string | undefined;

async function ourTurn(folder: string, number: number, id: string, options: LockOptions): Promise<void> {
  const since = Date.now();
  let reported = false;
  for (;;) {
    options.signal?.throwIfAborted();
    // Read the folder twice, in this order: a process that stops choosing during the first read has its ticket there for
    // the second.
    const choosers = (await others(folder, id)).filter((other) => other.number === 0);
    const ahead = (await others(folder, id)).filter(
      (other) => other.number > 0 && (other.number < number || (other.number === number && other.id < id)),
    );
    if (choosers.length === 0 && ahead.length === 0) return;
    if (!reported && Date.now() - since > 3_000) {
      reported = true;
      options.onWait?.([...choosers, ...ahead].map((other) => Number.parseInt(other.id, 10)));
    }
    await sleep(15 + Math.random() * 20);
  }
}

async function others(folder: string, id: string): Promise<Array<{ number: number; id: string }>> {
  const found: Array<{ number: number; id: string }> = [];
  for (const name of await readdir(folder)) {
    const entry = parseTicket(name);
    if (!entry || entry.id === id) continue;
    if (isAlive(entry.id)) found.push(entry);
    else await rm(join(folder, name), { force: true });
  }
  return found;
}

function parseTicket(name: string): { number: number; id: string } | undefined {
  const match = /^(?:choosing|ticket\.(\d+))\.(.+)$/.exec(name);
  return match ? { number: Number(match[1] ?? 0), id: match[2]! } : undefined;
}

function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const ticks = statFields(pid)?.[19];
    return ticks && `${ticks}b${boot()}`;
  }
  if (process.platform === 'win32') return undefined;
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return text.replace(/\W+/g, '') || undefined;
  } catch {
    return undefined;
  }
}

/** The fields of /proc/<pid>/stat from the state on; the process name before it may contain spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function boot(): string {
  if (bootId !== undefined) return bootId;
  try {
    bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  } catch {
    bootId = '';
  }
  return bootId;
}
