// Fills lists that are short of evidence along the part of the fallback chain that a build stores.
import { reasonCode, storedFallbacks } from '../../../sql/store/lists/fallback-chain.ts';
import { appendEntry, type ListTable } from './list-table.ts';
import { openRelatedProducts, type RelatedInput } from './related-products.ts';
import type { ShopList } from './trending.ts';

/**
 * Appends the sources of the chain one after the other until each list is full. The reason of each entry names its source,
 * and its score is below those of the sources before.
 */
export function fillLists(kind: keyof typeof storedFallbacks, table: ListTable, input: FillInput): void {
  const entriesOf = fallbackEntries(input);
  for (let item = 0; item < input.facts.items; item++) {
    for (const source of storedFallbacks[kind]) {
      if (table.length[item] === table.k) break;
      for (const candidate of entriesOf[source](item)) {
        append(table, item, candidate, reasonCode[source]);
        if (table.length[item] === table.k) break;
      }
    }
  }
}

export interface FillInput extends RelatedInput {
  /** Category (−1: the shop) → its bestsellers. */
  readonly bestsellers: ReadonlyMap<number, ShopList>;
  /** Common orders per pair of categories, row-major; empty if there are too many categories. */
  readonly affinity: Float64Array;
}

const perCategory = 3;
const maxPartners = 6;

type StoredFallback = (typeof storedFallbacks)[keyof typeof storedFallbacks][number];

/** Source → the items that it offers for an item, best first. */
function fallbackEntries(input: FillInput): Record<StoredFallback, (item: number) => Iterable<number>> {
  const { bestsellers, facts } = input;
  const related = openRelatedProducts(input);
  let partners: Map<number, number[]> | undefined;
  return {
    ...related,
    category_affinity: function* (item) {
      partners ??= partnerCategories(input);
      const lists = (partners.get(facts.category[item]!) ?? []).map(
        (partner) => bestsellers.get(partner)?.items ?? [],
      );
      // One product of each partner category in turn: a pair of shoes, a bag, a belt, then again.
      for (let rank = 0; rank < perCategory; rank++) {
        for (const items of lists) if (rank < items.length) yield items[rank]!;
      }
    },
    bestseller: () => bestsellers.get(-1)?.items ?? [],
  };
}

function append(table: ListTable, item: number, candidate: number, reason: number): void {
  if (candidate === item) return;
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
