// Training baskets → "bought together" lists, computed by the build's own code.
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { openBoughtTogether } from '../lists/bought-together.ts';
import { type ListTable, openListTable } from '../lists/list-table.ts';
import { indexNameWords } from '../similarity/name-words.ts';
import { type ItemSimilarity, scoreOf } from './item-matrix.ts';
import type { Dataset } from './order-log.ts';
import type { BasketKind } from './protocol.ts';
import { countRows, type Weighting, weighBaskets } from './train-baskets.ts';

export interface CopurchaseSettings extends ItemSimilarity {
  readonly basket: BasketKind;
  readonly weighting: Weighting;
  readonly halfLife: number;
  readonly minLlr: number;
}

/** Returns the list of up to `k` items of each training item, without fillers. */
export function fitCopurchase(data: Dataset, settings: CopurchaseSettings, k: number): ListTable {
  const { trainItems: items, train, itemIds, customerIds } = data;
  const { basket, weighting, halfLife } = settings;
  const trained = weighBaskets(train, {
    items,
    catalogue: itemIds.length,
    customers: customerIds.length,
    basket,
    weighting,
    halfLife,
  });
  const lists = openListTable(items, k);
  const rows = openBoughtTogether({
    facts: {
      items,
      category: new Int32Array(items),
      categories: tooManyCategories,
      price: new Float64Array(items),
      rating: new Float32Array(items),
      featured: new Uint8Array(items),
    },
    popularity: trained.popularity,
    orders: trained.total,
    weight: trained.weight,
    totalWeight: trained.totalWeight,
    names: indexNameWords(data.productNames?.slice(0, items) ?? Array.from({ length: items }, () => '')),
    similarity: settings.similarity,
    damping: settings.damping,
    score: scoreOf(trained, settings),
    minSupport: settings.minSupport,
    minLlr: settings.minLlr,
    boughtTogether: lists,
    bundle: undefined,
  });
  countRows(trained, { pairs: new PairCounter(items), rows: new RowCounter(items) }, rows.sink);
  return lists;
}

/** A category count above the limit at which the build counts category affinity, which no model here uses. */
const tooManyCategories = Number.MAX_SAFE_INTEGER;
