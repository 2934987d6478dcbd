// The counts of both matrices → the relation of any pair; drops substitutes from `bought_together`, and lists them first in
// `similar`.
import { substituteReason } from '../../../sql/store/lists/fallback-chain.ts';
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import type { GramRows } from '../models/gram-rows.ts';
import { sharedInt32 } from '../shared-arrays.ts';
import { type NameWords, nameCosine } from '../similarity/name-words.ts';
import { type PairRelation, pairRelation } from '../similarity/pair-relation.ts';
import type { ListTable } from './list-table.ts';

/** Entries of the order matrix kept per item. */
export const relatedPairs = 20;

export interface RelationInput {
  /** Entries of the order matrix. */
  readonly orders: GramRows;
  readonly allOrders: number;
  /** Item → Σ of the counts of its row of the customer matrix; zeros if the build does not count it. */
  readonly historyPairs: Float64Array;
  readonly names: NameWords;
  readonly category: Int32Array;
  /** Category → whether it has a name. */
  readonly named: ArrayLike<boolean>;
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

export class PairRelations {
  readonly #input: RelationInput;

  constructor(input: RelationInput) {
    this.#input = input;
  }

  /**
   * The relation of two items.
   * @param customers number of customers who bought both
   * @param together number of orders with both, if it is known
   */
  relation(i: number, j: number, customers: number, together?: number): PairRelation {
    const { orders, allOrders, category, named } = this.#input;
    const known = together ?? entryOf(orders, i, j);
    const found = pairRelation({
      together: known ?? Math.min(limitOf(orders, i, j), limitOf(orders, j, i)),
      orders: [orders.diagonal[i]!, orders.diagonal[j]!],
      allOrders,
      customers,
      shares: [this.#share(i), this.#share(j)],
      names: nameCosine(this.#input.names, i, j),
      sameCategory: category[i] === category[j] && named[category[i]!] === true,
    });
    // What the count can be at most proves that a pair is rarely together, not that it often is.
    return known === undefined && found.relation === 'complement' ? { ...found, relation: 'none' } : found;
  }

  /** Removes proven substitutes from the lists. Returns the number of entries removed. */
  drop({ lists, customers }: CountedPairs): number {
    const { k, length, items, scores, reasons } = lists;
    let dropped = 0;
    for (let list = 0; list < length.length; list++) {
      const base = list * k;
      let kept = 0;
      for (let at = base; at < base + length[list]!; at++) {
        const { relation } = this.relation(list, items[at]!, customers[at]!, reasons[at]!);
        if (relation === 'substitute') continue;
        items[base + kept] = items[at]!;
        scores[base + kept] = scores[at]!;
        reasons[base + kept++] = reasons[at]!;
      }
      dropped += length[list]! - kept;
      length[list] = kept;
    }
    return dropped;
  }

  /** Moves proven substitutes to the front of the lists: their scores grow by 1. Returns the number of entries moved. */
  prefer({ lists, customers }: CountedPairs): number {
    const { k, length, items, scores, reasons } = lists;
    let preferred = 0;
    for (let list = 0; list < length.length; list++) {
      const [begin, end] = [list * k, list * k + length[list]!];
      let place = begin;
      for (let at = begin; at < end; at++) {
        const { relation, evidence } = this.relation(list, items[at]!, customers[at]!);
        if (relation !== 'substitute') continue;
        const [item, score] = [items[at]!, scores[at]! + 1];
        for (const column of [items, scores, reasons, customers]) column.copyWithin(place + 1, place, at);
        items[place] = item;
        scores[place] = score;
        reasons[place++] = substituteReason(evidence);
        preferred++;
      }
    }
    return preferred;
  }

  /** Of the pairs of this item in histories, the share that was in one order. */
  #share(item: number): number {
    const { orders, historyPairs } = this.#input;
    const pairs = historyPairs[item]!;
    return pairs > 0 ? Math.min(1, orders.pairs[item]! / pairs) : 0;
  }
}

/** The count of a pair, if either row has kept it. */
function entryOf({ k, length, columns, counts }: GramRows, i: number, j: number): number | undefined {
  for (const [row, column] of [
    [i, j],
    [j, i],
  ] as const)
    for (let at = row * k; at < row * k + length[row]!; at++) if (columns[at] === column) return counts[at]!;
  return undefined;
}

/** What a row's entry can be at most, since its score is below those of the entries that the row has kept. */
function limitOf(
  { k, length, columns, counts, diagonal, pairs }: GramRows,
  row: number,
  column: number,
): number {
  let rest = pairs[row]!;
  for (let at = row * k; at < row * k + length[row]!; at++) rest -= counts[at]!;
  if (rest <= 0 || length[row] === 0) return Math.max(0, rest);
  const last = row * k + length[row]! - 1;
  const score = counts[last]! / Math.sqrt(diagonal[columns[last]!]! + 1);
  return Math.min(rest, Math.floor(score * Math.sqrt(diagonal[column]! + 1)));
}
