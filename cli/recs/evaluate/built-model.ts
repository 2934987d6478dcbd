// The personalized lists that a build over the training orders writes, made by the code of the build itself.
import { optionTable, type RepurchaseMode } from '../../../runtime/core/options.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { datesTell, groupPartition } from '../cooccurrence/grouping.ts';
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { ItemTallies } from '../cooccurrence/tallies.ts';
import { PersonalRanking } from '../lists/personal-ranking.ts';
import { repurchaseRule } from '../lists/repurchase.ts';
import {
  NeighbourSelector,
  type Neighbours,
  neighbourCount,
  openNeighbours,
} from '../similarity/neighbours.ts';
import type { Dataset, OrderLog } from './order-log.ts';
import type { ScoreSheet } from './score-sheet.ts';
import { countRows } from './train-baskets.ts';

/** Settings of the build that its personalized lists depend on. */
export interface BuiltSettings {
  readonly repurchase: RepurchaseMode;
  readonly top: number;
  readonly maxHistory: number;
  readonly maxOrderLines: number;
  readonly seed: number;
}

/** What the lists are made of, whatever may be recommended again. */
export interface BuiltParts {
  readonly histories: Histories;
  readonly tallies: ItemTallies;
  readonly neighbours: Neighbours;
}

/** Days from 1970 to 2000, where those of the build begin. */
const epochDays = 10_957;

/** Groups the training orders and counts who bought what together, as a build does. Nobody watches anything. */
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
      // Only co-purchases and trends age.
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

/** The lists of a build with `repurchase`, as a model: entries score as in their list. */
export function builtModel(
  { trainItems: items, customerIds, itemCategory }: Dataset,
  { histories, tallies, neighbours }: BuiltParts,
  { repurchase, top }: Pick<BuiltSettings, 'repurchase' | 'top'>,
): (customer: number, sheet: ScoreSheet) => void {
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
  return (customer, sheet) => {
    const basket = basketOf.get(customer);
    if (basket === undefined) return;
    const length = ranking.rank(histories, basket);
    const { ids, scores } = ranking.best;
    for (let at = 0; at < length; at++) sheet.add(ids[at]!, scores[at]!);
  };
}

/** Orders as the runs of one partition: customer, order (two numbers), day, length, items. */
function runsOf(log: OrderLog) {
  const runs = new Int32Array(log.items.length + log.count * 5);
  let [end, newest, oldest] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let order = 0; order < log.count; order++) {
    const date = log.day[order]!;
    const day = Number.isNaN(date) ? 0 : Math.floor(date) - epochDays;
    const items = log.items.subarray(log.start[order]!, log.start[order + 1]!);
    runs.set([log.customer[order]!, 0, order, day, items.length], end);
    runs.set(items, end + 5);
    end += 5 + items.length;
    newest = Math.max(newest, day);
    oldest = Math.min(oldest, day);
  }
  return { runs, days: { newest: Number.isFinite(newest) ? newest : 0, oldest } };
}
