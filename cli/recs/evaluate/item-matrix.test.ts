import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { buildEase } from './ease.ts';
import { buildItemMatrix, type ItemMatrixSettings } from './item-matrix.ts';
import { type OrderLog, OrderLogBuilder, openDataset } from './order-log.ts';
import { invertPositive } from './positive-inverse.ts';
import type { SparseMatrix } from './sparse-matrix.ts';
import { type Weighting, weighBaskets } from './train-baskets.ts';
import { buildUserMatrix } from './user-matrix.ts';

const test = suite('matrices');

const plain: ItemMatrixSettings = {
  similarity: 'cosine',
  shrink: 0,
  damping: 0,
  rowDamping: 0,
  minSupport: 1,
  priorStrength: 10,
  popularityPenalty: 0.14,
  neighbours: 0,
  nearest: 'recommended',
  normalise: false,
};

/** Returns 25 customers with one order each, as a log and as sets of items. */
function histories(seed: number): { log: OrderLog; sets: Array<Set<number>>; items: number } {
  const random = new Random(seed);
  const builder = new OrderLogBuilder();
  for (let customer = 0; customer < 25; customer++)
    for (const item of random.some([...Array(14).keys()], 1 + random.below(8)))
      builder.add(`o${customer}`, `c${customer}`, `p${item}`, Number.NaN);
  const data = openDataset(builder.orders(), [], { lines: 0, skipped: 0 });
  const sets = Array.from(
    { length: data.train.count },
    (_, order) => new Set(data.train.items.subarray(data.train.start[order]!, data.train.start[order + 1]!)),
  );
  return { log: data.train, sets, items: data.trainItems };
}

test('tf-idf cosine with shrinkage and BM25 agree with a dense computation', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { log, sets, items } = histories(seed);
    for (const weighting of ['none', 'tfidf', 'bm25'] as const) {
      const dense = denseCosine(sets, items, weighting, 5);
      const trained = trainedOf(log, items, weighting);
      const matrix = toDense(buildItemMatrix(trained, { ...plain, shrink: 5 }), items);
      for (let from = 0; from < items; from++)
        for (let to = 0; to < items; to++)
          near(matrix[from]![to]!, dense[from]![to]!, `${weighting} ${from} ${to}`);
    }
  }
});

test('damping divides by powers of both popularities, and normalised rows add up to one', () => {
  const { log, sets, items } = histories(3);
  const trained = trainedOf(log, items, 'root');
  const settings = { ...plain, similarity: 'weighted', damping: 0.6, rowDamping: 0.3 } as const;
  const matrix = toDense(buildItemMatrix(trained, settings), items);
  const popularity = (item: number) => sets.filter((set) => set.has(item)).length;
  for (let from = 0; from < items; from++) {
    for (let to = 0; to < items; to++) {
      const common = sets.filter((set) => from !== to && set.has(from) && set.has(to));
      const weight = common.reduce((sum, set) => sum + 1 / Math.sqrt(set.size), 0);
      near(matrix[from]![to]!, weight / popularity(from) ** 0.3 / popularity(to) ** 0.6, `${from} ${to}`);
    }
  }
  const scaled = toDense(buildItemMatrix(trained, { ...settings, normalise: true }), items);
  for (const row of scaled)
    near(
      row.reduce((sum, each) => sum + each, 0),
      1,
      'row',
    );
});

