// Training orders → the personalized lists that a build over them would write, computed by the build's own code.
import { optionTable, type RepurchaseMode } from '../../../runtime/core/options.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { datesTell, groupPartition } from '../cooccurrence/grouping.ts';
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { ItemTallies } from '../cooccurrence/tallies.ts';
import { rowOf } from '../csr.ts';
import { PersonalRanking } from '../lists/personal-ranking.ts';
import { repurchaseRule } from '../lists/repurchase.ts';
import {
  NeighbourSelector,
  type Neighbours,
  neighbourCount,
  openNeighbours,
} from '../similarity/neighbours.ts';
import type { Dataset, OrderLog } from './order-log.ts';
import type { ScoreBuffer } from './score-buffer.ts';
import { countRows } from './train-baskets.ts';

/** The build settings that affect personalized lists. */
export interface BuiltSettings {
  readonly repurchase: RepurchaseMode;
  readonly top: number;
  readonly maxHistory: number;
  readonly maxOrderLines: number;
  readonly seed: number;
}

/** The inputs of the lists that do not depend on the repurchase mode. */
export interface BuiltParts {
  readonly histories: Histories;
  readonly tallies: ItemTallies;
  readonly neighbours: Neighbours;
}

/** Days from 1970 to 2000: the build counts days from 2000. */
const epochDays = 10_957;

/** Groups the training orders and counts co-purchases as a build does. Watch lists are empty. */
export function gatherParts(
  { train, trainItems: items }: Dataset,
  { top, maxHistory, maxOrderLines, seed }: Omit<BuiltSettings, 'repurchase'>,
): BuiltParts {
  const tallies = new ItemTallies(items);
  const { runs, days } = runsOf(train);
  const { histories } = groupPartition(
    runs,
    {
      items,
      itemOfProduct: Int32Array.from({ length: items }, (_, item) => item),
      newest: days.newest,
      undated: !datesTell({ dates: days, lines: train.items.length }),
      // The half-life applies to co-purchases and trends only.
      halfLife: Number.POSITIVE_INFINITY,
      trendingDays: optionTable.trendingDays.schema.parse(optionTable.trendingDays.default),
      maxHistory,
      maxOrderLines,
      seed,
      repurchase: true,
    },
    tallies,
  );
  const neighbours = openNeighbours(items, neighbourCount(top));
  const selector = new NeighbourSelector(neighbours, tallies.customerWeight);
  const kernel = { pairs: new PairCounter(items), rows: new RowCounter(items) };
  countRows({ baskets: histories, rowPairs: tallies.historyPairs }, kernel, (row) => selector.select(row));
  return { histories, tallies, neighbours };
}

/** Returns a model that gives the entries of the build's lists the scores they have there. */
export function builtModel(
  { trainItems: items, customerIds, itemCategory }: Dataset,
  { histories, tallies, neighbours }: BuiltParts,
  { repurchase, top }: Pick<BuiltSettings, 'repurchase' | 'top'>,
): (customer: number, buffer: ScoreBuffer) => void {
  const names = [...new Set(itemCategory?.slice(0, items) ?? [''])];
  const numbers = new Map(names.map((name, at) => [name, at]));
  const category = Int32Array.from({ length: items }, (_, item) => numbers.get(itemCategory?.[item] ?? '')!);
  const none = new Int32Array(0);
  const ranking = new PersonalRanking({
    items,
    neighbours,
    watch: { start: new Int32Array(customerIds.length + 1), items: none, products: none },
    repurchase: repurchaseRule(tallies, { category, categories: names.length }, repurchase),
    top,
  });
  const basketOf = new Map(Array.from(histories.customer, (customer, basket) => [customer, basket]));
  return (customer, buffer) => {
    const basket = basketOf.get(customer);
    if (basket === undefined) return;
    const length = ranking.rank(histories, basket);
    const { ids, scores } = ranking.best;
    for (let at = 0; at < length; at++) buffer.add(ids[at]!, scores[at]!);
  };
}

/** Encodes orders as runs of one partition: customer, order (two numbers), day, length, items. */
function runsOf(log: OrderLog) {
  const runs = new Int32Array(log.items.length + log.count * 5);
  let [end, newest, oldest] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let order = 0; order < log.count; order++) {
    const date = log.day[order]!;
    const day = Number.isNaN(date) ? 0 : Math.floor(date) - epochDays;
    const items = rowOf(log.start, log.items, order);
    runs.set([log.customer[order]!, 0, order, day, items.length], end);
    runs.set(items, end + 5);
    end += 5 + items.length;
    newest = Math.max(newest, day);
    oldest = Math.min(oldest, day);
  }
  return { runs, days: { newest: Number.isFinite(newest) ? newest : 0, oldest } };
}
