// Weighted baskets → item-item scores: the build's kernel and measures, cut to each item's nearest.
import type { MeasureName } from '../../../runtime/core/options.ts';
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { type Measure, openMeasure } from '../similarity/measures.ts';
import {
  normaliseRows,
  type SparseMatrix,
  SparseMatrixBuilder,
  selectBest,
  transpose,
} from './sparse-matrix.ts';
import { countRows, type TrainBaskets } from './train-baskets.ts';

export interface ItemMeasure {
  readonly measure: MeasureName;
  readonly shrink: number;
  /** Powers of popularity that `weighted` divides by: of the item that is known, and of the one recommended. */
  readonly rowDamping: number;
  readonly damping: number;
  readonly minSupport: number;
  /** `shrunk`: what thin pairs lean on, and the toll on popularity. */
  readonly prior: number;
  readonly toll: number;
}

export interface ItemMatrixSettings extends ItemMeasure {
  /** Nearest items that are kept; 0: all. */
  readonly neighbours: number;
  /** Whose nearest: of the item that is recommended (the usual ItemKNN), or of the one that is known. */
  readonly nearest: 'recommended' | 'known';
  /** Known items say the same in sum, whether they have many neighbours or few. */
  readonly normalise: boolean;
}

/** Entries of a matrix that are affordable: 8 bytes each, and as much again while it is turned. */
const mostEntries = 40_000_000;

/** Known item → items it speaks for. */
export function buildItemMatrix(trained: TrainBaskets, settings: ItemMatrixSettings): SparseMatrix {
  const { items, factor } = trained;
  const towards = settings.nearest === 'known';
  const score = scoreOf(trained, settings);
  const builder = new SparseMatrixBuilder(items);
  const [columns, scores, scratch] = [
    new Int32Array(items),
    new Float64Array(items),
    new Float64Array(items),
  ];
  const most = Math.max(1, Math.floor(mostEntries / Math.max(1, items)));
  const k = Math.min(most, settings.neighbours || items);
  const kernel = { pairs: new PairCounter(items), rows: new RowCounter(items) };
  countRows(trained, kernel, (row) => {
    let length = 0;
    for (let at = 0; at < row.length; at++) {
      const column = row.columns[at]!;
      const count = row.counts[column]!;
      if (count < settings.minSupport) continue;
      const [from, to] = towards ? [row.row, column] : [column, row.row];
      columns[length] = column;
      scores[length++] = score(from, to, count, row.sums[column]!);
    }
    builder.add(row.row, columns, scores, selectBest(columns, scores, length, k, scratch));
  });
  const matrix = towards ? builder.finish() : transpose(builder.finish(), items);
  if (factor) weighRows(matrix, factor);
  if (settings.normalise) normaliseRows(matrix);
  return matrix;
}

/** Measures of counts become measures of weights where baskets are weighted. */
export function scoreOf(trained: TrainBaskets, settings: ItemMeasure): Measure {
  const { popularity, weight, total, totalWeight, factor } = trained;
  const { measure } = settings;
  const byWeight = measure === 'shrunk' || measure === 'weighted';
  const { damping, rowDamping, prior, toll } = settings;
  const input = { weight, totalWeight, damping, rowDamping, prior, toll };
  if (byWeight) return openMeasure(measure, { ...input, popularity, baskets: total });
  const of = openMeasure(measure, {
    ...input,
    popularity: factor ? weight.map((each, item) => each * factor[item]! ** 2) : weight,
    baskets: totalWeight,
    shrink: settings.shrink,
  });
  if (!factor) return (i, j, _c, w) => of(i, j, w, w);
  return (i, j, _c, w) => {
    const weighed = w * factor[i]! * factor[j]!;
    return of(i, j, weighed, weighed);
  };
}

/** The profile is weighted as the matrix is. */
function weighRows({ rows, start, scores }: SparseMatrix, factor: Float64Array): void {
  for (let row = 0; row < rows; row++)
    for (let at = start[row]!; at < start[row + 1]!; at++) scores[at]! *= factor[row]!;
}
