// Whether what `buy_again` expects is bought: predicted probabilities against the purchases that followed.
import { groupPartition, hasUsableDates } from '../cooccurrence/grouping.ts';
import { defaultHistoryWeights } from '../cooccurrence/grouping-options.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import { rowOf } from '../csr.ts';
import { BuyAgainRanking, buyAgainDays, provenItems } from '../lists/buy-again.ts';
import { fitIntervals } from '../models/intervals.ts';
import { repurchaseRule } from '../models/repurchase.ts';
import { dayOf } from '../source/order-dates.ts';
import type { CalibrationFigures } from './evaluation-result.ts';
import { categoriesOf, type Dataset, filterLog, joinLogs, type OrderLog } from './order-log.ts';
import { type BuildLimits, runsOf } from './trained-models.ts';

/** Dates, a week apart, from which a week is predicted: a single week is a holiday or a sale too often. */
const cuts = 4;
/** Days of orders before the first of them: shorter histories have no rhythm. */
const minDays = 60;

/**
 * Makes the `buy_again` lists of all customers four, three, two and one week before the newest order, from the orders up to
 * that day, and counts which of the products that were due within seven days were bought in them. Undefined if orders have
 * no dates or span less than three months, or if lists have no products that were bought before.
 */
export function buyAgainCalibration(data: Dataset, limits: BuildLimits): CalibrationFigures | undefined {
  const log = joinLogs(data.train, data.test);
  if (limits.repurchase === 'never' || log.count === 0 || log.day.some(Number.isNaN)) return undefined;
  const { days } = runsOf(log);
  const first = days.newest - cuts * buyAgainDays;
  if (!hasUsableDates({ dates: days, lines: log.items.length }) || first - days.oldest < minDays)
    return undefined;
  const entries = Array.from({ length: cuts }, (_, at) =>
    predictions(data, log, first + at * buyAgainDays, limits),
  ).flat();
  if (entries.length === 0) return undefined;
  entries.sort((one, other) => one.predicted - other.predicted);
  return {
    days: buyAgainDays,
    dates: cuts,
    ...shares(entries),
    fifths: Array.from({ length: 5 }, (_, at) =>
      shares(entries.slice((at * entries.length) / 5, ((at + 1) * entries.length) / 5)),
    ),
  };
}

interface Prediction {
  readonly predicted: number;
  readonly bought: boolean;
}

/** The entries that are due within seven days of `today`, a day since 2000-01-01. */
function predictions(data: Dataset, log: OrderLog, today: number, limits: BuildLimits): Prediction[] {
  const dayOfOrder = (order: number) => dayOf(log.day[order]! * 86_400_000);
  const { runs } = runsOf(filterLog(log, (order) => dayOfOrder(order) <= today));
  const items = data.itemIds.length;
  const counter = new ItemCounter(items);
  const { maxHistory, maxOrderLines, seed, top, repurchase } = limits;
  const { histories } = groupPartition(
    runs,
    {
      items,
      itemOfProduct: Int32Array.from({ length: items }, (_, item) => item),
      newest: today,
      halfLife: Number.POSITIVE_INFINITY,
      trendingDays: 1,
      maxHistory,
      maxOrderLines,
      seed,
      repurchase: true,
      weights: defaultHistoryWeights,
    },
    counter,
  );
  const tallies = counter.tallies();
  const categories = categoriesOf({ ...data, trainItems: items });
  const rule = repurchaseRule(tallies, categories, repurchase);
  const ranking = new BuyAgainRanking({
    intervals: fitIntervals(tallies, categories),
    again: rule.again,
    proven: provenItems(tallies, rule),
    undated: false,
    top,
  });
  const bought = boughtIn(
    log,
    (order) => dayOfOrder(order) > today && dayOfOrder(order) <= today + buyAgainDays,
  );
  const found: Prediction[] = [];
  for (let basket = 0; basket < histories.count; basket++) {
    const length = ranking.rank(histories, basket);
    const theirs = bought.get(histories.customer[basket]!);
    for (let rank = 0; rank < length; rank++) {
      const { ids, scores, extras } = ranking.best;
      const dueIn = Math.round(ranking.interval(extras[rank]!)) - histories.last[extras[rank]!]!;
      if (dueIn <= buyAgainDays)
        found.push({ predicted: scores[rank]!, bought: theirs?.has(ids[rank]!) ?? false });
    }
  }
  return found;
}

/** Customer → items of the orders that `is` chooses. */
function boughtIn(log: OrderLog, is: (order: number) => boolean): Map<number, Set<number>> {
  const bought = new Map<number, Set<number>>();
  for (let order = 0; order < log.count; order++) {
    if (!is(order)) continue;
    const customer = log.customer[order]!;
    const mine = bought.get(customer) ?? new Set();
    for (const item of rowOf(log.start, log.items, order)) mine.add(item);
    bought.set(customer, mine);
  }
  return bought;
}

function shares(entries: readonly Prediction[]) {
  const mean = (of: (entry: Prediction) => number) =>
    entries.reduce((sum, entry) => sum + of(entry), 0) / Math.max(1, entries.length);
  const round = (share: number) => Math.round(share * 1e6) / 1e6;
  return {
    due: entries.length,
    predicted: round(mean(({ predicted }) => predicted)),
    bought: round(mean((entry) => (entry.bought ? 1 : 0))),
  };
}
