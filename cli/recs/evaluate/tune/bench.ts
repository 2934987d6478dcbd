// Models measured on one validation set.
import type { Task } from '../../gate/test-cases.ts';
import type { BasketKind } from '../../models/model-settings.ts';
import type { EvaluatedModel } from '../baselines.ts';
import { evaluateModel } from '../evaluate-model.ts';
import { type Evaluation, openEvaluation } from '../evaluation.ts';
import type { ModelFigures } from '../evaluation-result.ts';
import type { Dataset } from '../order-log.ts';
import { buildTestCases, sampleTestCases } from '../protocol.ts';
import { type BuildLimits, TrainedModels } from '../trained-models.ts';
import type { Score } from './search.ts';

export interface BenchInput {
  readonly data: Dataset;
  readonly task: Task;
  readonly basket: BasketKind;
  /** List lengths; the score is the mean of recall and NDCG over them. */
  readonly ks: readonly number[];
  readonly limits: BuildLimits;
  readonly seed: number;
}

export interface BenchSize {
  /** Number of customers, or of baskets. */
  readonly units: number;
  readonly cases: number;
}

export interface Bench {
  readonly size: BenchSize;
  /** Measures a model on this many units. */
  measure(model: EvaluatedModel, units: number): Score;
}

/** Parts of trained models that a bench keeps. */
const maxParts = 6;

export function openBench({ data, task, basket, ks, limits, seed }: BenchInput): Bench {
  const testCases = buildTestCases(data, task, basket);
  const options = { seed: 1, draws: 0, limits: { ...limits, top: Math.max(limits.top, ...ks) } };
  const trained = new TrainedModels(data, maxParts);
  const evaluations = new Map<number, Evaluation>();
  const evaluationOn = (units: number) => {
    const known = evaluations.get(units);
    if (known) return known;
    const evaluation = openEvaluation(data, sampleTestCases(testCases, units, seed), ks);
    evaluations.set(units, evaluation);
    return evaluation;
  };
  return {
    size: { units: testCases.units, cases: testCases.count },
    measure: (model, units) =>
      scoreOf(evaluateModel(evaluationOn(units), { name: 'trial', model }, options, trained).figures),
  };
}

function scoreOf({ metrics, coverage }: ModelFigures): Score {
  const mean = (metric: 'recall' | 'ndcg') => {
    const values = Object.values(metrics[metric]).map((value) => value ?? 0);
    return values.reduce((sum, each) => sum + each, 0) / values.length;
  };
  return { value: (mean('recall') + mean('ndcg')) / 2, coverage };
}
