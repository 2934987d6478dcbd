// Compares the lists of a trained model with those that a build over the same orders wrote.
import { assert } from '../../fixtures/suite.ts';
import type { Dataset } from '../recs/evaluate/order-log.ts';
import { ScoreBuffer } from '../recs/evaluate/score-buffer.ts';
import type { PersonalModel } from '../recs/evaluate/trained-models.ts';
import { TopK } from '../recs/similarity/top-k.ts';

export interface ListedItem {
  readonly item: string;
  readonly score: number;
}

/** Share of a score that two sums of single-precision numbers may differ by. */
const precision = 1e-5;

/**
 * Asserts that every customer's list is the same, entry by entry. Returns the number of entries.
 */
export function compareLists(
  data: Dataset,
  model: PersonalModel,
  written: ReadonlyMap<string, readonly ListedItem[]>,
  top: number,
): number {
  const buffer = new ScoreBuffer(data.trainItems);
  const best = new TopK(top);
  let compared = 0;
  for (const [at, customer] of data.customerIds.entries()) {
    model(at, buffer);
    buffer.rank(best, () => false);
    const list = written.get(customer) ?? [];
    assert.is(best.length, list.length, `entries for ${customer}`);
    for (const [rank, { item, score }] of list.entries()) {
      const shown = `customer ${customer}, rank ${rank + 1}`;
      const equal = (other: number) => Math.abs(other - score) < precision * Math.max(1, Math.abs(score));
      assert.ok(equal(Math.fround(best.scores[rank]!)), `${shown}: ${best.scores[rank]} is not ${score}`);
      assert.is(data.itemIds[best.ids[rank]!], data.itemOfProduct?.get(item) ?? item, shown);
      compared++;
    }
  }
  return compared;
}
