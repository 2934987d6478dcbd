// Seconds of processor time that processes have used so far, as Linux counts them in /proc.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of the clock that /proc/<pid>/stat counts in; it is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU-seconds of one process, all its threads together. */
export function processSeconds(pid: number): number {
  return read(pid)?.own ?? 0;
}

/** CPU-seconds of a Postgres: of its first process, of those that it has started, and of those that have ended. */
export function postgresSeconds(dataFolder: string): number {
  const postmaster = Number(readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  const first = read(postmaster)!;
  let seconds = first.own + first.ended;
  for (const name of readdirSync('/proc')) {
    const counted = /^\d+$/.test(name) ? read(Number(name)) : undefined;
    if (counted?.parent === postmaster) seconds += counted.own;
  }
  return seconds;
}

/** Undefined where it has just ended. */
function read(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name comes second, in brackets, and may have spaces in it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ended = (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
    return { parent: Number(fields[1]), own: threadSeconds(pid), ended };
  } catch {
    return undefined;
  }
}

/** By the nanosecond: a connection that does little does not come to a tick in a measurement. */
function threadSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  return nanoseconds / 1e9;
}
