// Runs builds on a cron schedule or at an interval, one at a time, until aborted. A failed build does not stop the schedule.
import { setTimeout as sleep } from 'node:timers/promises';
import { validateDetailed } from 'node-cron';
import { CoutureError, exitCodes } from '../../../runtime/core/errors.ts';
import type { Log } from '../../../runtime/core/log.ts';
import { type DueTimes, dueTimes } from './due-times.ts';

/** How one run ended. */
export interface RunOutcome {
  /** Exit code of `recs build`; null if a signal killed it. */
  readonly exit: number | null;
  readonly ms: number;
  readonly build_id: number | null;
  /** The build's error message if it did not publish. */
  readonly error: string | null;
  /** Nothing had changed, and the published build stays. */
  readonly unchanged?: true;
}

/** When builds are due. */
export type Timing =
  | {
      readonly cron: string;
      /** A name from the tz database; undefined: the machine's time zone. */
      readonly timeZone: string | undefined;
    }
  /** Milliseconds from the start of the schedule, and from one due time to the next. */
  | { readonly every: number };

export interface ScheduleInput {
  readonly timing: Timing;
  /** Also build immediately. */
  readonly runNow: boolean;
  /** Runs one build; returns early when the signal aborts. Never called while a build is in progress. */
  readonly build: (signal: AbortSignal) => Promise<RunOutcome>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called once, before the first wait. */
  readonly onStart?: (nextRun: Date) => void;
  /** The clock of the machine, unless a test has its own. */
  readonly clock?: Clock;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after some milliseconds, or when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const machineClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => {}),
};

/** The clock is read at least this often, in milliseconds: timers stand still while a machine sleeps. */
const clockInterval = 15_000;

/** A run that starts later than this says so, in milliseconds. */
const lateAfter = 60_000;

/** A clock that is set back by more than this, or by more than an interval, was wrong before; in milliseconds. */
const wrongClock = 86_400_000;

/**
 * Runs builds on schedule until `signal` aborts, then waits for the running build to stop. A build that fails, is
 * rejected or finds the lock held is logged in one line, and the next one starts at its time. A run whose time passes while
 * the machine sleeps or is busy starts late, once for all times that passed. Setting the clock back repeats none, and delays
 * a run by at most the interval.
 * @throws CoutureError `bad_option` for an invalid cron expression or time zone
 */
export async function runSchedule(input: ScheduleInput): Promise<void> {
  const { log, signal, timing, clock = machineClock } = input;
  const due = 'every' in timing ? atIntervals(timing.every, clock.now()) : dueByCron(timing);
  const [by, facts, setBack] =
    'every' in timing
      ? ['--every', { every_s: timing.every / 1_000 }, Math.min(timing.every, wrongClock)]
      : ['--cron', { cron: timing.cron }, wrongClock];
  let current: Promise<void> | undefined;
  let next = due.after(clock.now());
  const nextRun = () => new Date(next).toISOString();
  input.onStart?.(new Date(next));
  log.info({ ...facts, next_run: nextRun() }, 'schedule started');
  if (input.runNow) run('--run-now');
  let seen = clock.now();
  while (!signal.aborted) {
    await clock.sleep(Math.min(clockInterval, Math.max(0, next - clock.now())), signal);
    if (signal.aborted) break;
    const now = clock.now();
    if (now < seen - setBack) next = due.after(now);
    seen = now;
    if (now < next) continue;
    const late = now - next;
    next = due.after(now);
    if (late > lateAfter && !current)
      log.warn({ late_ms: late }, 'run starts late: the machine was asleep or busy');
    run(by);
  }
  if (current) log.info('waiting for the running build to stop');
  await current;
  log.info('schedule stopped');

  function run(by: string): void {
    if (current) {
      log.warn({ by, next_run: nextRun() }, 'run skipped: the previous run is still in progress');
      return;
    }
    current = oneRun(input, nextRun, by).finally(() => {
      current = undefined;
    });
  }
}

async function oneRun(
  { build, log, signal }: ScheduleInput,
  nextRun: () => string,
  by: string,
): Promise<void> {
  log.info({ by }, 'run started');
  const started = performance.now();
  const outcome = await build(signal).catch(
    (error: Error): RunOutcome => ({
      exit: exitCodes.failed,
      ms: Math.round(performance.now() - started),
      build_id: null,
      error: error.message,
    }),
  );
  const facts = { ...outcome, next_run: signal.aborted ? null : nextRun() };
  switch (outcome.exit) {
    case exitCodes.done:
      return log.info(facts, outcome.unchanged ? 'run done: nothing has changed' : 'run done');
    case exitCodes.gate:
      return log.warn(facts, 'run rejected by the quality gate; the published build stays');
    case exitCodes.locked:
      return log.warn(facts, 'run skipped: another build holds the lock');
    default:
      if (signal.aborted) return log.warn(facts, 'run stopped; the published build stays');
      return log.error(facts, 'run failed; the published build stays');
  }
}

/** Counted from a start, so that shops which share a server don't all build on the minute. */
function atIntervals(every: number, start: number): DueTimes {
  return { after: (time) => start + (Math.floor((time - start) / every) + 1) * every };
}

function dueByCron({ cron, timeZone }: Extract<Timing, { cron: string }>): DueTimes {
  const { fields, errors } = validateDetailed(cron);
  if (!fields) {
    throw new CoutureError(
      'bad_option',
      `--cron is ${JSON.stringify(cron)}: ${errors.map((error) => error.message).join('; ')}`,
      'Use five fields: minute, hour, day of month, month, day of week. "0 3 * * *" is every day at 03:00.',
    );
  }
  requireTimeZone(timeZone);
  return dueTimes(cron, timeZone, fields);
}

function requireTimeZone(timeZone: string | undefined): void {
  if (timeZone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new CoutureError(
      'bad_option',
      `--time-zone is ${JSON.stringify(timeZone)}: unknown time zone`,
      'Use a name from the tz database, such as Europe/Berlin or UTC.',
      { cause },
    );
  }
}
