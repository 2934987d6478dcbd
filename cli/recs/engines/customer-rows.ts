// Rows of the customer matrix → `similar` lists and the rows behind the terms item_knn and ease, for every engine.
import type { CountedRow, RowRange, RowSink } from '../cooccurrence/pair-counter.ts';
import { type CandidatePairs, countCandidates } from '../lists/candidate-pairs.ts';
import { addExpected, type SameCategory } from '../lists/category-totals.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { ListTable } from '../lists/list-table.ts';
import { type CountedPairs, countCustomers } from '../lists/pair-relations.ts';
import { SimilarSelector } from '../lists/similar.ts';
import { type GramRows, GramSelector } from '../models/gram-rows.ts';
import { type ItemKnnInput, NeighbourSelector } from '../models/item-knn.ts';
import type { ContentNeighbours } from '../similarity/content.ts';

/** The outputs made from rows of the customer matrix, and the data needed for them. */
export interface CustomerRowsInput {
  readonly facts: ItemFacts;
  readonly popularity: Float64Array;
  readonly itemKnn: ItemKnnInput | undefined;
  readonly gram: GramRows | undefined;
  /** The finished lists of the order matrix, and the pairs of alike products: their customers are counted. */
  readonly boughtTogether: CountedPairs | undefined;
  readonly candidates: CandidatePairs;
  /** Undefined if another system adds up the rows, of which `sink` gets only a part. */
  readonly sameCategory: SameCategory | undefined;
  readonly similar: ListTable | undefined;
  readonly content: ContentNeighbours;
  readonly priceBand: number;
  readonly acrossCategories: boolean;
}

export interface CustomerRows {
  readonly sink: RowSink;
  /** Call once every row of the range with pairs was passed to `sink`: the other rows get their content neighbours. */
  finish(range: RowRange): void;
}

/** Opens a sink that fills the tables of `input`. */
export function openCustomerRows(input: CustomerRowsInput): CustomerRows {
  const { facts, popularity: customers, content, priceBand, acrossCategories } = input;
  const neighbours = input.itemKnn && new NeighbourSelector(input.itemKnn);
  const gram = input.gram && new GramSelector(input.gram);
  const similar =
    input.similar &&
    new SimilarSelector({ facts, customers, content, priceBand, acrossCategories, similar: input.similar });
  const alike = new Int32Array(facts.items);
  return {
    sink(row) {
      neighbours?.select(row);
      gram?.select(row);
      // One look at the category of all columns, of which two rules need the few that have the row's.
      const within = withinCategory(row, facts.category, alike);
      similar?.select(acrossCategories ? row : within);
      if (input.boughtTogether) countCustomers(input.boughtTogether, row);
      countCandidates(input.candidates, 'customers', row);
      if (input.sameCategory) addExpected(input.sameCategory, within);
    },
    finish: (range) => similar?.finish(range),
  };
}

/** The row with the columns of its own category alone, in the same order. */
function withinCategory(counted: CountedRow, category: Int32Array, columns: Int32Array): CountedRow {
  const own = category[counted.row]!;
  let length = 0;
  for (let at = 0; at < counted.length; at++) {
    const column = counted.columns[at]!;
    if (category[column] === own) columns[length++] = column;
  }
  return { ...counted, columns, length };
}
