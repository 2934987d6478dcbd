// One model on the test cases of an evaluation → its figures with confidence intervals.

import { gini, type MetricTable, meanMetrics, novelty } from '../gate/metrics.ts';
import { copurchaseShape } from '../models/model-settings.ts';
import { bestsellers, type NamedModel, ownFrequent } from './baselines.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import { personalLists, productLists } from './build-lists.ts';
import { fitCopurchase } from './copurchase-model.ts';
import { type Evaluation, type ModelMetrics, measureLists, measurePersonal } from './evaluation.ts';
import type { ModelFigures, SegmentFigures } from './evaluation-result.ts';
import { listDiversity } from './list-diversity.ts';
import { type BuildLimits, type PersonalModel, TrainedModels } from './trained-models.ts';

export interface Measured {
  readonly figures: ModelFigures;
  readonly metrics: ModelMetrics;
}

export interface EvaluateOptions {
  readonly seed: number;
  /** Bootstrap draws; 0: no intervals. */
  readonly draws: number;
  /** Settings of the build besides the model. */
  readonly limits: BuildLimits;
}

/** Fits and measures one model. */
export function evaluateModel(
  evaluation: Evaluation,
  { name, model }: NamedModel,
  options: EvaluateOptions,
  trained = new TrainedModels(evaluation.data),
): Measured {
  const started = performance.now();
  const measured = measure(evaluation, model, options.limits, trained);
  const ms = Math.round(performance.now() - started);
  const metrics = metricTable(evaluation, measured);
  return {
    metrics: measured,
    figures: {
      name,
      metrics,
      intervals: options.draws > 0 ? intervalsOf(evaluation, measured, options) : {},
      ...(evaluation.testCases.task === 'personalized' && { segments: segmentsOf(evaluation, measured) }),
      coverage: round(measured.coverage[evaluation.ks.indexOf(evaluation.asked[0]!)] ?? 0),
      ms,
    },
  };
}

function measure(
  evaluation: Evaluation,
  model: NamedModel['model'],
  limits: BuildLimits,
  trained: TrainedModels,
): ModelMetrics {
  const longest = evaluation.ks.at(-1)!;
  if ('plain' in model) return measureBaseline(evaluation, model.plain);
  if ('lists' in model) {
    return model.task === 'personalized'
      ? measurePersonal(evaluation, personalLists(evaluation.data, model.lists))
      : measureLists(evaluation, productLists(evaluation.data, model.lists, longest));
  }
  if (model.task === 'copurchase')
    return measureLists(
      evaluation,
      fitCopurchase(evaluation.data, copurchaseShape.parse(model.settings), longest),
    );
  const chosen = { ...limits, ...model.limits };
  // Where the lists leave out what was bought, it must not take their places.
  const repurchase = evaluation.testCases.repeats ? chosen.repurchase : 'never';
  return measurePersonal(evaluation, trained.train(model.settings, { ...chosen, repurchase }));
}

function measureBaseline(
  evaluation: Evaluation,
  plain: 'popularity' | 'own_frequent' | 'own_frequent_then_popular',
): ModelMetrics {
  if (plain === 'popularity' && evaluation.testCases.task === 'copurchase') {
    const longest = evaluation.ks.at(-1)!;
    const items = evaluation.data.trainItems;
    const none = { k: longest, length: new Int32Array(items), items: new Int32Array(items * longest) };
    return measureLists(evaluation, {
      ...none,
      scores: new Float64Array(items * longest),
      reasons: new Int16Array(items * longest),
    });
  }
  if (plain === 'popularity') return measurePersonal(evaluation, bestsellers(evaluation.data));
  const frequent = ownFrequent(evaluation.data);
  if (plain === 'own_frequent') return measurePersonal(evaluation, frequent);
  const popular = bestsellers(evaluation.data, 1e-9);
  const both: PersonalModel = (customer, scores) => {
    frequent(customer, scores);
    popular(customer, scores);
  };
  return measurePersonal(evaluation, both);
}

function metricTable(evaluation: Evaluation, { sums, coverage, sample }: ModelMetrics): MetricTable {
  const table = Object.fromEntries(
    [...meanMetrics, 'coverage', 'gini', 'novelty', 'diversity'].map((metric) => [metric, {}]),
  ) as MetricTable;
  const diversity = listDiversity(evaluation, sample);
  for (const k of evaluation.asked) {
    const index = evaluation.ks.indexOf(k);
    for (const metric of meanMetrics) {
      const mean = sums.mean(metric, index);
      table[metric][k] = mean === null ? null : round(mean);
    }
    const shown = sums.shown(index);
    table.coverage[k] = round(coverage[index]!);
    table.gini[k] = round(gini(shown));
    table.novelty[k] = round(novelty(shown, evaluation.popularity, evaluation.data.train.count));
    table.diversity[k] = k === evaluation.asked[0] ? round(diversity) : null;
  }
  return table;
}

function intervalsOf(
  evaluation: Evaluation,
  { sums }: ModelMetrics,
  options: EvaluateOptions,
): ModelFigures['intervals'] {
  const shown = ['recall', 'ndcg', 'hit_rate'] as const;
  const wanted = shown.flatMap((metric) =>
    evaluation.asked.map((k) => ({ metric, k, index: evaluation.ks.indexOf(k) })),
  );
  const intervals = bootstrapIntervals(
    wanted.map(({ metric, index }) => sums.unitSums(metric, index)),
    options,
  );
  const table: ModelFigures['intervals'] = {};
  for (const [at, { metric, k }] of wanted.entries()) {
    const [low, high] = intervals[at]!;
    table[metric] = { ...table[metric], [k]: [round(low), round(high)] };
  }
  return table;
}

function segmentsOf(evaluation: Evaluation, { sums }: ModelMetrics): NonNullable<ModelFigures['segments']> {
  const { isNew, asked, ks } = evaluation;
  const segment = (wanted: 0 | 1): SegmentFigures => {
    const mean = (metric: 'recall' | 'ndcg', index: number) => {
      const { sum, count } = sums.unitSums(metric, index);
      let [total, cases] = [0, 0];
      for (let unit = 0; unit < isNew.length; unit++) {
        if (isNew[unit] !== wanted) continue;
        total += sum[unit]!;
        cases += count[unit]!;
      }
      return cases > 0 ? round(total / cases) : null;
    };
    const byLength = (metric: 'recall' | 'ndcg') =>
      Object.fromEntries(asked.map((k) => [k, mean(metric, ks.indexOf(k))]));
    return {
      customers: isNew.filter((each) => each === wanted).length,
      recall: byLength('recall'),
      ndcg: byLength('ndcg'),
    };
  };
  return { new: segment(1), returning: segment(0) };
}

/** Rounds to six digits: enough to compare with published tables, which have four. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
