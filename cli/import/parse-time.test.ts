// Parsing of times as shops write them.
import { assert, suite } from '../../fixtures/suite.ts';
import { dateOrderOf, isExcelDay, parseTime } from './parse-time.ts';

const test = suite('parse time');

const times: Array<[string, string | undefined]> = [
  ['2024-03-01T10:20:30Z', '2024-03-01T10:20:30.000Z'],
  ['2024-03-01T10:20:30', '2024-03-01T10:20:30.000Z'],
  ['2024-03-01 10:20', '2024-03-01T10:20:00.000Z'],
  ['2024-03-01 10:20:30.123456+02', '2024-03-01T08:20:30.123Z'],
  ['2024-03-01 10:20:30 +0530', '2024-03-01T04:50:30.000Z'],
  ['2024-03-01 10:20:30 UTC', '2024-03-01T10:20:30.000Z'],
  ['2024-03-01', '2024-03-01T00:00:00.000Z'],
  ['2024/3/1', '2024-03-01T00:00:00.000Z'],
  ['20240301', '2024-03-01T00:00:00.000Z'],
  ['1709288430', '2024-03-01T10:20:30.000Z'],
  ['1709288430123', '2024-03-01T10:20:30.123Z'],
  ['01.03.2024', '2024-03-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2023-02-29', undefined],
  ['2024-13-01', undefined],
  ['2024-03-01 25:00', undefined],
  ['0200-03-01', undefined],
  ['Mar 1, 2024', '2024-03-01T00:00:00.000Z'],
  ['Mar 1, 2024, 10:20:30 PM', '2024-03-01T22:20:30.000Z'],
  ['Mar 1, 2024 at 10:20\u202fp.m.', '2024-03-01T22:20:00.000Z'],
  ['March 1st, 2024', '2024-03-01T00:00:00.000Z'],
  ['Mar-01-24 10:20:30 PST', '2024-03-01T18:20:30.000Z'],
  ['01-Mar-2024', '2024-03-01T00:00:00.000Z'],
  ['01-MAR-24', '2024-03-01T00:00:00.000Z'],
  ['01-MAR-24 10.20.30.123456 PM', '2024-03-01T22:20:30.123Z'],
  ['1 March 2024 10:20', '2024-03-01T10:20:00.000Z'],
  ['1. März 2024', '2024-03-01T00:00:00.000Z'],
  ['01. Dez. 2024, 10:20 Uhr', '2024-12-01T10:20:00.000Z'],
  ['1er août 2024', '2024-08-01T00:00:00.000Z'],
  ['1 de mayo de 2024', '2024-05-01T00:00:00.000Z'],
  ['3 marca 2024', '2024-03-03T00:00:00.000Z'],
  ['Fri, 01 Mar 2024 10:20:30 GMT', '2024-03-01T10:20:30.000Z'],
  ['Fri, 1 Mar 2024 10:20:30 +0100', '2024-03-01T09:20:30.000Z'],
  ['Fri Mar 01 2024 10:20:30 GMT+0100 (Central European Standard Time)', '2024-03-01T09:20:30.000Z'],
  ['2024.03.01', '2024-03-01T00:00:00.000Z'],
  ['2024-03-01 10:20 PM', '2024-03-01T22:20:00.000Z'],
  ['2024-03-01 12:20 am', '2024-03-01T00:20:00.000Z'],
  ['2024-03-01 10:20 Uhr', '2024-03-01T10:20:00.000Z'],
  ['2024-03-01T10:20:30+01:00[Europe/Berlin]', '2024-03-01T09:20:30.000Z'],
  ['2024-03-01T10:20:30Z[UTC]', '2024-03-01T10:20:30.000Z'],
  ['20240301T102030Z', '2024-03-01T10:20:30.000Z'],
  ['20240301102030', '2024-03-01T10:20:30.000Z'],
  ['202403011020', '2024-03-01T10:20:00.000Z'],
  ['1709288430123456', '2024-03-01T10:20:30.123Z'],
  ['1709288430.5', '2024-03-01T10:20:30.500Z'],
  ['45352', '2024-03-01T00:00:00.000Z'],
  ['45352.430902778', '2024-03-01T10:20:30.000Z'],
  ['45352,430902778', '2024-03-01T10:20:30.000Z'],
  ['25568', undefined],
  ['99999', undefined],
  ['Foo 1, 2024', undefined],
  ['Sold 2024-03-01', undefined],
  ['31 February 2024', undefined],
  ['2024-03-01 10', undefined],
  ['2024-03-01 13:00 PM', undefined],
  ['2024-03-01 10:20 XYZ', undefined],
  ['Mar 1', undefined],
  ['9999-12-31', '9999-12-31T00:00:00.000Z'],
  ['yesterday', undefined],
  ['infinity', undefined],
  ['12', undefined],
];
for (const [text, expected] of times) {
  test(`time "${text}" is ${expected ?? 'invalid'}`, () => {
    const time = parseTime(text, undefined);
    assert.is(time === undefined ? undefined : new Date(time).toISOString(), expected);
  });
}

test('the given date order decides which number is the day', () => {
  assert.is(parseTime('3/4/2024 8:26', 'dmy'), Date.UTC(2024, 3, 3, 8, 26));
  assert.is(parseTime('3/4/2024 8:26', 'mdy'), Date.UTC(2024, 2, 4, 8, 26));
  assert.is(parseTime('3/4/24 12:05 AM', 'mdy'), Date.UTC(2024, 2, 4, 0, 5));
  assert.is(parseTime('3-4-2024, 1:05 pm', 'mdy'), Date.UTC(2024, 2, 4, 13, 5));
  assert.is(parseTime('03/04/2024 - 08:26', 'dmy'), Date.UTC(2024, 3, 3, 8, 26));
  assert.is(parseTime('13/13/2024', 'mdy'), undefined);
  assert.is(parseTime('3/4/2024', undefined), undefined);
});

test('a day above 12 reveals the date order', () => {
  assert.is(dateOrderOf('13/04/2024'), 'dmy');
  assert.is(dateOrderOf('4/13/2024 8:26'), 'mdy');
  assert.is(dateOrderOf('4/3/2024'), undefined);
  assert.is(dateOrderOf('4.3.2024'), 'dmy');
  assert.is(dateOrderOf('2024-04-13'), undefined);
});

test('five-digit numbers are recognised as Excel days', () => {
  assert.ok(isExcelDay('45352') && isExcelDay('45352.25'));
  assert.not.ok(isExcelDay('4535') || isExcelDay('20240301') || isExcelDay('12345'));
});
