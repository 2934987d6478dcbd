// Parsing of numbers as shops write them.
import { assert, suite } from '../../fixtures/suite.ts';
import { DecimalEvidence, idOf, parsePrice, parseQuantity, textOf } from './field-values.ts';

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
  ['(£2.55)', -2.55],
  ['(2,55)', -2.55],
  ['12.50-', -12.5],
  ['129-', 129],
  ['12.-', 12],
  ['12,-', 12],
  ['٣٫٥٠', 3.5],
  ['۱٬۲۳۴٫۵', 1234.5],
  ['٣٫٥٠ د.ك', 3.5],
  ['1.234.567', 1234567],
  ['₹1,23,456.78', 123456.78],
  ['Rp 150.000', 150000],
  ['150.000 ₫', 150000],
  ['1.990,-', 1990],
  ['\u200f45.00 ر.س.\u200f', 45],
  ['12.50 EUR incl. VAT', 12.5],
  ['12,50 € *', 12.5],
  ['1 234 567,5', 1234567.5],
  ['12 50', undefined],
  ["12'50", undefined],
  ['12½', undefined],
  ['2 x 12.50', undefined],
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
  ['(3)', -3],
  ['3-', -3],
  ['−3', -3],
  ['٣', 3],
  ['３', 3],
  ['-٣', -3],
  ['six', undefined],
  ['6 pcs', 6],
  ['2 шт.', 2],
  ['3件', 3],
  ['x2', 2],
  ['0.5 kg', 1],
  ['500 g', 1],
  ['6 of 7', undefined],
  ['½', 1],
  ['-½', -1],
  ['1½', 2],
  ['٣¼', 4],
  ['2 ⅓ kg', 3],
  ['1⁄2', 1],
  ['1 1/4', 2],
  ['11⁄4', undefined],
  ['1/2', undefined],
  ['½½', undefined],
  ['1 1/4/2024', undefined],
  ['1 2', undefined],
  ['2 pairs', 2],
  ['3 m²', 3],
  ['2 dozen', undefined],
];
for (const [text, expected] of quantities) {
  test(`quantity "${text}" is ${expected ?? 'none'}`, () => assert.is(parseQuantity(text), expected));
}

test('placeholders for missing values are empty', () => {
  for (const text of ['', '  ', 'NULL', 'nan', '\\N', 'N/A']) assert.is(textOf(text), '');
  assert.is(textOf(undefined), '');
  assert.is(textOf(' 85123A '), '85123A');
  assert.is(textOf('="00123"'), '00123');
  assert.is(textOf('="'), '="');
});

test('what spreadsheets and programs write for nothing is empty, and their marks around ids are dropped', () => {
  for (const text of ['#N/A', '#REF!', '#VALUE!', '########', '0000-00-00 00:00:00', '(null)', '—'])
    assert.is(textOf(text), '', text);
  assert.equal(["'001", '\u200e12\u200f', '#1001', "'s Lands", "'a'"].map(textOf), [
    '001',
    '12',
    '#1001',
    "'s Lands",
    "'a'",
  ]);
  assert.equal(['1001.0', '10.50', 'v1.0'].map(idOf), ['1001', '10.50', 'v1.0']);
});

test('amounts of three decimals, or of none, are told apart by those beside them', () => {
  const decided = (amounts: readonly string[], quantities: readonly string[] = []) => {
    const evidence = new DecimalEvidence();
    for (const amount of amounts) evidence.see(amount);
    for (const quantity of quantities) evidence.seeQuantity(quantity);
    return evidence.decide(',');
  };
  assert.is(decided(['12.990', '5.990', '$ 990', '1.990']), ',', 'pesos');
  assert.is(decided(['12.990', '5.990', '0.990', '1.990']), '.', 'dinars');
  assert.is(decided(['12.990', '5.990', '1.990']), undefined, 'either');
  assert.is(decided(['12.990', '0', '5.990', '1.990']), undefined, 'free of charge');
  assert.is(decided(['12.990', '5.990', '990', '1.990', '1500']), undefined, 'a thousand without a point');
  assert.is(decided([], ['1,000', '2,500', '10,000']), ',', 'pieces with three decimals');
  assert.is(decided([], ['1,000', '2,500', '10,000', '900']), undefined, 'some in thousands');
  assert.is(decided(['9.50'], ['1,000', '2,500', '10,000']), '.');
});

test('a megabyte of text in a column of numbers or ids is read at once', () => {
  for (const part of ['1', '٣', ' ', '1 ', '1,', '1.', '½', '\u200b']) {
    const text = `€${part.repeat(1_000_000 / part.length)}x\u2028`;
    assert.is(parsePrice(text), undefined);
    assert.is(parseQuantity(text), undefined);
    assert.is(textOf(text), text.slice(0, -1));
    new DecimalEvidence().see(text);
  }
});
