import { assert, suite } from '../../../fixtures/suite.ts';
import { noHistories } from '../cooccurrence/baskets.ts';
import { bucketOfGap, gapBuckets } from '../cooccurrence/gaps.ts';
import type { Intervals } from './intervals.ts';
import { personalizedShape } from './model-settings.ts';
import { RepeatTerm } from './repeat.ts';
import type { RepurchaseRule } from './repurchase.ts';

const test = suite('repeat term');

const rule: RepurchaseRule = {
  mode: 'auto',
  threshold: 0.07,
  rate: Float64Array.of(0.5, 0.2, 0.5),
  again: Uint8Array.of(1, 1, 0),
};
/** One customer: item 0 on the occasions 0 and 2, item 1 on occasion 3, item 2, which is not bought again, on occasion 0. */
const histories = {
  ...noHistories,
  count: 1,
  start: Int32Array.of(0, 3),
  items: Int32Array.of(0, 1, 2),
  repurchaseWeight: Float32Array.of(1 + 0.5 ** 2, 0.5 ** 3, 1),
  last: Uint16Array.of(4, 40, 4),
  first: Uint16Array.of(30, 40, 4),
  times: Uint16Array.of(2, 1, 1),
  chances: Uint16Array.of(2, 3, 0),
};

function scores(settings: object, more: { intervals?: Intervals; trend?: Float64Array } = {}): number[] {
  const parsed = personalizedShape.parse({ repeat: { decay: 0.5, ...settings } }).repeat!;
  const fitted = { settings: parsed, intervals: more.intervals, trend: more.trend };
  const term = new RepeatTerm(fitted, rule);
  term.open(histories, 0);
  return [0, 1, 2].map((at) => term.score(histories, at));
}

function close(actual: readonly number[], expected: readonly number[]): void {
  for (const [at, value] of expected.entries())
    assert.ok(Math.abs(actual[at]! - value) < 1e-6, `${at}: ${actual[at]} instead of ${value}`);
}

test('with chances 1, habit is the decayed share of the chances taken, shrunk to the rate of the item', () => {
  // Of item 0's two chances (1 and .5) the newest was taken; of item 1's three, none.
  close(scores({ weight: 1, chances: 1, interval: 0 }), [
    (1 + 2 * 0.5) / (1.5 + 2),
    (2 * 0.2) / (1.75 + 2),
    0,
  ]);
});

test('with chances 0, habit is the decayed number of the chances taken', () => {
  close(scores({ weight: 3, chances: 0, interval: 0 }), [3 * (1 + 2 * 0.5), 3 * 2 * 0.2, 0]);
});

test('an item is worth more when its buyers buy it again after as long as it has been', () => {
  const rate = new Float64Array(3 * gapBuckets).fill(0.01);
  // Item 1 is bought again four times as often 41 days after a purchase.
  rate[gapBuckets + bucketOfGap(41)] = 0.04;
  const none = new Float64Array(0);
  const intervals = { rate, reached: none, median: none, spread: none };
  const [plain, due] = [scores({ interval: 0 }), scores({ interval: 0.5 }, { intervals })];
  close(due, [plain[0]!, 2 * plain[1]!, 0]);
});

test('the trend of an item multiplies its score', () => {
  const plain = scores({ interval: 0 });
  close(scores({ interval: 0 }, { trend: Float64Array.of(0.5, 2, 1) }), [plain[0]! / 2, plain[1]! * 2, 0]);
});
