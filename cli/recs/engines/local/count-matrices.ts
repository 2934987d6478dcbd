// Baskets → the rows of the order matrix and of the customer matrix, and the lists made from each row, on worker threads.
import { count } from '../../../terminal/figures.ts';
import { chooseKernel, countPairs, type KernelName, maxRangePairs } from '../../cooccurrence/kernel.ts';
import { splitRows } from '../../cooccurrence/pair-counter.ts';
import { toShared } from '../../shared-arrays.ts';
import type { StageReport } from '../../stage-clock.ts';
import type { CustomerMatrixLists, EngineInput, OrderMatrixLists } from '../engine.ts';
import { countsCustomers, customerMatrixInput, orderMatrixInput } from '../matrix-input.ts';
import type { BuildSessions } from './build-tasks.ts';
import type { BasketSet } from './group-baskets.ts';
import type { Session } from './thread-pool.ts';

type CountInput = Pick<EngineInput, 'pool' | 'catalog' | 'facts' | 'config' | 'alike'>;

/** Counts pairs of products in the same order, and selects `bought_together` and `bundle` from each row. */
export async function countOrderMatrix(
  input: CountInput & Pick<EngineInput, 'model'>,
  { tallies, partitions, spilled }: BasketSet,
  report: StageReport,
): Promise<OrderMatrixLists> {
  const matrix = orderMatrixInput(input, tallies, await input.alike);
  const { boughtTogether, bundle, sameCategory } = matrix;
  const heldOut = partitions;
  if (!boughtTogether && !bundle)
    return { boughtTogether, bundle, affinity: new Float64Array(0), pairs: 0, sameCategory, heldOut };
  const rowPairs = toShared(tallies.orderPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.orderItems, spilled);
  const session = await input.pool.open('orderMatrix', { ...matrix, kernel, partitions, rowPairs });
  await countRanges(session, { rowPairs, kernel }, input, report);
  const closed = await session.close();
  const affinity = closed[0]!.affinity;
  for (const { affinity: other } of closed.slice(1))
    for (let at = 0; at < affinity.length; at++) affinity[at]! += other[at]!;
  const pairs = closed.reduce((total, each) => total + each.pairs, 0);
  return { boughtTogether, bundle, affinity, pairs, sameCategory, heldOut };
}

/** Counts pairs of products of the same customer, and selects `similar` and the rows behind item_knn and ease. */
export async function countCustomerMatrix(
  input: CountInput & Pick<EngineInput, 'model'>,
  { tallies, partitions, spilled }: BasketSet,
  order: OrderMatrixLists,
  report: StageReport,
): Promise<CustomerMatrixLists> {
  const matrix = customerMatrixInput(input, tallies, await input.alike, order);
  const { similar, itemKnn, gram, boughtTogether } = matrix;
  const { sameCategory } = order;
  const lists = { similar, itemKnn, gram, boughtTogether, sameCategory };
  if (!countsCustomers(input.config, input.model)) return lists;
  const rowPairs = toShared(tallies.historyPairs);
  const kernel = chooseKernel(rowPairs, tallies.totals.historyItems, spilled);
  const session = await input.pool.open('customerMatrix', { ...matrix, kernel, partitions, rowPairs });
  await countRanges(session, { rowPairs, kernel }, input, report);
  await session.close();
  return lists;
}

/** Splits the rows so that every thread gets several ranges and the pairs in flight fit a quarter of `--memory`. */
async function countRanges(
  session: Session<BuildSessions['orderMatrix']> | Session<BuildSessions['customerMatrix']>,
  { rowPairs, kernel }: { readonly rowPairs: Float64Array; readonly kernel: KernelName },
  { config, pool: { size: threads } }: Pick<CountInput, 'config' | 'pool'>,
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
