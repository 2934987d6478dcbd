// Similarity functions checked against values computed by hand or published.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type SimilarityName, similarities } from '../../../runtime/core/options.ts';
import {
  confidence,
  lift,
  logLikelihoodRatio,
  openSimilarity,
  type SimilarityInput,
  support,
  thinPairPrior,
} from './open-similarity.ts';

const test = suite('similarities');

/** Four items in 100 baskets. */
const input: SimilarityInput = {
  popularity: Float64Array.of(16, 25, 4, 0),
  baskets: 100,
  weight: Float64Array.of(8, 10, 3, 0),
  totalWeight: 60,
  damping: 0.5,
};

const expected: Record<SimilarityName, number> = {
  count: 10,
  cosine: 10 / 20,
  jaccard: 10 / 31,
  lift: 2.5,
  weighted: 4.5 / 5,
  // 2 Σ observed · ln(observed / expected), summed by hand over the cells 10, 6, 15, 69 against 4, 12, 21, 63.
  llr: 2 * (10 * Math.log(10 / 4) + 6 * Math.log(6 / 12) + 15 * Math.log(15 / 21) + 69 * Math.log(69 / 63)),
  // p̄ = 45 / 4 = 11.25
  shrunk: 4.5 + (10 * 10) / 60 - ((0.14 * 11.25) / 31.25) * Math.log(25 + 20 / 11.25),
};

for (const name of similarities) {
  test(`${name} equals its formula`, () => {
    near(openSimilarity(name, input)(0, 1, 10, 4.5), expected[name]);
  });
}

test('the log-likelihood ratio equals published values', () => {
  // Dunning 1993, table of bigrams of Union Bank of Switzerland reports: cells (110, 2442, 111, 29114) score 270.72,
  // (29, 13, 123, 31612) score 263.90.
  assert.is(logLikelihoodRatio(110, 110 + 2442, 110 + 111, 110 + 2442 + 111 + 29_114).toFixed(2), '270.72');
  assert.is(logLikelihoodRatio(29, 29 + 13, 29 + 123, 29 + 13 + 123 + 31_612).toFixed(2), '263.90');
  // From the tests of Apache Mahout's LogLikelihood: both, only one, only the other, neither.
  const cells = (both: number, one: number, other: number, neither: number) =>
    logLikelihoodRatio(both, both + one, both + other, both + one + other + neither);
  near(cells(1, 0, 0, 1), 2.772589, 1e-6);
  near(cells(10, 0, 0, 10), 27.72589, 1e-5);
  near(cells(5, 1_995, 0, 100_000), 39.33052, 1e-5);
  near(cells(1_000, 1_995, 1_000, 100_000), 4_730.737, 1e-3);
  near(cells(1_000, 1_000, 1_000, 100_000), 5_734.343, 1e-3);
});

test('the log-likelihood ratio is zero if chance explains the pair, and never negative', () => {
  assert.is(logLikelihoodRatio(4, 16, 25, 100), 0);
  assert.is(logLikelihoodRatio(1, 16, 25, 100), 0, 'avoiding each other is no reason to recommend');
  assert.is(logLikelihoodRatio(0, 16, 25, 100), 0);
  assert.is(logLikelihoodRatio(100, 100, 100, 100), 0, 'two products of every basket');
  assert.ok(logLikelihoodRatio(5, 16, 25, 100) > 0);
});

test('support, confidence and lift are consistent', () => {
  near(support(10, 100), 0.1);
  near(confidence(10, 16), 0.625);
  near(lift(10, 16, 25, 100), confidence(10, 16) / support(25, 100));
});

test('an item without orders has finite scores', () => {
  for (const name of similarities)
    assert.not.ok(Number.isNaN(openSimilarity(name, input)(0, 2, 1, 0.5)), name);
  const nothing = { ...input, popularity: new Float64Array(2), weight: new Float64Array(2), totalWeight: 0 };
  assert.ok(thinPairPrior(nothing).every(Number.isFinite));
  assert.is(thinPairPrior({ ...nothing, popularity: new Float64Array(0) }).length, 0);
});

test('the prior of a thin pair rises with the item’s share, and the popularity penalty falls on sparse data', () => {
  const shop = (mean: number) => {
    const popularity = Float64Array.of(mean, mean);
    return thinPairPrior({ ...input, popularity, weight: Float64Array.of(0.1, 0), totalWeight: 1 });
  };
  near(shop(10)[0]! - shop(10)[1]!, 1);
  near(shop(20)[1]!, -0.07 * Math.log(21));
  assert.ok(shop(1_000)[1]! < shop(20)[1]! && shop(20)[1]! < shop(2)[1]!);
});

function near(value: number, expectation: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(value - expectation) <= tolerance, `${value} is not ${expectation}`);
}
