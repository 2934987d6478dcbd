// Rows of the order matrix → `bought_together` and `bundle`: complements, from products of the same order.
import type { MeasureName } from '../../../runtime/core/options.ts';
import type { CountedRow, RowSink } from '../cooccurrence/pair-counter.ts';
import { logLikelihoodRatio, type Measure, openMeasure } from '../similarity/measures.ts';
import { type NameWords, nameCosine } from '../similarity/name-words.ts';
import { TopK } from '../similarity/top-k.ts';
import type { ItemFacts } from './item-facts.ts';
import { type ListTable, storeList } from './list-table.ts';

export interface BoughtTogetherInput {
  readonly facts: ItemFacts;
  /** Orders that hold each item, and all orders. */
  readonly popularity: Float64Array;
  readonly orders: number;
  /** Σ of the weights of the orders with each item, and of all orders. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** Words of the names: thin pairs of `shrunk` lean on them. */
  readonly names: NameWords;
  readonly measure: MeasureName;
  readonly damping: number;
  /** In place of the measure of that name: the same over baskets that are weighted otherwise. */
  readonly score?: Measure;
  readonly minSupport: number;
  readonly minLlr: number;
  /** Each kind is left out where its table is undefined. */
  readonly boughtTogether: ListTable | undefined;
  readonly bundle: ListTable | undefined;
}

export interface BoughtTogetherRows {
  readonly sink: RowSink;
  /** Distinct ordered pairs seen. */
  pairs: number;
  /** Common orders by (category of the row, category of the column), row-major. */
  readonly affinity: Float64Array;
}

/** Above this many categories the affinity between them is too thin and too large to keep. */
export const mostAffinityCategories = 1_500;

/** Opens a sink that turns each row into its lists. */
export function openBoughtTogether(input: BoughtTogetherInput): BoughtTogetherRows {
  const { facts, popularity, orders, minSupport, minLlr } = input;
  const { weight, totalWeight, damping } = input;
  const measure =
    input.score ?? openMeasure(input.measure, { popularity, baskets: orders, weight, totalWeight, damping });
  const listed = input.boughtTogether?.k ?? 1;
  const best = new TopK(listed);
  // Words can lift a pair by at most 1, a thin pair's worth: a shortlist is enough to look at.
  const shortlist =
    input.measure === 'shrunk' ? new TopK(shortlistLengths(input.measure, listed, 0).listed) : best;
  const bundle = new BundleRow(input.bundle, facts);
  const categories = facts.categories <= mostAffinityCategories ? facts.categories : 0;
  const rows: BoughtTogetherRows = { sink, pairs: 0, affinity: new Float64Array(categories * categories) };
  return rows;

  function sink({ row, length, columns, counts, sums }: CountedRow): void {
    rows.pairs += length;
    shortlist.clear();
    bundle.clear();
    const category = facts.category[row]!;
    const affinityRow = category * categories;
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      const count = counts[column]!;
      if (categories > 0) rows.affinity[affinityRow + facts.category[column]!]! += count;
      if (count < minSupport) continue;
      const score = measure(row, column, count, sums[column]!);
      const [admitted, bundled] = [shortlist.admits(score), bundle.admits(score, category, column)];
      if (!admitted && !bundled) continue;
      if (minLlr > 0 && logLikelihoodRatio(count, popularity[row]!, popularity[column]!, orders) < minLlr)
        continue;
      if (admitted) shortlist.push(score, column, count);
      // A discount on what chance brought together sells nothing more.
      if (bundled && count > 1 && significant(row, column, count)) bundle.best.push(score, column, count);
    }
    if (input.boughtTogether) {
      if (shortlist !== best) addWords(row);
      storeList(input.boughtTogether, row, best);
    }
    bundle.store(row);
  }

  function significant(row: number, column: number, count: number): boolean {
    return logLikelihoodRatio(count, popularity[row]!, popularity[column]!, orders) >= bundleLlr;
  }

  function addWords(row: number): void {
    best.clear();
    for (let at = 0; at < shortlist.length; at++) {
      const column = shortlist.ids[at]!;
      best.push(shortlist.scores[at]! + nameCosine(input.names, row, column), column, shortlist.extras[at]!);
    }
  }
}

/** Lowest log-likelihood ratio of a bundle's pairs: p < .05 at one degree of freedom, and more often than by chance. */
export const bundleLlr = 3.84;

/** Candidates that are looked at again with the words of their names, for each that is listed. */
const shortlistFactor = 4;

/** The longest shortlists that a row's lists are chosen from: of `bought_together`, and of `bundle`. */
export function shortlistLengths(
  measure: MeasureName,
  listed: number,
  bundled: number,
): { listed: number; bundled: number } {
  return {
    listed: measure === 'shrunk' ? listed * shortlistFactor : listed,
    bundled: bundled * bundleRoom,
  };
}

/** Candidates that are kept for each place of a bundle. */
const bundleRoom = 2;

/** Candidates of other categories; a bundle takes each category once before it takes one twice. */
class BundleRow {
  readonly best: TopK;
  readonly #table: ListTable | undefined;
  readonly #facts: ItemFacts;
  readonly #ordered: TopK;

  constructor(table: ListTable | undefined, facts: ItemFacts) {
    this.#table = table;
    this.#facts = facts;
    // The best of one category may crowd the others out; twice the room keeps several categories in.
    this.best = new TopK((table?.k ?? 1) * bundleRoom);
    this.#ordered = new TopK(this.best.k);
  }

  clear(): void {
    this.best.clear();
  }

  admits(score: number, category: number, column: number): boolean {
    return this.#table !== undefined && this.#facts.category[column] !== category && this.best.admits(score);
  }

  store(row: number): void {
    if (!this.#table) return;
    const { best } = this;
    const ordered = this.#ordered;
    const taken = new Set<number>();
    const later: number[] = [];
    ordered.clear();
    const take = (at: number) => {
      const end = ordered.length++;
      ordered.ids[end] = best.ids[at]!;
      ordered.scores[end] = best.scores[at]!;
      ordered.extras[end] = best.extras[at]!;
    };
    for (let at = 0; at < best.length; at++) {
      const category = this.#facts.category[best.ids[at]!]!;
      if (taken.has(category)) {
        later.push(at);
      } else {
        taken.add(category);
        take(at);
      }
    }
    for (const at of later) take(at);
    storeList(this.#table, row, ordered);
  }
}
