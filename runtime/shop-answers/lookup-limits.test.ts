// Limits on guests who look up orders, by a clock of the test.
import { assert, suite } from '../../fixtures/suite.ts';
import { LookupLimits } from './lookup-limits.ts';

const test = suite<{ now: number; limits: LookupLimits }>('limits on order look-ups');
test.beforeEach((context) => {
  context.now = 0;
  context.limits = new LookupLimits(60, () => context.now);
});

const pair = { address: '10.0.0.1', number: '1', email: 'a@shop.example' };

test('an address has 8 tries at once', ({ limits }) => {
  const taken = Array.from({ length: 20 }, (_, n) =>
    limits.take({ ...pair, number: `${n}`, email: `${n}@x.example` }),
  );
  assert.is(taken.filter((seconds) => seconds === 0).length, 8);
  assert.is(limits.refused, 12);
});

test('a number has 5 tries from all addresses, in any spelling', ({ limits }) => {
  const spellings = ['R-77', 'r77', '#R77', ' r-77', 'R 77', 'r77', 'R77'];
  const taken = spellings.map((number, n) =>
    limits.take({ address: `${n}`, number, email: `${n}@x.example` }),
  );
  assert.equal(
    taken.map((seconds) => seconds === 0),
    [true, true, true, true, true, false, false],
  );
});

test('an e-mail address has 5 tries from all addresses, and more after an hour', (context) => {
  const { limits } = context;
  const attempt = (n: number) =>
    limits.take({ address: `${n}`, number: `${n}`, email: 'A@shop.example' }) === 0;
  assert.is([0, 1, 2, 3, 4, 5, 6].filter(attempt).length, 5);
  context.now += 3_601_000;
  assert.is([10, 11, 12, 13, 14, 15, 16].filter(attempt).length, 5);
});

test('a hundred thousand guesses from as many addresses are few tries, in bounded memory', (context) => {
  const { limits } = context;
  let taken = 0;
  for (let n = 0; n < 100_000; n++) {
    context.now += 10;
    if (limits.take({ address: `${n}`, number: `${n % 5_000}`, email: `${n % 7_000}@x.example` }) === 0)
      taken += 1;
  }
  // 1,000 s at one per second, and the burst.
  assert.ok(taken <= 1_120, `${taken} tries`);
  assert.ok(limits.size <= 160_000, `${limits.size} buckets`);
  context.now += 60_000;
  assert.is(limits.take({ address: 'fresh', number: 'unguessed', email: 'right@shop.example' }), 0);
});
