// The counts of both matrices → the relation of any pair; drops substitutes from `bought_together`, and lists them first in
// `similar`.
import { isNearPrice, priceFactors, substituteReason } from '../../../sql/store/lists/fallback-chain.ts';
import type { CountedRow, RowRange } from '../cooccurrence/pair-counter.ts';
import { sharedInt32 } from '../shared-arrays.ts';
import { NameComparer, type NameWords } from '../similarity/name-words.ts';
import {
  type CategoryPairs,
  type PairCounts,
  type PairRelation,
  pairRelation,
} from '../similarity/pair-relation.ts';
import type { CandidatePairs } from './candidate-pairs.ts';
import { type ListTable, maxEvidence } from './list-table.ts';

export interface RelationInput {
  /** Item → number of orders with it; and the number of all orders. */
  readonly orders: Float64Array;
  readonly allOrders: number;
  /** Item → √ of the share of its pairs in histories that are in one order; zeros if histories are not counted. */
  readonly root: Float64Array;
  readonly names: NameWords;
  /** Item → price; 0 if it is not known. */
  readonly price: Float64Array;
  readonly category: Int32Array;
  /** Category → the counts of its pairs; undefined if it has no name. */
  readonly categories: ReadonlyArray<CategoryPairs | undefined>;
}

/** Lists, and for each of their entries the number of customers who bought it and the product whose list it is in. */
export interface CountedPairs {
  readonly lists: ListTable;
  readonly customers: Int32Array;
}

export function openCountedPairs(lists: ListTable): CountedPairs {
  return { lists, customers: sharedInt32(lists.items.length) };
}

/** Reads the counts of a list's entries from the row of the customer matrix. */
export function countCustomers({ lists, customers }: CountedPairs, { row, counts }: CountedRow): void {
  const begin = row * lists.k;
  for (let at = begin; at < begin + lists.length[row]!; at++) customers[at] = counts[lists.items[at]!]!;
}

/** A reason names the substitute if at least so many customers bought both, and this is the most that `score` may be. */
const [namedCustomers, namedScore] = [2, -Math.LN2];

export class PairRelations {
  readonly #input: RelationInput;
  readonly #names: NameComparer;
  readonly #pair: CountedPair;

  constructor(input: RelationInput) {
    this.#input = input;
    this.#names = new NameComparer(input.names);
    this.#pair = new CountedPair(input.allOrders, this.#names);
  }

  /**
   * The relation of two items.
   * @param together number of orders with both
   * @param customers number of customers who bought both
   */
  relation(i: number, j: number, together: number, customers: number): PairRelation {
    const { orders, root, category, categories } = this.#input;
    const pair = this.#pair;
    pair.items[0] = i;
    pair.items[1] = j;
    pair.together = together;
    pair.customers = customers;
    pair.orders[0] = orders[i]!;
    pair.orders[1] = orders[j]!;
    pair.shares[0] = root[i]! ** 2;
    pair.shares[1] = root[j]! ** 2;
    pair.nearPrice = this.#nearPrice(i, j);
    pair.category = category[i] === category[j] ? categories[category[i]!] : undefined;
    return pairRelation(pair);
  }

  /** Removes substitutes from the lists of the range. Returns the number of entries removed. */
  drop({ lists, customers }: CountedPairs, { from, to }: RowRange = allOf(lists)): number {
    const { k, length, items, scores, reasons } = lists;
    let dropped = 0;
    for (let list = from; list < to; list++) {
      const base = list * k;
      let kept = 0;
      for (let at = base; at < base + length[list]!; at++) {
        const together = reasons[at]!;
        // A reason holds no larger count: compared with what its customers let expect, it would be too small.
        const isKnown = together < maxEvidence;
        if (isKnown && this.relation(list, items[at]!, together, customers[at]!).relation === 'substitute')
          continue;
        items[base + kept] = items[at]!;
        scores[base + kept] = scores[at]!;
        reasons[base + kept++] = reasons[at]!;
      }
      dropped += length[list]! - kept;
      length[list] = kept;
    }
    return dropped;
  }

  /**
   * Names the substitutes among the entries of the range's lists. Those whose own counts prove it come first, with 1 + the
   * cosine of the names as score, and are added to lists that lack them; those that their category tells keep their places.
   * A pair that one customer bought is neither: it proves nothing (one joint order expected at most, and none has a
   * probability of e^−1 or more), and no reason names it. Most candidates are such pairs: skipping them takes a third of
   * the time.
   */
  prefer(lists: ListTable, candidates: CandidatePairs, { from, to }: RowRange = allOf(lists)): void {
    const { root } = this.#input;
    for (let list = from; list < to; list++) {
      const first: ListEntry[] = [];
      const named = new Map<number, number>();
      for (let at = candidates.start[list]!; at < candidates.start[list + 1]!; at++) {
        const item = candidates.items[at]!;
        const customers = candidates.customers[at]!;
        if (customers < namedCustomers && root[list]! > 0 && root[item]! > 0) continue;
        const found = this.relation(list, item, candidates.orders[at]!, customers);
        if (found.relation !== 'substitute') continue;
        const reason = substituteReason(found.evidence);
        if (found.proven && this.#belongs(list, item))
          first.push({ item, score: 1 + this.#names.cosine(list, item), reason });
        else if (found.evidence >= namedCustomers && found.score <= namedScore) named.set(item, reason);
      }
      if (first.length > 0 || named.size > 0) putFirst(lists, list, first, named);
    }
  }

  /** Whether `similar` may list the other item: same category, and a price within the first step of its wider bands. */
  #belongs(i: number, j: number): boolean {
    return this.#input.category[i] === this.#input.category[j] && this.#nearPrice(i, j);
  }

  #nearPrice(i: number, j: number): boolean {
    const [price, other] = [this.#input.price[i]!, this.#input.price[j]!];
    return price === 0 || other === 0 || isNearPrice(price, other, priceFactors[0]);
  }
}

/** The counts of one pair at a time: an object with a getter for each of a million pairs took half of the time. */
class CountedPair implements PairCounts {
  readonly items: [number, number] = [0, 0];
  readonly orders: [number, number] = [0, 0];
  readonly shares: [number, number] = [0, 0];
  readonly allOrders: number;
  together = 0;
  customers = 0;
  nearPrice = false;
  category: CategoryPairs | undefined;
  readonly #names: NameComparer;

  constructor(allOrders: number, names: NameComparer) {
    this.allOrders = allOrders;
    this.#names = names;
  }

  get names(): number {
    return this.#names.cosine(this.items[0], this.items[1]);
  }
}

function allOf({ length }: ListTable): RowRange {
  return { from: 0, to: length.length };
}

interface ListEntry {
  readonly item: number;
  readonly score: number;
  readonly reason: number;
}

function putFirst(lists: ListTable, list: number, first: ListEntry[], named: Map<number, number>): void {
  const { k, length, items, scores, reasons } = lists;
  const base = list * k;
  const places = Array.from({ length: length[list]! }, (_, at) => base + at);
  const rest = places.map((at) => ({
    item: items[at]!,
    score: scores[at]!,
    reason: named.get(items[at]!) ?? reasons[at]!,
  }));
  first.sort((a, b) => b.score - a.score || a.item - b.item);
  const moved = new Set(first.map(({ item }) => item));
  const entries = [...first, ...rest.filter(({ item }) => !moved.has(item))].slice(0, k);
  length[list] = entries.length;
  for (const [at, { item, score, reason }] of entries.entries()) {
    items[base + at] = item;
    scores[base + at] = score;
    reasons[base + at] = reason;
  }
}
