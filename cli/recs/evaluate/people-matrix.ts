// Customers → the customers most like them, counted by the kernel over turned baskets: who has an item is its basket.
import { RowCounter } from '../cooccurrence/row-counter.ts';
import type { OrderLog } from './order-log.ts';
import { ownPurchases } from './own-purchases.ts';
import { type SparseMatrix, SparseMatrixBuilder, selectBest, transpose } from './sparse-matrix.ts';

export interface PeopleSettings {
  /** 1: how much of the customer's own purchases the other has; 0: the other way round; between: between. */
  readonly asymmetry: number;
  /** Power that likeness is raised to: high, and only the nearest count. */
  readonly locality: number;
  /** Added to what common items are divided by. */
  readonly shrink: number;
  readonly neighbours: number;
}

/** Asymmetric cosine (Aiolli 2013): common items / (|u|^a · |v|^(1 − a) + shrink), to the power of `locality`. */
export function buildPeopleMatrix(
  log: OrderLog,
  customers: number,
  items: number,
  { asymmetry, locality, shrink, neighbours }: PeopleSettings,
): SparseMatrix {
  const owned = ownPurchases(log, customers, { window: 0, decay: 1 });
  const owners = transpose(owned, items);
  const size = Float64Array.from(
    { length: customers },
    (_, customer) => owned.start[customer + 1]! - owned.start[customer]!,
  );
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
  const own = size.map((each) => each ** asymmetry);
  const other = size.map((each) => each ** (1 - asymmetry));
  const counter = new RowCounter(customers);
  counter.count(
    { from: 0, to: customers },
    (visit) => visit(baskets),
    (row) => {
      for (let at = 0; at < row.length; at++) {
        const column = row.columns[at]!;
        columns[at] = column;
        scores[at] = row.counts[column]! / (own[row.row]! * other[column]! + shrink);
      }
      const kept = selectBest(columns, scores, row.length, neighbours, scratch);
      for (let at = 0; at < kept; at++) scores[at] = scores[at]! ** locality;
      builder.add(row.row, columns, scores, kept);
    },
  );
  return builder.finish();
}
