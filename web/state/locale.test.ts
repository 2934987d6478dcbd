// Dates with times, in all time zones.
import { assert, suite } from '../../fixtures/suite.ts';
import { formatAppointment, formatDay } from './locale.ts';
import { learnServerTime } from './server-clock.ts';

const test = suite('dates and times');
const before = process.env.TZ;
test.afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

test('an appointment names its weekday and its time zone, wherever the reader is', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    process.env.TZ = zone;
    // Summer and winter, and both sides of midnight in most of the world.
    for (const at of ['2026-06-30T23:30:00Z', '2026-11-30T08:00:00Z']) {
      const words = formatAppointment(at);
      const local = new Date(at);
      const weekday = local.toLocaleDateString('en', { weekday: 'long', timeZone: zone });
      const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'short' })
        .formatToParts(local)
        .find(({ type }) => type === 'timeZoneName')!.value;
      assert.ok(words.includes(weekday), `${zone}: ${words}`);
      assert.ok(words.endsWith(name), `${zone}: ${words} names ${name}`);
    }
  }
});

test('a day has its year unless it is the current one by the server’s clock, whatever this device’s clock says', () => {
  // A new measurement that differs is news only beyond its own uncertainty.
  for (const year of [2031, 2026, 1999]) {
    learnServerTime(new Headers({ Date: new Date(Date.UTC(year, 5, 1)).toUTCString() }), Date.now());
    assert.is(formatDay(new Date(Date.UTC(year, 9, 2))).includes(String(year)), false, `in ${year}`);
    assert.ok(formatDay(new Date(Date.UTC(year - 1, 9, 2))).includes(String(year - 1)));
  }
});
