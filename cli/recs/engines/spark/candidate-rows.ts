// Candidate rows counted and shortened by Spark → the same sinks that make lists of the local engine's rows.
import { type Staging, stagedRows } from '../../../../sql/store/builds/spark-staging.ts';
import type { RowSink } from '../../cooccurrence/pair-counter.ts';

type CandidateRow = [row: number, columns: number[], counts: number[], weights: number[]];

/** Passes each row to `sink`. The best entries of a whole row are always among its candidates. */
export async function feedCandidates(
  staging: Staging,
  table: 'order_pair' | 'customer_pair',
  items: number,
  sink: RowSink,
): Promise<void> {
  const [counts, sums, columns] = [new Int32Array(items), new Float64Array(items), new Int32Array(items)];
  const seen = new Uint8Array(items);
  for await (const rows of stagedRows<CandidateRow>(staging, table, 1_000)) {
    for (const [row, of, counted, weights] of rows) {
      if (seen[row]) continue;
      seen[row] = 1;
      for (const [at, column] of of.entries()) {
        columns[at] = column;
        counts[column] = counted[at]!;
        sums[column] = weights[at]!;
      }
      sink({ row, length: of.length, columns, counts, sums });
      for (const column of of) counts[column] = sums[column] = 0;
    }
  }
}
