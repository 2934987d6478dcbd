// `couture push cancel <campaign>`: nothing more of it is sent, by whatever process sends it.
import { setCampaignState } from '../../../sql/store/push/campaigns.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';

/** With --json: {campaign, state}. */
export const pushCancel: CommandSpec = {
  usage: 'cancel <campaign>',
  summary: 'call a campaign off; what was sent stays sent',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, id: unknown): Promise<void> {
  const client = await openPush(context, 'cancel');
  const { campaign_id, state } = await campaignOf(client, id);
  if (state !== 'done') await setCampaignState(client, campaign_id, 'cancelled');
  const now = state === 'done' ? 'done' : 'cancelled';
  context.terminal.result({ campaign: campaign_id, state: now });
  context.terminal.print(
    now === 'done'
      ? `Campaign ${campaign_id} is done; there is nothing to call off.`
      : `Campaign ${campaign_id} is cancelled: a process that sends it stops within a second or two.`,
  );
}
