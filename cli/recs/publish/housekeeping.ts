// Cleans up the database and the disk: removes what dead builds left, and prunes old builds.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { type BuildState, buildsInStates, failOrphans } from '../../../sql/store/builds/builds.ts';
import { runningExperiment } from '../../../sql/store/builds/experiments.ts';
import { buildsWithTables, dropPartitions } from '../../../sql/store/builds/list-partitions.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import { dropStagings } from '../../../sql/store/builds/spark-staging.ts';

type Note = (line: string) => void;

/** Folder of a build's spill files, below COUTURE_HOME. */
export function spillFolder(home: string, databaseUrl: string, buildId: number): string {
  return path.join(spillRoot(home, databaseUrl), `build-${buildId}`);
}

/**
 * Marks builds of dead processes as failed, and drops the tables and files of all failed builds.
 * Call with the build lock held.
 */
export async function cleanUpDeadBuilds(
  client: Client,
  home: string,
  databaseUrl: string,
  note: Note,
): Promise<void> {
  const dead = await failOrphans(client);
  await dropStagings(client);
  await rm(spillRoot(home, databaseUrl), { recursive: true, force: true }).catch((error: Error) => {
    note(`Could not remove spill files of earlier builds: ${error.message}`);
  });
  const alive = await buildsInStates(client, ['ready', 'published', 'superseded', 'rejected']);
  const failed = (await buildsWithTables(client)).filter((build) => !alive.includes(build));
  const busy =
    failed.length > 0
      ? (await dropPartitions(client, failed)).busy.filter((build) => failed.includes(build))
      : [];
  for (const build of dead)
    if (!busy.includes(build)) note(`Cleaned up after build ${build}, whose process had died.`);
  for (const build of busy)
    note(`Build ${build} failed, but its tables are still in use; the next run will drop them.`);
}

/** Prunes old builds. A failure is only noted: it must not fail the build that has just finished. */
export async function pruneAfterBuild(client: Client, keep: number, note: Note): Promise<void> {
  try {
    await pruneBuilds(client, keep, note);
  } catch (error) {
    note(`Could not prune old builds: ${(error as Error).message}. The next run will retry.`);
  }
}

/**
 * Drops the tables of all but the newest `keep` servable builds, and of all but the newest `keep` rejected ones.
 * Never drops the published build or one in a running experiment. Returns the builds dropped. The publish lock keeps
 * others from publishing a build that is being dropped.
 */
export async function pruneBuilds(client: Client, keep: number, note: Note): Promise<number[]> {
  return withPublishLock(client, async () => {
    const withTables = await buildsWithTables(client);
    const oldOf = async (states: readonly BuildState[]) => {
      const builds = (await buildsInStates(client, states)).filter((build) => withTables.includes(build));
      return builds.sort((a, b) => b - a).slice(keep);
    };
    const old = [...(await oldOf(['ready', 'published', 'superseded'])), ...(await oldOf(['rejected']))];
    const published = await buildsInStates(client, ['published']);
    // The build of a running experiment is served to some visitors.
    const experiment = await runningExperiment(client);
    const { dropped, busy } = await dropPartitions(
      client,
      old.filter((build) => !published.includes(build) && build !== experiment?.build_id),
    );
    for (const build of dropped) note(`Pruned build ${build}.`);
    for (const build of busy) note(`Build ${build} is still in use; the next run will prune it.`);
    return dropped;
  });
}

/** Wraps a disk error of the spill files in a CoutureError `spill_failed`; returns any other error unchanged. */
export function spillFailure(error: unknown, home: string): unknown {
  const { code = '', syscall = '', message = '' } = error as NodeJS.ErrnoException;
  if (!diskFaults.has(code) || !/^(open|read|write|mkdir|close)$/.test(syscall)) return error;
  return new CoutureError(
    'spill_failed',
    `Cannot spill order lines to ${path.join(home, 'spill')}: ${message}`,
    'Free disk space there, set COUTURE_HOME to a folder on a larger disk, or raise --memory.',
    { cause: error },
  );
}

const diskFaults = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
  'EIO',
  'EMFILE',
]);

/** Folder of the order lines that incremental builds keep. */
export function keptFolder(home: string, databaseUrl: string): string {
  return folderOf(home, 'kept', databaseUrl);
}

function spillRoot(home: string, databaseUrl: string): string {
  return folderOf(home, 'spill', databaseUrl);
}

/**
 * Databases can share a COUTURE_HOME and their build numbers can be equal, so each has its own folder. A URL can name the server,
 * such as the folder of its socket, in its parameters.
 */
function folderOf(home: string, kind: string, databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl);
  const server = ['host', 'port'].map((name) => searchParams.get(name) ?? '').join('\0');
  return path.join(
    home,
    kind,
    createHash('sha256')
      .update(host + pathname + (server === '\0' ? '' : server))
      .digest('hex')
      .slice(0, 12),
  );
}
