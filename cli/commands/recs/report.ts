// `couture recs report`: measures clicks, revenue and uplift from events and later orders.
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
  summary: 'report clicks, attributed revenue and the uplift over the holdout group',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--days <n>', 'number of days to cover, up to now').default('28'),
    flag(
      '--window <span>',
      'attribution window: credit orders placed within this time after a click',
    ).default('7d'),
    flag('--detect <share>', 'minimum detectable effect for sample-size estimates').default('0.05'),
    flag('--html <file>', 'write an HTML report with plots'),
  ],
  help: `Examples:
  couture recs report --days 28
  couture recs report --days 90 --window 1d --html report.html

Uplift compares visitors who see recommendations with the holdout group ("couture serve --holdout"), who see
bestsellers. During an experiment ("couture recs experiment") it also compares its build with the published one.
Exit codes: 0 reported, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal } = context;
  const days = number('--days', flags.days, 1, 3_650);
  const window = durationDays.safeParse(flags.window);
  if (!window.success || window.data <= 0) {
    throw new CoutureError(
      'bad_option',
      `--window is ${JSON.stringify(flags.window)}: expected a time span`,
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
      `Experiment "${experiment.name}" is running: build ${experiment.build_id} for ${experiment.share} of visitors.`,
    );
  if (flags.html !== undefined) {
    const { upliftPage } = await import('../../recs/uplift/uplift-page.ts');
    await writeFile(flags.html as string, upliftPage(report)).catch((cause: Error) => {
      throw new CoutureError(
        'file_unreadable',
        `${String(flags.html)} cannot be written: ${cause.message}`,
        'Use a path in an existing folder.',
        { cause },
      );
    });
    terminal.note(`Report written to ${String(flags.html)}.`);
  }
  terminal.result(report);
}

function number(name: string, value: unknown, min: number, max: number): number {
  const given = Number(value);
  if (value !== '' && given >= min && given <= max) return given;
  throw new CoutureError(
    'bad_option',
    `${name} is ${JSON.stringify(value)}: expected a number from ${min} to ${max}`,
    'See "couture recs report --help".',
  );
}
