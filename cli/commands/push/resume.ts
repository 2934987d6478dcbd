// `couture push resume <campaign>`: goes on where a campaign stopped, was killed, or waits.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';
import { sendCampaign } from '../../push/campaign-report.ts';

export const pushResume: CommandSpec = {
  usage: 'resume <campaign>',
  summary: 'go on with a campaign that stopped, was killed, or waits',
  settings: ['databaseUrl', 'home'],
  help: `Nobody gets it twice, but for those whose message was under way when it was killed: they are sent it again, in
place of the first (same tag), and counted as in doubt. Exit codes: 0 sent, 1 stopped again, 2 wrong use, 4 it runs, or
has ended.`,
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, id: unknown): Promise<number> {
  const client = await openPush(context, 'resume');
  const campaign = await campaignOf(client, id);
  if (campaign.state === 'done' || campaign.state === 'cancelled')
    throw new CoutureError(
      'campaign_running',
      `Campaign ${campaign.campaign_id} is ${campaign.state}`,
      'It is not sent again.',
    );
  return sendCampaign(context, client, campaign);
}
