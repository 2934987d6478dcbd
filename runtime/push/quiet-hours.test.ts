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

test('they end at their hour also in nights in which clocks are set forward or back', () => {
  const nights: [string, string, string][] = [
    ['Europe/Berlin', '2026-03-28T21:30:00Z', '2026-03-29T06:00:00.000Z'],
    ['Europe/Berlin', '2026-10-24T20:30:00Z', '2026-10-25T07:00:00.000Z'],
    ['America/New_York', '2026-11-01T01:45:10Z', '2026-11-01T13:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-03T11:00:00Z', '2026-10-03T21:00:00.000Z'],
    ['Asia/Kathmandu', '2026-10-03T17:00:00Z', '2026-10-04T02:15:00.000Z'],
  ];
  for (const [zone, at, end] of nights)
    assert.is(quietUntil(quiet, zone, new Date(at))?.toISOString(), end, zone);
  // There is no 2:30 in this night: at 3:00 they are over.
  const until = quietUntil({ from: 22, to: 2 }, 'Europe/Berlin', new Date('2026-03-28T21:30:00Z'));
  assert.is(until?.toISOString(), '2026-03-29T01:00:00.000Z');
});

test('thousands of spellings of a time zone are understood and not kept', () => {
  const letters = [...'europe/berlin'];
  for (let spelling = 0; spelling < 2_000; spelling++) {
    const zone = letters.map((letter, at) => ((spelling >> at) & 1 ? letter.toUpperCase() : letter)).join('');
    assert.ok(quietUntil(quiet, zone, now), zone);
  }
  assert.ok(zonesInMemory() <= maxZones);
});
