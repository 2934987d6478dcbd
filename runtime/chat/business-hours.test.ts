// Business hours in the shop's local time, also on the days when daylight saving time starts and ends.
import { assert, suite } from '../../fixtures/suite.ts';
import { openingHours } from '../core/quantities.ts';
import { BusinessHours } from './business-hours.ts';

const test = suite('business hours');
const hours = (text: string, zone = 'Europe/Berlin') => new BusinessHours(openingHours.parse(text), zone);

test('a shop without hours is always open', () => {
  const always = new BusinessHours(undefined, 'UTC');
  assert.is(always.isOpen(new Date()), true);
  assert.is(always.opensAt(new Date()), undefined);
});

test('the opening minute is open, and the closing minute is closed', () => {
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

test('the shop opens tomorrow and next week on the first day on which it does, across daylight saving time', () => {
  const opens = (text: string | undefined, now: string) => {
    const week = text === undefined ? new BusinessHours(undefined, 'Europe/Berlin') : hours(text);
    return (['tomorrow', 'next week'] as const).map((from) =>
      week.openingFrom(new Date(now), from).toISOString().slice(0, 16),
    );
  };
  const friday = '2026-03-27T12:00Z';
  assert.equal(opens('Mo-Fr 10:00-18:00', friday), ['2026-03-30T08:00', '2026-03-30T08:00']);
  assert.equal(opens('Tu-Sa 14:00-18:00, Sa 10:00-12:00', friday), ['2026-03-28T09:00', '2026-03-31T12:00']);
  assert.equal(opens(undefined, friday), ['2026-03-28T08:00', '2026-03-30T07:00']);
  assert.equal(opens(undefined, '2026-03-30T12:00Z')[1], '2026-04-06T07:00');
});

test('in summer the same hours start one hour earlier in UTC', () => {
  const week = hours('Mo-Fr 09:00-18:00');
  assert.is(week.isOpen(new Date('2026-07-06T07:00Z')), true);
  assert.is(week.isOpen(new Date('2026-07-06T06:59Z')), false);
});

test('the next opening is right across the start and the end of daylight saving time', () => {
  const week = hours('Mo-Fr 09:00-18:00');
  const next = (iso: string) => week.opensAt(new Date(iso))?.toISOString();
  assert.is(next('2026-03-27T17:00Z'), '2026-03-30T07:00:00.000Z', 'Friday in winter, Monday in summer');
  assert.is(next('2026-10-23T16:00Z'), '2026-10-26T08:00:00.000Z', 'and back');
  assert.is(next('2026-03-30T06:00Z'), '2026-03-30T07:00:00.000Z', 'the same day');
  assert.is(next('2026-03-30T08:00Z'), undefined, 'while it is open');
});

test('an opening time that daylight saving skips opens at the moment of the change', () => {
  const night = hours('Su 02:30-05:00');
  const next = night.opensAt(new Date('2026-03-28T12:00Z'))!;
  assert.is(next.toISOString(), '2026-03-29T01:00:00.000Z');
  assert.equal([night.isOpen(next), night.isOpen(new Date(next.getTime() - 1))], [true, false]);
});

test('hours past midnight belong to the day on which they started', () => {
  const late = hours('Sa 20:00-02:00', 'America/New_York');
  assert.is(late.isOpen(new Date('2026-01-11T06:30Z')), true, 'Sunday at half past one');
  assert.is(late.isOpen(new Date('2026-01-11T07:00Z')), false);
  assert.is(late.isOpen(new Date('2026-01-10T06:30Z')), false, 'Saturday at half past one');
});

test('ranges of days wrap around the week', () => {
  const ends = hours('Fr-Mo 09:00-10:00', 'UTC');
  const open = (day: number) => ends.isOpen(new Date(Date.UTC(2026, 0, day, 9)));
  assert.equal([9, 10, 11, 12, 13].map(open), [true, true, true, true, false]);
});

test('business time stops at each closing, also at lunch, over the weekend and across a change of the clock', () => {
  const week = hours('Mo-Fr 09:00-12:00, Mo-Fr 13:00-18:00');
  const minutes = 60_000;
  const after = (iso: string, time: number) => week.openFor(new Date(iso), time * minutes)?.toISOString();
  assert.is(after('2026-01-05T08:00Z', 3), '2026-01-05T08:03:00.000Z', 'Monday morning');
  assert.is(after('2026-01-05T10:59Z', 3), '2026-01-05T12:02:00.000Z', 'over lunch');
  assert.is(after('2026-01-05T10:57Z', 3), '2026-01-05T11:00:00.000Z', 'exactly until lunch');
  assert.is(after('2026-03-27T16:58Z', 3), '2026-03-30T07:01:00.000Z', 'Friday in winter, Monday in summer');
  assert.is(
    after('2026-01-10T12:00Z', 8 * 60 + 1),
    '2026-01-13T08:01:00.000Z',
    'a whole day, left on a Saturday',
  );
  assert.is(
    hours('Sa 20:00-02:00', 'UTC')
      .openFor(new Date('2026-01-11T01:00Z'), 2 * 60 * minutes)
      ?.toISOString(),
    '2026-01-17T21:00:00.000Z',
  );
  assert.is(
    hours('Mo 09:00-13:00, Mo 12:00-14:00', 'UTC')
      .openFor(new Date('2026-01-05T12:30Z'), 60 * minutes)
      ?.toISOString(),
    '2026-01-05T13:30:00.000Z',
    'periods that overlap',
  );
  assert.is(new BusinessHours(undefined, 'UTC').openFor(new Date(0), 5)?.getTime(), 5, 'always open');
  assert.is(after('2026-01-05T08:00Z', 1e6), undefined, 'longer than a quarter');
});

test('invalid hours are rejected', () => {
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
