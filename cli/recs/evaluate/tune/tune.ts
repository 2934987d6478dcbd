// `recs tune`: cuts a validation part from the training orders and searches for the model that scores best on it.

import { Random } from '../../../../fixtures/random.ts';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import { rowLength, rowOf } from '../../csr.ts';
import type { Task } from '../../gate/test-cases.ts';
import type { BasketKind, CopurchaseJson, PersonalizedJson } from '../../models/model-settings.ts';
import { maxEntries } from '../../models/neighbour-table.ts';
import { type CurrentModels, type EvaluatedModel, everyItem, plainSimilarity } from '../baselines.ts';
import { evaluateModel } from '../evaluate-model.ts';
import { type Evaluation, openEvaluation } from '../evaluation.ts';
import type { ModelFigures } from '../evaluation-result.ts';
import { type Dataset, ordersByCustomer } from '../order-log.ts';
import { buildTestCases, sampleTestCases } from '../protocol.ts';
import { cutValidation } from '../split.ts';
import { TrainedModels } from '../trained-models.ts';
import { copurchaseSpace } from './copurchase-space.ts';
import { personalizedSpace } from './personalized-space.ts';
import { type Score, type SearchPlan, type SearchResult, search, type Trial } from './search.ts';
import type { SearchSpace, SpaceFacts } from './search-space.ts';

export type TunedSettings = PersonalizedJson | CopurchaseJson;

export interface TuneInput {
  /** Only the training part is read. */
  readonly data: Dataset;
  readonly task: Task;
  readonly basket: BasketKind;
  /** List lengths; the score is the mean of recall and NDCG over them. */
  readonly ks: readonly number[];
  readonly seed: number;
  /** Time that the search is planned for. */
  readonly budgetMs: number;
  /** About as many trials, whatever the budget would allow; the budget is only a time limit then. */
  readonly trials?: number | undefined;
  /** Time limit; default: the budget. */
  readonly maxMs?: number;
  /** What the configuration builds now. */
  readonly current: CurrentModels;
  readonly onTrial: (trial: Trial<TunedSettings>, planned: number) => void;
  readonly signal: AbortSignal;
}

export interface TuneResult extends SearchResult<TunedSettings> {
  readonly task: Task;
  readonly questions: number;
}

/** @throws CoutureError `source_empty` if the training orders are too few for a validation part */
export async function tune(input: TuneInput): Promise<TuneResult> {
  const { data, task, basket, signal } = input;
  const started = performance.now();
  const random = new Random(input.seed, 'validation');
  const parts = cutValidation(data.train, data.customerIds.length, task, basket, () => random.next());
  const cut: Dataset = { ...data, ...parts };
  const testCases = buildTestCases(cut, task, basket);
  if (testCases.count === 0) {
    throw new CoutureError(
      'source_empty',
      `There are too few training orders to hold out a validation set for the task ${task}.`,
      'Tuning needs customers with two orders (personalized) or orders of two products (copurchase).',
    );
  }
  const facts = factsOf(cut, input);
  const space: SearchSpace<TunedSettings> =
    task === 'personalized' ? personalizedSpace(facts) : copurchaseSpace(facts);
  const plan = planSearch(cut, input, testCases.units);
  const trained = new TrainedModels(cut, 6);
  const limits = { ...input.current.limits, top: Math.max(input.current.limits.top, ...input.ks) };
  const evaluations = new Map<number, Evaluation>();
  const planned = plannedTrials(plan);
  const measure = async (model: EvaluatedModel, units: number) => {
    // Let Ctrl-C abort between two trials.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    let evaluation = evaluations.get(units);
    if (!evaluation) {
      evaluation = openEvaluation(cut, sampleTestCases(testCases, units, input.seed), input.ks);
      evaluations.set(units, evaluation);
    }
    const options = { seed: 1, draws: 0, limits };
    const { figures } = evaluateModel(evaluation, { name: 'trial', model }, options, trained);
    return scoreOf(figures, basket, task, data.trainItems);
  };
  const result = await search(
    space,
    plan,
    (settings, units) => measure({ task, settings } as EvaluatedModel, units),
    async (units) => {
      const scores: number[] = [];
      for (const floor of floorsOf(task, basket, input.current))
        scores.push((await measure(floor, units)).plain);
      return scores;
    },
    {
      expired: () => performance.now() - started > (input.maxMs ?? input.budgetMs * 0.95),
      onTrial: (trial) => input.onTrial(trial, planned),
    },
  );
  return { ...result, task, questions: testCases.count };
}

