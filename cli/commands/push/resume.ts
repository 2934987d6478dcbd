// `couture push resume <campaign>`: continues a campaign that stopped, was killed, or is waiting.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';
import { sendCampaign } from '../../push/campaign-report.ts';

export const pushResume: CommandSpec = {
  usage: 'resume <campaign>',
  summary: 'resume a campaign that stopped, was killed, or is waiting',
  settings: ['databaseUrl', 'home'],
  help: `Messages in flight when the process died are sent again with the same tag, so the browser replaces the first one; they
are reported as in doubt. Everyone else receives the campaign once.
Exit codes: 0 sent, 1 stopped again, 2 wrong use, 4 the campaign is being sent or has ended.`,
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, id: unknown): Promise<number> {
  const client = await openPush(context, 'resume');
  const campaign = await campaignOf(client, id);
  if (campaign.state === 'done' || campaign.state === 'cancelled')
    throw new CoutureError(
      'campaign_running',
      `Campaign ${campaign.campaign_id} is ${campaign.state}`,
      'Finished and cancelled campaigns cannot be resumed.',
    );
  return sendCampaign(context, client, campaign);
}
