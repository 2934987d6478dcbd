// One range of rows at a time: the lists of complements without substitutes, and `similar` with substitutes first.
import type { RowRange } from '../cooccurrence/pair-counter.ts';
import type { CandidatePairs } from './candidate-pairs.ts';
import type { ListTable } from './list-table.ts';
import { type CountedPairs, PairRelations, type RelationInput } from './pair-relations.ts';

/** Lists in shared memory, which are changed in place, and what tells the relations of their entries. */
export interface RelateRowsInput {
  readonly relations: RelationInput;
  readonly boughtTogether: CountedPairs | undefined;
  readonly similar: ListTable | undefined;
  readonly candidates: CandidatePairs;
}

/** Returns the function that changes the lists of a range. One per thread; each range is given once. */
export function openRelateRows(input: RelateRowsInput): (range: RowRange) => void {
  const { boughtTogether, similar, candidates } = input;
  const relations = new PairRelations(input.relations);
  return (range) => {
    if (boughtTogether) relations.drop(boughtTogether, range);
    if (similar) relations.prefer(similar, candidates, range);
  };
}
