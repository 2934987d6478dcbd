// Scheduled builds: invalid settings, the log line of each run, no overlap, and how the schedule stops.
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import type { CoutureError } from '../../../runtime/core/errors.ts';
import { type Clock, type RunOutcome, runSchedule, type ScheduleInput, type Timing } from './schedule.ts';

const test = suite('schedule');

const everySecond = '* * * * * *';
const nightly: Timing = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' };
const done: RunOutcome = { exit: 0, ms: 5, build_id: 7, error: null };

interface Line {
  msg: string;
  level: number;
  [fact: string]: unknown;
}

/** Runs a schedule until `ended` resolves. @returns its log, which is in `lines` while it runs */
async function logOf(
  input: Partial<ScheduleInput>,
  ended: Promise<unknown>,
  lines: Line[] = [],
): Promise<Line[]> {
  const sink = new Writable({
    write(chunk, _encoding, next) {
      lines.push(JSON.parse(String(chunk)));
      next();
    },
  });
  const stop = new AbortController();
  const running = runSchedule({
    timing: { cron: everySecond, timeZone: undefined },
    runNow: false,
    build: async () => done,
    log: pino({ level: 'info' }, sink),
    signal: stop.signal,
    ...input,
  });
  await Promise.race([ended, running]);
  stop.abort();
  await running;
  return lines;
}

/** A build that resolves `reached` when it has been called `times` times. */
function counted(times: number, build: (call: number) => Promise<RunOutcome>) {
  let calls = 0;
  let reach = () => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    reached,
    build: async () => {
      const call = ++calls;
      if (call >= times) setImmediate(reach);
      return build(call);
    },
  };
}

test('rejects an invalid cron expression or time zone with a message', async () => {
  const wrong: ReadonlyArray<readonly [cron: string, timeZone: string | undefined, words: RegExp]> = [
    ['0 25 * * *', undefined, /--cron is "0 25 \* \* \*".*hour/],
    ['nightly', undefined, /expected 5 or 6 fields/],
    ['0 3 30 2 *', undefined, /impossible day/],
    [everySecond, 'Mars/Olympus', /unknown time zone/],
  ];
  for (const [cron, timeZone, words] of wrong) {
    await rejects(
      () => logOf({ timing: { cron, timeZone } }, sleep(1_000)),
      (error) => (error as CoutureError).code === 'bad_option' && words.test(error.message),
    );
  }
});

test('logs the next run in the given time zone', async () => {
  for (const [timeZone, hour] of [
    ['Asia/Tokyo', 18],
    ['UTC', 3],
  ] as const) {
    let start: (next: Date) => void = () => {};
    const started = new Promise<Date>((resolve) => (start = resolve));
    const timing = { cron: '0 3 * * *', timeZone };
    await logOf({ timing, onStart: (next) => start(next) }, started);
    assert.is((await started).getUTCHours(), hour);
  }
});

test('continues after failed, rejected and locked-out runs, with one log line each', async () => {
  const outcomes: RunOutcome[] = [
    { exit: 1, ms: 5, build_id: null, error: 'Postgres is gone.' },
    { exit: 3, ms: 5, build_id: 8, error: 'Build 8 is much worse.' },
    { exit: 4, ms: 5, build_id: null, error: 'Another build holds the lock.' },
    done,
    { ...done, unchanged: true },
  ];
  const { reached, build } = counted(5, async (call) => outcomes[call - 1] ?? done);
  const log = await logOf({ build }, reached);
  const runs = log.filter((line) => 'exit' in line);
  assert.equal(
    runs.map((line) => [line.level, line.exit, line.build_id, line.msg]),
    [
      [50, 1, null, 'run failed; the published build stays'],
      [40, 3, 8, 'run rejected by the quality gate; the published build stays'],
      [40, 4, null, 'run skipped: another build holds the lock'],
      [30, 0, 7, 'run done'],
      [30, 0, 7, 'run done: nothing has changed'],
    ],
  );
  assert.is(runs[0]?.error, 'Postgres is gone.');
  assert.ok(
    runs.slice(0, 3).every((line) => !Number.isNaN(Date.parse(String(line.next_run)))),
    'each says when the next is',
  );
});

test('a build that throws counts as a failed run', async () => {
  const { reached, build } = counted(2, async (call) => {
    if (call === 1) throw new Error('spawn EAGAIN');
    return done;
  });
  const log = await logOf({ build }, reached);
  assert.equal(
    log.filter((line) => 'exit' in line).map((line) => [line.exit, line.error]),
    [
      [1, 'spawn EAGAIN'],
      [0, null],
    ],
  );
});

