// The term `popularity`: the share of the orders with an item, older orders counting less. One vector for all customers.
import { weightUnit } from '../cooccurrence/baskets.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { sharedFloat32, sharedFloat64, sharedInt32 } from '../shared-arrays.ts';
import type { PopularitySettings } from './model-settings.ts';
import type { NeighbourTable } from './neighbour-table.ts';

export interface PopularityTable {
  /** Item → weight · share of the orders with it, per unit of a customer's profile. */
  readonly share: Float64Array;
  /** The bestsellers, best first, ties to the lower item: only they can enter a list by popularity alone. */
  readonly first: Int32Array;
}

const maxBestsellers = 1_000;

export function fitPopularity(
  { popularity, totals }: Pick<ItemTallies, 'popularity' | 'totals'>,
  { weight }: PopularitySettings,
  trend: Float64Array | undefined,
): PopularityTable {
  const items = popularity.length;
  const share = sharedFloat64(items);
  const scale = weight / Math.max(1, totals.popularity);
  for (let item = 0; item < items; item++)
    share[item] = scale * popularity[item]! * (trend ? trend[item]! : 1);
  const order = Int32Array.from(share.keys())
    .filter((item) => share[item]! > 0)
    .sort((a, b) => share[b]! - share[a]! || a - b)
    .subarray(0, maxBestsellers);
  const first = sharedInt32(order.length);
  first.set(order);
  return { share, first };
}

/** Prior strength of an item's share of all orders in its recent share, in orders of the recent weight. */
const trendPrior = 0.25;

/**
 * Item → ((R_i + ¼) / (E_i + ¼))^power, the factor of its score in every term: above 1 for an item that sells more than it
 * used to, near 0 for one that is no longer sold. R_i: its orders, weighted by the half-life of the term; E_i = R · n_i / n:
 * those that its share of all orders lets expect. Undefined if all are 1: without a power, or without dates.
 */
export function fitTrend(
  { popularity, orders, totals }: Pick<ItemTallies, 'popularity' | 'orders' | 'totals'>,
  power: number,
): Float64Array | undefined {
  const total = totals.popularity * weightUnit;
  // Without dates, or a half-life, all orders count the same.
  if (power === 0 || total >= totals.orders) return undefined;
  const trend = sharedFloat64(orders.length);
  for (let item = 0; item < orders.length; item++) {
    const recent = popularity[item]! * weightUnit;
    const expected = (total * orders[item]!) / totals.orders;
    trend[item] = ((recent + trendPrior) / (expected + trendPrior)) ** power;
  }
  return trend;
}

/** The table with the scores of each column times its trend; the table itself may stay in use. */
export function withTrend(table: NeighbourTable, trend: Float64Array): NeighbourTable {
  const { items } = table;
  const scores = sharedFloat32(items.length);
  for (let at = 0; at < items.length; at++) scores[at] = table.scores[at]! * trend[items[at]!]!;
  return { ...table, scores };
}
