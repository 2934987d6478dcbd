// The last day of returns across a change of the clocks.
import { assert, suite } from '../../fixtures/suite.ts';
import { returnDay } from './return-day.ts';

const test = suite('return days');

test('an order can be returned for so many days of the calendar, whatever the clocks do meanwhile', () => {
  const berlin = (at: string) => returnDay(new Date(at), 14, 'Europe/Berlin');
  assert.is(berlin('2026-11-02T12:00:00Z'), '2026-11-16');
  // Shortly after midnight, before the clocks go back: 14 times 24 hours later it is 23:15 of the day before.
  assert.is(berlin('2026-10-20T22:15:00Z'), '2026-11-04');
  // Shortly before midnight, before they go forward.
  assert.is(berlin('2026-03-20T22:45:00Z'), '2026-04-03');
  assert.is(returnDay(new Date('2026-12-30T23:00:00Z'), 2, 'America/New_York'), '2027-01-01');
});
