// Training orders → each customer's nearest customers. The pair kernel counts over transposed baskets: the customers who
// bought an item are one basket.
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { rowLength } from '../csr.ts';
import type { OrderLog } from './order-log.ts';
import { repeatPurchases } from './repeat-purchases.ts';
import { type SparseMatrix, SparseMatrixBuilder, selectBest, transpose } from './sparse-matrix.ts';

export interface UserKnnSettings {
  /** 1: the share of the customer's items that the other has; 0: the share of the other's; values between mix both. */
  readonly asymmetry: number;
  /** Exponent of the similarity: the higher, the more the nearest customers dominate. */
  readonly locality: number;
  /** Added to the denominator. */
  readonly shrink: number;
  readonly neighbours: number;
}

/** Asymmetric cosine (Aiolli 2013): common items / (|u|^a · |v|^(1 − a) + shrink), to the power of `locality`. */
export function buildUserMatrix(
  log: OrderLog,
  customers: number,
  items: number,
  { asymmetry, locality, shrink, neighbours }: UserKnnSettings,
): SparseMatrix {
  const owned = repeatPurchases(log, customers, { window: 0, decay: 1 });
  const owners = transpose(owned, items);
  const size = Float64Array.from({ length: customers }, (_, customer) => rowLength(owned.start, customer));
  const baskets = {
    count: items,
    start: Int32Array.from(owners.start),
    items: owners.columns,
    weight: new Float32Array(items).fill(1),
  };
  const builder = new SparseMatrixBuilder(customers);
  const [columns, scores, scratch] = [
    new Int32Array(customers),
    new Float64Array(customers),
    new Float64Array(customers),
  ];
  const rowNorm = size.map((each) => each ** asymmetry);
  const columnNorm = size.map((each) => each ** (1 - asymmetry));
  const counter = new RowCounter(customers);
  counter.count(
    { from: 0, to: customers },
    (visit) => visit(baskets),
    (row) => {
      for (let at = 0; at < row.length; at++) {
        const column = row.columns[at]!;
        columns[at] = column;
        scores[at] = row.counts[column]! / (rowNorm[row.row]! * columnNorm[column]! + shrink);
      }
      const kept = selectBest(columns, scores, row.length, neighbours, scratch);
      for (let at = 0; at < kept; at++) scores[at] = scores[at]! ** locality;
      builder.add(row.row, columns, scores, kept);
    },
  );
  return builder.finish();
}
