import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { findAlikeNames } from './alike-names.ts';
import { indexNameWords, NameComparer } from './name-words.ts';
import { alikeNames } from './pair-relation.ts';

const test = suite('alike names');

test('the same names as by comparing every pair, best first, ties to the lower item', () => {
  const random = new Random(5);
  const words = ['red', 'blue', 'spot', 'mug', 'bag', 'tin', 'jar', 'owl', 'star', 'heart', 'kit', 'card'];
  const titles = Array.from({ length: 80 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => words[random.below(words.length)]).join(' '),
  );
  const names = indexNameWords(titles);
  const comparer = new NameComparer(names);
  const { start, items } = findAlikeNames({ names, neighbours: 6 });
  for (const [item] of titles.entries()) {
    const cosine = (other: number) => comparer.cosine(item, other);
    const expected = [...titles.keys()]
      .filter((other) => other !== item && cosine(other) >= alikeNames)
      .sort((a, b) => cosine(b) - cosine(a) || a - b)
      .slice(0, 6);
    assert.equal([...items.subarray(start[item]!, start[item + 1]!)], expected, titles[item]);
  }
});

test('in a large catalogue, a word of nearly all names finds none of them', () => {
  const titles = Array.from({ length: 5_000 }, (_, n) => (n < 2 ? 'Shop teapot' : 'Shop'));
  const { start, items } = findAlikeNames({ names: indexNameWords(titles), neighbours: 6 });
  assert.equal([...items], [1, 0]);
  assert.is(start.at(-1), 2);
});

test('no products, and products without names', () => {
  assert.equal([...findAlikeNames({ names: indexNameWords([]), neighbours: 6 }).start], [0]);
  assert.equal([...findAlikeNames({ names: indexNameWords(['', '']), neighbours: 6 }).start], [0, 0, 0]);
});
