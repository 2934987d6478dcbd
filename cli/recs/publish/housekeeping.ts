// What keeps the database and the disk tidy: leftovers of dead builds go, and all but the last builds.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { type BuildState, failOrphans, listBuilds } from '../../../sql/store/builds/builds.ts';
import { runningExperiment } from '../../../sql/store/builds/experiments.ts';
import { buildsWithTables, dropPartitions } from '../../../sql/store/builds/list-partitions.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import { dropStagings } from '../../../sql/store/builds/spark-staging.ts';

type Note = (line: string) => void;

/** Folder for a build's spill files, below COUTURE_HOME. */
export function spillFolder(home: string, databaseUrl: string, buildId: number): string {
  return path.join(spillRoot(home, databaseUrl), `build-${buildId}`);
}

/**
 * Marks builds of dead processes failed and drops what they and other failed builds left.
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
    note(`Spill files of earlier builds are still there: ${error.message}`);
  });
  const alive = await buildsInStates(client, ['ready', 'published', 'superseded', 'rejected']);
  const failed = (await buildsWithTables(client)).filter((build) => !alive.includes(build));
  const busy =
    failed.length > 0
      ? (await dropPartitions(client, failed)).busy.filter((build) => failed.includes(build))
      : [];
  for (const build of dead)
    if (!busy.includes(build)) note(`Build ${build} had died; what it left is cleaned up.`);
  for (const build of busy)
    note(`Build ${build} has failed, but its tables are in use; the next run drops them.`);
}

/**
 * Drops the tables of all but the newest `keep` builds that were fit to be served, and of all but as many rejected
 * ones. The published build always stays. Returns what went. Nobody can publish a build that is about to go.
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
    // A build that is shown to some visitors is served too.
    const experiment = await runningExperiment(client);
    const { dropped, busy } = await dropPartitions(
      client,
      old.filter((build) => !published.includes(build) && build !== experiment?.build_id),
    );
    for (const build of dropped) note(`Build ${build} was pruned.`);
    for (const build of busy) note(`Build ${build} is old, but somebody reads it; the next run prunes it.`);
    return dropped;
  });
}

/** A failure of the disk in words; anything else as it is. */
export function spillFailure(error: unknown, home: string): unknown {
  const { code = '', syscall = '', message = '' } = error as NodeJS.ErrnoException;
  if (!diskFaults.has(code) || !/^(open|read|write|mkdir|close)$/.test(syscall)) return error;
  return new CoutureError(
    'spill_failed',
    `Order lines that outgrew memory cannot be kept in ${path.join(home, 'spill')}: ${message}`,
    'Make room there, set COUTURE_HOME to a folder on a larger disk, or give a larger --memory.',
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

/** Builds of several databases may share a home; their numbers are no more than their own. */
function spillRoot(home: string, databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return path.join(
    home,
    'spill',
    createHash('sha256')
      .update(host + pathname)
      .digest('hex')
      .slice(0, 12),
  );
}

async function buildsInStates(client: Client, states: readonly BuildState[]): Promise<number[]> {
  const builds = await listBuilds(client, 1_000_000);
  return builds.filter((build) => states.includes(build.state)).map((build) => build.build_id);
}
