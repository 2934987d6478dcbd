// The fallback chain of a build: fills lists that are short of evidence from their category, then from the whole shop.
import type { ItemFacts } from './item-facts.ts';
import { appendEntry, type ListTable, reasonCode } from './list-table.ts';
import type { ShopList } from './trending.ts';

/**
 * `similar`: bestsellers of the item's category, then of the shop.
 * `bought_together`: bestsellers of the categories most often bought with the item's own, then of the shop.
 * The reason of each entry names its fallback source, and its score is below those of the sources before.
 */
export function fillLists(kind: 'similar' | 'bought_together', table: ListTable, input: FillInput): void {
  const { facts, bestsellers } = input;
  const ofShop = bestsellers.get(-1);
  const partners = kind === 'bought_together' ? partnerCategories(input) : undefined;
  for (let item = 0; item < facts.items; item++) {
    if (table.length[item] === table.k) continue;
    const category = facts.category[item]!;
    if (partners) {
      // One product of each partner category in turn: a pair of shoes, a bag, a belt, then again.
      const lists = (partners.get(category) ?? [])
        .map((partner) => bestsellers.get(partner))
        .filter((list) => list !== undefined);
      for (let rank = 0; rank < perCategory; rank++) {
        for (const list of lists) append(table, item, list, rank, reasonCode.categoryAffinity);
      }
    } else {
      const list = bestsellers.get(category);
      for (let rank = 0; rank < (list?.items.length ?? 0); rank++)
        append(table, item, list!, rank, reasonCode.categoryBestseller);
    }
    for (let rank = 0; rank < (ofShop?.items.length ?? 0); rank++)
      append(table, item, ofShop!, rank, reasonCode.bestseller);
  }
}

export interface FillInput {
  readonly facts: ItemFacts;
  /** Category (−1: the shop) → its bestsellers. */
  readonly bestsellers: ReadonlyMap<number, ShopList>;
  /** Common orders per pair of categories, row-major; empty if there are too many categories. */
  readonly affinity: Float64Array;
}

const perCategory = 3;
const maxPartners = 6;

function append(table: ListTable, item: number, list: ShopList, rank: number, reason: number): void {
  const candidate = list.items[rank];
  if (candidate === undefined || candidate === item) return;
  // Below all entries before it, and below zero.
  const last = table.length[item]! > 0 ? table.scores[item * table.k + table.length[item]! - 1]! : 0;
  appendEntry(table, item, candidate, Math.min(0, last) - 1, reason);
}

/** Category → the other categories that share the most orders with it. */
function partnerCategories({ facts, affinity }: FillInput): Map<number, number[]> {
  const partners = new Map<number, number[]>();
  if (affinity.length === 0) return partners;
  for (let category = 0; category < facts.categories; category++) {
    const row = affinity.subarray(category * facts.categories, (category + 1) * facts.categories);
    const known = [...row.keys()].filter((other) => other !== category && row[other]! > 0);
    partners.set(category, known.sort((a, b) => row[b]! - row[a]! || a - b).slice(0, maxPartners));
  }
  return partners;
}
