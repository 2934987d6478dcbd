import { assert, suite } from '../../fixtures/suite.ts';
import { type OriginEvent, OriginHealth, usualLimits } from './origin-health.ts';

const test = suite<{ health: OriginHealth; said: OriginEvent[] }>('the health of a push service');
test.beforeEach((context) => {
  context.said = [];
  context.health = new OriginHealth('https://push.example', usualLimits, (event) => context.said.push(event));
});

const guest = (n: number) => ({ owner: `guest ${n}`, proven: false });
const known = (n: number) => ({ owner: `customer ${n}`, proven: true });
const day = 86_400_000;

test('many subscriptions of one owner are one witness', ({ health }) => {
  for (let n = 0; n < 10_000; n++) health.refused(403, known(7), n);
  assert.is(health.pausedUntil(10_000), undefined);
});

test('no number of new browsers pauses a push service that has accepted a message within ten minutes', ({
  health,
}) => {
  health.accepted(0);
  for (let n = 0; n < 10_000; n++) health.refused(403, guest(n), 599_000);
  assert.is(health.pausedUntil(599_000), undefined);
});

test('a hundred refused new browsers in a row pause it for 5 minutes, then 10, then at most 15', ({
  health,
  said,
}) => {
  let now = 0;
  for (const minutes of [5, 10, 15, 15]) {
    for (let n = 0; n < 100; n++) health.refused(401, guest(n), now);
    assert.is(health.pausedUntil(now), now + minutes * 60_000);
    now = health.pausedUntil(now)!;
  }
  health.accepted(now);
  assert.is(health.why, undefined);
  assert.equal(
    said.map(({ state }) => state),
    ['paused', 'paused', 'paused', 'paused', 'resumed'],
  );
  for (let n = 0; n < 5; n++) health.refused(401, known(n), now);
  assert.is(health.pausedUntil(now), now + 300_000, 'the first pause again');
});

test('Retry-After is capped at 15 minutes, and at 10 seconds when only new browsers report it', ({
  health,
}) => {
  assert.is(health.askedToWait(day, guest(0), 0), 900_000);
  for (let n = 0; n < 20; n++) health.askedToWait(day, guest(n), 0);
  assert.is(health.pausedUntil(0), 10_000);
  health.accepted(0);
  for (let n = 0; n < 3; n++) health.askedToWait(day, known(n), 0);
  assert.is(health.pausedUntil(0), 900_000);
});

test('after a pause only a few probes are in flight until one is accepted', ({ health }) => {
  for (let n = 0; n < 5; n++) health.refused(403, known(n), 0);
  const { probes } = usualLimits;
  const entered = Array.from({ length: probes + 5 }, () => health.enter(300_000));
  assert.is(entered.filter((at) => at === undefined).length, probes);
  assert.ok(entered.at(-1)! > 300_000);
  health.accepted(300_000);
  assert.is(health.enter(300_000), undefined);
});

test('a pause ends in time where the clock of the machine is set back', ({ health }) => {
  for (let n = 0; n < 5; n++) health.refused(403, known(n));
  const { now } = Date;
  Date.now = () => now() - day;
  try {
    const left = health.pausedUntil()! - performance.now();
    assert.ok(left > 0 && left <= 300_000, `${left} ms`);
  } finally {
    Date.now = now;
  }
});
