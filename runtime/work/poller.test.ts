// The poller on a clock that the test advances: the pause between runs, no overlap, failures, close.
import { pino } from 'pino';
import { assert, suite } from '../../fixtures/suite.ts';
import { FakeClock, settle } from '../test-support/fake-clock.ts';
import { Poller } from './poller.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly task: string;
  readonly err?: { readonly message: string };
}

const test = suite<{ clock: FakeClock; lines: Line[]; poll: (task: Task) => Poller }>('poller');
type Task = (signal: AbortSignal) => unknown;

test.beforeEach((context) => {
  context.clock = new FakeClock();
  context.lines = [];
  const log = pino(
    { level: 'debug' },
    { write: (line: string) => void context.lines.push(JSON.parse(line)) },
  );
  context.poll = (task) => new Poller({ name: 'test', interval: 100, task, log, clock: context.clock });
});

/** A task whose runs end when the test says so. */
function heldTask() {
  const ends: Array<() => void> = [];
  return { ends, task: () => new Promise<void>((resolve) => ends.push(resolve)) };
}

test('the first run is at the start, or after one interval', async ({ clock, poll }) => {
  let [now, later] = [0, 0];
  const pollers = [poll(() => now++), poll(() => later++)];
  await pollers[0]!.start();
  pollers[1]!.startLater();
  assert.equal([now, later], [1, 0]);
  await clock.advance(99);
  assert.equal([now, later], [1, 0]);
  await clock.advance(1);
  assert.equal([now, later], [2, 1]);
  for (const each of pollers) await each.close();
});

test('runs do not overlap, and the interval begins at the end of a run', async ({ clock, poll }) => {
  const { ends, task } = heldTask();
  const poller = poll(task);
  void poller.start();
  await clock.advance(1_000);
  assert.is(ends.length, 1, 'the first run has not ended');
  ends[0]!();
  await clock.advance(99);
  assert.is(ends.length, 1);
  await clock.advance(1);
  assert.is(ends.length, 2);
  ends[1]!();
  await poller.close();
});

test('a run on request joins the run in progress, and postpones the next', async ({ clock, poll }) => {
  const { ends, task } = heldTask();
  const poller = poll(task);
  poller.startLater();
  await clock.advance(60);
  const runs = [poller.run(), poller.run()];
  assert.is(ends.length, 1);
  ends[0]!();
  await Promise.all(runs);
  await clock.advance(99);
  assert.is(ends.length, 1, 'the interval has begun again');
  await clock.advance(1);
  assert.is(ends.length, 2);
  ends[1]!();
  await poller.close();
});

test('a run on request does not start a poller', async ({ clock, poll }) => {
  let runs = 0;
  const poller = poll(() => runs++);
  await poller.run();
  await clock.advance(1_000);
  assert.equal([runs, clock.waiting], [1, 0]);
});

test('a lasting failure is logged once, a different one again, and the recovery once', async ({
  clock,
  poll,
  lines,
}) => {
  const outcomes = ['away', 'away', 'away', 'broken', undefined, undefined, 'away'];
  const poller = poll(() => {
    const failure = outcomes.shift();
    if (failure) throw new Error(failure);
  });
  await poller.start();
  await clock.advance(600);
  assert.is(outcomes.length, 0, 'it ran on after failures');
  assert.equal(
    lines.map(({ level, msg, task, err }) => [level, msg, task, err?.message]),
    [
      [40, 'background task failed; retrying', 'test', 'away'],
      [40, 'background task failed; retrying', 'test', 'broken'],
      [30, 'background task works again', 'test', undefined],
      [40, 'background task failed; retrying', 'test', 'away'],
    ],
  );
  await poller.close();
});

test('failures with the same code are the same failure, whatever their messages say', async ({
  clock,
  poll,
  lines,
}) => {
  let run = 0;
  const poller = poll(async () => {
    throw Object.assign(new Error(`attempt ${run++}`), { code: 'postgres_lost' });
  });
  await poller.start();
  await clock.advance(300);
  assert.equal([run, lines.length], [4, 1]);
  await poller.close();
});

test('close aborts the run in progress, waits for it, and starts no other', async ({
  clock,
  poll,
  lines,
}) => {
  let runs = 0;
  let end = () => {};
  const poller = poll(async (signal) => {
    runs++;
    await new Promise<void>((resolve) => (end = resolve));
    signal.throwIfAborted();
  });
  void poller.start();
  await settle();
  let closed = false;
  const closing = poller.close().then(() => (closed = true));
  await clock.advance(1_000);
  assert.is(closed, false);
  end();
  await closing;
  await poller.run();
  await clock.advance(1_000);
  assert.equal([runs, lines, clock.waiting], [1, [], 0], 'an aborted run is no failure');
});

test('close between two runs cancels the next', async ({ clock, poll }) => {
  let runs = 0;
  const poller = poll(() => runs++);
  await poller.start();
  assert.is(clock.waiting, 1);
  await poller.close();
  await clock.advance(1_000);
  assert.equal([runs, clock.waiting], [1, 0]);
});
