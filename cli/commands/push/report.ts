// `couture push report <campaign>`: what a campaign earned over those held out, and which of its texts did better.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { campaignOf, openPush } from '../../push/campaign-argument.ts';
import { campaignEffects } from '../../push-report/campaign-effects.ts';
import { shopLabel } from '../../shop-label.ts';
import { printCampaignEffects } from '../../terminal/campaign-effects.ts';
import { effectFlags, readEffect, writeReport } from '../report-period.ts';

/** With --json: `CampaignEffects` of cli/push-report/campaign-effects.ts, and `shop` of cli/shop-label.ts. */
export const pushReport: CommandSpec = {
  usage: 'report <campaign>',
  summary: 'report what a campaign earned over customers who were held out, and which text did better',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: effectFlags('count orders placed within this time after the start'),
  help: `Examples:
  couture push send --title "New coats" --title-b "Coats are here" --body "For cold days" --all --holdout 10%
  couture push report 12 --html coats.html

Customers are compared as they were drawn, also those whose message was withheld. Exit codes: 0 reported, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, id?: unknown): Promise<void> {
  const { terminal, release, signal, config } = context;
  const asked = readEffect(flags);
  const client = await openPush(context, 'report');
  const campaign = await campaignOf(client, id);
  const { started_at } = campaign;
  if (!started_at)
    throw new CoutureError(
      'bad_option',
      `Campaign ${campaign.campaign_id} has not started`,
      'Run "couture push status" to see when it starts.',
    );
  const source = await openClient(await context.source(), { applicationName: 'couture push report' });
  release.defer('the connection to the orders', () => source.end());
  await requireSource(source);
  const report = await campaignEffects({
    ...{ client, source, signal, campaign: { ...campaign, started_at } },
    ...asked,
  });
  const shop = await shopLabel(config, source);
  printCampaignEffects(terminal, report, shop);
  await writeReport(terminal, flags.html, async () => {
    const { campaignEffectsPage } = await import('../../push-report/campaign-effects-page.ts');
    return campaignEffectsPage(report, shop);
  });
  terminal.result({ shop, ...report });
}
