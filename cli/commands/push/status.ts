// `couture push status [campaign]`: what is scheduled, under way and done; of one campaign what became of it.
import { heldCampaigns, latestCampaigns } from '../../../sql/store/push/campaigns.ts';
import { campaignCounts } from '../../../sql/store/push/reports.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';
import { campaignReport, printReport } from '../../push/campaign-report.ts';
import { count, moment } from '../../terminal/figures.ts';

const shown = 20;

/** With --json: CampaignReport, or `{campaigns: [{campaign, state, title, people, accepted, clicked, starts_at}]}`. */
export const pushStatus: CommandSpec = {
  usage: 'status [campaign]',
  summary: 'campaigns, or what became of one: sent, accepted, failed and why, clicked, ordered',
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
  for (const { campaign_id, state, message, people, starts_at } of await latestCampaigns(client, shown)) {
    const { accepted, clicked } = await campaignCounts(client, campaign_id);
    // One that says that it runs, and that nobody sends, was killed.
    const now = state === 'running' && !held.has(campaign_id) ? 'died' : state;
    campaigns.push({
      campaign: campaign_id,
      state: now,
      title: message.title,
      people,
      accepted,
      clicked,
      starts_at,
    });
  }
  terminal.result({ campaigns });
  if (campaigns.length === 0) {
    terminal.print('No campaign yet. See "couture push send --help".');
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
      { title: 'from' },
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
      ? `Go on with it: couture push resume ${died.campaign}`
      : 'More of one: couture push status <campaign>',
  );
}
