// `couture recs show ID`: shows one build in detail.
import { buildSizes } from '../../../sql/store/builds/build-sizes.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { namedBuild, openBuilds } from '../../recs/builds/chosen-build.ts';
import { type BuildDetails, printBuildDetails } from '../../terminal/build-details.ts';

/** With --json: `BuildDetails` of cli/terminal/build-details.ts. */
export const recsShow: CommandSpec<[string]> = {
  usage: 'show <build>',
  summary: 'show the figures, stages, settings and warnings of a build',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(
  { terminal, release, database }: CommandContext,
  _flags: Record<string, unknown>,
  id: string,
): Promise<void> {
  const client = await openBuilds(await database());
  release.defer('the connection', () => client.end());
  const row = await namedBuild(client, id);
  const size = (await buildSizes(client)).get(row.build_id);
  const details: BuildDetails = {
    ...row,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    watermark: row.watermark?.toISOString() ?? null,
    peak_rss_bytes: row.peak_rss_bytes === null ? null : Number(row.peak_rss_bytes),
    kept: (await buildsInPlace(client)).includes(row.build_id),
    bytes: size ?? 0,
  };
  terminal.result(details);
  printBuildDetails(terminal, details);
}
