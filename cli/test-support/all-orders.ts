// All orders of a test's shop as training data, and the limits that builds have by default.
import type { Client } from '../../sql/pool.ts';
import type { Dataset } from '../recs/evaluate/order-log.ts';
import { readShopOrders, type ShopCatalogue } from '../recs/evaluate/read-shop-orders.ts';

export const buildLimits = {
  repurchase: 'auto',
  top: 20,
  maxHistory: 500,
  maxOrderLines: 100,
  seed: 1,
} as const;

export function readAllOrders(client: Client): Promise<Dataset & ShopCatalogue> {
  return readShopOrders(client, {
    from: undefined,
    latestDay: Number.POSITIVE_INFINITY,
    newest: Number.POSITIVE_INFINITY,
    split: { days: 0 },
    signal: new AbortController().signal,
    onProgress() {},
  });
}
