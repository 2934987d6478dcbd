// The inverse of a symmetric positive definite matrix, in place, by blocks that fit the cache.

/** Rows and columns of a block: three of them are 96 KB. */
const block = 64;

/**
 * Inverts the row-major n × n matrix in place and returns it. Cholesky A = LLᵀ by blocks, then L⁻¹, then L⁻ᵀL⁻¹;
 * all three as products of rows with rows, which run through memory in order.
 * @throws RangeError where the matrix is not positive definite
 */
export function invertPositive(a: Float64Array, n: number): Float64Array {
  factor(a, n);
  const inverse = invertLower(a, n);
  multiplyTransposed(inverse, a, n);
  return a;
}

/** L in the lower triangle of `a`. */
function factor(a: Float64Array, n: number): void {
  for (let from = 0; from < n; from += block) {
    const to = Math.min(n, from + block);
    for (let column = from; column < to; column++) {
      let square = a[column * n + column]!;
      for (let k = from; k < column; k++) square -= a[column * n + k]! ** 2;
      if (!(square > 0)) throw new RangeError(`row ${column} makes the matrix singular`);
      const root = Math.sqrt(square);
      a[column * n + column] = root;
      for (let row = column + 1; row < n; row++) {
        let sum = a[row * n + column]!;
        for (let k = from; k < column; k++) sum -= a[row * n + k]! * a[column * n + k]!;
        a[row * n + column] = sum / root;
      }
    }
    // What is left loses the products of this block's columns.
    for (let rows = to; rows < n; rows += block)
      for (let columns = to; columns <= rows; columns += block)
        subtract(a, n, rows, Math.min(n, rows + block), columns, Math.min(n, columns + block), from, to);
  }
}

function subtract(
  a: Float64Array,
  n: number,
  rowFrom: number,
  rowTo: number,
  columnFrom: number,
  columnTo: number,
  from: number,
  to: number,
): void {
  for (let row = rowFrom; row < rowTo; row++) {
    const left = row * n;
    const last = Math.min(columnTo, row + 1);
    let column = columnFrom;
    // Four products at a time: each number of the row is read once for all of them.
    for (; column + 3 < last; column += 4) {
      const [b0, b1, b2, b3] = [column * n, (column + 1) * n, (column + 2) * n, (column + 3) * n];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = from; k < to; k++) {
        const x = a[left + k]!;
        s0 += x * a[b0 + k]!;
        s1 += x * a[b1 + k]!;
        s2 += x * a[b2 + k]!;
        s3 += x * a[b3 + k]!;
      }
      a[left + column]! -= s0;
      a[left + column + 1]! -= s1;
      a[left + column + 2]! -= s2;
      a[left + column + 3]! -= s3;
    }
    for (; column < last; column++) {
      let sum = 0;
      for (let k = from; k < to; k++) sum += a[left + k]! * a[column * n + k]!;
      a[left + column]! -= sum;
    }
  }
}

/** L⁻¹, turned: row c of the result is column c of L⁻¹, so that it is read in order. */
function invertLower(a: Float64Array, n: number): Float64Array {
  const turned = new Float64Array(n * n);
  for (let columns = 0; columns < n; columns += block) {
    const end = Math.min(n, columns + block);
    for (let row = columns; row < n; row++) {
      const diagonal = a[row * n + row]!;
      let column = columns;
      const last = Math.min(end, row + 1);
      for (; column + 3 < last; column += 4) {
        const [t0, t1, t2, t3] = [column * n, (column + 1) * n, (column + 2) * n, (column + 3) * n];
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let k = columns; k < row; k++) {
          const x = a[row * n + k]!;
          s0 += x * turned[t0 + k]!;
          s1 += x * turned[t1 + k]!;
          s2 += x * turned[t2 + k]!;
          s3 += x * turned[t3 + k]!;
        }
        turned[t0 + row] = ((row === column ? 1 : 0) - s0) / diagonal;
        turned[t1 + row] = ((row === column + 1 ? 1 : 0) - s1) / diagonal;
        turned[t2 + row] = ((row === column + 2 ? 1 : 0) - s2) / diagonal;
        turned[t3 + row] = ((row === column + 3 ? 1 : 0) - s3) / diagonal;
      }
      for (; column < last; column++) {
        let sum = 0;
        for (let k = columns; k < row; k++) sum += a[row * n + k]! * turned[column * n + k]!;
        turned[column * n + row] = ((row === column ? 1 : 0) - sum) / diagonal;
      }
    }
  }
  return turned;
}

/** out = L⁻ᵀ · L⁻¹: products of the turned rows, from the later of the two columns on. */
function multiplyTransposed(turned: Float64Array, out: Float64Array, n: number): void {
  for (let rows = 0; rows < n; rows += block) {
    const rowEnd = Math.min(n, rows + block);
    for (let row = rows; row < rowEnd; row++) {
      const left = row * n;
      let column = 0;
      for (; column + 3 <= row; column += 4) {
        const [b0, b1, b2, b3] = [column * n, (column + 1) * n, (column + 2) * n, (column + 3) * n];
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let k = row; k < n; k++) {
          const x = turned[left + k]!;
          s0 += x * turned[b0 + k]!;
          s1 += x * turned[b1 + k]!;
          s2 += x * turned[b2 + k]!;
          s3 += x * turned[b3 + k]!;
        }
        out[left + column] = s0;
        out[left + column + 1] = s1;
        out[left + column + 2] = s2;
        out[left + column + 3] = s3;
      }
      for (; column <= row; column++) {
        let sum = 0;
        for (let k = row; k < n; k++) sum += turned[left + k]! * turned[column * n + k]!;
        out[left + column] = sum;
      }
      for (let mirrored = 0; mirrored < row; mirrored++) out[mirrored * n + row] = out[left + mirrored]!;
    }
  }
}
