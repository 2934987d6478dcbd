// Leave-one-out recall of a build's co-purchase lists: each test order is subtracted from the lists first.
import type { SimilarityName } from '../../../runtime/core/options.ts';
import { loadOrders, type StoredPartition } from '../cooccurrence/grouped-store.ts';
import { rowOf, startsOf } from '../csr.ts';
import type { ListTable } from '../lists/list-table.ts';
import { RankedLists } from './metrics.ts';

/** Metrics that a build stores; the gate compares the next build with them. */
export interface HeldOutFigures {
  readonly k: number;
  readonly questions: number;
  readonly recall: number;
  readonly ndcg: number;
  readonly hit_rate: number;
}

/** Maximum number of test orders; twice as many would change the metrics by less than the gate's tolerance. */
const maxOrders = 4_000;
const k = 10;

/**
 * Samples orders evenly from the partitions. Each product of an order is one test case: do the first ten entries of its
 * list hold the order's other products? The order's own contribution to each pair is subtracted first: one common
 * order from c. The score loses the order's weight for `shrunk`; for other similarities it is scaled down with the count.
 * Call before the lists are filled with fallback entries.
 * @returns undefined if no order has between 2 and 50 products
 */
export function leaveOneOut(
  partitions: readonly StoredPartition[],
  lists: ListTable,
  { similarity, minSupport }: { readonly similarity: SimilarityName; readonly minSupport: number },
): HeldOutFigures | undefined {
  const cases: Array<{ item: number; others: number[]; weight: number }> = [];
  let orders = 0;
  for (const [at, partition] of partitions.entries()) {
    if (orders >= maxOrders) break;
    const baskets = loadOrders(partition);
    const fair = Math.ceil((maxOrders - orders) / (partitions.length - at));
    const step = Math.max(1, Math.floor(baskets.count / fair));
    for (let basket = 0; basket < baskets.count && orders < maxOrders; basket += step) {
      const items = Array.from(rowOf(baskets.start, baskets.items, basket));
      if (items.length < 2 || items.length > maxItems) continue;
      const weight = baskets.weight[basket]!;
      for (const item of items) cases.push({ item, others: items.filter((other) => other !== item), weight });
      orders++;
    }
  }
  if (cases.length === 0) return undefined;
  const ranked = new RankedLists(
    {
      task: 'copurchase',
      count: cases.length,
      subject: Int32Array.from(cases, ({ item }) => item),
      start: startsOf(cases.map(({ others }) => others.length)),
      targets: Int32Array.from(cases.flatMap(({ others }) => others)),
      unit: Int32Array.from(cases.keys()),
      units: cases.length,
      repeats: true,
    },
    [k],
    lists.length.length,
    new Float64Array(0),
  );
  for (const [at, { item, others, weight }] of cases.entries()) {
    const list = without(lists, item, new Set(others), (score, count) =>
      similarity === 'shrunk' ? score - weight : (score * (count - 1)) / count,
    );
    const left = list.filter(({ count }) => count >= Math.max(1, minSupport)).slice(0, k);
    ranked.add(
      at,
      left.map(({ item: each }) => each),
      left.length,
      () => false,
    );
  }
  const figure = (metric: 'recall' | 'ndcg' | 'hit_rate') =>
    Math.round((ranked.mean(metric, 0) ?? 0) * 1e4) / 1e4;
  return {
    k,
    questions: cases.length,
    recall: figure('recall'),
    ndcg: figure('ndcg'),
    hit_rate: figure('hit_rate'),
  };
}

/** Larger orders have far more targets than ten places can hold. */
const maxItems = 50;

/** An item's list as it would be without one order that holds `others`, best first. */
function without(
  { k: width, length, items, scores, reasons }: ListTable,
  item: number,
  others: ReadonlySet<number>,
  reduce: (score: number, count: number) => number,
): Array<{ item: number; score: number; count: number }> {
  const base = item * width;
  return Array.from({ length: length[item]! }, (_, at) => {
    const [each, score, count] = [items[base + at]!, scores[base + at]!, reasons[base + at]!];
    return others.has(each) && count > 0
      ? { item: each, score: reduce(score, count), count: count - 1 }
      : { item: each, score, count };
  }).sort((a, b) => b.score - a.score || a.item - b.item);
}
