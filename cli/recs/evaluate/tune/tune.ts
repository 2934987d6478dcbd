// `recs tune`: a validation part is cut from the training orders, and models are searched that answer it best.

import { Random } from '../../../../fixtures/random.ts';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Task } from '../../gate/questions.ts';
import type { ModelJson } from '../baselines.ts';
import { evaluateModel, type ModelFigures } from '../evaluate.ts';
import { type Examination, openExamination } from '../measure-model.ts';
import type { CopurchaseJson, PersonalizedJson } from '../model-settings.ts';
import { type Dataset, ordersByCustomer } from '../order-log.ts';
import { FittedParts } from '../personal-model.ts';
import { askQuestions, type BasketKind, someQuestions } from '../protocol.ts';
import { cutValidation } from '../split.ts';
import { type Score, type SearchPlan, type SearchResult, search, type Trial } from './search.ts';
import { copurchaseSpace, personalizedSpace, type SearchSpace, type SpaceFacts } from './search-space.ts';

export type TunedSettings = PersonalizedJson | CopurchaseJson;

export interface TuneInput {
  /** Its test part is not looked at. */
  readonly data: Dataset;
  readonly task: Task;
  readonly basket: BasketKind;
  /** Lengths of lists; the score is the mean of recall and NDCG at them. */
  readonly ks: readonly number[];
  readonly seed: number;
  /** What the plan is made for. */
  readonly budgetMs: number;
  /** When the clock ends it; unset: with the budget. */
  readonly longestMs?: number;
  /** Only what the build can do, so that the winner can be applied. */
  readonly buildOnly: boolean;
  readonly onTrial: (trial: Trial<TunedSettings>, planned: number) => void;
  readonly signal: AbortSignal;
}

export interface TuneResult extends SearchResult<TunedSettings> {
  readonly task: Task;
  readonly questions: number;
}

/** @throws CoutureError `source_empty` where nothing can be held out */
export async function tune(input: TuneInput): Promise<TuneResult> {
  const { data, task, basket, signal } = input;
  const started = performance.now();
  const random = new Random(input.seed, 'validation');
  const parts = cutValidation(data.train, data.customerIds.length, task, basket, () => random.next());
  const cut: Dataset = { ...data, ...parts };
  const questions = askQuestions(cut, task, basket);
  if (questions.count === 0) {
    throw new CoutureError(
      'source_empty',
      `The training orders are too few to hold any out for the task ${task}.`,
      'Tuning needs customers with two orders (personalized) or orders of two products (copurchase).',
    );
  }
  const facts = factsOf(cut, input);
  const space: SearchSpace<TunedSettings> =
    task === 'personalized' ? personalizedSpace(facts) : copurchaseSpace(facts);
  const plan = planSearch(cut, input, questions.units);
  const shared = new FittedParts(cut, 4);
  const exams = new Map<number, Examination>();
  const planned = plannedTrials(plan);
  const result = await search(
    space,
    plan,
    async (settings, units) => {
      // Ctrl-C is heard between trials.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      let exam = exams.get(units);
      if (!exam)
        exams.set(
          units,
          (exam = openExamination(cut, someQuestions(questions, units, input.seed), input.ks)),
        );
      const model = { task, settings } as ModelJson;
      const { figures } = evaluateModel(exam, { name: 'trial', model }, { seed: 1, draws: 0 }, shared);
      return scoreOf(figures, basket, task, data.trainItems);
    },
    {
      expired: () => performance.now() - started > (input.longestMs ?? input.budgetMs * 0.95),
      onTrial: (trial) => input.onTrial(trial, planned),
    },
  );
  return { ...result, task, questions: questions.count };
}

/** Lists of products should show this much of the catalogue; what is missing costs: at half of it a fifth of the score. */
const wantedCoverage = 0.9;
const coveragePower = 0.3;
/** In a smaller catalogue every product is found anyway, and tens of a list are a large part of it. */
const fewestItems = 1_000;

/**
 * Mean of recall and NDCG. Lists of products are for the whole catalogue, so too little coverage costs. Where customers
 * are the baskets, nothing tells how the test will be drawn, and on a split that favours popular items in training
 * (CiteULike-a) plain recall chose models that lost to cosine by far: there it is the geometric mean with
 * popularity-stratified recall (Steck 2011), each target weighing popularity^−½.
 */
