// Training orders → the personalized lists that a build over them writes, by the build's own counting, model and ranking.
import { optionTable, type RepurchaseMode } from '../../../runtime/core/options.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import { groupPartition, hasUsableDates } from '../cooccurrence/grouping.ts';
import type { HistoryWeights } from '../cooccurrence/grouping-options.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import { PairCounter, type RowSink } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import type { ItemTallies } from '../cooccurrence/tallies.ts';
import { rowOf } from '../csr.ts';
import { type EaseInput, fitEase, openEase, openEaseRows, planEase } from '../models/ease.ts';
import { GramSelector } from '../models/gram-rows.ts';
import { type ItemKnnInput, NeighbourSelector, openItemKnn } from '../models/item-knn.ts';
import { type EaseSettings, type PersonalizedJson, personalizedShape } from '../models/model-settings.ts';
import { fitModel, historyWeights } from '../models/personal-model.ts';
import { PersonalRanking } from '../models/personal-ranking.ts';
import { type ItemCategories, repurchaseRule } from '../models/repurchase.ts';
import { runHeader } from '../source/basket-log.ts';
import type { Dataset, OrderLog } from './order-log.ts';
import type { ScoreBuffer } from './score-buffer.ts';
import { countRows } from './train-baskets.ts';

/** Adds one customer's scores to the buffer. */
export type PersonalModel = (customer: number, scores: ScoreBuffer) => void;

/** The build settings besides the model that affect personalized lists. */
export interface BuildLimits {
  readonly repurchase: RepurchaseMode;
  readonly top: number;
  readonly maxHistory: number;
  readonly maxOrderLines: number;
  readonly seed: number;
}

/** Orders grouped as a build does. */
interface Grouped {
  /** What the histories depend on, besides the weights. */
  readonly limits: Pick<BuildLimits, 'maxHistory' | 'maxOrderLines' | 'seed'>;
  readonly histories: Histories;
  readonly tallies: ItemTallies;
}

/** Share of a score by which entries with equal scores are set apart. */
const tieStep = 1e-12;

/** Days from 1970 to 2000: the build counts days from 2000. */
const epochDays = 10_957;

/** Trains models on one set of orders. Settings that share a part of the work do it once. */
export class TrainedModels {
  readonly #data: Dataset;
  /** Number of items that are counted, and training item → its number among them: those of the shop's catalogue. */
  readonly #items: number;
  readonly #numbers: Int32Array;
  readonly #categories: ItemCategories;
  readonly #parts = new Map<string, unknown>();
  readonly #maxParts: number;

  /** @param maxParts the least recently used part is dropped beyond this many */
  constructor(data: Dataset, maxParts = 8) {
    this.#data = data;
    this.#maxParts = maxParts;
    const { trainItems, catalogue } = data;
    this.#numbers =
      catalogue?.number.subarray(0, trainItems) ?? Int32Array.from({ length: trainItems }, (_, item) => item);
    this.#items = catalogue?.items ?? trainItems;
    this.#categories = categoriesOf(data, this.#items, this.#numbers);
  }

  /** Returns a model that gives the entries of the build's lists the scores they have there. Watch lists are empty. */
  train(json: PersonalizedJson, limits: BuildLimits): PersonalModel {
    const model = personalizedShape.parse(json);
    const { customerIds } = this.#data;
    const catalogue = this.#data.catalogue?.items ?? this.#data.itemIds.length;
    const weights = historyWeights(model, catalogue);
    const grouped = this.#grouped(weights, limits);
    const { histories, tallies } = grouped;
    const fitted = fitModel(model, {
      tallies,
      itemKnn: model.item_knn && this.#itemKnn(model.item_knn, grouped, limits.top),
      ease: model.ease && this.#ease(model.ease, grouped, weights),
      repurchase: repurchaseRule(tallies, this.#categories, limits.repurchase, model.repeat?.threshold),
      categories: this.#categories,
    });
    const none = new Int32Array(0);
    const watch = { start: new Int32Array(customerIds.length + 1), items: none, products: none };
    const ranking = new PersonalRanking({ ...fitted, watch, top: limits.top });
    const basketOf = new Int32Array(customerIds.length).fill(-1);
    for (const [basket, customer] of histories.customer.entries()) basketOf[customer] = basket;
    const itemOf = new Int32Array(this.#items);
    for (const [item, number] of this.#numbers.entries()) itemOf[number] = item;
    return (customer, buffer) => {
      const basket = basketOf[customer]!;
      if (basket < 0) return;
      const length = ranking.rank(histories, basket);
      const { ids, scores } = ranking.best;
      // Keep the order of equal scores: in a build, they go to the lower number of the catalogue.
      for (let at = 0; at < length; at++)
        buffer.add(itemOf[ids[at]!]!, scores[at]! - Math.abs(scores[at]!) * at * tieStep);
    };
  }

  /** Groups the training orders with these weights. */
  #grouped(weights: HistoryWeights, { maxHistory, maxOrderLines, seed }: BuildLimits): Grouped {
    const { train } = this.#data;
    const items = this.#items;
    return this.#once('orders', { ...weights, maxHistory, maxOrderLines, seed }, () => {
      const counter = new ItemCounter(items);
      const { runs, days } = this.#once('runs', {}, () => runsOf(train));
      const { histories } = groupPartition(
        runs,
        {
          items,
          itemOfProduct: this.#numbers,
          newest: days.newest,
          undated: !hasUsableDates({ dates: days, lines: train.items.length }),
          // The half-life applies to co-purchases and trends only.
          halfLife: Number.POSITIVE_INFINITY,
          trendingDays: optionTable.trendingDays.schema.parse(optionTable.trendingDays.default),
          maxHistory,
          maxOrderLines,
          seed,
          repurchase: true,
          weights,
        },
        counter,
      );
      return { limits: { maxHistory, maxOrderLines, seed }, histories, tallies: counter.tallies() };
    });
  }

