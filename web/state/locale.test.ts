// Dates with times, in all time zones.
import { assert, suite } from '../../fixtures/suite.ts';
import { formatAppointment } from './locale.ts';

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
