// `couture push prune`: removes subscriptions of browsers that are not there any more, as far as can be told, and campaigns
// of long ago.
import { pruneCampaigns } from '../../../sql/store/push/campaigns.ts';
import { pruneSubscriptions } from '../../../sql/store/push/subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { numberOf } from '../../push/campaign-flags.ts';
import { count } from '../../terminal/figures.ts';

/** With --json: {dry_run, unseen, failing, campaigns}. */
export const pushPrune: CommandSpec = {
  usage: 'prune',
  summary: 'remove subscriptions that nobody uses any more, and old campaigns',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--days <n>', 'neither seen in the shop nor reached for so long').default('180'),
    flag('--failures <n>', 'or refused so many times in a row').default('10'),
    flag(
      '--campaigns <n>',
      'campaigns that ended so many days ago, with what became of each message',
    ).default('400'),
    flag('--dry-run', 'count them, remove nothing'),
  ],
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const days = numberOf('--days', flags.days, 1, 3_650);
  const failures = numberOf('--failures', flags.failures, 1, 1_000);
  const campaignDays = numberOf('--campaigns', flags.campaigns, 1, 3_650);
  const dryRun = flags.dryRun === true;
  const client = await openPush(context, 'prune');
  const found = await pruneSubscriptions(client, { days, failures, dryRun });
  const campaigns = await pruneCampaigns(client, campaignDays, dryRun);
  context.terminal.result({ dry_run: dryRun, ...found, campaigns });
  context.terminal.print(
    `Browsers: ${count(found.unseen)} were not seen for ${days} days, ${count(found.failing)} were refused ${failures} times in a row.`,
  );
  context.terminal.print(`Campaigns: ${count(campaigns)} ended more than ${campaignDays} days ago.`);
  context.terminal.print(dryRun ? 'Nothing was removed. Without --dry-run it is.' : 'They are removed.');
}
