// A whole evaluation: one data set, one task, the baselines and the model under evaluation → one result.

import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Task } from '../gate/test-cases.ts';
import type { BasketKind } from '../models/model-settings.ts';
import { baselines, type CurrentModels, type EvaluatedModel, type NamedModel } from './baselines.ts';
import { buyAgainCalibration } from './calibration.ts';
import { evaluateModel, type Measured } from './evaluate-model.ts';
import { type Evaluation, openEvaluation } from './evaluation.ts';
import type { EvaluationResult } from './evaluation-result.ts';
import type { Dataset } from './order-log.ts';
import { buildTestCases } from './protocol.ts';
import { TrainedModels } from './trained-models.ts';

export interface EvaluationInput {
  readonly data: Dataset;
  readonly task: Task;
  readonly basket: BasketKind;
  readonly ks: readonly number[];
  /** The model under evaluation; undefined: the current configuration. */
  readonly subject: NamedModel | undefined;
  readonly current: CurrentModels;
  readonly withBaselines: boolean;
  /** Additional list lengths, for the curves in the HTML report. */
  readonly curve: readonly number[];
  readonly seed: number;
  readonly onModel: (name: string, done: number, of: number) => void;
  readonly signal: AbortSignal;
}

export interface EvaluationRun {
  readonly result: EvaluationResult;
  readonly evaluation: Evaluation;
  readonly measured: readonly Measured[];
}

/**
 * Evaluates the baselines and the model under evaluation on the same test cases.
 * @throws CoutureError `source_empty` if the held-out orders give no test case
 */
export async function runEvaluation(input: EvaluationInput): Promise<EvaluationRun> {
  const { data, task, basket, seed } = input;
  const testCases = buildTestCases(data, task, basket);
  if (testCases.count === 0 || data.trainItems === 0) throw noTestCases(data, task);
  const evaluation = openEvaluation(data, testCases, input.ks, input.curve);
  const models = modelsOf(input);
  const trained = new TrainedModels(data);
  const { limits } = input.current;
  const measured: Measured[] = [];
  for (const [at, model] of models.entries()) {
    input.onModel(model.name, at, models.length);
    // Let Ctrl-C abort between two models.
    await new Promise((resolve) => setImmediate(resolve));
    input.signal.throwIfAborted();
    measured.push(evaluateModel(evaluation, model, { seed, draws: 200, limits }, trained));
  }
  const subject = measured.at(-1)!;
  const { metrics, intervals, coverage, ms, name } = subject.figures;
  const sizes = ({ count, items }: Dataset['train']) => ({ orders: count, lines: items.length });
  return {
    evaluation,
    measured,
    result: {
      task,
      basket,
      users: testCases.units,
      questions: testCases.count,
      items: data.trainItems,
      train: sizes(data.train),
      test: sizes(data.test),
      skipped_lines: data.skipped,
      repeats: testCases.repeats ? 'allowed' : 'excluded',
      model: name,
      settings: settingsOf(models.at(-1)!.model),
      metrics,
      intervals,
      coverage,
      ms,
      buy_again: buyAgainCalibration(data, limits) ?? null,
      models: measured.map(({ figures }) => figures),
    },
  };
}

/** Returns the baselines, then the model under evaluation. */
function modelsOf({ task, basket, current, subject, withBaselines }: EvaluationInput): NamedModel[] {
  const all = baselines(task, basket, current);
  const evaluated = subject ?? all.at(-1)!;
  if (!withBaselines) return [evaluated];
  return [...all.filter((model) => model.name !== evaluated.name), evaluated];
}

function settingsOf(model: EvaluatedModel): unknown {
  if ('plain' in model) return null;
  return 'lists' in model ? { build: model.lists.buildId } : model.settings;
}

function noTestCases(data: Dataset, task: Task): CoutureError {
  const what = task === 'personalized' ? 'order of a customer with a history' : 'order of two known products';
  return new CoutureError(
    'source_empty',
    `The test set has no ${what}: ${data.train.count} training orders, ${data.test.count} held out.`,
    'Hold out a longer period, such as --test-period 60d, or name files with --train and --test.',
  );
}
