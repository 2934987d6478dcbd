// Scores of all items for one test case: terms add to them, then the buffer ranks and clears them.
import type { TopK } from '../similarity/top-k.ts';

export class ScoreBuffer {
  readonly scores: Float64Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #length = 0;

  constructor(items: number) {
    this.scores = new Float64Array(items);
    this.#touched = new Int32Array(items);
    this.#isTouched = new Uint8Array(items);
  }

  add(item: number, amount: number): void {
    if (this.#isTouched[item] === 0) {
      this.#isTouched[item] = 1;
      this.#touched[this.#length++] = item;
    }
    this.scores[item]! += amount;
  }

  /** Adds each scored item's amount to it, then gives the unscored items of `first` (the largest amounts) theirs. */
  addToAll(amounts: Float64Array, first: Int32Array): void {
    for (let at = 0; at < this.#length; at++)
      this.scores[this.#touched[at]!]! += amounts[this.#touched[at]!]!;
    for (const item of first) if (this.#isTouched[item] === 0) this.add(item, amounts[item]!);
  }

  /** Ranks the scored items that are not excluded, ties to the lower item, then clears all scores. */
  rank(best: TopK, isExcluded: (item: number) => boolean): void {
    best.clear();
    const touched = this.#touched;
    for (let at = 0; at < this.#length; at++) {
      const item = touched[at]!;
      const score = this.scores[item]!;
      if (best.admits(score) && !isExcluded(item)) best.push(score, item);
      this.scores[item] = 0;
      this.#isTouched[item] = 0;
    }
    this.#length = 0;
  }
}
