import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { inverseTasks, invertPositive, runInverseTask } from './dense-inverse.ts';

const test = suite('dense inverse');

for (const n of [1, 5, 63, 64, 65, 150, 300]) {
  test(`a matrix of ${n} rows times its inverse is the identity`, () => {
    const matrix = positive(n);
    const inverse = invertPositive(matrix.slice(), n);
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += matrix[row * n + k]! * inverse[k * n + column]!;
        assert.ok(Math.abs(sum - (row === column ? 1 : 0)) < 1e-8, `${row} ${column}: ${sum}`);
      }
    }
  });
}

test('the tasks of one step give the same bytes in any order', () => {
  const n = 330;
  const matrix = positive(n);
  const expected = invertPositive(matrix.slice(), n);
  const shuffled = { n, matrix: matrix.slice(), lower: new Float64Array(n * n) };
  const random = new Random(3);
  for (const tasks of inverseTasks(n))
    for (const task of random.some(tasks, tasks.length)) runInverseTask(shuffled, task);
  assert.equal(shuffled.matrix, expected);
});

test('a matrix that is not positive definite is an error', () => {
  assert.throws(() => invertPositive(Float64Array.of(1, 2, 2, 1), 2), /singular/);
});

function positive(n: number): Float64Array {
  const random = new Random(n);
  const factors = Float64Array.from({ length: n * 8 }, () => random.next());
  const matrix = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++)
      for (let k = 0; k < 8; k++)
        matrix[row * n + column]! += factors[row * 8 + k]! * factors[column * 8 + k]!;
  for (let at = 0; at < n; at++) matrix[at * n + at]! += 1;
  return matrix;
}
