// Training baskets → "bought together" lists, computed by the build's own code.
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { openBoughtTogether } from '../lists/bought-together.ts';
import { addExpected, categoryPairs, openSameCategory } from '../lists/category-totals.ts';
import { type ListTable, openListTable } from '../lists/list-table.ts';
import { countCustomers, openCountedPairs, PairRelations } from '../lists/pair-relations.ts';
import { weighsOrders } from '../models/model-of-config.ts';
import { type CopurchaseSettings, halfLifeOf } from '../models/model-settings.ts';
import { indexNameWords } from '../similarity/name-words.ts';
import { openSimilarity, type Similarity } from '../similarity/open-similarity.ts';
import { categoriesOf, type Dataset } from './order-log.ts';
import { countRows, type TrainBaskets, weighBaskets } from './train-baskets.ts';

/** Returns the list of up to `k` items of each training item, without fillers. */
export function fitCopurchase(data: Dataset, settings: CopurchaseSettings, k: number): ListTable {
  const { trainItems: items, train, itemIds, customerIds, catalogue } = data;
  const { basket, weighting } = settings;
  const options = { items, catalogue: catalogue?.items ?? itemIds.length, customers: customerIds.length };
  const halfLife = halfLifeOf(settings.half_life_days);
  const trained = weighBaskets(train, { ...options, basket, weighting, halfLife });
  const lists = openListTable(items, k);
  const names = indexNameWords(data.productNames?.slice(0, items) ?? Array.from({ length: items }, () => ''));
  const kernel = { pairs: new PairCounter(items), rows: new RowCounter(items) };
  const { category, named } = categoriesOf(data);
  const price = Float64Array.from({ length: items }, (_, item) => data.productPrices?.[item] ?? 0);
  const histories = weighBaskets(train, { ...options, basket: 'customer', weighting: 'none', halfLife });
  const pairs = { orderPairs: trained.rowPairs, historyPairs: histories.rowPairs };
  const sameCategory = openSameCategory(category, pairs);
  const rows = openBoughtTogether({
    facts: {
      items,
      category,
      categories: tooManyCategories,
      uncategorized: -1,
      price,
      rating: new Float32Array(items),
      featured: new Uint8Array(items),
    },
    popularity: trained.popularity,
    orders: trained.total,
    weight: trained.weight,
    totalWeight: trained.totalWeight,
    names,
    similarity: settings.similarity,
    damping: settings.damping,
    score: scoreOf(trained, settings),
    minSupport: settings.min_support,
    minLlr: settings.min_llr,
    sameCategory,
    boughtTogether: lists,
    bundle: undefined,
  });
  countRows(trained, kernel, rows.sink);
  if (basket === 'customer') return lists;
  const counted = openCountedPairs(lists);
  countRows(histories, kernel, (row) => {
    countCustomers(counted, row);
    addExpected(sameCategory, row);
  });
  new PairRelations({
    orders: trained.popularity,
    allOrders: trained.total,
    root: sameCategory.root,
    names,
    price,
    category,
    categories: categoryPairs(sameCategory, named),
  }).drop(counted);
  return lists;
}

/** A category count above the limit at which the build counts category affinity, which no model here uses. */
const tooManyCategories = Number.MAX_SAFE_INTEGER;

/** Returns the similarity function; functions of counts become functions of weights when baskets are weighted. */
function scoreOf(trained: TrainBaskets, settings: CopurchaseSettings): Similarity {
  const { popularity, weight, total, totalWeight } = trained;
  const { similarity } = settings;
  const byWeight = weighsOrders(similarity);
  const {
    damping,
    row_damping: rowDamping,
    prior_strength: priorStrength,
    popularity_penalty: popularityPenalty,
  } = settings;
  const input = { weight, totalWeight, damping, rowDamping, priorStrength, popularityPenalty };
  if (byWeight) return openSimilarity(similarity, { ...input, popularity, baskets: total });
  const of = openSimilarity(similarity, {
    ...input,
    popularity: weight,
    baskets: totalWeight,
    shrink: settings.shrink,
  });
  return (i, j, _c, w) => of(i, j, w, w);
}
