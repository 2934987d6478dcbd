// The low-pass filter of the term ease.
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type GramRows, openGramRows } from './gram-rows.ts';
import {
  type Factors,
  filterEntry,
  multiplications,
  multiplyRows,
  normalisedRows,
  openFactors,
  orthonormalise,
} from './low-pass.ts';

const test = suite('low-pass filter');

/** Rows of items with these numbers of customers, who each have nothing else. */
function rowsOf(customers: ArrayLike<number>): GramRows {
  const diagonal = Float64Array.from(customers);
  const items = diagonal.length;
  return openGramRows(diagonal, new Float64Array(items), items, diagonal);
}

/** Fits the factors to a matrix of n × n. */
function fitted(matrix: Float64Array, n: number, factors: number): Factors {
  const filter = openFactors(rowsOf(Array.from({ length: n }, (_, item) => item + 1)), factors);
  for (let done = 0; done < multiplications; done++) {
    multiplyRows(filter, matrix, 0, n);
    orthonormalise(filter);
  }
  return filter;
}

test('the filter is the projection on the strongest patterns', () => {
  // Two groups of items; within each, all pairs are equally related, and the groups hardly.
  const n = 12;
  const group = (item: number) => Number(item >= 5);
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [a, b] = [Math.floor(at / n), at % n];
    return a === b ? 1 : group(a) === group(b) ? 0.8 : 0.01;
  });
  const filter = fitted(matrix, n, 2);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) {
      const size = group(a) ? 7 : 5;
      const expected = group(a) === group(b) ? 1 / size : 0;
      assert.ok(Math.abs(filterEntry(filter, a, b) - expected) < 0.01, `${a} ${b}`);
    }
});

test('the columns of the factors are orthonormal; those that the matrix has too few patterns for are zeros', () => {
  const random = new Random(3);
  const n = 30;
  const patterns = Array.from({ length: 3 }, () => Array.from({ length: n }, () => random.next()));
  const matrix = Float64Array.from({ length: n * n }, (_, at) =>
    patterns.reduce((sum, pattern) => sum + pattern[Math.floor(at / n)]! * pattern[at % n]!, 0),
  );
  const { vectors } = fitted(matrix, n, 5);
  const along = (a: number, b: number) => {
    let sum = 0;
    for (let row = 0; row < n; row++) sum += vectors[row * 5 + a]! * vectors[row * 5 + b]!;
    return sum;
  };
  for (let a = 0; a < 5; a++)
    for (let b = 0; b < 5; b++)
      assert.ok(Math.abs(along(a, b) - Number(a === b && a < 3)) < 1e-9, `${a} ${b}: ${along(a, b)}`);
});

test('there are no more factors than items, and their start depends on counts, not on numbers', () => {
  assert.is(openFactors(rowsOf([4, 1, 3, 2]), 64).factors, 4);
  const { vectors } = openFactors(rowsOf([5, 6, 7]), 2);
  const turned = openFactors(rowsOf([7, 6, 5]), 2).vectors;
  assert.equal([...vectors], [...turned.slice(4), ...turned.slice(2, 4), ...turned.slice(0, 2)]);
  assert.is(new Set(vectors).size, 6);
});

test('rows are divided by the roots of both diagonals; items without customers have zeros', () => {
  const gram = rowsOf([4, 9, 0]);
  for (const [row, column] of [
    [0, 1],
    [1, 0],
  ] as const) {
    gram.length[row] = 1;
    gram.columns[row * 3] = column;
    gram.weighted!.sums[row * 3] = 3;
  }
  const matrix = new Float64Array(9).fill(7);
  normalisedRows(gram, matrix, 0, 3);
  assert.equal([...matrix], [1, 0.5, 0, 0.5, 1, 0, 0, 0, 0]);
});
