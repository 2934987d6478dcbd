// `couture recs experiment`: runs an A/B test of two builds; visitors are split by hash, `recs report` compares the arms.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { type BuildRow, publishedBuild } from '../../../sql/store/builds/builds.ts';
import {
  latestExperiment,
  runningExperiment,
  startExperiment,
  stopExperiment,
} from '../../../sql/store/builds/experiments.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { namedBuild, openBuilds, requireTables } from '../../recs/builds/chosen-build.ts';
import { moment } from '../../terminal/times.ts';

/** With --json: {experiment_id, name, build_id, share, started_at, ended_at}, or null if there is none. */
export const recsExperiment: CommandSpec = {
  usage: 'experiment',
  summary: 'run an A/B test of another build against the published one',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--build <id>', 'start an experiment with this build'),
    flag('--share <share>', 'share of visitors who see the build').default('0.5'),
    flag('--name <name>', 'name of the experiment in the report'),
    flag('--stop', 'end the experiment; all visitors see the published build again'),
  ],
  help: `Examples:
  couture recs build --similarity cosine --no-publish      # prints the build number, say 12
  couture recs experiment --build 12 --share 0.5 --name cosine
  couture recs report --days 14
  couture recs experiment --stop

Without flags, shows the running experiment. Visitors are assigned by a hash of their id, so each always sees the same
build. Exit codes: 0 done, 1 failed, 2 wrong use, or no such build.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release } = context;
  const client = await openBuilds(await context.database(), 'couture experiment');
  release.defer('the connection', () => client.end());
  if (flags.stop === true) {
    const stopped = await stopExperiment(client);
    terminal.print(stopped ? `Experiment "${stopped.name}" ended.` : 'No experiment is running.');
    return terminal.result(stopped ?? null);
  }
  if (flags.build === undefined) {
    const running = await runningExperiment(client);
    const shown = running ?? (await latestExperiment(client));
    terminal.print(
      running
        ? `"${running.name}": build ${running.build_id} for ${running.share} of visitors, since ${moment(running.started_at)}.`
        : 'No experiment is running.',
    );
    return terminal.result(shown ?? null);
  }
  const share = Number(flags.share);
  if (!(share > 0 && share <= 0.9)) {
    throw new CoutureError(
      'bad_option',
      `--share is ${JSON.stringify(flags.share)}: expected a number above 0 and up to 0.9`,
      'For example: --share 0.5.',
    );
  }
  // No build may be pruned, and no other experiment started, between the look at it and its start.
  const started = await withPublishLock(client, async () => {
    const build = await requireComparable(client, flags.build as string);
    const name = (flags.name as string | undefined)?.trim() || `build ${build.build_id}`;
    return startExperiment(client, name, build.build_id, share);
  });
  terminal.print(
    `"${started.name}": build ${started.build_id} for ${started.share} of visitors, starting now.`,
  );
  terminal.print(
    'Next: "couture recs report" to compare the builds, "couture recs experiment --stop" to end the experiment.',
  );
  terminal.result(started);
}

/** @throws CoutureError `bad_option` if an experiment is running or the build is published, `build_unknown` */
async function requireComparable(client: Client, id: string): Promise<BuildRow> {
  const running = await runningExperiment(client);
  if (running) {
    throw new CoutureError(
      'bad_option',
      `Experiment "${running.name}" is already running.`,
      'End it first: couture recs experiment --stop.',
    );
  }
  const build = await requireTables(client, await namedBuild(client, id));
  if ((await publishedBuild(client))?.build_id === build.build_id) {
    throw new CoutureError(
      'bad_option',
      `Build ${build.build_id} is the published build, so there is nothing to compare.`,
      'Create another one with "couture recs build --no-publish".',
    );
  }
  return build;
}
