// Sizes in the order of a shop's labels.
import { assert, suite } from '../../fixtures/suite.ts';
import { compareSizes, isSize } from './size-order.ts';

const test = suite('order of sizes');

const orders = {
  letters: ['XXS', 'XS', 'S', 'S/M', 'M', 'L', 'XL', '2XL', 'XXXL', '4XL'],
  shoes: ['36', '36–38', '37', '37.5', '38', '38½', '39–41', '100'],
  ages: ['0–3 m', '6 months', '2–3 years', '4 Jahre', '10 y'],
  suits: ['36L', '36R', '36S', '38 L', '38 R', '40L'],
  lengths: ['8 mm', '1 cm', '92 cm', '98'],
  amounts: ['250 ml', '75 cl', '1 l', '1.5 l'],
  weights: ['250 g', '500 g', '1 kg', '1,5kg'],
  memory: ['512 MB', '64 GB', '128GB', '1 TB'],
  kinds: ['M', '12 months', '28', '28/32', 'Kurz', 'Lang', 'One size'],
};

for (const [name, sizes] of Object.entries(orders)) {
  test(`${name} are sorted from any order`, () => {
    assert.equal(sizes.toReversed().toSorted(compareSizes), sizes);
    assert.equal(sizes.toSorted().toSorted(compareSizes), sizes);
  });
}

test('sizes are told from other options', () => {
  const sizes = [
    ...Object.values(orders).flat(),
    'EU 42',
    'W32 L34',
    '500 ml',
    '128 GB',
    'x-large',
    'Groß',
    'US 8 / EU 39',
    '38 Regular',
    '10 inches',
    '0.5 Liter',
  ];
  assert.equal(
    sizes.filter((each) => !isSize(each)),
    [],
  );
  const others = [
    'Linen',
    'M / Linen',
    'Red / 38',
    'iPhone 14',
    '100% Cotton',
    'Left-handed',
    'خشب',
    '',
    '14k Gold',
    '925 Silber',
    'Storage: 64 GB',
  ];
  assert.equal(others.filter(isSize), []);
});

test('a text of thousands of letters is judged like a short one, at once', () => {
  assert.is(isSize(`1${'a'.repeat(5_000)}`), isSize('1aaaa'));
});
