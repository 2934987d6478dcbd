// Chooses the build that a command works on: the given number, or the published build.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { type BuildRow, findBuild, publishedBuild } from '../../../sql/store/builds/builds.ts';
import { buildsInBrief } from '../../../sql/store/builds/database-status.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';

/**
 * Connects to a database that has builds. The caller closes the connection.
 * @throws CoutureError `build_unknown` if the database has no builds, `migration_missing`
 */
export async function openBuilds(databaseUrl: string, applicationName = 'couture recs'): Promise<Client> {
  const client = await openClient(databaseUrl, { applicationName });
  try {
    if ((await buildsInBrief(client)).builds === 0) throw nothingBuilt();
    await requireMigrated(client);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/**
 * Returns the build with the number `text`, or the published build if it is undefined. Its tables exist.
 * @throws CoutureError `bad_option` if `text` is not a build number, `build_unknown`
 */
export async function chooseBuild(client: Client, text: string | undefined): Promise<BuildRow> {
  if (text === undefined) {
    const published = await publishedBuild(client);
    if (published) return published;
    throw new CoutureError(
      'build_unknown',
      'No build is published yet.',
      'Run "couture recs build" to build and publish, or choose a build of "couture recs list" with --build N.',
    );
  }
  return requireTables(client, await namedBuild(client, text));
}

/** Returns the row of the build with the number `text`, even if its tables were dropped. */
export async function namedBuild(client: Client, text: string): Promise<BuildRow> {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 2_147_483_647) {
    throw new CoutureError('bad_option', `Invalid build number: ${JSON.stringify(text)}.`, seeList);
  }
  const build = await findBuild(client, number);
  if (!build) throw new CoutureError('build_unknown', `There is no build ${number}.`, seeList);
  return build;
}

/** @throws CoutureError `build_unknown` if the build's lists cannot be read */
export async function requireTables(client: Client, build: BuildRow): Promise<BuildRow> {
  const { build_id: id, state } = build;
  if (state === 'running') {
    throw new CoutureError(
      'build_unknown',
      `Build ${id} has no lists: it is still running, or its process has died.`,
      'Run "couture recs status" to see which.',
    );
  }
  if (state === 'failed') {
    throw new CoutureError(
      'build_unknown',
      `Build ${id} failed, so it has no lists.`,
      `Run "couture recs show ${id}" to see why it failed.`,
    );
  }
  if (!(await buildsInPlace(client)).includes(id)) {
    throw new CoutureError('build_unknown', `The lists of build ${id} were pruned.`, seeList);
  }
  return build;
}

const seeList = 'Run "couture recs list" to see all builds and whether their lists still exist.';

function nothingBuilt(): CoutureError {
  return new CoutureError('build_unknown', 'This database has no builds yet.', 'Run "couture recs build".');
}
