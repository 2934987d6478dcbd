// `recs tune`: searches for the model that predicts held-out orders best, and confirms it on orders held out otherwise.

import { CoutureError } from '../../../../runtime/core/errors.ts';
import type { Task } from '../../gate/test-cases.ts';
import type { BasketKind, CopurchaseJson, PersonalizedJson } from '../../models/model-settings.ts';
import { type CurrentModels, type EvaluatedModel, everyItem, plainSimilarity } from '../baselines.ts';
import { evaluateModel } from '../evaluate-model.ts';
import { type Evaluation, openEvaluation } from '../evaluation.ts';
import type { ModelFigures } from '../evaluation-result.ts';
import type { Dataset } from '../order-log.ts';
import { buildTestCases, sampleTestCases } from '../protocol.ts';
import { type BuildLimits, TrainedModels } from '../trained-models.ts';
import { choose, type Finalist } from './choose.ts';
import { copurchaseSpace } from './copurchase-space.ts';
import { personalizedSpace } from './personalized-space.ts';
import { describePlan, factsOf, type PlanInput, planSearch, searchShare, type TunePlan } from './plan.ts';
import { type Score, search, type Trial } from './search.ts';
import type { SearchSpace } from './search-space.ts';
import { cutValidations, type Validation } from './validation.ts';

export type TunedSettings = PersonalizedJson | CopurchaseJson;

export interface TuneInput extends PlanInput {
  /** Only the training part is read. */
  readonly data: Dataset;
  /** List lengths; the score is the mean of recall and NDCG over them. */
  readonly ks: readonly number[];
  /** About as many trials, whatever the budget would allow; the budget is only a time limit then. */
  readonly trials?: number | undefined;
  /** Time limit; default: the budget. */
  readonly maxMs?: number;
  /** What the configuration builds now. */
  readonly current: CurrentModels;
  readonly onPlan?: (plan: TunePlan) => void;
  readonly onTrial: (trial: Trial<TunedSettings>, planned: number) => void;
  readonly signal: AbortSignal;
}

export interface TuneResult {
  readonly task: Task;
  readonly plan: TunePlan;
  /** The winner, or the current settings if none is better. */
  readonly best: TunedSettings;
  readonly changed: boolean;
  /** Scores of `best`, and of the current settings. */
  readonly scores: Omit<Finalist<unknown>, 'settings'>;
  readonly current: Omit<Finalist<unknown>, 'settings'>;
  readonly trials: readonly Trial<TunedSettings>[];
  /** Number of test cases that the search measured on. */
  readonly questions: number;
  /** Whether the time limit ended the search before its plan. */
  readonly cut: boolean;
}

/** Number of settings that are measured on the second validation set. */
const maxFinalists = 6;

/** In smaller catalogues a list shows much of all products anyway. */
const minWideItems = 1_000;

/** @throws CoutureError `source_empty` if the training orders are too few for a validation set */
export async function tune(input: TuneInput): Promise<TuneResult> {
  const { data, task, basket } = input;
  const started = performance.now();
  const validations = cutValidations(data, task, basket, input.seed);
  const [searched, confirmed] = [openBench(validations.search, input), openBench(validations.confirm, input)];
  const facts = factsOf(searched.data, basket);
  const space: SearchSpace<TunedSettings> =
    task === 'personalized' ? personalizedSpace(facts) : copurchaseSpace(facts);
  const searchPlan = planSearch(searched.data, input, searched.units);
  const plan = describePlan(task, validations, facts, searchPlan);
  input.onPlan?.(plan);
  const limit = (input.maxMs ?? input.budgetMs * 0.95) * searchShare;
  const modelOf = (settings: TunedSettings) => ({ task, settings }) as EvaluatedModel;
  const { best, units, trials, cut } = await search(
    space,
    searchPlan,
    (settings, on) => searched.measure(modelOf(settings), on),
    {
      expired: () => performance.now() - started > limit,
      onTrial: (trial) => input.onTrial(trial, plan.trials),
    },
  );
  const compare = async (model: EvaluatedModel) => ({
    search: await searched.measure(model, units),
    confirm: await confirmed.measure(model, searchPlan.maxUnits),
  });
  const now = input.current[task];
  const current = { settings: now as TunedSettings, ...(await compare(modelOf(now))) };
  const finalists: Finalist<TunedSettings>[] = [];
  for (const { settings, score } of best.slice(0, maxFinalists)) {
    const confirm = await confirmed.measure(modelOf(settings), searchPlan.maxUnits);
    finalists.push({ settings, search: score, confirm });
  }
  const floors: { search: number[]; confirm: number[] } = { search: [], confirm: [] };
  for (const floor of floorsOf(task, basket)) {
    const scores = await compare(floor);
    floors.search.push(scores.search.value);
    floors.confirm.push(scores.confirm.value);
  }
  // Product lists serve the whole catalogue.
  const keepCoverage = task === 'copurchase' && data.trainItems >= minWideItems;
  const winner = choose(finalists, floors, current, keepCoverage);
  const { settings, ...scores } = winner ?? current;
  const { settings: _, ...currentScores } = current;
  return {
    task,
    plan,
    best: settings,
    changed: winner !== undefined,
    scores,
    current: currentScores,
    trials,
    questions: searched.cases,
    cut,
  };
}

/** Measures models on one validation set. */
interface Bench {
  readonly data: Dataset;
  readonly units: number;
  readonly cases: number;
  measure(model: EvaluatedModel, units: number): Promise<Score>;
}

function openBench({ data }: Validation, input: TuneInput): Bench {
  const { task, basket, ks, seed, signal } = input;
  const testCases = buildTestCases(data, task, basket);
  if (testCases.count === 0) {
    throw new CoutureError(
      'source_empty',
      `There are too few training orders to hold out a validation set for the task ${task}.`,
      'Tuning needs customers with two orders (personalized) or orders of two products (copurchase).',
    );
  }
  const limits: BuildLimits = {
    ...input.current.limits,
    top: Math.max(input.current.limits.top, ...ks),
  };
  const trained = new TrainedModels(data, 6);
  const evaluations = new Map<number, Evaluation>();
  return {
    data,
    units: testCases.units,
    cases: testCases.count,
    async measure(model, units) {
      // Let Ctrl-C abort between two trials.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      let evaluation = evaluations.get(units);
      if (!evaluation) {
        evaluation = openEvaluation(data, sampleTestCases(testCases, units, seed), ks);
        evaluations.set(units, evaluation);
      }
      const options = { seed: 1, draws: 0, limits };
      return scoreOf(evaluateModel(evaluation, { name: 'trial', model }, options, trained).figures);
    },
  };
}

/** What the winner must at least match, besides what is built now. */
function floorsOf(task: Task, basket: BasketKind): EvaluatedModel[] {
  if (task === 'copurchase') {
    return [
      { task, plain: 'popularity' },
      { task, settings: { similarity: 'count', weighting: 'none', basket } },
      { task, settings: { similarity: 'cosine', weighting: 'none', basket } },
    ];
  }
  return [
    { task, plain: 'popularity' },
    { task, settings: plainSimilarity('count'), limits: everyItem },
    { task, settings: plainSimilarity('cosine'), limits: everyItem },
  ];
}

function scoreOf({ metrics, coverage }: ModelFigures): Score {
  const mean = (metric: 'recall' | 'ndcg') => {
    const values = Object.values(metrics[metric]).map((value) => value ?? 0);
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };
  return { value: (mean('recall') + mean('ndcg')) / 2, coverage };
}
