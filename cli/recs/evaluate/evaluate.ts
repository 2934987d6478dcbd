// The examination: every model answers the same questions, and gets figures with intervals.

import { gini, type MeanMetric, type MetricTable, meanMetrics, novelty } from '../gate/metrics.ts';
import { type NamedModel, ownFrequent } from './baselines.ts';
import { bootstrapIntervals, type Interval } from './bootstrap.ts';
import { fitCopurchase } from './copurchase-model.ts';
import { listDiversity } from './list-diversity.ts';
import { type Examination, type Marks, measureLists, measurePersonal } from './measure-model.ts';
import { toCopurchase, toPersonal } from './model-settings.ts';
import { FittedParts, fitPersonal, type PersonalModel } from './personal-model.ts';

/** One model's row, as `recs evaluate --json` prints it. */
export interface ModelFigures {
  readonly name: string;
  readonly metrics: MetricTable;
  /** 95 % of the metrics that are means, by bootstrap over customers or held-out orders. */
  readonly intervals: Partial<Record<MeanMetric, Record<string, Interval>>>;
  /** Share of the training items in any list of the shortest length asked for. */
  readonly coverage: number;
  /** Fitting and answering. */
  readonly ms: number;
}

export interface Measured {
  readonly figures: ModelFigures;
  readonly marks: Marks;
}

export interface EvaluateOptions {
  readonly seed: number;
  /** Bootstrap draws; 0: no intervals. */
  readonly draws: number;
}

/** Measures one model. */
export function evaluateModel(
  exam: Examination,
  { name, model }: NamedModel,
  options: EvaluateOptions,
  shared = new FittedParts(exam.data),
): Measured {
  const started = performance.now();
  const marks = answer(exam, model, shared);
  const ms = Math.round(performance.now() - started);
  const metrics = metricTable(exam, marks);
  return {
    marks,
    figures: {
      name,
      metrics,
      intervals: options.draws > 0 ? intervalsOf(exam, marks, options) : {},
      coverage: round(marks.coverage[exam.ks.indexOf(exam.asked[0]!)] ?? 0),
      ms,
    },
  };
}

function answer(exam: Examination, model: NamedModel['model'], shared: FittedParts): Marks {
  const longest = exam.ks.at(-1)!;
  if ('plain' in model) return answerPlain(exam, model.plain);
  if (model.task === 'copurchase')
    return measureLists(exam, fitCopurchase(exam.data, toCopurchase(model.settings), longest));
  return measurePersonal(exam, fitPersonal(exam.data, toPersonal(model.settings), shared));
}

function answerPlain(
  exam: Examination,
  plain: 'popularity' | 'own_frequent' | 'own_frequent_then_popular',
): Marks {
  const popular = fitPersonal(exam.data, { popular: { weight: plain === 'popularity' ? 1 : 1e-9 } });
  if (plain === 'popularity' && exam.questions.task === 'copurchase') {
    const longest = exam.ks.at(-1)!;
    const items = exam.data.trainItems;
    const none = { k: longest, length: new Int32Array(items), items: new Int32Array(items * longest) };
    return measureLists(exam, {
      ...none,
      scores: new Float64Array(items * longest),
      reasons: new Int16Array(items * longest),
    });
  }
  if (plain === 'popularity') return measurePersonal(exam, popular);
  const own = ownFrequent(exam.data);
  if (plain === 'own_frequent') return measurePersonal(exam, own);
  const both: PersonalModel = (customer, sheet) => {
    own(customer, sheet);
    popular(customer, sheet);
  };
  return measurePersonal(exam, both);
}

function metricTable(exam: Examination, { sheet, coverage, sample }: Marks): MetricTable {
  const table = Object.fromEntries(
    [...meanMetrics, 'coverage', 'gini', 'novelty', 'diversity'].map((metric) => [metric, {}]),
  ) as MetricTable;
  const diversity = listDiversity(exam, sample);
  for (const k of exam.asked) {
    const index = exam.ks.indexOf(k);
    for (const metric of meanMetrics) {
      const mean = sheet.mean(metric, index);
      table[metric][k] = mean === null ? null : round(mean);
    }
    const shown = sheet.shown(index);
    table.coverage[k] = round(coverage[index]!);
    table.gini[k] = round(gini(shown));
    table.novelty[k] = round(novelty(shown, exam.popularity, exam.data.train.count));
    table.diversity[k] = k === exam.asked[0] ? round(diversity) : null;
  }
  return table;
}

function intervalsOf(
  exam: Examination,
  { sheet }: Marks,
  options: EvaluateOptions,
): ModelFigures['intervals'] {
  const shown = ['recall', 'ndcg', 'hit_rate'] as const;
  const wanted = shown.flatMap((metric) => exam.asked.map((k) => ({ metric, k, index: exam.ks.indexOf(k) })));
  const intervals = bootstrapIntervals(
    wanted.map(({ metric, index }) => sheet.unitSums(metric, index)),
    options,
  );
  const table: ModelFigures['intervals'] = {};
  for (const [at, { metric, k }] of wanted.entries()) {
    const [low, high] = intervals[at]!;
    table[metric] = { ...table[metric], [k]: [round(low), round(high)] };
  }
  return table;
}

/** Six digits: enough to compare to ±.0005, few enough to read. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
