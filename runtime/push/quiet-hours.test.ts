// Quiet hours in the time zones of subscribers, whatever these are called.
import { assert, suite } from '../../fixtures/suite.ts';
import { maxZones, quietUntil, zonesInMemory } from './quiet-hours.ts';

const test = suite('quiet hours');
/** 21:30 in Berlin, 17:30 in Buenos Aires. */
const now = new Date('2026-11-30T20:30:00Z');
const quiet = { from: 21, to: 8 };

test('they end at the hour of the subscriber’s time zone; an unknown one counts as UTC', () => {
  assert.is(quietUntil(quiet, 'Europe/Berlin', now)?.toISOString(), '2026-12-01T07:00:00.000Z');
  for (const zone of ['America/Argentina/Buenos_Aires', 'Etc/NoSuch', '../../etc/passwd', '', null])
    assert.is(quietUntil(quiet, zone, now), undefined, String(zone));
  assert.is(quietUntil({ from: 20, to: 20 }, null, now), undefined);
});

test('thousands of spellings of a time zone are understood and not kept', () => {
  const letters = [...'europe/berlin'];
  for (let spelling = 0; spelling < 2_000; spelling++) {
    const zone = letters.map((letter, at) => ((spelling >> at) & 1 ? letter.toUpperCase() : letter)).join('');
    assert.ok(quietUntil(quiet, zone, now), zone);
  }
  assert.ok(zonesInMemory() <= maxZones);
});
