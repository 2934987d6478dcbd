// Inverts a symmetric positive definite matrix in place, in blocks that fit the cache.

/** Rows and columns of a block: three blocks take 96 KB. */
const block = 64;

/**
 * Inverts the row-major n × n matrix in place and returns it. Cholesky factorization A = LLᵀ by blocks, then L⁻¹, then
 * L⁻ᵀL⁻¹; each step multiplies rows by rows, so it reads memory in order.
 * @throws RangeError if the matrix is not positive definite
 */
export function invertPositive(a: Float64Array, n: number): Float64Array {
  factor(a, n);
  const inverse = invertLower(a, n);
  multiplyTransposed(inverse, a, n);
  return a;
}

/** Writes L into the lower triangle of `a`. */
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
    // Subtract the products of this block's columns from the rest of the matrix.
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
    // Four dot products at a time, so that each number of the row is read once for all four.
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

/** Returns L⁻¹ transposed: row c of the result is column c of L⁻¹, so that it is read in order. */
function invertLower(a: Float64Array, n: number): Float64Array {
  const transposed = new Float64Array(n * n);
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
          s0 += x * transposed[t0 + k]!;
          s1 += x * transposed[t1 + k]!;
          s2 += x * transposed[t2 + k]!;
          s3 += x * transposed[t3 + k]!;
        }
        transposed[t0 + row] = ((row === column ? 1 : 0) - s0) / diagonal;
        transposed[t1 + row] = ((row === column + 1 ? 1 : 0) - s1) / diagonal;
        transposed[t2 + row] = ((row === column + 2 ? 1 : 0) - s2) / diagonal;
        transposed[t3 + row] = ((row === column + 3 ? 1 : 0) - s3) / diagonal;
      }
      for (; column < last; column++) {
        let sum = 0;
        for (let k = columns; k < row; k++) sum += a[row * n + k]! * transposed[column * n + k]!;
        transposed[column * n + row] = ((row === column ? 1 : 0) - sum) / diagonal;
      }
    }
  }
  return transposed;
}

/** out = L⁻ᵀ · L⁻¹: dot products of the transposed rows, starting at the later of the two columns. */
function multiplyTransposed(transposed: Float64Array, out: Float64Array, n: number): void {
  for (let rows = 0; rows < n; rows += block) {
    const rowEnd = Math.min(n, rows + block);
    for (let row = rows; row < rowEnd; row++) {
      const left = row * n;
      let column = 0;
      for (; column + 3 <= row; column += 4) {
        const [b0, b1, b2, b3] = [column * n, (column + 1) * n, (column + 2) * n, (column + 3) * n];
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let k = row; k < n; k++) {
          const x = transposed[left + k]!;
          s0 += x * transposed[b0 + k]!;
          s1 += x * transposed[b1 + k]!;
          s2 += x * transposed[b2 + k]!;
          s3 += x * transposed[b3 + k]!;
        }
        out[left + column] = s0;
        out[left + column + 1] = s1;
        out[left + column + 2] = s2;
        out[left + column + 3] = s3;
      }
      for (; column <= row; column++) {
        let sum = 0;
        for (let k = row; k < n; k++) sum += transposed[left + k]! * transposed[column * n + k]!;
        out[left + column] = sum;
      }
      for (let mirrored = 0; mirrored < row; mirrored++) out[mirrored * n + row] = out[left + mirrored]!;
    }
  }
}
