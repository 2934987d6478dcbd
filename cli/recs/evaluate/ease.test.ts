import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { buildEase } from './ease.ts';
import { type OrderLog, OrderLogBuilder, openDataset } from './order-log.ts';
import { invertPositive } from './positive-inverse.ts';
import type { SparseMatrix } from './sparse-matrix.ts';

const test = suite('EASE');

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