/** What the winner must at least match: simple models, and what is built now. */
function floorsOf(task: Task, basket: BasketKind, current: CurrentModels): EvaluatedModel[] {
  if (task === 'copurchase')
    return [
      { task, settings: { similarity: 'count', weighting: 'none', basket } },
      { task, settings: { similarity: 'cosine', weighting: 'none', basket } },
      { task, settings: current.copurchase },
    ];
  return [
    { task, plain: 'popularity' },
    { task, settings: plainSimilarity('count'), limits: everyItem },
    { task, settings: plainSimilarity('cosine'), limits: everyItem },
    { task, settings: current.personalized },
  ];
}

/** Coverage that product lists should reach. Below it the score shrinks: at half of it, by a fifth. */
const wantedCoverage = 0.9;
const coveragePower = 0.3;
/** Smaller catalogues get no coverage penalty: shoppers find every product anyway, and a list shows much of them. */
const minPenalizedItems = 1_000;

/**
 * Scores a trial by the mean of recall and NDCG. Product lists serve the whole catalogue, so low coverage lowers their
 * score. If customers are the baskets, nothing says how the test set was drawn, and on a split that favours popular items
 * in training (CiteULike-a) plain recall chose models that lost to cosine by far; there the score is the geometric mean
 * with popularity-stratified recall (Steck 2011), which weights each target by popularity^−½.
 */
function scoreOf({ metrics, coverage }: ModelFigures, basket: BasketKind, task: Task, items: number): Score {
  const mean = (metric: 'recall' | 'ndcg' | 'recall_stratified') => {
    const values = Object.values(metrics[metric]).map((value) => value ?? 0);
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };
  const plain = (mean('recall') + mean('ndcg')) / 2;
  if (task === 'copurchase' && items < minPenalizedItems) return { value: plain, plain, coverage };
  if (task === 'copurchase')
    return { value: plain * Math.min(1, coverage / wantedCoverage) ** coveragePower, plain, coverage };
  const value = basket === 'customer' ? Math.sqrt(plain * mean('recall_stratified')) : plain;
  return { value, plain, coverage };
}

/** Multiply-adds per second that plans assume: fewer than any machine does, so that plans end before the time limit. */
const assumedRate = 2.5e7;

/**
 * Limit of the customers or baskets in the last round. With 4,000 of Ta-Feng's 13,858 customers, noise selected a model
 * with 5 % less recall than the best.
 */
const maxUnits = 12_000;

/**
 * Plans the number of trials from the budget and the size of the data, not from the clock, so that every machine runs the
 * same trials; only a machine too slow for the plan finds another winner.
 */
function planSearch(
  { train, trainItems, customerIds }: Dataset,
  input: TuneInput,
  units: number,
): SearchPlan {
  const byCustomer = input.basket === 'customer' || input.task === 'personalized';
  const pairs = byCustomer ? customerPairs(train, customerIds.length) : orderPairs(train);
  const fit = 0.05 + pairs / assumedRate + (2 * trainItems) / 1e5;
  const lastRound = Math.min(units, maxUnits);
  const rank =
    input.task === 'personalized' ? (lastRound * pairs) / Math.max(1, customerIds.length) / assumedRate : 0.1;
  const affordable = input.trials ?? input.budgetMs / 1_000 / (fit + rank / 2);
  const first = Math.round(Math.min(96, Math.max(9, affordable * 0.4)));
  return {
    seed: input.seed,
    tolerance: 0.002,
    first,
    steps: Math.round(Math.min(160, Math.max(6, affordable * 0.4))),
    minUnits: Math.min(lastRound, Math.max(200, Math.round(lastRound / 9))),
    maxUnits: lastRound,
  };
}

function plannedTrials({ first, steps, minUnits, maxUnits }: SearchPlan): number {
  let [trials, round] = [first, first];
  for (let units = minUnits; units < maxUnits; units *= 3)
    trials += round = Math.max(2, Math.ceil(round / 3));
  return trials + steps;
}

function factsOf({ train, trainItems, customerIds }: Dataset, { basket }: TuneInput): SpaceFacts {
  return {
    basket,
    dated: train.day.every((day) => !Number.isNaN(day)) && new Set(train.day).size > 1,
    maxNeighbours: Math.floor(maxEntries / Math.max(1, trainItems)),
    meanHistory: train.items.length / Math.max(1, customerIds.length),
  };
}

function orderPairs(train: Dataset['train']): number {
  let pairs = 0;
  for (let order = 0; order < train.count; order++) {
    const n = rowLength(train.start, order);
    pairs += n * (n - 1);
  }
  return pairs;
}

function customerPairs(train: Dataset['train'], customers: number): number {
  const { start, orders } = ordersByCustomer(train, customers);
  let pairs = 0;
  for (let customer = 0; customer < customers; customer++) {
    let n = 0;
    for (const order of rowOf(start, orders, customer)) n += rowLength(train.start, order);
    pairs += n * n;
  }
  return pairs;
}
