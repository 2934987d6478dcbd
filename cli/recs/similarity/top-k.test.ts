import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { TopK } from './top-k.ts';

const test = suite('top k');

type Entry = [score: number, id: number, extra: number];

test('keeps the same entries as a full sort, with ties to the lower id', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const k = 1 + random.below(20);
    // Few different scores: most entries tie.
    const levels = 1 + random.below(8);
    const entries = random
      .some(
        Array.from({ length: random.below(60) }, (_, id) => id),
        60,
      )
      .map((id): Entry => [random.below(levels) - 2, id, id * 3]);
    const best = new TopK(k);
    for (const guarded of [false, true]) {
      best.clear();
      for (const [score, id, extra] of entries)
        if (!guarded || best.admits(score)) best.push(score, id, extra);
      const expected = [...entries].sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, k);
      assert.equal(read(best), expected, `seed ${seed}`);
    }
  }
});

test('admits says whether a score could get in, including ties', () => {
  const best = new TopK(2);
  assert.ok(best.admits(Number.NEGATIVE_INFINITY));
  best.push(5, 1);
  best.push(3, 2);
  assert.equal(
    [2.9, 3, 4].map((score) => best.admits(score)),
    [false, true, true],
  );
  best.push(3, 9);
  assert.equal(
    read(best)
      .map(([, id]) => id)
      .sort(),
    [1, 2],
    'the higher id does not replace the lower',
  );
  best.push(3, 0);
  assert.equal(
    read(best)
      .map(([, id]) => id)
      .sort(),
    [0, 1],
  );
});

test('negative and infinite scores are sorted like others', () => {
  const best = new TopK(3);
  for (const [id, score] of [-1, Number.NEGATIVE_INFINITY, -2, Number.POSITIVE_INFINITY, -1.5].entries())
    best.push(score, id);
  assert.equal(Array.from(best.ids), [3, 0, 4]);
});

test('an empty row has no entries', () => {
  const best = new TopK(3);
  assert.is(best.length, 0);
});

function read(best: TopK): Entry[] {
  return Array.from({ length: best.length }, (_, at) => [best.scores[at]!, best.ids[at]!, best.extras[at]!]);
}
