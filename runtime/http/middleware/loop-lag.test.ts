// When a process counts as overloaded: not after a single pause of any length, but while it is blocked repeatedly.
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Gap, LoopLag, lostShare } from './loop-lag.ts';

const test = suite('loop lag');

const quiet: Gap[] = Array.from({ length: 20 }, () => ({ length: 50, busy: 5 }));
const busy = (length: number): Gap => ({ length, busy: length });
const stopped = (length: number): Gap => ({ length, busy: 1 });

test('a single pause of any length is not overload', () => {
  assert.is(lostShare([...quiet, stopped(12_000)]), 0);
  assert.is(lostShare([...quiet, busy(12_000)]), 0);
  assert.is(lostShare([stopped(60_000)]), 0);
  assert.is(lostShare([]), 0);
});

test('a process that is stopped several times is not overloaded', () => {
  assert.is(lostShare([stopped(2_000), ...quiet.slice(0, 3), stopped(2_000), stopped(2_000)]), 0);
});

test('successive long gaps are overload', () => {
  assert.is(lostShare(Array.from({ length: 6 }, () => busy(600))), 1);
  assert.is(lostShare(Array.from({ length: 4 }, () => busy(5_000))), 1);
  assert.ok(lostShare([busy(900), ...quiet.slice(0, 2), busy(900), ...quiet.slice(0, 2), busy(900)]) > 0.5);
});

test('a generally slow machine delays requests without causing rejections', () => {
  assert.is(lostShare(Array.from({ length: 12 }, () => busy(240))), 0);
});

test('a blocked event loop and its recovery are detected', async () => {
  const lag = new LoopLag();
  lag.start();
  try {
    for (let blocked = 0; blocked < 6; blocked++) {
      for (const end = performance.now() + 700; performance.now() < end; ) Math.sqrt(blocked);
      await delay(1);
    }
    assert.ok(lag.share > 0.5, `${lag.share}`);
    for (const end = Date.now() + 20_000; lag.share > 0 && Date.now() < end; ) await delay(50);
    assert.is(lag.share, 0);
  } finally {
    lag.close();
  }
});
