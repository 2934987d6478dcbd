import { assert, suite } from '../../../fixtures/suite.ts';
import { indexNameWords, NameComparer } from './name-words.ts';

const test = suite('name words');

const names = ['Red Mug', 'mug, RED!', 'Blue Mug', 'Lamp', '', 'A b', 'Été 3D', 'mug mug red red'];
const comparer = new NameComparer(indexNameWords(names));

test('names with the same words in any order, case and number are equal', () => {
  for (const other of [1, 7]) near(comparer.cosine(0, other), 1);
  near(comparer.cosine(6, 6), 1);
});

test('a shared word counts more the rarer it is', () => {
  // n = 8; mug: 4 names, red: 3, blue: 1.
  const idf = (df: number) => Math.log(1 + 8 / df);
  const expected = idf(4) ** 2 / Math.hypot(idf(4), idf(3)) / Math.hypot(idf(4), idf(1));
  near(comparer.cosine(0, 2), expected);
  near(comparer.cosine(2, 0), expected);
});

test('names without common words, without words, or with only single letters have cosine 0', () => {
  assert.is(comparer.cosine(0, 3), 0);
  assert.is(comparer.cosine(4, 4), 0);
  assert.is(comparer.cosine(5, 5), 0);
});

/** Weights are kept in single precision. */
function near(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) < 1e-6, `${value} is not ${expected}`);
}
