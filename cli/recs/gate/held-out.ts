// How well a build's own co-purchase lists find what orders hold, each order taken out of the lists before they are asked.
import type { MeasureName } from '../../../runtime/core/options.ts';
import { loadOrders, type StoredPartition } from '../cooccurrence/grouped-store.ts';
import type { ListTable } from '../lists/list-table.ts';
import { AnswerSheet } from './metrics.ts';

/** What a build keeps, and the next one is held against. */
export interface HeldOutFigures {
  readonly k: number;
  readonly questions: number;
  readonly recall: number;
  readonly ndcg: number;
  readonly hit_rate: number;
}

/** Orders that are asked about; as many again would move the figures by less than the gate looks at. */
const mostOrders = 4_000;
const k = 10;

/**
 * Takes orders evenly from the partitions; each product of an order asks for the others in its first ten. What the order
 * itself gave to a pair is taken off first: a common order of c, and its weight. Exact for the counts; for other
 * measures the score falls as the count does. Call before lists are filled.
 */
export function leaveOneOut(
  partitions: readonly StoredPartition[],
  lists: ListTable,
  { measure, minSupport }: { readonly measure: MeasureName; readonly minSupport: number },
): HeldOutFigures | undefined {
  const asked: Array<{ item: number; others: number[]; weight: number }> = [];
  let orders = 0;
  for (const [at, partition] of partitions.entries()) {
    if (orders >= mostOrders) break;
    const baskets = loadOrders(partition);
    const fair = Math.ceil((mostOrders - orders) / (partitions.length - at));
    const step = Math.max(1, Math.floor(baskets.count / fair));
    for (let basket = 0; basket < baskets.count && orders < mostOrders; basket += step) {
      const items = Array.from(baskets.items.subarray(baskets.start[basket]!, baskets.start[basket + 1]!));
      if (items.length < 2 || items.length > mostItems) continue;
      const weight = baskets.weight[basket]!;
      for (const item of items) asked.push({ item, others: items.filter((other) => other !== item), weight });
      orders++;
    }
  }
  if (asked.length === 0) return undefined;
  const start = new Int32Array(asked.length + 1);
  for (const [at, { others }] of asked.entries()) start[at + 1] = start[at]! + others.length;
  const sheet = new AnswerSheet(
    {
      task: 'copurchase',
      count: asked.length,
      subject: Int32Array.from(asked, ({ item }) => item),
      start,
      targets: Int32Array.from(asked.flatMap(({ others }) => others)),
      unit: Int32Array.from(asked.keys()),
      units: asked.length,
      repeats: true,
    },
    [k],
    lists.length.length,
    new Float64Array(0),
  );
  for (const [at, { item, others, weight }] of asked.entries()) {
    const list = without(lists, item, new Set(others), (score, count) =>
      measure === 'shrunk' ? score - weight : (score * (count - 1)) / count,
    );
    const left = list.filter(({ count }) => count >= Math.max(1, minSupport)).slice(0, k);
    sheet.mark(
      at,
      left.map(({ item: each }) => each),
      left.length,
      () => false,
    );
  }
  const figure = (metric: 'recall' | 'ndcg' | 'hit_rate') =>
    Math.round((sheet.mean(metric, 0) ?? 0) * 1e4) / 1e4;
  return {
    k,
    questions: asked.length,
    recall: figure('recall'),
    ndcg: figure('ndcg'),
    hit_rate: figure('hit_rate'),
  };
}

/** Larger orders ask for more than ten places hold. */
const mostItems = 50;

/** An item's list as it would be without one order of these others, best first. */
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