test('never runs two builds at once, even with --run-now', async () => {
  let [running, most] = [0, 0];
  const log: Line[] = [];
  const isSkipped = () =>
    log.some((line) => line.msg === 'run skipped: the previous run is still in progress');
  const { reached, build } = counted(2, async () => {
    most = Math.max(most, ++running);
    await until(isSkipped, 'a run to be skipped');
    running--;
    return done;
  });
  await logOf({ build, runNow: true }, reached, log);
  assert.is(most, 1);
});

test('stops the running build on abort and waits for it', async () => {
  let ended = false;
  let started = () => {};
  const running = new Promise<void>((resolve) => (started = resolve));
  const build = async (signal: AbortSignal): Promise<RunOutcome> => {
    started();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await sleep(50);
    ended = true;
    return { exit: null, ms: 5, build_id: null, error: 'ended by SIGTERM' };
  };
  const log = await logOf({ build, runNow: true, timing: nightly }, running);
  assert.ok(ended);
  assert.equal(
    log.slice(-3).map((line) => line.msg),
    ['waiting for the running build to stop', 'run stopped; the published build stays', 'schedule stopped'],
  );
});

/** Runs a schedule whose sleeps end at these times one after another. @returns how many builds ran, and the log */
async function runsOf(start: string, wakeUps: readonly string[], timing = nightly) {
  let [runs, slept, now] = [0, 0, Date.parse(start)];
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const clock: Clock = {
    now: () => now,
    async sleep(_milliseconds, signal) {
      // Lets the build before it end.
      await new Promise((resolve) => setImmediate(resolve));
      const wakeUp = wakeUps[slept++];
      if (wakeUp !== undefined) now = Date.parse(wakeUp);
      else {
        end();
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }
    },
  };
  const build = async () => {
    runs++;
    return done;
  };
  const log = await logOf({ timing, build, clock }, ended);
  return { runs, log };
}

test('a machine that slept through the time builds when it wakes up, once for all times it missed', async () => {
  for (const wakeUp of [
    '2026-06-02T01:00:30Z',
    '2026-06-02T01:05Z',
    '2026-06-02T09:00Z',
    '2026-06-09T08:00Z',
  ]) {
    const { runs, log } = await runsOf('2026-06-01T12:00Z', ['2026-06-01T20:00Z', wakeUp]);
    assert.is(runs, 1, wakeUp);
    const late = log.find(({ msg }) => msg.startsWith('run starts late'));
    assert.is(late !== undefined, wakeUp !== '2026-06-02T01:00:30Z', wakeUp);
  }
});

test('a clock that is set back repeats no build, and one that was wrong does not stop the schedule', async () => {
  const back = ['2026-06-02T01:00Z', '2026-06-02T00:30Z', '2026-06-02T01:00Z', '2026-06-02T01:30Z'];
  assert.is((await runsOf('2026-06-01T12:00Z', back)).runs, 1);
  const backBefore = ['2026-06-02T00:59Z', '2026-06-01T20:00Z', '2026-06-02T00:59Z', '2026-06-02T01:00Z'];
  assert.is((await runsOf('2026-06-01T12:00Z', backBefore)).runs, 1);
  const wrong = ['2026-06-01T12:00Z', '2026-06-02T01:00Z'];
  assert.is((await runsOf('2099-01-01T12:00Z', wrong)).runs, 1);
});

test('an interval counts from the start; what is missed runs once, and a clock set back delays a run by one interval', async () => {
  const every: Timing = { every: 600_000 };
  const runs = async (start: string, wakeUps: readonly string[]) =>
    (
      await runsOf(
        start,
        wakeUps.map((time) => `2026-06-01T${time}Z`),
        every,
      )
    ).log
      .filter(({ msg }) => msg === 'run started')
      .map(({ by }) => by);
  const start = '2026-06-01T12:03:00Z';
  assert.equal(await runs(start, ['12:12:59', '12:13:00', '12:13:30', '12:22:59', '12:23:10']), [
    '--every',
    '--every',
  ]);
  assert.is((await runs(start, ['15:00:00', '15:02:59', '15:03:00'])).length, 2, 'three hours asleep');
  const back = ['12:13:00', '12:09:00', '12:13:00', '12:22:59', '12:23:00'];
  assert.is((await runs(start, back)).length, 2, 'a few minutes repeat nothing');
  const hours = ['12:13:00', '09:00:00', '09:02:59', '09:03:00', '09:13:00'];
  assert.is((await runs(start, hours)).length, 3, 'hours do not stop it for hours');
});
