// Numbers and times as shops write them.
import { assert, suite } from '../../fixtures/suite.ts';
import { dateOrderOf, parsePrice, parseQuantity, parseTime, textOf } from './field-values.ts';

const test = suite('field values');

const prices: Array<[string, number | undefined]> = [
  ['2.55', 2.55],
  ['2,55', 2.55],
  ['£2.55', 2.55],
  ['$ 2.55', 2.55],
  ['2,55 €', 2.55],
  ['EUR 2.55', 2.55],
  ['-1.25', -1.25],
  ['-£1.25', -1.25],
  ['1,234.50', 1234.5],
  ['1.234,50', 1234.5],
  ["1'234.50", 1234.5],
  ['1 234,50', 1234.5],
  ['1,234,567', 1234567],
  ['0', 0],
  ['.5', 0.5],
  ['0.001', 0.001],
  ['1e2', 100],
  ['1e400', undefined],
  ['12.34.56', undefined],
  ['free', undefined],
  ['1-2', undefined],
  ['Infinity', undefined],
  ['0x10', undefined],
];
for (const [text, expected] of prices) {
  test(`price "${text}" is ${expected ?? 'none'}`, () => assert.is(parsePrice(text), expected));
}

const quantities: Array<[string, number | undefined]> = [
  ['6', 6],
  ['-6', -6],
  ['6.0', 6],
  ['0', 0],
  ['-0', 0],
  ['0.7', 1],
  ['-0.7', -1],
  ['1,000', 1000],
  ['3000000000', undefined],
  ['six', undefined],
  ['6 pcs', undefined],
];
for (const [text, expected] of quantities) {
  test(`quantity "${text}" is ${expected ?? 'none'}`, () => assert.is(parseQuantity(text), expected));
}

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
  ['yesterday', undefined],
  ['infinity', undefined],
  ['12', undefined],
];
for (const [text, expected] of times) {
  test(`time "${text}" is ${expected ?? 'none'}`, () => {
    const time = parseTime(text, undefined);
    assert.is(time === undefined ? undefined : new Date(time).toISOString(), expected);
  });
}

test('day and month go by the order that is said', () => {
  assert.is(parseTime('3/4/2024 8:26', 'dmy'), Date.UTC(2024, 3, 3, 8, 26));
  assert.is(parseTime('3/4/2024 8:26', 'mdy'), Date.UTC(2024, 2, 4, 8, 26));
  assert.is(parseTime('3/4/24 12:05 AM', 'mdy'), Date.UTC(2024, 2, 4, 0, 5));
  assert.is(parseTime('3-4-2024, 1:05 pm', 'mdy'), Date.UTC(2024, 2, 4, 13, 5));
  assert.is(parseTime('13/13/2024', 'mdy'), undefined);
});

test('a day above 12 gives the order away', () => {
  assert.is(dateOrderOf('13/04/2024'), 'dmy');
  assert.is(dateOrderOf('4/13/2024 8:26'), 'mdy');
  assert.is(dateOrderOf('4/3/2024'), undefined);
  assert.is(dateOrderOf('4.3.2024'), 'dmy');
  assert.is(dateOrderOf('2024-04-13'), undefined);
});

test('what exports write for nothing is nothing', () => {
  for (const text of ['', '  ', 'NULL', 'nan', '\\N', 'N/A']) assert.is(textOf(text), '');
  assert.is(textOf(undefined), '');
  assert.is(textOf(' 85123A '), '85123A');
});
