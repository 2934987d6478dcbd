// `couture recs experiment`: two builds side by side, visitors split by hash, compared by `recs report`.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { publishedBuild } from '../../../sql/store/builds/builds.ts';
import {
  latestExperiment,
  runningExperiment,
  startExperiment,
  stopExperiment,
} from '../../../sql/store/builds/experiments.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { namedBuild, openBuilds, requireTables } from '../../recs/builds/chosen-build.ts';

/** With --json: {experiment_id, name, build_id, share, started_at, ended_at}, or null where there was none. */
export const recsExperiment: CommandSpec = {
  usage: 'experiment',
  summary: 'show another build to a share of the visitors, beside the published one',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--build <id>', 'start: the build that they are shown'),
    flag('--share <share>', 'of the visitors').default('0.5'),
    flag('--name <name>', 'what it is called in the report'),
    flag('--stop', 'end it; everybody sees the published build again'),
  ],
  help: `Examples:
  couture recs build --measure cosine --no-publish      # prints its number, say 12
  couture recs experiment --build 12 --share 0.5 --name cosine
  couture recs report --days 14
  couture recs experiment --stop

Without flags it says what runs. Visitors are told apart by a hash of their id, so each sees the same build every time.
Exit codes: 0 done, 1 failed, 2 wrong use, or no such build.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release } = context;
  const client = await openBuilds(await context.database(), 'couture experiment');
  release.defer('the connection', () => client.end());
  if (flags.stop === true) {
    const stopped = await stopExperiment(client);
    terminal.print(stopped ? `The experiment "${stopped.name}" is ended.` : 'No experiment runs.');
    return terminal.result(stopped ?? null);
  }
  const running = await runningExperiment(client);
  if (flags.build === undefined) {
    const shown = running ?? (await latestExperiment(client));
    terminal.print(
      running
        ? `"${running.name}": build ${running.build_id} for ${running.share} of the visitors, since ${running.started_at.toISOString()}.`
        : 'No experiment runs.',
    );
    return terminal.result(shown ?? null);
  }
  if (running) {
    throw new CoutureError(
      'bad_option',
      `The experiment "${running.name}" runs already.`,
      'End it first: couture recs experiment --stop.',
    );
  }
  const build = await requireTables(client, await namedBuild(client, flags.build as string));
  if ((await publishedBuild(client))?.build_id === build.build_id) {
    throw new CoutureError(
      'bad_option',
      `Build ${build.build_id} is the published one: there is nothing to compare.`,
      'Make another with "couture recs build --no-publish".',
    );
  }
  const share = Number(flags.share);
  if (!(share > 0 && share <= 0.9)) {
    throw new CoutureError(
      'bad_option',
      `--share is ${JSON.stringify(flags.share)}: expected a share above 0 and up to 0.9`,
      'For example: --share 0.5.',
    );
  }
  const name = (flags.name as string | undefined)?.trim() || `build ${build.build_id}`;
  const started = await startExperiment(client, name, build.build_id, share);
  terminal.print(`"${name}": build ${build.build_id} for ${share} of the visitors, from now on.`);
  terminal.print('Next: "couture recs report" compares them, "couture recs experiment --stop" ends it.');
  terminal.result(started);
}
