// Patterns of paths against brute force, and paths as browsers write them.
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { fitsPath } from './path-pattern.ts';

const test = suite('patterns of paths');

test('a star is any text, also none, and everything else is itself', () => {
  const fits = (pattern: string, path: string) => fitsPath(pattern, path);
  assert.ok(fits('/*', '/'));
  assert.ok(fits('/product/*', '/product/1'));
  assert.not(fits('/product/*', '/products'));
  assert.ok(fits('*/sale', '/men/sale'));
  assert.not(fits('/cart', '/cart/'));
  assert.not(fits('/a.b', '/aXb'));
  assert.ok(fits('/category/Mäntel', '/category/M%C3%A4ntel'));
  assert.ok(fits('/100%*', '/100%'));
});

test('patterns fit what a regular expression says they do', () => {
  const source = new Random(7);
  const random = () => source.next();
  const word = (letters: string, most: number) =>
    Array.from(
      { length: Math.floor(random() * (most + 1)) },
      () => letters[Math.floor(random() * letters.length)],
    ).join('');
  let fitting = 0;
  for (let round = 0; round < 20_000; round++) {
    const [pattern, path] = [word('ab*', 6), word('ab', 7)];
    const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(path);
    if (expected) fitting++;
    assert.is(fitsPath(pattern, path), expected, `${pattern} ${path}`);
  }
  assert.ok(fitting > 1_000, String(fitting));
});
