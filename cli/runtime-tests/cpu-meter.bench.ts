// CPU seconds that processes have used so far, read from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Clock ticks per second in /proc/<pid>/stat; 100 on every Linux that Node supports. */
const ticksPerSecond = 100;

/** CPU-seconds of one process, with all its threads. */
export function processSeconds(pid: number): number {
  return read(pid)?.own ?? 0;
}

/** CPU-seconds of a Postgres server: of the postmaster and its child processes, including those that have ended. */
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

/** Undefined if the process has just ended. */
function read(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may contain spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ended = (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
    return { parent: Number(fields[1]), own: threadSeconds(pid), ended };
  } catch {
    return undefined;
  }
}

/** In nanoseconds, because a nearly idle connection uses less than a clock tick during a measurement. */
function threadSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  return nanoseconds / 1e9;
}
