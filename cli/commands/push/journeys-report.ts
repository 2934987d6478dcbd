// `couture push journeys report`: what journeys sent, withheld and earned.

import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { journeyReport } from '../../push-report/journey-report.ts';
import { shopLabel } from '../../shop-label.ts';
import { printJourneyReport } from '../../terminal/journey-report.ts';
import { periodFlags, readPeriod, writeReport } from '../report-period.ts';
import { journeyOf } from './journeys.ts';

/** With --json: `JourneyReport` of cli/push-report/journey-report.ts, and `shop` of cli/shop-label.ts. */
export const pushJourneysReport: CommandSpec = {
  usage: 'report [journey]',
  summary: 'report what journeys sent, withheld and earned over people who were held out',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: periodFlags('count orders placed within this time after a message, or after it was held out'),
  help: `Examples:
  couture push journeys enable viewed --holdout 0.1
  couture push journeys report --days 60
  couture push journeys report viewed --window 14d --html viewed.html

Customers are compared as they were drawn, also those whose message was withheld in the end. A changed holdout starts the
comparison again. Exit codes: 0 reported, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, given?: unknown): Promise<void> {
  const { terminal, release, signal, config } = context;
  const period = readPeriod(flags);
  const only = given === undefined ? undefined : journeyOf(given)[0];
  const client = await openPush(context, 'journeys');
  const source = await openClient(await context.source(), { applicationName: 'couture push journeys' });
  release.defer('the connection to the orders', () => source.end());
  await requireSource(source);
  const report = await journeyReport({ client, source, signal, ...period, only });
  const shop = await shopLabel(config, source);
  printJourneyReport(terminal, report, shop);
  await writeReport(terminal, flags.html, async () => {
    const { journeyReportPage } = await import('../../push-report/journey-report-page.ts');
    return journeyReportPage(report, shop);
  });
  terminal.result({ shop, ...report });
}
