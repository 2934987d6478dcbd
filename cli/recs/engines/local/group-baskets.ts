// The log of order lines → baskets and tallies, on worker threads.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { StoredPartition } from '../../cooccurrence/grouped-store.ts';
import { hasUsableDates } from '../../cooccurrence/grouping.ts';
import { ItemTallies } from '../../cooccurrence/tallies.ts';
import { listsCustomers, usesRepurchases } from '../../lists/customer-lists.ts';
import { historyWeights } from '../../models/personal-model.ts';
import { toShared } from '../../shared-arrays.ts';
import { hasVariants } from '../../source/catalog.ts';
import type { OrderHistory } from '../../source/read-shop.ts';
import type { EngineInput } from '../engine.ts';

export interface BasketSet {
  readonly partitions: readonly StoredPartition[];
  readonly tallies: ItemTallies;
  readonly spilled: boolean;
}

/** Turns the log's partitions into baskets, one task per partition. */
export async function groupBaskets(
  {
    config,
    model,
    pool,
    catalog,
    folder,
  }: Pick<EngineInput, 'config' | 'model' | 'pool' | 'catalog' | 'folder'>,
  history: OrderHistory,
): Promise<BasketSet> {
  const session = await pool.open('grouping', {
    items: catalog.items,
    itemOfProduct: toShared(catalog.itemOfProduct),
    newest: Number.isFinite(history.totals.dates.newest) ? history.totals.dates.newest : 0,
    halfLife: config.halfLife,
    maxOrderLines: config.maxOrderLines,
    maxHistory: config.maxHistory,
    seed: config.seed,
    histories: config.kinds.includes('similar') || listsCustomers(config),
    variants: listsCustomers(config) && hasVariants(catalog),
    repurchase: usesRepurchases(config, model),
    undated: !hasUsableDates(history.totals),
    trendingDays: config.trendingDays,
    orderWeighting: config.orderWeighting,
    weights: historyWeights(model, catalog.items),
    customerHash: toShared(
      new Int32Array(history.customers.size).map((_, customer) => history.customers.hash(customer)),
    ),
  });
  if (history.spilled) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partitions = await Promise.all(
    // Releases each partition of the log as it is sent; otherwise two copies of all lines would be in memory.
    history.partitions.splice(0).map((partition, index) =>
      session.run('group', {
        partition,
        file: history.spilled ? path.join(folder, `baskets-${index}`) : undefined,
      }),
    ),
  );
  const tallies = new ItemTallies(catalog.items);
  for (const each of await session.close()) tallies.add(each);
  return { partitions, tallies, spilled: history.spilled };
}
