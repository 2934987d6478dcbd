// `couture push prune`: removes subscriptions of browsers that are not there any more, as far as can be told.
import { pruneSubscriptions } from '../../sql/store/push-subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { openPush } from '../push/campaign-argument.ts';
import { numberOf } from '../push/campaign-flags.ts';
import { count } from '../terminal/figures.ts';

/** With --json: {dry_run, unseen, failing}. */
export const pushPrune: CommandSpec = {
  usage: 'prune',
  summary: 'remove subscriptions that nobody uses any more',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--days <n>', 'neither seen in the shop nor reached for so long').default('180'),
    flag('--failures <n>', 'or refused so many times in a row').default('10'),
    flag('--dry-run', 'count them, remove nothing'),
  ],
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const days = numberOf('--days', flags.days, 1, 3_650);
  const failures = numberOf('--failures', flags.failures, 1, 1_000);
  const dryRun = flags.dryRun === true;
  const client = await openPush(context, 'prune');
  const found = await pruneSubscriptions(client, { days, failures, dryRun });
  context.terminal.result({ dry_run: dryRun, ...found });
  context.terminal.print(
    `${count(found.unseen)} were not seen for ${days} days, ${count(found.failing)} were refused ${failures} times in a row; ${dryRun ? 'nothing is removed.' : 'they are removed.'}`,
  );
}
