// `couture doctor`: checks everything that a build needs. Exit code 0 if all checks pass, 1 if one fails.
import type { CommandContext, CommandSpec } from '../command.ts';
import { type Check, runChecks } from '../doctor/checks.ts';
import { checkMail } from '../doctor/mail-checks.ts';
import { checkSpark } from '../doctor/spark-checks.ts';
import { checkWebhooks } from '../doctor/webhook-checks.ts';
import { engineSettings } from './recs/build-settings.ts';

export const doctorCommand: CommandSpec = {
  usage: 'doctor',
  summary: 'check the machine, database, privileges and source views',
  settings: ['databaseUrl', 'sourceUrl', 'home', ...engineSettings],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { checks: general, source } = await runChecks(context);
  const { config } = context;
  const checks = [
    ...general,
    ...(config.engine === 'spark' ? await checkSpark(context) : []),
    ...(await checkMail(config)),
    ...(await checkWebhooks(context)),
  ];
  const failed = checks.filter((check) => check.state === 'fail').length;
  const warnings = checks.filter((check) => check.state === 'warn').length;
  terminal.result({ ok: failed === 0, checks, views: source?.views ?? null, ids: source?.ids ?? null });
  const marks = { ok: 'ok', warn: 'warning', fail: 'FAILED' };
  terminal.table(
    [{ title: 'Check' }, { title: 'State' }, { title: 'Found', shrink: true }],
    checks.map((check) => [check.name, marks[check.state], check.detail]),
  );
  const views = Object.values(source?.views ?? {}).filter((view) => view.exists);
  if (views.length > 0) {
    terminal.heading('Columns of the source views');
    terminal.table(
      [
        { title: 'View' },
        { title: 'Column' },
        { title: 'Type' },
        { title: 'OK' },
        { title: 'Required', shrink: true },
      ],
      views.flatMap((view) =>
        view.columns.map((column, index) => [
          index === 0 ? view.name : '',
          column.name,
          column.type,
          column.ok ? 'yes' : 'NO',
          column.needs,
        ]),
      ),
    );
  }
  const remedies = remediesOf(checks);
  if (remedies.size > 0) terminal.heading('What to do');
  for (const [hint, names] of remedies) terminal.print(`  ${names.join(', ')}: ${hint}`);
  const passed = warnings === 0 ? 'All checks passed.' : `No check failed; warnings: ${warnings}.`;
  terminal.print(
    failed === 0 ? `\n${passed} Next: couture recs build` : `\n${failed} of ${checks.length} checks failed.`,
  );
  return failed === 0 ? 0 : 1;
}

/** Hint → names of the checks that it fixes. */
function remediesOf(checks: readonly Check[]): Map<string, string[]> {
  const remedies = new Map<string, string[]>();
  for (const { name, hint } of checks.filter((check) => check.state !== 'ok' && check.hint)) {
    remedies.set(hint, [...(remedies.get(hint) ?? []), name]);
  }
  return remedies;
}
