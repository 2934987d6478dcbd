// Misspelt words and synonyms, without a database.
import { assert, suite } from '../../../fixtures/suite.ts';
import { termsOf } from './synonyms.ts';
import { corrected, editDistance } from './vocabulary.ts';

const test = suite('words that are meant');

const vocabulary = new Map(
  Object.entries({
    jacket: 24,
    sneaker: 12,
    dress: 60,
    dresses: 2,
    silk: 20,
    bag: 40,
    trousers: 9,
    trench: 3,
    lift: 1,
  }),
);

test('a misspelt word becomes the nearest one; of equally near ones the more frequent', () => {
  assert.equal(corrected(['jakcet'], vocabulary), ['jacket']);
  assert.equal(corrected(['sneeker'], vocabulary), ['sneaker']);
  assert.equal(corrected(['sillk', 'dres'], vocabulary), ['silk', 'dress']);
  assert.equal(corrected(['trowsers'], vocabulary), ['trousers']);
});

test('known words, plurals, short words, numbers and distant words stay', () => {
  for (const word of ['jacket', 'jackets', 'bga', '36', 'w36x', 'quetzalcoatl', 'gift'])
    assert.is(corrected([word], vocabulary), undefined, word);
});

test('the edit distance counts insertions, deletions, replacements and swaps', () => {
  for (const [one, other, edits] of [
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['jakcet', 'jacket', 1],
    ['kitten', 'sitting', 3],
    ['żółty', 'zółty', 1],
  ] as const) {
    assert.is(editDistance(one, other), edits);
    assert.is(editDistance(other, one), edits);
  }
});

const synonyms = [
  [['t', 'shirt'], ['tshirt'], ['tee']],
  [['sneakers'], ['trainers']],
];

test('synonyms are found in singular and plural, as several words, the longest first', () => {
  assert.equal(termsOf(['trainer'], synonyms), [{ words: ['trainer'], alike: [['sneakers']] }]);
  assert.equal(termsOf(['white', 't', 'shirts'], synonyms), [
    { words: ['white'], alike: [] },
    { words: ['t', 'shirts'], alike: [['tshirt'], ['tee']] },
  ]);
  assert.equal(termsOf(['shirt', 't'], synonyms), [
    { words: ['shirt'], alike: [] },
    { words: ['t'], alike: [] },
  ]);
});

test('a search of many unknown words is left as it is: correcting each would take the server’s only thread', () => {
  const wrong = ['jakcet', 'jaket', 'jacke', 'jackt'];
  assert.equal(corrected(wrong.slice(1), vocabulary), ['jacket', 'jacket', 'jacket']);
  assert.is(corrected(wrong, vocabulary), undefined);
});
