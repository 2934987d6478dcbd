// Statuses of the orders that count: what they are worth, and what the owner can do about them.
import { assert, suite } from '../../../fixtures/suite.ts';
import { judgeStatuses } from './judge-orders.ts';

const test = suite('statuses of orders that count');

const judge = (statuses: Record<string, number>, countStatus: string[] = [], leaveOutStatus: string[] = []) =>
  judgeStatuses(
    {
      column: 'couture_source.shop_order.status',
      statuses: Object.entries(statuses).map(([status, orders]) => ({ status, orders })),
    },
    { countStatus, leaveOutStatus } as Parameters<typeof judgeStatuses>[1],
  )[0]!;

test('carts that count fail; the remedy is a command that keeps what was chosen before', () => {
  const found = judge({ paid: 90, 'old quote': 10 }, [], ['gift']);
  assert.is(found.level, 'fail');
  assert.match(found.words, 'old quote 10');
  assert.match(found.remedy, "couture connect --leave-out-status gift --leave-out-status 'old quote'.");
  assert.match(found.remedy, "If they are sales: couture connect --count-status 'old quote'.");
  assert.is(judge({ paid: 90, 'old quote': 10 }, ['old quote']).level, 'ok');
});

test('numbers say nothing: a warning until the owner has chosen', () => {
  const found = judge({ 30: 1_200, 10: 200, 40: 100 });
  assert.is(found.level, 'warn');
  assert.match(found.words, '10 (200) · 30 (1,200) · 40 (100)');
  assert.match(found.remedy, '--leave-out-status 40 (repeat the flag for more)');
  assert.is(judge({ 30: 1_200, 10: 200 }, [], ['40']).level, 'ok');
  assert.is(judge({ 30: 1_200 }, ['30']).level, 'ok');
});
