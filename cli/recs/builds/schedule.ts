// Runs builds on a cron schedule, one at a time, until aborted. A failed build does not stop the schedule.
import { createTask, type ScheduledTask, validateDetailed } from 'node-cron';
import { CoutureError, exitCodes } from '../../../runtime/core/errors.ts';
import type { Log } from '../../../runtime/core/log.ts';

/** How one run ended. */
export interface RunOutcome {
  /** Exit code of `recs build`; null if a signal killed it. */
  readonly exit: number | null;
  readonly ms: number;
  readonly build_id: number | null;
  /** The build's error message if it did not publish. */
  readonly error: string | null;
}

export interface ScheduleInput {
  readonly cron: string;
  /** A name from the tz database; undefined: the machine's time zone. */
  readonly timeZone: string | undefined;
  /** Also build immediately. */
  readonly runNow: boolean;
  /** Runs one build; returns early when the signal aborts. Never called while a build is in progress. */
  readonly build: (signal: AbortSignal) => Promise<RunOutcome>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called once, before the first wait. */
  readonly onStart?: (nextRun: Date) => void;
}

/**
 * Runs builds on schedule until `signal` aborts, then waits for the running build to stop. A build that fails, is
 * rejected or finds the lock held is logged in one line, and the next one starts at its time.
 * @throws CoutureError `bad_option` for an invalid cron expression or time zone
 */
export async function runSchedule(input: ScheduleInput): Promise<void> {
  const { log, signal } = input;
  const task = openTask(input, () => run('--cron'));
  let current: Promise<void> | undefined;
  await task.start();
  try {
    const next = nextRun(task);
    input.onStart?.(next);
    log.info({ cron: input.cron, next_run: next.toISOString() }, 'schedule started');
    if (input.runNow) void run('--run-now');
    await aborted(signal);
    await task.destroy();
    if (current) log.info('waiting for the running build to stop');
    await current;
    log.info('schedule stopped');
  } finally {
    await task.destroy();
  }

  /** node-cron's own overlap guard does not know about --run-now, so this one covers both. */
  async function run(by: string): Promise<void> {
    if (current) {
      log.warn(
        { by, next_run: nextRun(task).toISOString() },
        'run skipped: the previous run is still in progress',
      );
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
      return log.warn(facts, 'run rejected by the quality gate; the published build stays');
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
      'Use five fields: minute, hour, day of month, month, day of week. "0 3 * * *" is every day at 03:00.',
    );
  }
  requireTimeZone(timeZone);
  const warn = (message: string) => log.warn(message);
  const task = createTask(cron, run, {
    noOverlap: true,
    ...(timeZone ? { timezone: timeZone } : {}),
    // Send node-cron's messages to our log, not to the console.
    logger: { info: () => {}, debug: () => {}, warn: () => {}, error: (message) => warn(String(message)) },
  });
  task.on('execution:overlap', ({ date }) =>
    log.warn({ due: date.toISOString() }, 'run skipped: the previous run is still in progress'),
  );
  task.on('execution:missed', ({ date }) =>
    log.warn({ due: date.toISOString() }, 'run missed: the machine was asleep or busy'),
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
      `--time-zone is ${JSON.stringify(timeZone)}: unknown time zone`,
      'Use a name from the tz database, such as Europe/Berlin or UTC.',
      { cause },
    );
  }
}

function nextRun(task: ScheduledTask): Date {
  // Computed from the expression, not from the task's state: the task may be running or stopped.
  return task.getNextRuns(1)[0]!;
}

/** Resolves when the signal aborts. Until then the task's timer keeps the process alive. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
