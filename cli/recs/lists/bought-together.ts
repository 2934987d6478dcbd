// Rows of the order matrix → `bought_together` and `bundle`: complements, from products in the same order.
import type { SimilarityName } from '../../../runtime/core/options.ts';
import type { CountedRow, RowSink } from '../cooccurrence/pair-counter.ts';
import { NameComparer, type NameWords } from '../similarity/name-words.ts';
import { logLikelihoodRatio, openSimilarity, type Similarity } from '../similarity/open-similarity.ts';
import { TopK } from '../similarity/top-k.ts';
import { type CandidatePairs, countCandidates } from './candidate-pairs.ts';
import type { SameCategory } from './category-totals.ts';
import type { ItemFacts } from './item-facts.ts';
import { type ListTable, storeList } from './list-table.ts';

export interface BoughtTogetherInput {
  readonly facts: ItemFacts;
  /** Item → number of orders with it; and the number of all orders. */
  readonly popularity: Float64Array;
  readonly orders: number;
  /** Item → Σ of the weights of the orders with it; and Σ over all orders. */
  readonly weight: Float64Array;
  readonly totalWeight: number;
  /** Words of the names, which `shrunk` adds to the score. */
  readonly names: NameWords;
  readonly similarity: SimilarityName;
  readonly damping: number;
  /** Of `shrunk`; `pairPrior` unless set. */
  readonly priorStrength?: number;
  readonly popularityPenalty?: number;
  /** Replaces the similarity with that name, for baskets with other weights. */
  readonly score?: Similarity;
  readonly minSupport: number;
  readonly minLlr: number;
  /** Get the counts that tell substitutes from complements. */
  readonly candidates?: CandidatePairs | undefined;
  readonly sameCategory?: SameCategory | undefined;
  /** A kind is skipped if its table is undefined. */
  readonly boughtTogether: ListTable | undefined;
  readonly bundle: ListTable | undefined;
}

export interface BoughtTogetherRows {
  readonly sink: RowSink;
  /** Number of distinct ordered pairs so far. */
  pairs: number;
  /** Common orders by (category of the row, category of the column), row-major. */
  readonly affinity: Float64Array;
}

/** With more categories than this, the matrix of affinities is too sparse and too large to keep. */
export const maxAffinityCategories = 1_500;

/** Opens a sink that makes the lists of each row. */
export function openBoughtTogether(input: BoughtTogetherInput): BoughtTogetherRows {
  const { facts, popularity, orders, minSupport, minLlr } = input;
  const similarity = input.score ?? openSimilarity(input.similarity, { ...input, baskets: orders });
  const listed = input.boughtTogether?.k ?? 1;
  const best = new TopK(listed);
  // Words add at most 1 to a pair's score, so comparing the words of a shortlist is enough.
  const shortlist =
    input.similarity === 'shrunk' ? new TopK(shortlistLengths(input.similarity, listed, 0).listed) : best;
  const bundle = new BundleRow(input.bundle, facts);
  const comparer = new NameComparer(input.names);
  const categories = facts.categories <= maxAffinityCategories ? facts.categories : 0;
  const affinity = new Float64Array(categories * categories);
  const rows: BoughtTogetherRows = { sink, pairs: 0, affinity };
  const [categoryOf, bundles] = [facts.category, input.bundle !== undefined];
  return rows;

  function sink(counting: CountedRow): void {
    const { row, length, columns, counts, sums } = counting;
    if (input.candidates) countCandidates(input.candidates, 'orders', counting);
    rows.pairs += length;
    shortlist.clear();
    bundle.clear();
    const category = facts.category[row]!;
    const affinityRow = category * categories;
    let sameCategory = 0;
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      const count = counts[column]!;
      const other = categoryOf[column]!;
      if (other === category) sameCategory += count;
      if (categories > 0) affinity[affinityRow + other]! += count;
      if (count < minSupport) continue;
      const score = similarity(row, column, count, sums[column]!);
      const admitted = shortlist.admits(score);
      const bundled = bundles && other !== category && bundle.best.admits(score);
      if (!admitted && !bundled) continue;
      if (minLlr > 0 && logLikelihoodRatio(count, popularity[row]!, popularity[column]!, orders) < minLlr)
        continue;
      if (admitted) shortlist.push(score, column, count);
      // A discount on products that were combined by chance sells nothing more.
      if (bundled && count > 1 && significant(row, column, count)) bundle.best.push(score, column, count);
    }
    if (input.sameCategory) input.sameCategory.together[row] = sameCategory;
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
      // The others have lower scores still: whatever their words are, they don't get in.
      if (!best.admits(shortlist.scores[at]! + maxWords)) return;
      const column = shortlist.ids[at]!;
      best.push(shortlist.scores[at]! + comparer.cosine(row, column), column, shortlist.extras[at]!);
    }
  }
}

/** The most that words add to a score: a cosine, rounded. */
const maxWords = 1 + 2 ** -16;

/** Minimum log-likelihood ratio of a bundle's pairs: p < .05 at one degree of freedom, and more often than by chance. */
export const bundleLlr = 3.84;

/** Candidates whose names are compared, per place of the list. */
const shortlistFactor = 4;

/** Lengths of the shortlists that `bought_together` and `bundle` are chosen from. */
export function shortlistLengths(
  similarity: SimilarityName,
  listed: number,
  bundled: number,
): { listed: number; bundled: number } {
  return {
    listed: similarity === 'shrunk' ? listed * shortlistFactor : listed,
    bundled: bundled * bundleRoom,
  };
}

/** Candidates kept per place of a bundle. */
const bundleRoom = 2;

/** Selects from candidates of other categories: one product of each category first, then second ones. */
class BundleRow {
  readonly best: TopK;
  readonly #table: ListTable | undefined;
  readonly #facts: ItemFacts;
  readonly #ordered: TopK;

  constructor(table: ListTable | undefined, facts: ItemFacts) {
    this.#table = table;
    this.#facts = facts;
    // The best of one category could crowd out all others; twice the room keeps several categories in.
    this.best = new TopK((table?.k ?? 1) * bundleRoom);
    this.#ordered = new TopK(this.best.k);
  }

  clear(): void {
    this.best.clear();
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
