// `couture recs report`: measures clicks, revenue and uplift from events and later orders.
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { runningExperiment } from '../../../sql/store/builds/experiments.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { measureUplift } from '../../recs/uplift/uplift.ts';
import { shopLabel } from '../../shop-label.ts';
import { printUplift } from '../../terminal/uplift-report.ts';
import { periodFlags, readPeriod, writeReport } from '../report-period.ts';

/** With --json: `UpliftReport` of cli/recs/uplift/uplift.ts, and `shop` of cli/shop-label.ts. */
export const recsReport: CommandSpec = {
  usage: 'report',
  summary: 'report clicks, attributed revenue and the uplift over the holdout group',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: periodFlags('attribution window: credit orders placed within this time after a click'),
  help: `Examples:
  couture recs report --days 28
  couture recs report --days 90 --window 1d --html report.html

Uplift compares visitors who see recommendations with the holdout group ("couture serve --holdout"), who see
bestsellers. During an experiment ("couture recs experiment") it also compares its build with the published one.
Exit codes: 0 reported, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal, config } = context;
  const period = readPeriod(flags);
  const client = await openClient(await context.database(), { applicationName: 'couture report' });
  release.defer('the connection', () => client.end());
  const source = await openClient(await context.source(), { applicationName: 'couture report' });
  release.defer('the connection to the orders', () => source.end());
  await requireMigrated(client);
  await requireSource(source);
  const report = await measureUplift({ client, source, signal, ...period });
  const shop = await shopLabel(config, source);
  printUplift(terminal, report, shop);
  const experiment = await runningExperiment(client);
  if (experiment)
    terminal.note(
      `Experiment "${experiment.name}" is running: build ${experiment.build_id} for ${experiment.share} of visitors.`,
    );
  await writeReport(terminal, flags.html, async () => {
    const { upliftPage } = await import('../../recs/uplift/uplift-page.ts');
    return upliftPage(report, shop);
  });
  terminal.result({ shop, ...report });
}
