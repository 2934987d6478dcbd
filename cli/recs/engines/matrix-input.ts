// Tallies and settings → the input of the list rules of both matrices, and the tables that they fill; for every engine.
import type { Config } from '../../../runtime/core/options.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import type { BoughtTogetherInput } from '../lists/bought-together.ts';
import { openSameCategory } from '../lists/category-totals.ts';
import { openListTable } from '../lists/list-table.ts';
import { openCountedPairs } from '../lists/pair-relations.ts';
import { openEaseRows } from '../models/ease.ts';
import { openItemKnn } from '../models/item-knn.ts';
import type { PersonalSettings } from '../models/model-settings.ts';
import { toShared } from '../shared-arrays.ts';
import type { CustomerRowsInput } from './customer-rows.ts';
import type { AlikeProducts, EngineInput, OrderMatrixLists } from './engine.ts';

/** Input of the `bought_together` and `bundle` rules apart from the counted rows, with the tables that they fill. */
export function orderMatrixInput(
  { catalog, facts, config, model }: Pick<EngineInput, 'catalog' | 'facts' | 'config' | 'model'>,
  tallies: ItemTallies,
  { names, candidates }: AlikeProducts,
): BoughtTogetherInput & Pick<OrderMatrixLists, 'sameCategory'> {
  const { orderPairs } = tallies;
  // Histories can be there for `buy_again` alone.
  const historyPairs = countsCustomers(config, model)
    ? tallies.historyPairs
    : new Float64Array(catalog.items);
  const { kinds, top, similarity, damping, priorStrength, popularityPenalty, minSupport, minLlr } = config;
  return {
    facts,
    popularity: toShared(tallies.orders),
    weight: toShared(tallies.orderWeight),
    totalWeight: tallies.totals.orderWeight,
    names,
    orders: tallies.totals.orders,
    similarity,
    damping,
    priorStrength,
    popularityPenalty,
    minSupport,
    minLlr,
    candidates,
    sameCategory: openSameCategory(facts.category, { orderPairs, historyPairs }),
    boughtTogether: kinds.includes('bought_together') ? openListTable(catalog.items, top) : undefined,
    bundle: kinds.includes('bundle') ? openListTable(catalog.items, bundleLength(config)) : undefined,
  };
}

/** Input of the `similar` rule and of the terms item_knn and ease, with the tables that they fill. */
export function customerMatrixInput(
  { catalog, facts, config, model }: Pick<EngineInput, 'catalog' | 'facts' | 'config' | 'model'>,
  tallies: ItemTallies,
  { content, candidates }: AlikeProducts,
  { boughtTogether, sameCategory }: OrderMatrixLists,
): CustomerRowsInput {
  const { kinds, top, priceBand, acrossCategories } = config;
  const weights = {
    weight: toShared(tallies.customerWeight),
    totalWeight: tallies.totals.historyWeight,
  };
  const similar = kinds.includes('similar') ? openListTable(catalog.items, top) : undefined;
  return {
    facts,
    popularity: toShared(tallies.customers),
    content,
    priceBand,
    acrossCategories,
    itemKnn:
      kinds.includes('personalized') && model.item_knn
        ? openItemKnn(model.item_knn, catalog.items, top, weights)
        : undefined,
    gram: kinds.includes('personalized') && model.ease ? openEaseRows(model.ease, tallies) : undefined,
    boughtTogether: boughtTogether && openCountedPairs(boughtTogether),
    candidates,
    sameCategory,
    similar,
  };
}

/** Whether any list needs the customer matrix. */
export function countsCustomers({ kinds }: Pick<Config, 'kinds'>, model: PersonalSettings): boolean {
  const isPersonal = model.item_knn !== undefined || model.ease !== undefined;
  return kinds.includes('similar') || (kinds.includes('personalized') && isPersonal);
}

/** Number of entries in a bundle's list. */
export function bundleLength({ top, bundleSize }: Pick<Config, 'top' | 'bundleSize'>): number {
  return Math.min(top, bundleSize * bundleReserve);
}

/** Entries kept per place of a bundle, since some will be out of stock when it is shown. */
const bundleReserve = 4;
