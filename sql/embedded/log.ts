// The log of the embedded server: one file in its data folder, rotated at a start when it is too large.
import { constants, fchownSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CoutureError } from '../errors.ts';
import type { Cluster } from './cluster.ts';

const maxLogBytes = 5_000_000;

/** Returns an error about this server that quotes the end of its log. */
export function failed(cluster: Cluster, what: string, cause?: unknown): CoutureError {
  const tail = logTail(cluster, 0, 12).trimEnd();
  return new CoutureError(
    'embedded_failed',
    `The embedded Postgres in ${cluster.location} ${what}${tail ? `. The end of its log:\n${tail}` : ''}`,
    `See ${logPath(cluster)}. Nothing was deleted. To start with an empty database, move ${cluster.location} away; or set DATABASE_URL to your own Postgres.`,
    { cause },
  );
}

function logPath({ location }: Cluster): string {
  return join(location, 'server.log');
}

/** Opens the log for appending and gives it to the account that runs the server. */
export function openLog(cluster: Cluster): number {
  const path = logPath(cluster);
  if (logSize(cluster) > maxLogBytes) renameSync(path, `${path}.1`);
  // The folder belongs to an unprivileged user: as root, never follow a link that this user may have put there.
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(path, flags, 0o600);
  if (cluster.account) fchownSync(file, cluster.account.uid, cluster.account.gid);
  return file;
}

export function logSize(cluster: Cluster): number {
  return statSync(logPath(cluster), { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines written after byte `from`. */
export function logTail(cluster: Cluster, from: number, lines: number): string {
  try {
    const log = readFileSync(logPath(cluster)).subarray(from);
    return log.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
