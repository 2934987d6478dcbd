// `couture recs schedule`: builds by the clock, for those without a cron of their own.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { openLog } from '../../../runtime/core/log.ts';
import { type OptionKey, optionRow } from '../../../runtime/core/options.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { runBuildProcess } from '../../recs/builds/build-process.ts';
import { runSchedule } from '../../recs/builds/schedule.ts';
import { buildSettings } from './build-settings.ts';

const settings: readonly OptionKey[] = ['databaseUrl', 'sourceUrl', 'home', ...buildSettings];

/**
 * With --json, stdout begins with {cron, time_zone, next_run}. A line of the log (pino, on stderr) a run:
 * {exit, ms, build_id, error, next_run}.
 */
export const recsSchedule: CommandSpec = {
  usage: 'schedule',
  summary: 'build by the clock until stopped',
  settings,
  flags: [
    flag('--cron <expression>', 'when, as minute hour day month weekday'),
    flag('--time-zone <name>', 'in which the clock is read, such as Europe/Berlin (default: this machine’s)'),
    flag('--run-now', 'build once at the start, too'),
  ],
  help: `Example, every night at three:
  couture recs schedule --cron "0 3 * * *" --time-zone Europe/Berlin

Each build is a process of its own, with the settings of this command. A night that fails is logged, and the next
one is tried. SIGTERM and Ctrl-C stop the build that runs, then the schedule.
Exit codes: 0 stopped, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, signal, loaded, config } = context;
  const cron = flags.cron as string | undefined;
  if (cron === undefined) {
    throw new CoutureError('bad_option', '--cron is missing.', 'Every night at three is --cron "0 3 * * *".');
  }
  // The log is what this command has to say: it speaks up unless it was told otherwise.
  const quiet = loaded.origins.logLevel !== 'default';
  const log = openLog(flags.verbose === true ? 'debug' : quiet ? config.logLevel : 'info');
  const timeZone = flags.timeZone as string | undefined;
  const env = buildEnvironment(flags);
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
      terminal.print(`Builds run at "${cron}" (${zone}), next ${inZone(next, zone)}. Ctrl-C stops.`);
    },
  });
}

/** Settings that were given as flags here, for the builds; environment and configuration file reach them anyhow. */
function buildEnvironment(flags: Record<string, unknown>): Record<string, string> {
  const given = settings.filter((key) => flags[key] !== undefined);
  return Object.fromEntries(given.map((key) => [optionRow(key).env, String(flags[key])]));
}

function inZone(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' }).format(time);
}