test('the nearest items are kept per known or per recommended item, ties to the lower number', () => {
  const { log, items } = histories(5);
  const trained = trainedOf(log, items, 'none');
  const full = toDense(buildItemMatrix(trained, { ...plain, similarity: 'count' }), items);
  for (const nearest of ['known', 'recommended'] as const) {
    const matrix = toDense(
      buildItemMatrix(trained, { ...plain, similarity: 'count', nearest, neighbours: 3 }),
      items,
    );
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

test('EASE is the ridge regression of each item on all others', () => {
  const { log, sets, items } = histories(9);
  const matrix = toDense(buildEase(log, 25, items, { ridge: 4, head: 100 }), items);
  // Check that the residual of the normal equations of column j without row j, (G + λI) b = G_j, is zero.
  const gram = (a: number, b: number) => sets.filter((set) => set.has(a) && set.has(b)).length;
  for (let to = 0; to < items; to++) {
    for (let row = 0; row < items; row++) {
      if (row === to) continue;
      let left = 0;
      for (let from = 0; from < items; from++)
        if (from !== to) left += (gram(row, from) + (row === from ? 4 : 0)) * matrix[from]![to]!;
      near(left, gram(row, to), `${row} ${to}`, 1e-4);
    }
  }
});

test('a matrix times its inverse is the identity, for sizes below and above one block', () => {
  for (const n of [1, 5, 64, 65, 150]) {
    const random = new Random(n);
    const factors = Float64Array.from({ length: n * 8 }, () => random.next());
    const matrix = new Float64Array(n * n);
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++)
        for (let k = 0; k < 8; k++)
          matrix[row * n + column]! += factors[row * 8 + k]! * factors[column * 8 + k]!;
    for (let at = 0; at < n; at++) matrix[at * n + at]! += 1;
    const inverse = invertPositive(matrix.slice(), n);
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += matrix[row * n + k]! * inverse[k * n + column]!;
        near(sum, row === column ? 1 : 0, `${n}`, 1e-8);
      }
    }
  }
  assert.throws(() => invertPositive(Float64Array.of(1, 2, 2, 1), 2), /singular/);
});

test('customer similarity is the asymmetric cosine of their items, raised to a power', () => {
  const { log, sets, items } = histories(11);
  const matrix = buildUserMatrix(log, 25, items, {
    asymmetry: 0.75,
    locality: 3,
    shrink: 2,
    neighbours: 50,
  });
  const customerOf = (order: number) => log.customer[order]!;
  const dense = toDense(matrix, 25);
  for (const [a, one] of sets.entries()) {
    for (const [b, other] of sets.entries()) {
      if (a === b) continue;
      const common = [...one].filter((item) => other.has(item)).length;
      const expected = (common / (one.size ** 0.75 * other.size ** 0.25 + 2)) ** 3;
      near(dense[customerOf(a)]![customerOf(b)]!, expected, `${a} ${b}`);
    }
  }
});

function trainedOf(log: OrderLog, items: number, weighting: Weighting) {
  const halfLife = Number.POSITIVE_INFINITY;
  return weighBaskets(log, { items, catalogue: items, customers: 25, basket: 'order', weighting, halfLife });
}

/** Computes the weighted item × basket matrix entry by entry, then the cosines of its rows. */
function denseCosine(
  sets: ReadonlyArray<Set<number>>,
  items: number,
  weighting: Weighting,
  shrink: number,
): number[][] {
  const popularity = [...Array(items).keys()].map((item) => sets.filter((set) => set.has(item)).length);
  const mean = popularity.reduce((sum, each) => sum + each, 0) / items;
  const entry = (item: number, set: Set<number>) => {
    if (!set.has(item)) return 0;
    const idf = weighting === 'none' ? 1 : Math.max(1e-3, Math.log(items / (1 + set.size)));
    if (weighting !== 'bm25') return idf;
    return (2.2 / (1.2 * (0.25 + (0.75 * popularity[item]!) / mean) + 1)) * idf;
  };
  const rows = popularity.map((_, item) => sets.map((set) => entry(item, set)));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, each, at) => sum + each * b[at]!, 0);
  const profile = (item: number) =>
    weighting === 'bm25' ? 2.2 / (1.2 * (0.25 + (0.75 * popularity[item]!) / mean) + 1) : 1;
  return rows.map((one, from) =>
    rows.map((other, to) =>
      from === to
        ? 0
        : (profile(from) * dot(one, other)) / (Math.sqrt(dot(one, one) * dot(other, other)) + shrink),
    ),
  );
}

function toDense({ rows, start, columns, scores }: SparseMatrix, width: number): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const dense = new Array<number>(width).fill(0);
    for (let at = start[row]!; at < start[row + 1]!; at++) dense[columns[at]!] = scores[at]!;
    return dense;
  });
}

function near(value: number, expected: number, what: string, error = 1e-5): void {
  assert.ok(Math.abs(value - expected) < error, `${what}: ${value} is not ${expected}`);
}
