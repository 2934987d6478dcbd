// Neighbour tables of several terms → one table of their sums, so that another term costs the ranking nothing.
import { selectBest } from '../similarity/select-best.ts';
import { type NeighbourTable, openNeighbourTable } from './neighbour-table.ts';

/**
 * Adds up the rows of the tables. Each row keeps its best entries, ties to the lower item, and not more than the widest
 * table has in any row. Of one table, returns that table; of none, undefined.
 */
export function blendTables(tables: ReadonlyArray<NeighbourTable | undefined>): NeighbourTable | undefined {
  const given = tables.filter((table) => table !== undefined);
  if (given.length < 2) return given[0];
  const rows = given[0]!.length.length;
  const k = given.reduce((most, { length }) => length.reduce((a, b) => Math.max(a, b), most), 1);
  const blended = openNeighbourTable(rows, k);
  const sums = new Float64Array(rows);
  const columns = new Int32Array(rows);
  const [scores, scratch] = [new Float64Array(rows), new Float64Array(rows)];
  const seen = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    let entries = 0;
    for (const table of given) {
      const begin = table.start[row]!;
      for (let at = begin; at < begin + table.length[row]!; at++) {
        const item = table.items[at]!;
        if (seen[item] === 0) {
          seen[item] = 1;
          columns[entries++] = item;
        }
        sums[item]! += table.scores[at]!;
      }
    }
    for (let at = 0; at < entries; at++) {
      const item = columns[at]!;
      scores[at] = sums[item]!;
      sums[item] = seen[item] = 0;
    }
    const kept = selectBest(columns, scores, entries, k, scratch);
    const begin = blended.start[row]!;
    blended.length[row] = kept;
    blended.items.set(columns.subarray(0, kept), begin);
    blended.scores.set(scores.subarray(0, kept), begin);
  }
  return blended;
}
