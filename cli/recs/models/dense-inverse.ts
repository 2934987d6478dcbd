// Inverts a symmetric positive definite matrix in place, in steps of blocks that threads can share.
import { addDots, type Rows } from './dense-kernel.ts';

/** Rows and columns of a block. */
const block = 64;

/** What a step works on: the matrix, and room for another one. Both n × n, in shared memory if threads are to share them. */
export interface InverseMatrices {
  readonly n: number;
  /** A; then L in its lower triangle; then A⁻¹. */
  readonly matrix: Float64Array;
  /** L⁻¹ transposed: row c is column c of L⁻¹, so that it is read in order. Zeros at first. */
  readonly lower: Float64Array;
}

/** A part of the work: rows [from, to), and for the factor the first column of its block. */
export interface InverseTask {
  readonly step: 'diagonal' | 'panel' | 'update' | 'invert' | 'multiply' | 'mirror';
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Inverts the row-major n × n matrix in place and returns it: Cholesky factorization A = LLᵀ by blocks, then L⁻¹, then
 * L⁻ᵀL⁻¹, n³ / 6 multiply-adds each.
 * @throws RangeError if the matrix is not positive definite
 */
export function invertPositive(matrix: Float64Array, n: number): Float64Array {
  const matrices = { n, matrix, lower: new Float64Array(n * n) };
  for (const tasks of inverseTasks(n)) for (const task of tasks) runInverseTask(matrices, task);
  return matrix;
}

/** The steps of an inverse in order; the tasks of one step may run at the same time, on any number of threads. */
export function* inverseTasks(n: number): Generator<InverseTask[]> {
  for (let column = 0; column < n; column += block) {
    const end = Math.min(n, column + block);
    yield [{ step: 'diagonal', column, from: column, to: end }];
    if (end === n) break;
    yield split('panel', column, end, n, 4 * block);
    yield split('update', column, end, n, 2 * block).reverse();
  }
  yield split('invert', 0, 0, n, block);
  yield split('multiply', 0, 0, n, block).reverse();
  yield split('mirror', 0, 0, n, 4 * block);
}

/** Runs one task. The result does not depend on the thread that runs it, nor on what runs at the same time. */
export function runInverseTask(matrices: InverseMatrices, { step, column, from, to }: InverseTask): void {
  const { n } = matrices;
  const [a, t] = [
    { values: matrices.matrix, n },
    { values: matrices.lower, n },
  ];
  if (step === 'diagonal') factorDiagonal(a, from, to);
  else if (step === 'panel') solvePanel(a, column, from, to);
  else if (step === 'update') update(a, column, from, to);
  else if (step === 'invert') invertColumns(a, t, from, to);
  else if (step === 'multiply') multiply(a, t, from, to);
  else mirror(a, from, to);
}

function split(step: InverseTask['step'], column: number, from: number, to: number, rows: number) {
  const tasks: InverseTask[] = [];
  for (let at = from; at < to; at += rows)
    tasks.push({ step, column, from: at, to: Math.min(to, at + rows) });
  return tasks;
}

function factorDiagonal({ values: a, n }: Rows, from: number, to: number): void {
  for (let column = from; column < to; column++) {
    let square = a[column * n + column]!;
    for (let k = from; k < column; k++) square -= a[column * n + k]! ** 2;
    if (!(square > 0)) throw new RangeError(`row ${column} makes the matrix singular`);
    const root = Math.sqrt(square);
    a[column * n + column] = root;
    for (let row = column + 1; row < to; row++) {
      let sum = a[row * n + column]!;
      for (let k = from; k < column; k++) sum -= a[row * n + k]! * a[column * n + k]!;
      a[row * n + column] = sum / root;
    }
  }
}

/** Rows [from, to) of L in the columns of the block that begins at `column`, whose diagonal is factored. */
function solvePanel({ values: a, n }: Rows, column: number, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    for (let each = column; each < column + block; each++) {
      let sum = a[row * n + each]!;
      for (let k = column; k < each; k++) sum -= a[row * n + k]! * a[each * n + k]!;
      a[row * n + each] = sum / a[each * n + each]!;
    }
  }
}

/** Subtracts the products of the block's columns from rows [from, to) of the rest of the matrix. */
function update(a: Rows, column: number, from: number, to: number): void {
  const first = column + block;
  for (let rows = from; rows < to; rows += block) {
    const rowEnd = Math.min(to, rows + block);
    for (let columns = first; columns < rowEnd; columns += block)
      addDots(a, a, a, -1, [rows, rowEnd], [columns, Math.min(rowEnd, columns + block)], [column, first]);
  }
}

/** Columns [from, to) of L⁻¹, as rows of `t`: forward substitution, block by block. */
function invertColumns(l: Rows, t: Rows, from: number, to: number): void {
  const { values: a, n } = l;
  const { values: inverse } = t;
  for (let rows = from; rows < n; rows += block) {
    const rowEnd = Math.min(n, rows + block);
    addDots(t, t, l, -1, [from, to], [rows, rowEnd], [from, rows]);
    for (let each = from; each < to; each++) {
      for (let row = Math.max(rows, each); row < rowEnd; row++) {
        let sum = (row === each ? 1 : 0) + inverse[each * n + row]!;
        for (let k = Math.max(rows, each); k < row; k++) sum -= a[row * n + k]! * inverse[each * n + k]!;
        inverse[each * n + row] = sum / a[row * n + row]!;
      }
    }
  }
}

/** Rows [from, to) of L⁻ᵀL⁻¹, up to the diagonal. */
function multiply(out: Rows, t: Rows, from: number, to: number): void {
  for (let row = from; row < to; row++) out.values.fill(0, row * out.n, row * out.n + to);
  // Row c of L⁻ᵀ begins at column c, so products begin at the later of both rows.
  for (let columns = 0; columns < to; columns += block)
    addDots(out, t, t, 1, [from, to], [columns, Math.min(to, columns + block)], [from, out.n]);
}

/** Copies the lower triangle to rows [from, to) of the upper one. */
function mirror({ values: a, n }: Rows, from: number, to: number): void {
  for (let row = from; row < to; row++)
    for (let column = row + 1; column < n; column++) a[row * n + column] = a[column * n + row]!;
}
