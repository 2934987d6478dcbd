// Rows of the customer matrix and content neighbours → `similar`: same category, similar price, and similar customers
// or words.
import { reasonCode } from '../../../sql/store/lists/fallback-chain.ts';
import type { CountedRow, RowRange } from '../cooccurrence/pair-counter.ts';
import type { ContentNeighbours } from '../similarity/content.ts';
import { TopK } from '../similarity/top-k.ts';
import type { ItemFacts } from './item-facts.ts';
import { type ListTable, storeList } from './list-table.ts';

export interface SimilarInput {
  readonly facts: ItemFacts;
  /** Item → number of customers who bought it. */
  readonly customers: Float64Array;
  readonly content: ContentNeighbours;
  readonly priceBand: number;
  readonly acrossCategories: boolean;
  readonly similar: ListTable;
}

/** Number of customers at which behaviour gets half of its maximum weight. */
const halfTrust = 20;
/** Maximum weight of behaviour. Content always counts: customers who buy one coat rarely buy another. */
const maxTrust = 0.7;
/** Shrinkage, added to the denominator of the cosine: pairs of few customers count less. */
export const cosineShrinkage = 5;
/** Candidates by behaviour per place of a list. */
export const candidatesPerPlace = 2;

/** Whether the other price differs from the price by at most `band`, a share of the price. */
export function isInBand(price: number, other: number, band: number): boolean {
  return other >= price * (1 - band) && other <= price * (1 + band);
}

/**
 * Blends behaviour b (cosine over customers with shrinkage, scaled so that the best of the row is 1) with content t
 * (cosine over words): score = λ·b + (1 − λ)·t, λ = .7 · ci / (ci + 20). Scores are rounded down to hundredths. Ties go
 * to the featured product, then to the better rated one, then to the lower id.
 */
export class SimilarSelector {
  readonly #input: SimilarInput;
  readonly #behaviour: TopK;
  readonly #best: TopK;
  /** Dense by item: content cosine with the current row; all zero outside `#blend`. */
  readonly #cosine: Float64Array;
  readonly #done: Uint8Array;

  constructor(input: SimilarInput) {
    this.#input = input;
    this.#behaviour = new TopK(input.similar.k * candidatesPerPlace);
    this.#best = new TopK(input.similar.k);
    this.#cosine = new Float64Array(input.facts.items);
    this.#done = new Uint8Array(input.facts.items);
  }

  select({ row, length, columns, counts }: CountedRow): void {
    const { facts, customers } = this.#input;
    const behaviour = this.#behaviour;
    behaviour.clear();
    const mine = customers[row]!;
    for (let at = 0; at < length; at++) {
      const column = columns[at]!;
      if (!this.#comparable(row, column, facts)) continue;
      const count = counts[column]!;
      const score = count / (Math.sqrt(mine * customers[column]!) + cosineShrinkage);
      if (behaviour.admits(score)) behaviour.push(score, column, count);
    }
    this.#blend(row, mine);
  }

  /** Fills the rows of the range that `select` did not get, from content alone. */
  finish(range: RowRange): void {
    for (let row = range.from; row < range.to; row++) {
      if (this.#done[row]) continue;
      this.#behaviour.clear();
      this.#blend(row, 0);
    }
  }

  #comparable(row: number, column: number, facts: ItemFacts): boolean {
    if (!this.#input.acrossCategories && facts.category[row] !== facts.category[column]) return false;
    return isInBand(facts.price[row]!, facts.price[column]!, this.#input.priceBand);
  }

  #blend(row: number, customers: number): void {
    this.#done[row] = 1;
    const { content, similar } = this.#input;
    const [behaviour, best, cosine] = [this.#behaviour, this.#best, this.#cosine];
    const [begin, end] = [row * content.k, row * content.k + content.length[row]!];
    best.clear();
    for (let at = begin; at < end; at++) cosine[content.items[at]!] = content.cosine[at]!;
    const trust = behaviour.length > 0 ? (maxTrust * customers) / (customers + halfTrust) : 0;
    const strongest = behaviour.scores[0]!;
    for (let at = 0; at < behaviour.length; at++) {
      const item = behaviour.ids[at]!;
      const blended = trust * (behaviour.scores[at]! / strongest) + (1 - trust) * cosine[item]!;
      best.push(this.#ranked(blended, item), item, behaviour.extras[at]!);
      cosine[item] = 0;
    }
    for (let at = begin; at < end; at++) {
      const item = content.items[at]!;
      if (cosine[item]! > 0)
        best.push(this.#ranked((1 - trust) * cosine[item]!, item), item, this.#byWords(row, item));
      cosine[item] = 0;
    }
    for (let at = 0; at < best.length; at++) best.scores[at] = Math.floor(best.scores[at]!) / 100;
    storeList(similar, row, best);
  }

  /** The reason of an entry by words: products without a category have none in common. */
  #byWords(row: number, item: number): number {
    const { category, uncategorized } = this.#input.facts;
    const isSame = category[row] === category[item] && category[row] !== uncategorized;
    return isSame ? reasonCode.content : reasonCode.content_elsewhere;
  }

  /** Sort key: hundredths of similarity before the decimal point, featured and rating after it. */
  #ranked(similarity: number, item: number): number {
    const { featured, rating } = this.#input.facts;
    const tie = 0.5 * featured[item]! + 0.4 * (Math.min(5, Math.max(0, rating[item]!)) / 5);
    return Math.floor(similarity * 100 + 1e-9) + tie;
  }
}
