// The term `item_knn`: rows of the customer matrix → each item's nearest neighbours.
import { weightUnit } from '../cooccurrence/baskets.ts';
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { openSimilarity } from '../similarity/open-similarity.ts';
import { selectBest } from '../similarity/select-best.ts';
import { TopK } from '../similarity/top-k.ts';
import type { ItemKnnSettings } from './model-settings.ts';
import {
  maxEntries,
  meanRowSum,
  type NeighbourTable,
  normaliseRows,
  openNeighbourTable,
  scaledTable,
  transposeTable,
} from './neighbour-table.ts';

export interface ItemKnnInput {
  readonly settings: ItemKnnSettings;
  /** V: item → Σ of the weights of the histories with it, in units of `weightUnit`; and Σ over all histories. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** Filled by `NeighbourSelector`; `finishItemKnn` makes it the table of the term. */
  readonly table: NeighbourTable;
  /** Largest number of entries of a row. */
  readonly k: number;
}

/** Number of neighbours, unless the settings have one. Of 10, 20, 50, 100 and 200, 20 had the best recall on two data sets. */
export function neighbourCount(top: number): number {
  return Math.min(60, Math.max(20, top));
}

/** @param top number of entries in a customer's list */
export function openItemKnn(
  settings: ItemKnnSettings,
  items: number,
  top: number,
  weights: { readonly weight: Float64Array; readonly totalWeight: number },
): ItemKnnInput {
  const wanted = settings.neighbours === 0 ? items : (settings.neighbours ?? neighbourCount(top));
  const k = Math.max(1, Math.min(wanted, items, Math.floor(maxEntries / Math.max(1, items))));
  return { settings, ...weights, table: openNeighbourTable(items, k), k };
}

/** With up to this many neighbours, sorted insertion is faster than sorting the scores of a row. */
const maxInserted = 60;

/** Selects the k best entries of each row, ties to the lower item. One per thread. */
export class NeighbourSelector {
  readonly #input: ItemKnnInput;
  readonly #score: PairScore;
  readonly #best: TopK;
  readonly #columns: Int32Array;
  readonly #scores: Float64Array;
  readonly #scratch: Float64Array;

  constructor(input: ItemKnnInput) {
    this.#input = input;
    this.#score = openPairScore(input);
    const inserted = input.k <= maxInserted;
    this.#best = new TopK(inserted ? input.k : 1);
    const room = inserted ? 0 : input.weight.length;
    this.#columns = new Int32Array(room);
    this.#scores = new Float64Array(room);
    this.#scratch = new Float64Array(room);
  }

  select(row: CountedRow): void {
    if (this.#input.k <= maxInserted) this.#insert(row);
    else this.#sort(row);
  }

  #insert({ row, length, columns, sums }: CountedRow): void {
    const [best, score] = [this.#best, this.#score];
    best.clear();
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      const value = score(row, column, sums[column]!);
      if (best.admits(value)) best.push(value, column);
    }
    this.#store(row, best.ids, best.scores, best.length);
  }

  #sort({ row, length, columns, sums }: CountedRow): void {
    const [score, kept, scores] = [this.#score, this.#columns, this.#scores];
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      kept[at] = column;
      scores[at] = score(row, column, sums[column]!);
    }
    this.#store(row, kept, scores, selectBest(kept, scores, length, this.#input.k, this.#scratch));
  }

  #store(row: number, ids: Int32Array, values: Float64Array, kept: number): void {
    const { settings, table } = this.#input;
    const { start, length, items, scores } = table;
    let total = 0;
    if (settings.normalise && settings.nearest === 'known')
      for (let at = 0; at < kept; at++) total += values[at]!;
    const begin = start[row]!;
    length[row] = kept;
    for (let at = 0; at < kept; at++) {
      items[begin + at] = ids[at]!;
      scores[begin + at] = total > 0 ? values[at]! / total : values[at]!;
    }
  }
}

/**
 * Known item → items to recommend, from the filled table, which may stay in use. Each row sums to the weight of the term, or
 * rows do on average without `normalise`, so that a weight means the same with every similarity.
 */
export function finishItemKnn({ settings, table }: ItemKnnInput): NeighbourTable {
  const turned = settings.nearest === 'recommended' ? transposeTable(table) : table;
  if (!settings.normalise) return scaledTable(turned, settings.weight / meanRowSum(turned));
  if (settings.nearest === 'recommended') normaliseRows(turned);
  return scaledTable(turned, settings.weight);
}

/** Score of a row's entry from W, the Σ of the weights of the histories with both items. */
type PairScore = (row: number, column: number, w: number) => number;

/**
 * `weighted`: W_ij / ((V_i + s)^row_damping · (V_j + s)^damping), s = smoothing, i known and j recommended. All other
 * similarities take the weights W, V as counts. A row is the known item, or the recommended one with `nearest: recommended`.
 */
function openPairScore({ settings, weight, totalWeight }: ItemKnnInput): PairScore {
  const { similarity, damping, row_damping: rowDamping, smoothing, shrink, nearest } = settings;
  const byKnown = nearest === 'known';
  // Histories with the whole catalogue weigh less than a unit by tf-idf: nothing is divided by zero.
  const popularity = weight.map((units) => Math.max(1, units) * weightUnit);
  if (similarity === 'weighted') {
    const damped = (power: number) => popularity.map((each) => 1 / (each + smoothing) ** power);
    const [ofRow, ofColumn] = byKnown
      ? [damped(rowDamping), damped(damping)]
      : [damped(damping), damped(rowDamping)];
    // The factor of the row only changes its scale.
    if (byKnown && rowDamping === 0) return (_row, column, w) => w * ofColumn[column]!;
    return (row, column, w) => w * ofRow[row]! * ofColumn[column]!;
  }
  const score = openSimilarity(similarity, {
    popularity,
    baskets: totalWeight * weightUnit,
    weight,
    totalWeight,
    damping,
    shrink,
  });
  return byKnown
    ? (row, column, w) => score(row, column, w, w)
    : (row, column, w) => score(column, row, w, w);
}
