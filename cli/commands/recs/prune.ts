// `couture recs prune`: drops the lists of old builds now, not after the next publish.
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
  summary: 'drop the lists of old builds; the published one always stays',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--keep <n>', 'newest builds that stay (default: the setting keep-builds)')],
  help: `Every build prunes when it has published; this is for when the room is needed now.
Exit codes: 0 done, 1 failed, 2 wrong use, 4 a build is running (it prunes by itself).`,
  run,
};

async function run({ config, terminal, release, database }: CommandContext, flags: Record<string, unknown>) {
  const keep = keepOf(flags.keep, config.keepBuilds);
  const client = await openBuilds(await database(), 'couture prune');
  release.defer('the connection', () => client.end());
  // A build in the making is the newest: by hand it could be pruned between its making and its publishing.
  const holder = await takeBuildLock(client);
  if (holder) {
    throw new CoutureError(
      'build_locked',
      `A build is running: ${holder}.`,
      'It prunes when it has published.',
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
      `${bytes(freed)} freed, ${count(after.size)} builds are kept (${[...after.keys()].join(', ')}).`,
    );
}

function keepOf(value: unknown, fallback: number): number {
  const keep = value === undefined ? fallback : Number(value);
  if (Number.isInteger(keep) && keep >= 1 && keep <= 1_000) return keep;
  throw new CoutureError(
    'bad_option',
    `--keep is ${JSON.stringify(value)}: expected a whole number from 1 to 1000`,
    'The published build stays in any case.',
  );
}

function total(sizes: ReadonlyMap<number, number>): number {
  return [...sizes.values()].reduce((sum, each) => sum + each, 0);
}
