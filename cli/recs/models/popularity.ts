// The term `popularity`: the share of the orders with an item, older orders counting less. One vector for all customers.
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { sharedFloat64, sharedInt32 } from '../shared-arrays.ts';
import type { PopularitySettings } from './model-settings.ts';

export interface PopularityTable {
  /** Item → weight · share of the orders with it. */
  readonly share: Float64Array;
  /** The bestsellers, best first, ties to the lower item: only they can enter a list by popularity alone. */
  readonly first: Int32Array;
}

const maxBestsellers = 1_000;

export function fitPopularity(
  { popularity, totals }: Pick<ItemTallies, 'popularity' | 'totals'>,
  { weight }: PopularitySettings,
): PopularityTable {
  const items = popularity.length;
  const share = sharedFloat64(items);
  const scale = weight / Math.max(1, totals.popularity);
  for (let item = 0; item < items; item++) share[item] = scale * popularity[item]!;
  const order = Int32Array.from(share.keys())
    .filter((item) => share[item]! > 0)
    .sort((a, b) => share[b]! - share[a]! || a - b)
    .subarray(0, maxBestsellers);
  const first = sharedInt32(order.length);
  first.set(order);
  return { share, first };
}
