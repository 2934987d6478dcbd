// Scores of all items for one question, added up term by term, then ranked.
import type { TopK } from '../similarity/top-k.ts';

export class ScoreSheet {
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

  /** Adds to each item its amount: to all that have a score, and of the others to `first`, the largest amounts. */
  addToAll(amounts: Float64Array, first: Int32Array): void {
    for (let at = 0; at < this.#length; at++)
      this.scores[this.#touched[at]!]! += amounts[this.#touched[at]!]!;
    for (const item of first) if (this.#isTouched[item] === 0) this.add(item, amounts[item]!);
  }

  /** Ranks what was touched and is not left out, ties to the lower item, and starts anew. */
  rank(best: TopK, leftOut: (item: number) => boolean): void {
    best.clear();
    const touched = this.#touched;
    for (let at = 0; at < this.#length; at++) {
      const item = touched[at]!;
      const score = this.scores[item]!;
      if (best.admits(score) && !leftOut(item)) best.push(score, item);
      this.scores[item] = 0;
      this.#isTouched[item] = 0;
    }
    this.#length = 0;
  }
}
