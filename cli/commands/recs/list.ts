// `couture recs list`: lists the builds, newest first, and whether their lists still exist.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { openClient } from '../../../sql/pool.ts';
import { buildSizes } from '../../../sql/store/builds/build-sizes.ts';
import { type BuildRow, listBuilds } from '../../../sql/store/builds/builds.ts';
import { buildsInBrief } from '../../../sql/store/builds/database-status.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { bytes, count, seconds } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';

/** One build in --json: `{builds: ListedBuild[], total}`, newest first. */
export interface ListedBuild {
  readonly build_id: number;
  readonly state: BuildRow['state'];
  readonly engine: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly total_ms: number | null;
  readonly watermark: string | null;
  readonly source: Record<string, number>;
  readonly lists: Record<string, number>;
  /** Whether its lists still exist, so that it can be inspected and published. */
  readonly kept: boolean;
  readonly bytes: number;
  readonly replaced: number | null;
  readonly error: string | null;
}

export const recsList: CommandSpec = {
  usage: 'list',
  summary: 'list builds, newest first',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--limit <n>', 'number of builds to list (default: 20)')],
  run,
};

async function run(
  { terminal, release, database }: CommandContext,
  flags: Record<string, unknown>,
): Promise<void> {
  const limit = limitOf(flags.limit);
  const client = await openClient(await database(), { applicationName: 'couture recs' });
  release.defer('the connection', () => client.end());
  const { builds: total } = await buildsInBrief(client);
  const [sizes, inPlace] = [await buildSizes(client), await buildsInPlace(client)];
  const builds = (total > 0 ? await listBuilds(client, limit) : []).map((row) => listed(row, inPlace, sizes));
  terminal.result({ builds, total });
  if (builds.length === 0) {
    terminal.print('There are no builds yet.\n\nNext: couture recs build');
    return;
  }
  terminal.table(
    [
      { title: 'Build', align: 'right' },
      { title: 'State' },
      { title: 'Started' },
      { title: 'Took', align: 'right' },
      { title: 'Order lines', align: 'right' },
      { title: 'Newest order', optional: true },
      { title: 'Lists', align: 'right' },
      { title: 'Size', align: 'right' },
    ],
    builds.map((build) => [
      build.build_id,
      build.state,
      moment(build.started_at),
      build.total_ms === null ? null : seconds(build.total_ms),
      build.source.lines === undefined ? null : count(build.source.lines),
      build.watermark?.slice(0, 10),
      count(Object.values(build.lists).reduce((sum, lists) => sum + lists, 0)),
      build.kept ? bytes(build.bytes) : 'pruned',
    ]),
  );
  if (total > builds.length) terminal.print(`… and ${count(total - builds.length)} older builds.`);
}

function listed(row: BuildRow, inPlace: readonly number[], sizes: ReadonlyMap<number, number>): ListedBuild {
  return {
    build_id: row.build_id,
    state: row.state,
    engine: row.engine,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    total_ms: row.total_ms,
    watermark: row.watermark?.toISOString() ?? null,
    source: row.source,
    lists: row.lists,
    kept: inPlace.includes(row.build_id),
    bytes: sizes.get(row.build_id) ?? 0,
    replaced: row.replaced ?? null,
    error: row.error,
  };
}

function limitOf(value: unknown): number {
  const limit = value === undefined ? 20 : Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new CoutureError(
    'bad_option',
    `--limit is ${JSON.stringify(value)}: expected a whole number above 0`,
  );
}
