// Opening hours and amounts in words.
import { assert, suite } from '../../fixtures/suite.ts';
import { formatMoney, scaleOf } from '../contract/money.ts';
import { Formats } from './formats.ts';

const test = suite('words of opening hours');

const onDays = (days: readonly number[], from: number, to: number) => days.map((day) => ({ day, from, to }));
const week = [1, 2, 3, 4, 5] as const;
const words = (language: 'en' | 'de', hours: Parameters<Formats['hours']>[0]) =>
  new Formats(language, 'Europe/Berlin', 'EUR').hours(hours, 'all day').replaceAll('\u202f', ' ');

test('days in a row with the same hours are written together', () => {
  const hours = [...onDays(week, 540, 1_080), ...onDays([6], 600, 840)];
  assert.is(words('de', hours), 'Mo–Fr 09:00–18:00; Sa 10:00–14:00');
});

test('a day from midnight to midnight has no times that read the same', () => {
  assert.is(
    words('en', [...onDays(week, 0, 1_440), ...onDays([6], 540, 1_440)]),
    'Mon–Fri all day; Sat 9:00 AM–12:00 AM',
  );
});

test('hours past midnight end on the next day', () => {
  assert.is(words('de', onDays([5], 1_320, 1_560)), 'Fr 22:00–02:00');
});

test('an amount in a sentence is written as on the page, in every currency', () => {
  for (const currency of Intl.supportedValuesOf('currency'))
    for (const language of ['en', 'de', 'ar'] as const)
      for (const cents of [1, 5, 99, 1_105, 129_050, 123_456_789, -2_999])
        assert.is(
          new Formats(language, 'UTC', currency).money(cents / scaleOf(currency)),
          formatMoney(cents, currency, language),
        );
});
