// Builds by the clock: a cron expression → one build after the other until told to stop, whatever becomes of each.
import { createTask, type ScheduledTask, validateDetailed } from 'node-cron';
import { CoutureError, exitCodes } from '../../../runtime/core/errors.ts';
import type { Log } from '../../../runtime/core/log.ts';

/** How one run ended. */
export interface RunOutcome {
  /** Exit code of `recs build`; null when a signal ended it. */
  readonly exit: number | null;
  readonly ms: number;
  readonly build_id: number | null;
  /** The build's own words where it did not publish. */
  readonly error: string | null;
}

export interface ScheduleInput {
  readonly cron: string;
  /** Name of the tz database; undefined: this machine's. */
  readonly timeZone: string | undefined;
  /** Builds at once, too. */
  readonly runNow: boolean;
  /** One build; ends early when the signal aborts. Not called again before it is done. */
  readonly build: (signal: AbortSignal) => Promise<RunOutcome>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told once, before the first wait. */
  readonly onStart?: (nextRun: Date) => void;
}

/**
 * Runs builds by the clock until `signal` aborts, then lets the one that runs end. A build that fails, is refused
 * or finds the lock taken is one line of the log, and the next one is tried at its time.
 * @throws CoutureError `bad_option` for an expression or a time zone that is none
 */
export async function runSchedule(input: ScheduleInput): Promise<void> {
  const { log, signal } = input;
  const task = openTask(input, () => run('the clock'));
  let current: Promise<void> | undefined;
  await task.start();
  try {
    const next = nextRun(task);
    input.onStart?.(next);
    log.info({ cron: input.cron, next_run: next.toISOString() }, 'schedule started');
    if (input.runNow) void run('--run-now');
    await aborted(signal);
    await task.destroy();
    if (current) log.info('schedule stops when the build has');
    await current;
    log.info('schedule stopped');
  } finally {
    await task.destroy();
  }

  /** The guard is ours: node-cron's own knows nothing of --run-now. */
  async function run(by: string): Promise<void> {
    if (current) {
      log.warn({ by, next_run: nextRun(task).toISOString() }, 'run skipped: the one before still runs');
      return;
    }
    current = oneRun(input, task, by);
    await current;
    current = undefined;
  }
}

async function oneRun({ build, log, signal }: ScheduleInput, task: ScheduledTask, by: string): Promise<void> {
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
  const next = signal.aborted ? null : nextRun(task).toISOString();
  const facts = { ...outcome, next_run: next };
  switch (outcome.exit) {
    case exitCodes.done:
      return log.info(facts, 'run done');
    case exitCodes.gate:
      return log.warn(facts, 'run refused by the quality gate; the published build stays');
    case exitCodes.locked:
      return log.warn(facts, 'run skipped: another build holds the lock');
    default:
      if (signal.aborted) return log.warn(facts, 'run stopped; the published build stays');
      return log.error(facts, 'run failed; the published build stays');
  }
}

function openTask({ cron, timeZone, log }: ScheduleInput, run: () => Promise<void>): ScheduledTask {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    throw new CoutureError(
      'bad_option',
      `--cron is ${JSON.stringify(cron)}: ${errors.map((error) => error.message).join('; ')}`,
      'Five fields: minute, hour, day of month, month, day of week. "0 3 * * *" is every day at 03:00.',
    );
  }
  requireTimeZone(timeZone);
  const warn = (message: string) => log.warn(message);
  const task = createTask(cron, run, {
    noOverlap: true,
    ...(timeZone ? { timezone: timeZone } : {}),
    // Its own words go where ours go, not to the console.
    logger: { info: () => {}, debug: () => {}, warn: () => {}, error: (message) => warn(String(message)) },
  });
  task.on('execution:overlap', ({ date }) =>
    log.warn({ due: date.toISOString() }, 'run skipped: the one before still runs'),
  );
  task.on('execution:missed', ({ date }) =>
    log.warn({ due: date.toISOString() }, 'run missed: this machine slept or was busy'),
  );
  return task;
}

function requireTimeZone(timeZone: string | undefined): void {
  if (timeZone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new CoutureError(
      'bad_option',
      `--time-zone is ${JSON.stringify(timeZone)}: there is no such time zone`,
      'Names are those of the tz database, such as Europe/Berlin or UTC.',
      { cause },
    );
  }
}

function nextRun(task: ScheduledTask): Date {
  // Asked of the expression, not of the state: the task may be running or stopped.
  return task.getNextRuns(1)[0]!;
}

/** The task's timer keeps the process alive meanwhile. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
