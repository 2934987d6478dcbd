// `couture recs schedule`: runs builds on a cron schedule, for machines without cron.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type Log, openLog } from '../../../runtime/core/log.ts';
import { type OptionKey, optionRow } from '../../../runtime/core/options.ts';
import { openClient } from '../../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { runBuildProcess } from '../../recs/builds/build-process.ts';
import { runSchedule } from '../../recs/builds/schedule.ts';
import { moment } from '../../terminal/times.ts';
import { buildSettings } from './build-settings.ts';

const settings: readonly OptionKey[] = ['databaseUrl', 'sourceUrl', 'home', ...buildSettings, 'incremental'];

/**
 * With --json, prints {cron, time_zone, next_run} on stdout. Each run logs one line (pino, on stderr):
 * {exit, ms, build_id, error, next_run}.
 */
export const recsSchedule: CommandSpec = {
  usage: 'schedule',
  summary: 'run builds on a cron schedule (foreground)',
  settings,
  flags: [
    flag('--cron <expression>', 'cron expression: minute hour day month weekday'),
    flag('--time-zone <name>', 'time zone of the schedule, such as Europe/Berlin (default: this machine’s)'),
    flag('--run-now', 'also build once at startup'),
  ],
  help: `Every night at 03:00:
  couture recs schedule --cron "0 3 * * *" --time-zone Europe/Berlin

Every ten minutes, reading only what has changed:
  couture recs schedule --cron "*/10 * * * *" --incremental

Each build runs in its own process, with the settings of this command. A failed build is logged and does not stop the
schedule. A run whose time passes while the machine sleeps starts when it wakes up. When clocks change, a time that they skip
is due at the jump, and one that they repeat is due once. SIGTERM and Ctrl-C stop the running build, then the schedule.
Exit codes: 0 stopped, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, signal, loaded, config } = context;
  const cron = flags.cron as string | undefined;
  if (cron === undefined) {
    throw new CoutureError(
      'bad_option',
      '--cron is missing.',
      'For example, every night at 03:00: --cron "0 3 * * *".',
    );
  }
  // The log is this command's output, so it defaults to info.
  const levelGiven = loaded.origins.logLevel !== 'default';
  const log = openLog(flags.verbose === true ? 'debug' : levelGiven ? config.logLevel : 'info');
  const timeZone = flags.timeZone as string | undefined;
  const env = buildEnvironment(flags);
  await refusePoolers([config.databaseUrl, config.sourceUrl], log);
  await runSchedule({
    cron,
    timeZone,
    runNow: flags.runNow === true,
    build: (stop) => runBuildProcess({ env, onLine: (line) => log.debug({ line }, 'build'), signal: stop }),
    log,
    signal,
    onStart(next) {
      const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      terminal.result({ cron, time_zone: zone, next_run: next.toISOString() });
      terminal.print(
        `Building on schedule "${cron}" (${zone}), next at ${moment(next)}. Press Ctrl-C to stop.`,
      );
    },
  });
}

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
function buildEnvironment(flags: Record<string, unknown>): Record<string, string> {
  const given = settings.filter((key) => flags[key] !== undefined);
  return Object.fromEntries(given.map((key) => [optionRow(key).env, String(flags[key])]));
}
