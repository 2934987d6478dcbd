// Shares of a budget: limits per sender and in total, order, refusals, and nothing left behind.
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { SharedBudget } from './shared-budget.ts';

const test = suite('shared budget');
const options = { what: 'uploads', total: 4, perSender: 2, maxWaiting: 2, timeout: 60_000 };

/** Starts a task that runs until it is ended; `order` gets its name when it starts. */
function tasks(budget: SharedBudget, order: string[]) {
  return (sender: string, name: string, cost = 1) => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const done = budget.run(sender, cost, async () => {
      order.push(name);
      await ended;
    });
    return { end, done };
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a sender waits for its own part while others start', async () => {
  const budget = new SharedBudget(options);
  const order: string[] = [];
  const start = tasks(budget, order);
  const [a1, a2, a3] = [start('a', 'a1'), start('a', 'a2'), start('a', 'a3')];
  const b1 = start('b', 'b1', 2);
  await turn();
  assert.equal(order, ['a1', 'a2', 'b1']);
  const c1 = start('c', 'c1');
  a2.end();
  await turn();
  assert.equal(order, ['a1', 'a2', 'b1', 'a3'], 'first come, first served');
  b1.end();
  await turn();
  assert.equal(order.at(-1), 'c1');
  for (const each of [a1, a3, c1]) each.end();
  await Promise.all([a1, a2, a3, b1, c1].map(({ done }) => done));
  assert.equal([budget.inUse, budget.waiting], [0, 0]);
});

test('a task larger than a sender’s part runs alone in it', async () => {
  const budget = new SharedBudget(options);
  const order: string[] = [];
  const start = tasks(budget, order);
  const [large, small] = [start('a', 'large', 9), start('a', 'small')];
  await turn();
  assert.equal(order, ['large']);
  large.end();
  await large.done;
  await turn();
  small.end();
  await small.done;
  assert.equal(order, ['large', 'small']);
});

test('a sender with too many waiting tasks gets 429, and others none of it', async () => {
  const budget = new SharedBudget(options);
  const order: string[] = [];
  const start = tasks(budget, order);
  const running = [1, 2, 3, 4].map((n) => start('a', String(n)));
  await rejects(() => budget.run('a', 1, async () => {}), /Too many uploads at once/);
  await budget.run('b', 1, async () => {});
  for (const each of running) {
    each.end();
    await each.done;
  }
  assert.equal([order, budget.inUse, budget.refused], [['1', '2', '3', '4'], 0, 1]);
});

test('a task that waits too long is refused, and a failing one gives its units back', async () => {
  const budget = new SharedBudget({ ...options, total: 1, perSender: 1, timeout: 5 });
  const start = tasks(budget, []);
  const first = start('a', 'a');
  const keep = setInterval(() => {}, 1_000);
  await rejects(() => budget.run('b', 1, async () => {}), /Overloaded: too many uploads/);
  clearInterval(keep);
  first.end();
  await first.done;
  await rejects(() => budget.run('b', 1, () => Promise.reject(new Error('failed'))), /failed/);
  assert.equal([budget.inUse, budget.waiting], [0, 0]);
});