function scoreOf({ metrics, coverage }: ModelFigures, basket: BasketKind, task: Task, items: number): Score {
  const mean = (metric: 'recall' | 'ndcg' | 'recall_stratified') => {
    const values = Object.values(metrics[metric]).map((value) => value ?? 0);
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };
  const plain = (mean('recall') + mean('ndcg')) / 2;
  if (task === 'copurchase' && items < fewestItems) return { value: plain, plain, coverage };
  if (task === 'copurchase')
    return { value: plain * Math.min(1, coverage / wantedCoverage) ** coveragePower, plain, coverage };
  const value = basket === 'customer' ? Math.sqrt(plain * mean('recall_stratified')) : plain;
  return { value, plain, coverage };
}

/** Multiply-adds a second that plans count on: less than any machine has, so that plans end before the clock. */
const cautious = 2.5e7;

/**
 * Customers or baskets of the last round. With 4,000 of Ta-Feng's 13,858 customers the noise chose a model that found
 * 5 % less than the best.
 */
const mostUnits = 12_000;

/**
 * How many trials the budget allows, from the size of the data alone: the same on every machine, so that only a
 * machine too slow for its plan finds another winner.
 */
function planSearch(
  { train, trainItems, customerIds }: Dataset,
  input: TuneInput,
  units: number,
): SearchPlan {
  const byCustomer = input.basket === 'customer' || input.task === 'personalized';
  const pairs = byCustomer ? customerPairs(train, customerIds.length) : orderPairs(train);
  const fit = 0.05 + pairs / cautious + (2 * trainItems) / 1e5;
  const most = Math.min(units, mostUnits);
  const answer =
    input.task === 'personalized' ? (most * pairs) / Math.max(1, customerIds.length) / cautious : 0.1;
  const affordable = input.budgetMs / 1_000 / (fit + answer / 2);
  const first = Math.round(Math.min(96, Math.max(9, affordable * 0.4)));
  return {
    seed: input.seed,
    asGood: 0.002,
    first,
    steps: Math.round(Math.min(160, Math.max(6, affordable * 0.4))),
    fewest: Math.min(most, Math.max(200, Math.round(most / 9))),
    most,
  };
}

function plannedTrials({ first, steps, fewest, most }: SearchPlan): number {
  let [trials, round] = [first, first];
  for (let units = fewest; units < most; units *= 3) trials += round = Math.max(2, Math.ceil(round / 3));
  return trials + steps;
}

function factsOf({ train, trainItems, customerIds }: Dataset, input: TuneInput): SpaceFacts {
  const seconds = input.budgetMs / 1_000;
  const popularity = new Float64Array(trainItems);
  for (const item of train.items) popularity[item]!++;
  const peoplePairs = popularity.reduce((sum, each) => sum + each * each, 0);
  // A fiftieth of the budget for one inversion, n³ multiply-adds at some 2 · 10⁹ a second.
  const head = Math.min(trainItems, Math.floor(Math.cbrt((seconds / 50) * 2e9)));
  return {
    basket: input.basket,
    dated: train.day.every((day) => !Number.isNaN(day)) && new Set(train.day).size > 1,
    // Where the head is but a small part of the catalogue, the rest of it would be lost.
    head: head >= trainItems / 3 && customerIds.length > 0 ? head : 0,
    people: customerIds.length > 1 && peoplePairs / cautious < seconds / 30,
    buildOnly: input.buildOnly,
  };
}

function orderPairs(train: Dataset['train']): number {
  let pairs = 0;
  for (let order = 0; order < train.count; order++) {
    const n = train.start[order + 1]! - train.start[order]!;
    pairs += n * (n - 1);
  }
  return pairs;
}

function customerPairs(train: Dataset['train'], customers: number): number {
  const { start, orders } = ordersByCustomer(train, customers);
  let pairs = 0;
  for (let customer = 0; customer < customers; customer++) {
    let n = 0;
    for (let at = start[customer]!; at < start[customer + 1]!; at++)
      n += train.start[orders[at]! + 1]! - train.start[orders[at]!]!;
    pairs += n * n;
  }
  return pairs;
}
