// What keeps the database tidy: leftovers of dead builds go, and all but the last builds.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '../../../sql/pool.ts';
import { failOrphans, listBuilds } from '../../../sql/store/builds.ts';
import { buildsWithTables, dropPartitions } from '../../../sql/store/list-partitions.ts';

/** Folder for a build's spill files, below COUTURE_HOME. */
export function spillFolder(home: string, buildId: number): string {
  return path.join(home, 'spill', `build-${buildId}`);
}

/** Marks builds of dead processes failed and drops what they left. Call with the build lock held. */
export async function cleanUpDeadBuilds(client: Client, home: string): Promise<number[]> {
  const dead = await failOrphans(client);
  for (const build of dead) await rm(spillFolder(home, build), { recursive: true, force: true });
  const alive = await buildsInStates(client, ['ready', 'published', 'superseded', 'rejected']);
  for (const build of await buildsWithTables(client)) {
    if (!alive.has(build)) await dropPartitions(client, build);
  }
  return dead;
}

/** Drops the tables of all but the newest `keep` builds; the published one always stays. Returns what went. */
export async function pruneBuilds(client: Client, keep: number): Promise<number[]> {
  const withTables = await buildsWithTables(client);
  const published = await buildsInStates(client, ['published']);
  const old = withTables.slice(0, Math.max(0, withTables.length - keep)).filter((build) => !published.has(build));
  for (const build of old) await dropPartitions(client, build);
  return old;
}

async function buildsInStates(client: Client, states: readonly string[]): Promise<Set<number>> {
  const builds = await listBuilds(client, 1_000_000);
  return new Set(builds.filter((build) => states.includes(build.state)).map((build) => build.build_id));
}
