// `couture recs prune`: drops the lists of old builds now instead of after the next publish.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { takeBuildLock } from '../../../sql/store/builds/build-lock.ts';
import { buildSizes } from '../../../sql/store/builds/build-sizes.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openBuilds } from '../../recs/builds/chosen-build.ts';
import { pruneBuilds } from '../../recs/publish/housekeeping.ts';
import { bytes, count } from '../../terminal/figures.ts';

/** With --json: {pruned: [build], kept: [build], bytes_freed}. */
export const recsPrune: CommandSpec = {
  usage: 'prune',
  summary: 'drop the lists of old builds, never those of the published one',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--keep <n>', 'number of newest builds to keep (default: the setting keep-builds)')],
  help: `Every build prunes after it has published; use this command to free space now.
Exit codes: 0 done, 1 failed, 2 wrong use, 4 a build is running (it will prune when it publishes).`,
  run,
};

async function run({ config, terminal, release, database }: CommandContext, flags: Record<string, unknown>) {
  const keep = keepOf(flags.keep, config.keepBuilds);
  const client = await openBuilds(await database(), 'couture prune');
  release.defer('the connection', () => client.end());
  // Without the lock, an unfinished build could be pruned before it is published.
  const holder = await takeBuildLock(client);
  if (holder) {
    throw new CoutureError(
      'build_locked',
      `A build is running: ${holder}.`,
      'It prunes old builds when it publishes.',
    );
  }
  const before = await buildSizes(client);
  const pruned = await pruneBuilds(client, keep, (line) => terminal.note(line));
  const after = await buildSizes(client);
  const freed = total(before) - total(after);
  terminal.result({ pruned, kept: [...after.keys()], bytes_freed: freed });
  if (pruned.length === 0) terminal.print(`Nothing to prune: ${count(after.size)} builds are kept.`);
  else
    terminal.print(
      `Freed ${bytes(freed)}; ${count(after.size)} builds are kept (${[...after.keys()].join(', ')}).`,
    );
}

function keepOf(value: unknown, fallback: number): number {
  const keep = value === undefined ? fallback : Number(value);
  if (Number.isInteger(keep) && keep >= 1 && keep <= 1_000) return keep;
  throw new CoutureError(
    'bad_option',
    `--keep is ${JSON.stringify(value)}: expected a whole number from 1 to 1000`,
    'The published build is always kept.',
  );
}

function total(sizes: ReadonlyMap<number, number>): number {
  return [...sizes.values()].reduce((sum, each) => sum + each, 0);
}
