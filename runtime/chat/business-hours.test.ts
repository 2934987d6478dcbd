// Business hours by the clock on the shop's wall, also on the days on which it is put forward and back.
import { assert, suite } from '../../fixtures/suite.ts';
import { openingHours } from '../core/quantities.ts';
import { BusinessHours } from './business-hours.ts';

const test = suite('business hours');
const hours = (text: string, zone = 'Europe/Berlin') => new BusinessHours(openingHours.parse(text), zone);

test('without hours it is always open', () => {
  const always = new BusinessHours(undefined, 'UTC');
  assert.is(always.isOpen(new Date()), true);
  assert.is(always.opensAt(new Date()), undefined);
});

test('they begin with their first minute and end before their last', () => {
  const week = hours('Mo-Fr 09:00-18:00, Sa 10:00-14:00');
  const open = (iso: string) => week.isOpen(new Date(iso));
  assert.equal(
    ['2026-01-05T08:00Z', '2026-01-05T07:59Z', '2026-01-05T16:59Z', '2026-01-05T17:00Z'].map(open),
    [true, false, true, false],
  );
  assert.equal(['2026-01-10T09:00Z', '2026-01-10T13:00Z', '2026-01-11T10:00Z'].map(open), [
    true,
    false,
    false,
  ]);
});

test('in summer the same hours begin an hour earlier in UTC', () => {
  const week = hours('Mo-Fr 09:00-18:00');
  assert.is(week.isOpen(new Date('2026-07-06T07:00Z')), true);
  assert.is(week.isOpen(new Date('2026-07-06T06:59Z')), false);
});

test('it opens next at the right minute across the change to summer time and back', () => {
  const week = hours('Mo-Fr 09:00-18:00');
  const next = (iso: string) => week.opensAt(new Date(iso))?.toISOString();
  assert.is(next('2026-03-27T17:00Z'), '2026-03-30T07:00:00.000Z', 'Friday in winter, Monday in summer');
  assert.is(next('2026-10-23T16:00Z'), '2026-10-26T08:00:00.000Z', 'and back');
  assert.is(next('2026-03-30T06:00Z'), '2026-03-30T07:00:00.000Z', 'the same day');
  assert.is(next('2026-03-30T08:00Z'), undefined, 'while it is open');
});

test('an hour that is not there on the day of the change opens it all the same', () => {
  const night = hours('Su 02:30-05:00');
  const next = night.opensAt(new Date('2026-03-28T12:00Z'))!;
  assert.is(next.toISOString(), '2026-03-29T01:00:00.000Z');
  assert.equal([night.isOpen(next), night.isOpen(new Date(next.getTime() - 1))], [true, false]);
});

test('hours past midnight belong to the day on which they began', () => {
  const late = hours('Sa 20:00-02:00', 'America/New_York');
  assert.is(late.isOpen(new Date('2026-01-11T06:30Z')), true, 'Sunday at half past one');
  assert.is(late.isOpen(new Date('2026-01-11T07:00Z')), false);
  assert.is(late.isOpen(new Date('2026-01-10T06:30Z')), false, 'Saturday at half past one');
});

test('stretches of days go round the week', () => {
  const ends = hours('Fr-Mo 09:00-10:00', 'UTC');
  const open = (day: number) => ends.isOpen(new Date(Date.UTC(2026, 0, day, 9)));
  assert.equal([9, 10, 11, 12, 13].map(open), [true, true, true, true, false]);
});

test('what are no hours is refused', () => {
  for (const text of [
    '',
    'Mo',
    'Mo 9-18',
    'Mo-Xy 09:00-18:00',
    'Mo 25:00-26:00',
    'Mo 09:00-18:61',
    'Mo 09:75-18:00',
  ])
    assert.is(openingHours.safeParse(text).success, false, text);
});
