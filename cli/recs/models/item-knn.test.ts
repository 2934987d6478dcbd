// item_knn against a dense computation of the same formulas.
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Weighting, weightOf } from '../cooccurrence/basket-weights.ts';
import { weightUnit } from '../cooccurrence/baskets.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { startsOf } from '../csr.ts';
import { finishItemKnn, NeighbourSelector, openItemKnn } from './item-knn.ts';
import { personalizedShape } from './model-settings.ts';

const test = suite('item_knn');

const items = 14;

/** 25 histories of up to eight items. */
function randomHistories(seed: number): number[][] {
  const random = new Random(seed);
  return Array.from({ length: 25 }, () => random.some([...Array(items).keys()], 1 + random.below(8)));
}

/** The scores of the term as a dense matrix, known item by recommended item. */
function scoresOf(histories: ReadonlyArray<readonly number[]>, json: Record<string, unknown>): number[][] {
  const settings = personalizedShape.parse({ item_knn: json }).item_knn!;
  const weights = histories.map(({ length }) => Math.fround(weightOf(settings.weighting, length, items)));
  const weight = new Float64Array(items);
  for (const [at, history] of histories.entries())
    for (const item of history) weight[item]! += Math.round(weights[at]! / weightUnit);
  const input = openItemKnn(settings, items, 20, {
    weight,
    totalWeight: weights.reduce((sum, each) => sum + Math.round(each / weightUnit), 0),
  });
  const selector = new NeighbourSelector(input);
  const baskets = {
    count: histories.length,
    start: startsOf(histories.map(({ length }) => length)),
    items: Int32Array.from(histories.flat()),
    weight: Float32Array.from(weights),
  };
  new RowCounter(items).count(
    { from: 0, to: items },
    (visit) => visit(baskets),
    (row) => selector.select(row),
  );
  const { start, length, items: columns, scores } = finishItemKnn(input);
  return Array.from(start, (begin, row) => {
    const dense = new Array<number>(items).fill(0);
    for (let at = begin; at < begin + length[row]!; at++) dense[columns[at]!] = scores[at]!;
    return dense;
  });
}

/** Scales all rows so that those with entries sum to 1 on average. */
function onAverage(matrix: readonly number[][]): number[][] {
  const sums = matrix.map(sumOf).filter((sum) => sum > 0);
  const mean = sumOf(sums) / sums.length;
  return matrix.map((row) => row.map((each) => each / mean));
}

function dense(score: (from: number, to: number) => number): number[][] {
  return Array.from({ length: items }, (_, from) =>
    Array.from({ length: items }, (__, to) => (from === to ? 0 : score(from, to))),
  );
}

function common(histories: readonly number[][], weighting: Weighting, from: number, to: number): number {
  return sumOf(
    histories
      .filter((history) => history.includes(from) && history.includes(to))
      .map(({ length }) => weightOf(weighting, length, items)),
  );
}

test('cosine with shrinkage agrees with a dense computation, plain and by tf-idf', () => {
  for (let seed = 0; seed < 20; seed++) {
    const histories = randomHistories(seed);
    for (const weighting of ['none', 'tfidf'] as const) {
      const of = (from: number, to: number) => common(histories, weighting, from, to);
      const expected = onAverage(
        dense((from, to) => of(from, to) / (Math.sqrt(of(from, from) * of(to, to)) + 5)),
      );
      const json = { similarity: 'cosine', weighting, shrink: 5, neighbours: 0, normalise: false };
      near(scoresOf(histories, json), expected, `${weighting}, seed ${seed}`);
    }
  }
});

test('damping divides by powers of both weights, and normalised rows add up to the weight of the term', () => {
  const histories = randomHistories(3);
  const json = { similarity: 'weighted', weighting: 'root', damping: 0.6, row_damping: 0.3, smoothing: 1 };
  const of = (from: number, to: number) => common(histories, 'root', from, to);
  const expected = onAverage(
    dense((from, to) => of(from, to) / (of(from, from) + 1) ** 0.3 / (of(to, to) + 1) ** 0.6),
  );
  for (const nearest of ['known', 'recommended']) {
    near(scoresOf(histories, { ...json, nearest, neighbours: 0, normalise: false }), expected, nearest);
    const scaled = scoresOf(histories, { ...json, nearest, weight: 3 });
    for (const row of scaled) assert.ok(Math.abs(sumOf(row) - 3) < 1e-5);
  }
});

test('the nearest items are kept per known or per recommended item, ties to the lower number', () => {
  const histories = randomHistories(5);
  const count = { similarity: 'count', weighting: 'none' };
  const full = dense((from, to) => common(histories, 'none', from, to));
  for (const nearest of ['known', 'recommended'] as const) {
    const matrix = scoresOf(histories, { ...count, nearest, neighbours: 3 });
    for (let one = 0; one < items; one++) {
      const at = (other: number) => (nearest === 'known' ? full[one]![other]! : full[other]![one]!);
      const kept = [...Array(items).keys()]
        .filter((other) => at(other) > 0)
        .sort((a, b) => at(b) - at(a) || a - b)
        .slice(0, 3);
      const found = [...Array(items).keys()].filter(
        (other) => (nearest === 'known' ? matrix[one]![other]! : matrix[other]![one]!) > 0,
      );
      assert.equal(
        found,
        kept.sort((a, b) => a - b),
      );
    }
  }
});

test('scores are numbers if no pair is more frequent than by chance, or a history weighs nothing', () => {
  const all = [...Array(items).keys()];
  const cases = [
    [[all, all, [0]], { similarity: 'llr', weighting: 'none' }],
    // By tf-idf, a basket with the whole catalogue weighs nothing.
    [[all, all], { similarity: 'cosine', weighting: 'tfidf' }],
    [[all, all], { similarity: 'lift', weighting: 'tfidf', normalise: false }],
    [[all, all], { similarity: 'jaccard', weighting: 'tfidf', nearest: 'recommended' }],
  ] as const;
  for (const [histories, json] of cases)
    for (const row of scoresOf(histories, json))
      assert.ok(row.every(Number.isFinite), `${json.similarity}: ${row}`);
});

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}

function near(matrix: readonly number[][], expected: readonly number[][], what: string): void {
  for (const [from, row] of matrix.entries())
    for (const [to, value] of row.entries())
      assert.ok(Math.abs(value - expected[from]![to]!) < 1e-5, `${what}: ${from} ${to}`);
}
