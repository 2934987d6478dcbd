// Weighted baskets → item-item similarities, by the build's kernel and similarity functions, cut to the nearest items.
import type { SimilarityName } from '../../../runtime/core/options.ts';
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { openSimilarity, type Similarity } from '../similarity/open-similarity.ts';
import {
  normaliseRows,
  type SparseMatrix,
  SparseMatrixBuilder,
  selectBest,
  transpose,
} from './sparse-matrix.ts';
import { countRows, type TrainBaskets } from './train-baskets.ts';

export interface ItemSimilarity {
  readonly similarity: SimilarityName;
  readonly shrink: number;
  /** Exponents of popularity in the denominator of `weighted`: of the known item (row), and of the recommended item. */
  readonly rowDamping: number;
  readonly damping: number;
  readonly minSupport: number;
  /** `shrunk`: the strength of the prior, for rare pairs; and the popularity penalty. */
  readonly priorStrength: number;
  readonly popularityPenalty: number;
}

export interface ItemMatrixSettings extends ItemSimilarity {
  /** Number of nearest items to keep; 0: all of them. */
  readonly neighbours: number;
  /** Keep the nearest items of each recommended item (the usual ItemKNN), or of each known item. */
  readonly nearest: 'recommended' | 'known';
  /** Scale each known item's row to a sum of 1, so that items with many neighbours don't dominate. */
  readonly normalise: boolean;
}

/** Limit of the entries of a matrix: 8 bytes each, and twice that while it is transposed. */
const maxEntries = 40_000_000;

/** Returns known item → items to recommend, with their similarities. */
export function buildItemMatrix(trained: TrainBaskets, settings: ItemMatrixSettings): SparseMatrix {
  const { items, factor } = trained;
  const rowIsKnown = settings.nearest === 'known';
  const score = scoreOf(trained, settings);
  const builder = new SparseMatrixBuilder(items);
  const [columns, scores, scratch] = [
    new Int32Array(items),
    new Float64Array(items),
    new Float64Array(items),
  ];
  const maxPerItem = Math.max(1, Math.floor(maxEntries / Math.max(1, items)));
  const k = Math.min(maxPerItem, settings.neighbours || items);
  const kernel = { pairs: new PairCounter(items), rows: new RowCounter(items) };
  countRows(trained, kernel, (row) => {
    let length = 0;
    for (let at = 0; at < row.length; at++) {
      const column = row.columns[at]!;
      const count = row.counts[column]!;
      if (count < settings.minSupport) continue;
      const [from, to] = rowIsKnown ? [row.row, column] : [column, row.row];
      columns[length] = column;
      scores[length++] = score(from, to, count, row.sums[column]!);
    }
    builder.add(row.row, columns, scores, selectBest(columns, scores, length, k, scratch));
  });
  const matrix = rowIsKnown ? builder.finish() : transpose(builder.finish(), items);
  if (factor) weighRows(matrix, factor);
  if (settings.normalise) normaliseRows(matrix);
  return matrix;
}

/** Returns the similarity function; functions of counts become functions of weights when baskets are weighted. */
export function scoreOf(trained: TrainBaskets, settings: ItemSimilarity): Similarity {
  const { popularity, weight, total, totalWeight, factor } = trained;
  const { similarity } = settings;
  const byWeight = similarity === 'shrunk' || similarity === 'weighted';
  const { damping, rowDamping, priorStrength, popularityPenalty } = settings;
  const input = { weight, totalWeight, damping, rowDamping, priorStrength, popularityPenalty };
  if (byWeight) return openSimilarity(similarity, { ...input, popularity, baskets: total });
  const of = openSimilarity(similarity, {
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

/** Applies the BM25 factors to the profile, as they are applied to the matrix. */
function weighRows({ rows, start, scores }: SparseMatrix, factor: Float64Array): void {
  for (let row = 0; row < rows; row++)
    for (let at = start[row]!; at < start[row + 1]!; at++) scores[at]! *= factor[row]!;
}
