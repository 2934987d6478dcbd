// Hashes: known values, so that no generated shop and no shuffled id changes, and spread.
import { assert, suite } from '../fixtures/suite.ts';
import { hashBytes, hashText, mix32 } from './hash32.ts';

const test = suite('hashes');

test('FNV-1a and the finalizer give their published values', () => {
  // http://www.isthe.com/chongo/tech/comp/fnv/ and the reference implementation of MurmurHash3.
  assert.is(hashText('') >>> 0, 0x811c9dc5);
  assert.is(hashText('a') >>> 0, 0xe40c292c);
  assert.is(hashText('foobar') >>> 0, 0xbf9cf968);
  assert.is(mix32(0), 0);
  assert.is(mix32(1) >>> 0, 0x514e28b7);
});

test('bytes and text of the same letters hash alike', () => {
  const bytes = Buffer.from('..foobar.');
  assert.is(hashBytes(bytes, 2, 6, 0), mix32(hashText('foobar')));
  assert.is.not(hashBytes(bytes, 2, 6, 1), hashBytes(bytes, 2, 6, 0));
});

test('a number outside 32 bits hashes like its low 32 bits', () => {
  assert.is(mix32(2 ** 32 + 5), mix32(5));
  assert.is(mix32(0x9e3779b9), mix32(0x9e3779b9 | 0));
});

test('two seeds hash independently: texts that collide under one do not collide under the other', () => {
  const count = 400_000;
  const hashes = [0, 0x9e3779b9].map((seed) =>
    Array.from({ length: count }, (_, n) => hashBytes(Buffer.from(`C${500_000 + n}`), 0, 7, seed)),
  );
  for (const one of hashes) assert.ok(count - new Set(one).size < 60, 'some 19 collisions are chance');
  const both = new Set(hashes[0]!.map((hash, n) => `${hash} ${hashes[1]![n]}`));
  assert.is(both.size, count);
});
