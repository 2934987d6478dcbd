// EASE: a linear autoencoder in closed form (Steck 2019, “Embarrassingly shallow autoencoders for sparse data”).
import { rowLength, rowOf } from '../csr.ts';
import { selectBest } from '../similarity/select-best.ts';
import type { OrderLog } from './order-log.ts';
import { invertPositive } from './positive-inverse.ts';
import { repeatPurchases } from './repeat-purchases.ts';
import { type SparseMatrix, SparseMatrixBuilder, transpose } from './sparse-matrix.ts';

export interface EaseSettings {
  /** λ: added to the diagonal of the co-count matrix. */
  readonly ridge: number;
  /** Only the items with the most customers take part; the time grows with the cube of their number. */
  readonly head: number;
}

/** Largest weights kept per item when the head has more than 2,000 items: the others are close to zero. */
const maxWeights = 500;

/** Known item → items: B = −P_ij / P_jj with P = (XᵀX + λI)⁻¹ over the head of the catalogue, diagonal 0. */
export function buildEase(
  log: OrderLog,
  customers: number,
  items: number,
  settings: EaseSettings,
): SparseMatrix {
  const owned = repeatPurchases(log, customers, { window: 0, decay: 1 });
  const owners = transpose(owned, items);
  const popularity = Array.from({ length: items }, (_, item) => rowLength(owners.start, item));
  const head = [...popularity.keys()]
    .sort((a, b) => popularity[b]! - popularity[a]! || a - b)
    .slice(0, settings.head)
    .sort((a, b) => a - b);
  const place = new Int32Array(items).fill(-1);
  for (const [at, item] of head.entries()) place[item] = at;
  const n = head.length;
  const gram = new Float64Array(n * n);
  for (let customer = 0; customer < customers; customer++) {
    const members = Array.from(rowOf(owned.start, owned.columns, customer), (item) => place[item]!).filter(
      (at) => at >= 0,
    );
    for (const row of members) for (const column of members) gram[row * n + column]! += 1;
  }
  for (let at = 0; at < n; at++) gram[at * n + at]! += settings.ridge;
  const inverse = invertPositive(gram, n);
  const builder = new SparseMatrixBuilder(items);
  const [columns, scores, scratch] = [new Int32Array(n), new Float64Array(n), new Float64Array(n)];
  for (const [row, item] of head.entries()) {
    let length = 0;
    for (let column = 0; column < n; column++) {
      if (column === row) continue;
      const weight = -inverse[row * n + column]! / inverse[column * n + column]!;
      columns[length] = head[column]!;
      scores[length++] = weight;
    }
    builder.add(
      item,
      columns,
      scores,
      n > 2_000 ? selectBest(columns, scores, length, maxWeights, scratch) : length,
    );
  }
  return builder.finish();
}
