// `couture push status [campaign]`: lists campaigns, or reports on one.
import { heldCampaigns, latestCampaigns } from '../../../sql/store/push/campaigns.ts';
import { campaignCounts } from '../../../sql/store/push/reports.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';
import { campaignReport, printReport } from '../../push/campaign-report.ts';
import { count } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';

/** Number of campaigns listed. */
const maxListed = 20;

/** With --json: CampaignReport, or `{campaigns: [{campaign, state, title, people, accepted, clicked, starts_at}]}`. */
export const pushStatus: CommandSpec = {
  usage: 'status [campaign]',
  summary: 'list campaigns, or report deliveries, failures, clicks and orders of one',
  settings: ['databaseUrl', 'home'],
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, id?: unknown): Promise<void> {
  const { terminal } = context;
  const client = await openPush(context, 'status');
  if (id !== undefined) {
    const report = await campaignReport(client, await campaignOf(client, id));
    terminal.result(report);
    printReport(context, report);
    return;
  }
  const held = await heldCampaigns(client);
  const campaigns = [];
  for (const { campaign_id, state, message, people, starts_at } of await latestCampaigns(client, maxListed)) {
    const { accepted, clicked } = await campaignCounts(client, campaign_id);
    // A running campaign that no process holds was killed.
    const shownState = state === 'running' && !held.has(campaign_id) ? 'died' : state;
    campaigns.push({
      campaign: campaign_id,
      state: shownState,
      title: message.title,
      people,
      accepted,
      clicked,
      starts_at,
    });
  }
  terminal.result({ campaigns });
  if (campaigns.length === 0) {
    terminal.print('There are no campaigns yet. See "couture push send --help".');
    return;
  }
  terminal.table(
    [
      { title: 'campaign', align: 'right' },
      { title: 'state' },
      { title: 'title' },
      { title: 'browsers', align: 'right' },
      { title: 'accepted', align: 'right' },
      { title: 'clicked', align: 'right' },
      { title: 'starts at' },
    ],
    campaigns.map((each) => [
      each.campaign,
      each.state,
      each.title,
      count(each.people),
      count(each.accepted),
      count(each.clicked),
      moment(each.starts_at),
    ]),
  );
  const died = campaigns.find(({ state }) => state === 'died');
  terminal.print(
    died
      ? `To continue it: couture push resume ${died.campaign}`
      : 'For details: couture push status <campaign>',
  );
}
