// TokenBuckets by a clock of the test: the burst, the rate, costs, windows, and a bound on memory.
import { assert, suite } from '../../fixtures/suite.ts';
import { TokenBuckets } from './token-buckets.ts';

const test = suite<{ now: number; clock: () => number }>('token buckets');
test.beforeEach((context) => {
  context.now = 1_000;
  context.clock = () => context.now;
});

/** Takes single tokens until one is refused. @returns how many were taken, and the wait after the last */
function takeAll(buckets: TokenBuckets, sender: string): { taken: number; wait: number } {
  for (let taken = 0; ; taken++) {
    const wait = buckets.take(sender);
    if (wait > 0) return { taken, wait };
  }
}

test('a sender takes one burst at once, then as many tokens as the rate gives', (context) => {
  const buckets = new TokenBuckets({ perMinute: 30, burst: 10, now: context.clock });
  assert.equal(takeAll(buckets, 'a'), { taken: 10, wait: 2 });
  context.now += 1_999;
  assert.is(buckets.take('a'), 1);
  context.now += 1;
  assert.is(buckets.take('a'), 0);
  context.now += 10_000;
  assert.equal(takeAll(buckets, 'a'), { taken: 5, wait: 2 });
  context.now += 3_600_000;
  assert.equal(takeAll(buckets, 'a'), { taken: 10, wait: 2 });
});

test('fractions of a millisecond do not change the rate', (context) => {
  const buckets = new TokenBuckets({ perMinute: 7_500, burst: 5, now: context.clock });
  takeAll(buckets, 'a');
  let taken = 0;
  for (let turn = 0; turn < 10_000; turn++) {
    context.now += 0.75;
    if (buckets.take('a') === 0) taken += 1;
  }
  assert.is(taken, 937);
});

test('each sender has its own bucket', ({ clock }) => {
  const buckets = new TokenBuckets({ perMinute: 60, burst: 3, now: clock });
  assert.is(takeAll(buckets, 'a').taken, 3);
  assert.is(takeAll(buckets, 'b').taken, 3);
});

test('tokens are taken together or not at all, and the wait is for all of them', (context) => {
  const buckets = new TokenBuckets({ perMinute: 60, burst: 100, now: context.clock });
  assert.is(buckets.take('a', 70), 0);
  assert.is(buckets.take('a', 50), 20);
  assert.is(buckets.take('a', 30), 0);
  context.now += 20_000;
  assert.is(buckets.take('a', 50), 30);
  context.now += 30_000;
  assert.is(buckets.take('a', 50), 0);
});

test('a refill a minute makes a window that begins with the first token', (context) => {
  const options = { perMinute: 20, burst: 20, refillInterval: 60_000, now: context.clock };
  const buckets = new TokenBuckets(options);
  assert.is(buckets.take('a'), 0);
  context.now += 45_500;
  assert.equal(takeAll(buckets, 'a'), { taken: 19, wait: 15 });
  context.now += 14_499;
  assert.is(buckets.take('a'), 1);
  context.now += 1;
  assert.equal(takeAll(buckets, 'a'), { taken: 20, wait: 60 });
  context.now += 150_000;
  assert.is(buckets.take('a'), 0);
  context.now += 59_000;
  assert.equal(takeAll(buckets, 'a'), { taken: 19, wait: 1 });
});

test('a bucket holds at least one token', ({ clock }) => {
  const buckets = new TokenBuckets({ perMinute: 0.5, burst: 0.2, now: clock });
  assert.equal(takeAll(buckets, 'a'), { taken: 1, wait: 120 });
});

test('a million senders do not grow the memory without bound', (context) => {
  const buckets = new TokenBuckets({ perMinute: 60, burst: 2, now: context.clock });
  let largest = 0;
  for (let sender = 0; sender < 1_000_000; sender++) {
    if (buckets.take(`2001:db8:${sender}::/64`) !== 0) throw new Error(`${sender} was refused`);
    largest = Math.max(largest, buckets.size);
  }
  assert.is(largest, 50_000);
});

test('a sender that keeps coming back is not forgotten, however many others come', ({ clock }) => {
  const buckets = new TokenBuckets({ perMinute: 1, burst: 3, maxSenders: 1_000, now: clock });
  takeAll(buckets, 'a');
  for (let sender = 0; sender < 10_000; sender++) {
    buckets.take(`other ${sender}`);
    if (sender % 400 === 0) assert.ok(buckets.take('a') > 0, `forgotten after ${sender} others`);
  }
  for (let sender = 0; sender < 1_000; sender++) buckets.take(`another ${sender}`);
  assert.is(buckets.take('a'), 0);
});