  #itemKnn(settings: ItemKnnInput['settings'], grouped: Grouped, top: number): ItemKnnInput {
    const { histories, tallies } = grouped;
    const items = this.#items;
    const weights = { weight: tallies.customerWeight, totalWeight: tallies.totals.historyWeight };
    const { weight: _, ...counted } = settings;
    const filled = this.#once('item_knn', { ...counted, top, ...grouped.limits }, () => {
      const input = openItemKnn(settings, items, top, weights);
      const selector = new NeighbourSelector(input);
      this.#countHistories(histories, tallies, (row) => selector.select(row));
      return input;
    });
    return { ...filled, settings };
  }

  #ease(
    settings: EaseSettings,
    { histories, tallies, limits }: Grouped,
    { weighting }: HistoryWeights,
  ): EaseInput {
    const { candidates } = planEase(settings, tallies.items);
    // Only the rows of the low-pass filter depend on the weights of the histories.
    const weighted = settings.low_pass > 0 ? weighting : undefined;
    const gram = this.#once('gram', { candidates, weighted, ...limits }, () => {
      const rows = openEaseRows(settings, tallies);
      const selector = new GramSelector(rows);
      this.#countHistories(histories, tallies, (row) => selector.select(row));
      return rows;
    });
    const { weight: _, ...fitted } = settings;
    const ease = this.#once('ease', { ...fitted, weighted, ...limits }, () => {
      const input = openEase(settings, gram);
      fitEase(input);
      return { ...input, matrices: undefined };
    });
    return { ...ease, settings };
  }

  #countHistories(histories: Histories, { items, historyPairs }: ItemTallies, sink: RowSink): void {
    const kernel = { pairs: new PairCounter(items), rows: new RowCounter(items) };
    countRows({ baskets: histories, rowPairs: historyPairs }, kernel, sink);
  }

  #once<T>(name: string, settings: unknown, make: () => T): T {
    const key = `${name} ${JSON.stringify(settings)}`;
    const part = this.#parts.has(key) ? (this.#parts.get(key) as T) : make();
    this.#parts.delete(key);
    this.#parts.set(key, part);
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= this.#maxParts) break;
      this.#parts.delete(oldest);
    }
    return part;
  }
}

function categoriesOf(
  { trainItems, itemCategory }: Dataset,
  items: number,
  numbers: Int32Array,
): ItemCategories {
  const names = [...new Set(itemCategory?.slice(0, trainItems) ?? [''])];
  const places = new Map(names.map((name, at) => [name, at]));
  const category = new Int32Array(items);
  for (const [item, number] of numbers.entries()) category[number] = places.get(itemCategory?.[item] ?? '')!;
  return { category, categories: names.length };
}

/** Encodes orders, as they were read, as runs of one partition: customer, order (two numbers), day, length, items. */
export function runsOf(log: OrderLog) {
  const runs = new Int32Array(log.items.length + log.count * runHeader);
  let [end, newest, oldest] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const asRead = Int32Array.from({ length: log.count }, (_, order) => order).sort(
    (a, b) => log.position[a]! - log.position[b]!,
  );
  for (const order of asRead) {
    const date = log.day[order]!;
    const day = Number.isNaN(date) ? 0 : Math.floor(date) - epochDays;
    const items = rowOf(log.start, log.items, order);
    // The place among the orders stands for the time of day: a build keeps that order within a day.
    // Both numbers together are the order, and their difference by bits is its key.
    runs.set(
      [log.customer[order]!, log.key[order]! ^ order, order, day, items.length, log.position[order]!],
      end,
    );
    runs.set(items, end + runHeader);
    end += runHeader + items.length;
    newest = Math.max(newest, day);
    oldest = Math.min(oldest, day);
  }
  return { runs, days: { newest: Number.isFinite(newest) ? newest : 0, oldest } };
}
