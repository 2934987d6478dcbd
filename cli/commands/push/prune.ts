// `couture push prune`: deletes inactive and failing subscriptions, and old campaigns.
import { pruneCampaigns } from '../../../sql/store/push/campaigns.ts';
import { pruneOccasions } from '../../../sql/store/push/journeys.ts';
import { pruneSubscriptions } from '../../../sql/store/push/subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { numberOf } from '../../push/campaign-flags.ts';
import { count } from '../../terminal/figures.ts';

/** With --json: {dry_run, unseen, failing, campaigns, occasions}. */
export const pushPrune: CommandSpec = {
  usage: 'prune',
  summary: 'delete inactive subscriptions and old campaigns',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--days <n>', 'delete subscriptions neither seen nor reached for this many days').default('180'),
    flag('--failures <n>', 'delete subscriptions rejected this many times in a row').default('10'),
    flag(
      '--campaigns <n>',
      'delete campaigns that ended, and occasions of journeys, this many days ago, with their delivery records',
    ).default('400'),
    flag('--dry-run', 'count without deleting'),
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
  const occasions = await pruneOccasions(client, campaignDays, dryRun);
  context.terminal.result({ dry_run: dryRun, ...found, campaigns, occasions });
  context.terminal.print(
    `Subscriptions: ${count(found.unseen)} inactive for ${days} days, ${count(found.failing)} rejected ${failures} times in a row.`,
  );
  context.terminal.print(`Campaigns: ${count(campaigns)} ended more than ${campaignDays} days ago.`);
  context.terminal.print(
    `Occasions of journeys: ${count(occasions)}, older than ${Math.max(campaignDays, 100)} days.`,
  );
  context.terminal.print(dryRun ? 'Dry run: nothing was deleted.' : 'Deleted.');
}
