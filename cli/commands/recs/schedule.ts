// `couture recs schedule`: runs incremental builds at an interval or on a cron schedule, for machines without cron.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type Log, openLog } from '../../../runtime/core/log.ts';
import { type OptionKey, optionRow } from '../../../runtime/core/options.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { openClient } from '../../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { runBuildProcess } from '../../recs/builds/build-process.ts';
import { runSchedule, type Timing } from '../../recs/builds/schedule.ts';
import { moment } from '../../terminal/times.ts';
import { buildSettings } from './build-settings.ts';

const settings: readonly OptionKey[] = ['databaseUrl', 'sourceUrl', 'home', ...buildSettings];

/**
 * With --json, prints {cron, time_zone, next_run} or {every_s, next_run} on stdout. Each run logs one line (pino, on stderr):
 * {exit, ms, build_id, error, unchanged?, next_run}.
 */
export const recsSchedule: CommandSpec = {
  usage: 'schedule',
  summary: 'run builds at an interval or on a cron schedule (foreground)',
  settings,
  flags: [
    flag('--every <duration>', 'interval between builds, such as 10m, from one minute to 31 days'),
    flag('--cron <expression>', 'cron expression: minute hour day month weekday'),
    flag(
      '--time-zone <name>',
      'time zone of the cron expression, such as Europe/Berlin (default: this machine’s)',
    ),
    flag('--run-now', 'also build once at startup'),
    flag('--no-incremental', 'read all order lines in every build, and build even if nothing has changed'),
    // Without the positive flag, commander turns the switch on even where the environment or the file turns it off.
    flag('--incremental', 'the default').hideHelp(),
  ],
  help: `Every ten minutes, and every night at 03:00:
  couture recs schedule --every 10m
  couture recs schedule --cron "0 3 * * *" --time-zone Europe/Berlin

Builds are incremental: they read only the orders that have changed, and none is made if nothing has. Lists are those of a full
build. Each build runs in its own process, with the settings of this command. A failed build is logged and does not stop the
schedule. A run whose time passes while the machine sleeps starts when it wakes up. When clocks change, a time that they skip
is due at the jump, and one that they repeat is due once. If a build takes longer than the interval, the runs that are due
meanwhile are skipped. SIGTERM and Ctrl-C stop the running build, then the schedule.
Exit codes: 0 stopped, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, signal, loaded, config } = context;
  const timing = timingOf(flags);
  // The log is this command's output, so it defaults to info.
  const levelGiven = loaded.origins.logLevel !== 'default';
  const log = openLog(flags.verbose === true ? 'debug' : levelGiven ? config.logLevel : 'info');
  const env = {
    ...buildEnvironment(flags),
    [optionRow('incremental').env]: String(loaded.origins.incremental === 'default' || config.incremental),
  };
  await refusePoolers([config.databaseUrl, config.sourceUrl], log);
  await runSchedule({
    timing,
    runNow: flags.runNow === true,
    build: (stop) => runBuildProcess({ env, onLine: (line) => log.debug({ line }, 'build'), signal: stop }),
    log,
    signal,
    onStart(next) {
      const next_run = next.toISOString();
      if ('every' in timing) {
        terminal.result({ every_s: timing.every / 1_000, next_run });
        terminal.print(`Building every ${flags.every}, next at ${moment(next)}. Press Ctrl-C to stop.`);
        return;
      }
      const zone = timing.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      terminal.result({ cron: timing.cron, time_zone: zone, next_run });
      terminal.print(
        `Building on schedule "${timing.cron}" (${zone}), next at ${moment(next)}. Press Ctrl-C to stop.`,
      );
    },
  });
}

/** @throws CoutureError `bad_option` unless there is exactly one of --every, within its limits, and --cron */
function timingOf(flags: Record<string, unknown>): Timing {
  const [cron, every, timeZone] = [flags.cron, flags.every, flags.timeZone] as Array<string | undefined>;
  const example = 'For example, every ten minutes: --every 10m; or every night at 03:00: --cron "0 3 * * *".';
  if (every === undefined) {
    if (cron === undefined) throw new CoutureError('bad_option', '--every or --cron is missing.', example);
    return { cron, timeZone };
  }
  if (cron !== undefined || timeZone !== undefined)
    throw new CoutureError(
      'bad_option',
      `--every cannot be combined with ${cron === undefined ? '--time-zone' : '--cron'}.`,
      example,
    );
  const days = durationDays.safeParse(every);
  const milliseconds = days.success ? Math.round(days.data * 86_400_000) : Number.NaN;
  if (!(milliseconds >= minInterval && milliseconds <= maxInterval))
    throw new CoutureError(
      'bad_option',
      `--every is ${JSON.stringify(every)}: expected a duration from one minute to 31 days, such as 10m, 2h or 1d`,
      'For a fixed time of the day use --cron.',
    );
  return { every: milliseconds };
}

/** Milliseconds. */
const [minInterval, maxInterval] = [60_000, 31 * 86_400_000];

/** @throws CoutureError `postgres_pooled`; a server that cannot be reached now may be up at the time of the build */
async function refusePoolers(urls: ReadonlyArray<string | undefined>, log: Log): Promise<void> {
  for (const url of urls) {
    if (url === undefined) continue;
    try {
      const client = await openClient(url, { applicationName: 'couture schedule' });
      await client.end();
    } catch (error) {
      const { code, message } = error as CoutureError;
      if (code === 'postgres_pooled') throw error;
      log.warn({ code }, message);
    }
  }
}

/** Passes settings given as flags on to the build processes; they read the environment and the file themselves. */
export function buildEnvironment(flags: Record<string, unknown>): Record<string, string> {
  const given = settings.filter((key) => flags[key] !== undefined);
  const written = (value: unknown) => (Array.isArray(value) ? value.join(';') : String(value));
  return Object.fromEntries(given.map((key) => [optionRow(key).env, written(flags[key])]));
}
