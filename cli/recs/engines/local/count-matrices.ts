// Baskets → the rows of the order matrix and of the customer matrix, and the lists made from each row, on worker threads.
import type { Config } from '../../../../runtime/core/options.ts';
import { count } from '../../../terminal/figures.ts';
import { chooseKernel, countPairs, type KernelName, maxRangePairs } from '../../cooccurrence/kernel.ts';
import { splitRows } from '../../cooccurrence/pair-counter.ts';
import type { ItemFacts } from '../../lists/item-facts.ts';
import { toShared } from '../../shared-arrays.ts';
import type { Catalog } from '../../source/catalog.ts';
import type { StageReport } from '../../stage-clock.ts';
import type { AlikeProducts, CustomerMatrixLists, EngineInput, OrderMatrixLists } from '../engine.ts';
import { customerMatrixInput, orderMatrixInput } from '../matrix-input.ts';
import type { BuildPool, BuildSessions } from './build-tasks.ts';
import type { BasketSet } from './group-baskets.ts';
import type { Session } from './thread-pool.ts';

/** Counts pairs of products in the same order, and selects `bought_together` and `bundle` from each row. */
export async function countOrderMatrix(
  pool: BuildPool,
  catalog: Catalog,
  facts: ItemFacts,
  baskets: BasketSet,
  alike: AlikeProducts,
  config: Config,
  report: StageReport,
): Promise<OrderMatrixLists> {
  const { tallies, partitions } = baskets;
  const input = orderMatrixInput(catalog, facts, tallies, alike, config);
  const { boughtTogether, bundle, sameCategory } = input;
  const heldOut = partitions;
  if (!boughtTogether && !bundle)
    return { boughtTogether, bundle, affinity: new Float64Array(0), pairs: 0, sameCategory, heldOut };
  const rowPairs = toShared(tallies.orderPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.orderItems, baskets.spilled);
  const session = await pool.open('orderMatrix', { ...input, kernel, partitions, rowPairs });
  await countRanges(pool.size, session, rowPairs, kernel, config, report);
  const closed = await session.close();
  const affinity = closed[0]!.affinity;
  for (const { affinity: other } of closed.slice(1))
    for (let at = 0; at < affinity.length; at++) affinity[at]! += other[at]!;
  const pairs = closed.reduce((total, each) => total + each.pairs, 0);
  return { boughtTogether, bundle, affinity, pairs, sameCategory, heldOut };
}

/** Counts pairs of products of the same customer, and selects `similar` and the rows behind item_knn and ease. */
export async function countCustomerMatrix(
  pool: BuildPool,
  catalog: Catalog,
  facts: ItemFacts,
  baskets: BasketSet,
  alike: AlikeProducts,
  order: OrderMatrixLists,
  { config, model }: Pick<EngineInput, 'config' | 'model'>,
  report: StageReport,
): Promise<CustomerMatrixLists> {
  const { tallies, partitions } = baskets;
  const input = customerMatrixInput(catalog, facts, tallies, alike, order, config, model);
  const { similar, itemKnn, gram, boughtTogether } = input;
  const { sameCategory } = order;
  const lists = { similar, itemKnn, gram, boughtTogether, sameCategory };
  if (!similar && !itemKnn && !gram) return lists;
  const rowPairs = toShared(tallies.historyPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.historyItems, baskets.spilled);
  const session = await pool.open('customerMatrix', { ...input, kernel, partitions, rowPairs });
  await countRanges(pool.size, session, rowPairs, kernel, config, report);
  await session.close();
  return lists;
}

/** Splits the rows so that every thread gets several ranges and the pairs in flight fit a quarter of `--memory`. */
async function countRanges(
  threads: number,
  session: Session<BuildSessions['orderMatrix']> | Session<BuildSessions['customerMatrix']>,
  rowPairs: Float64Array,
  kernel: KernelName,
  config: Config,
  report: StageReport,
): Promise<void> {
  const pairs = countPairs(rowPairs);
  const bytesPerPair = 8;
  const affordable = config.memory / 4 / threads / bytesPerPair;
  const ranges = splitRows(
    rowPairs,
    Math.max(1, Math.min(affordable, maxRangePairs, Math.ceil(pairs / (threads * 2)))),
  );
  let done = 0;
  report.update(0, pairs);
  await Promise.all(
    ranges.map(async (range) => {
      await session.run('count', range);
      done += countPairs(rowPairs.subarray(range.from, range.to));
      report.update(done);
    }),
  );
  report.summary = `${count(pairs)} pairs, ${kernel === 'rows' ? 'row by row' : `in buckets, ${ranges.length} range${ranges.length === 1 ? '' : 's'}`}`;
}
