// `couture push cancel <campaign>`: stops a campaign, whichever process is sending it.
import { setCampaignState } from '../../../sql/store/push/campaigns.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';

/** With --json: {campaign, state}. */
export const pushCancel: CommandSpec = {
  usage: 'cancel <campaign>',
  summary: 'cancel a campaign; messages already sent cannot be recalled',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, id: unknown): Promise<void> {
  const client = await openPush(context, 'cancel');
  const { campaign_id, state } = await campaignOf(client, id);
  if (state !== 'done') await setCampaignState(client, campaign_id, 'cancelled');
  const newState = state === 'done' ? 'done' : 'cancelled';
  context.terminal.result({ campaign: campaign_id, state: newState });
  context.terminal.print(
    newState === 'done'
      ? `Campaign ${campaign_id} is already done; there is nothing to cancel.`
      : `Campaign ${campaign_id} is cancelled. A process that is sending it stops within two seconds.`,
  );
}
