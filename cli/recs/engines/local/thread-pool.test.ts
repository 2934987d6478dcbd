import { assert, rejects, suite } from '../../../../fixtures/suite.ts';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { TestSessions, TestTasks } from '../../../test-support/thread-pool.worker.ts';
import { ThreadPool } from './thread-pool.ts';

interface Context {
  pool: ThreadPool<TestTasks, TestSessions>;
}

const test = suite<Context>('thread pool');

test.beforeEach((context) => {
  context.pool = new ThreadPool<TestTasks, TestSessions>(
    new URL('../../../test-support/thread-pool.worker.js', import.meta.url),
    3,
  );
});
test.afterEach(async ({ pool }) => pool.close());

test('every task resolves with its own result', async ({ pool }) => {
  const inputs = Array.from({ length: 200 }, (_, n) => n);
  assert.equal(
    await Promise.all(inputs.map((n) => pool.run('double', n))),
    inputs.map((n) => n * 2),
  );
});

test('tasks are spread over the threads', async ({ pool }) => {
  const threads = await Promise.all(Array.from({ length: 9 }, () => pool.run('spin', 20)));
  assert.is(new Set(threads).size, 3);
});

test('a session opens and closes once on each thread, after its current task', async ({ pool }) => {
  const spinning = [1, 2, 3, 4].map(() => pool.run('spin', 15));
  const session = await pool.open('sum', 0);
  const threads = (await session.close()).map(({ thread }) => thread);
  assert.is(new Set(threads).size, 3);
  assert.is(threads.length, 3);
  await Promise.all(spinning);
});

test('each session has a state of its own, which is gone once it closes', async ({ pool }) => {
  const [left, right] = [await pool.open('sum', 1), await pool.open('sum', 100)];
  const terms = Array.from({ length: 30 }, (_, n) => n);
  await Promise.all(terms.flatMap((n) => [left.run('add', n), right.run('add', 2 * n)]));
  const total = async (session: typeof left) =>
    (await session.close()).reduce((sum, each) => sum + each.sum, 0);
  assert.equal([await total(left), await total(right)], [3 * 1 + 435, 3 * 100 + 870]);
  await rejects(() => left.run('add', 1), /is closed/);
});

test('a failing task rejects with its error while the others continue', async ({ pool }) => {
  const others = [1, 2, 3].map((n) => pool.run('double', n));
  const error = await rejects(() => pool.run('fail', 'no such item'), /no such item/);
  assert.is(error.name, 'TypeError');
  assert.equal(await Promise.all(others), [2, 4, 6]);
  assert.is(await pool.run('double', 4), 8);
});

test('a result that cannot be cloned is an error, not a hang', async ({ pool }) => {
  await rejects(() => pool.run('unclonable', undefined), /could not be cloned/);
});

test('transferred bytes arrive', async ({ pool }) => {
  const { bytes } = await pool.run('bytes', 1_000);
  assert.equal([bytes.length, bytes[999]], [1_000, 7]);
});

for (const [what, task, words] of [
  ['calls process.exit', 'exit', /exited unexpectedly \(exit code 9\)/],
  ['throws outside a task', 'throwLater', /A worker thread late/],
] as const) {
  test(`a thread that ${what} rejects running, queued and later tasks`, async ({ pool }) => {
    const isWorkerFailure = (error: Error) => error instanceof CoutureError && error.code === 'worker_failed';
    const hanging = [1, 2].map(() => rejects(() => pool.run('hang', undefined), isWorkerFailure));
    const dying =
      task === 'exit'
        ? pool.run('exit', 9)
        : pool.run(task, undefined).then(() => pool.run('hang', undefined));
    const waiting = rejects(() => pool.run('double', 1), isWorkerFailure);
    const error = await rejects(() => dying, isWorkerFailure);
    assert.match(error.message, words);
    await Promise.all([...hanging, waiting]);
    await rejects(() => pool.run('double', 1), isWorkerFailure);
  });
}

test('a closed pool rejects running and later tasks, even if a task never ends', async ({ pool }) => {
  const hanging = rejects(() => pool.run('hang', undefined), /threads were stopped/);
  await pool.close();
  await hanging;
  await rejects(() => pool.run('double', 1), /threads were stopped/);
  await pool.close();
});
