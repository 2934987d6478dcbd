// Which build a command looks at: the one that is named, or the published one. Number as text → its row.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { type BuildRow, findBuild, publishedBuild } from '../../../sql/store/builds/builds.ts';
import { buildsInBrief } from '../../../sql/store/builds/database-status.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';

/**
 * Connects to a database that has builds. The caller ends the connection.
 * @throws CoutureError `build_unknown` where nothing was ever built; Fault `migration_missing`
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
 * The build that `text` names, or the published one where it is undefined; its tables exist.
 * @throws CoutureError `bad_option` for what is no number, `build_unknown`
 */
export async function chooseBuild(client: Client, text: string | undefined): Promise<BuildRow> {
  if (text === undefined) {
    const published = await publishedBuild(client);
    if (published) return published;
    throw new CoutureError(
      'build_unknown',
      'No build is published yet.',
      '"couture recs build" builds and publishes; "couture recs list" lists what there is, --build N looks at one of them.',
    );
  }
  return requireTables(client, await namedBuild(client, text));
}

/** The row of the build that `text` names, whether its tables exist or not. */
export async function namedBuild(client: Client, text: string): Promise<BuildRow> {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 2_147_483_647) {
    throw new CoutureError(
      'bad_option',
      `A build is named by its number, not by ${JSON.stringify(text)}.`,
      seeList,
    );
  }
  const build = await findBuild(client, number);
  if (!build) throw new CoutureError('build_unknown', `There is no build ${number}.`, seeList);
  return build;
}

/** @throws CoutureError `build_unknown` where the build's lists cannot be read */
export async function requireTables(client: Client, build: BuildRow): Promise<BuildRow> {
  const { build_id: id, state } = build;
  if (state === 'running') {
    throw new CoutureError(
      'build_unknown',
      `Build ${id} is still running, or its process has died: it has no lists.`,
      '"couture recs status" says which.',
    );
  }
  if (state === 'failed') {
    throw new CoutureError(
      'build_unknown',
      `Build ${id} failed, so it has no lists.`,
      `"couture recs show ${id}" says why it failed.`,
    );
  }
  if (!(await buildsInPlace(client)).includes(id)) {
    throw new CoutureError('build_unknown', `The lists of build ${id} were pruned.`, seeList);
  }
  return build;
}

const seeList = '"couture recs list" lists the builds, and which of them have their lists still.';

function nothingBuilt(): CoutureError {
  return new CoutureError(
    'build_unknown',
    'Nothing was built in this database yet.',
    'Run "couture recs build".',
  );
}
