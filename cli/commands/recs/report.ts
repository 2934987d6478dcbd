// `couture recs report`: what recommendations are worth, from what shoppers did and bought after.
import { writeFile } from 'node:fs/promises';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { runningExperiment } from '../../../sql/store/builds/experiments.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { measureUplift } from '../../recs/uplift/uplift.ts';
import { printUplift } from '../../terminal/uplift-report.ts';

/** With --json: `UpliftReport` of cli/recs/uplift/uplift.ts. */
export const recsReport: CommandSpec = {
  usage: 'report',
  summary: 'say what recommendations are worth: clicks, revenue, and the effect against the holdout',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--days <n>', 'the last days, up to now').default('28'),
    flag('--window <span>', 'how long after a click an order of the product is its doing').default('7d'),
    flag('--detect <share>', 'relative effect that sample sizes are asked for').default('0.05'),
    flag('--html <file>', 'write a page with plots'),
  ],
  help: `Examples:
  couture recs report --days 28
  couture recs report --days 90 --window 1d --html report.html

The effect is that of the visitors who see recommendations against those of the holdout (--holdout of "couture serve"), who
see bestsellers; with an experiment ("couture recs experiment") also that of its build against the published one.
Exit codes: 0 printed, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal } = context;
  const days = number('--days', flags.days, 1, 3_650);
  const window = durationDays.safeParse(flags.window);
  if (!window.success || window.data <= 0) {
    throw new CoutureError(
      'bad_option',
      `--window is ${JSON.stringify(flags.window)}: expected a span`,
      'For example: --window 7d.',
    );
  }
  const detect = number('--detect', flags.detect, 0.0001, 10);
  const client = await openClient(await context.database(), { applicationName: 'couture report' });
  release.defer('the connection', () => client.end());
  const source = await openClient(await context.source(), { applicationName: 'couture report' });
  release.defer('the connection to the orders', () => source.end());
  await requireMigrated(client);
  await requireSource(source);
  const to = new Date();
  const from = new Date(to.getTime() - days * 86_400_000);
  const report = await measureUplift({ client, source, from, to, windowDays: window.data, detect, signal });
  printUplift(terminal, report);
  const experiment = await runningExperiment(client);
  if (experiment)
    terminal.note(
      `The experiment "${experiment.name}" runs: build ${experiment.build_id} for ${experiment.share} of visitors.`,
    );
  if (flags.html !== undefined) {
    const { upliftPage } = await import('../../recs/uplift/uplift-page.ts');
    await writeFile(flags.html as string, upliftPage(report)).catch((cause: Error) => {
      throw new CoutureError(
        'file_unreadable',
        `${String(flags.html)} cannot be written: ${cause.message}`,
        'Name a file in a folder that exists.',
        { cause },
      );
    });
    terminal.note(`The report is in ${String(flags.html)}.`);
  }
  terminal.result(report);
}

function number(name: string, value: unknown, least: number, most: number): number {
  const given = Number(value);
  if (value !== '' && given >= least && given <= most) return given;
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected a number from ${least} to ${most}`,
    'See "couture recs report --help".',
  );
}
