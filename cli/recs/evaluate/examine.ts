// A whole examination: one data set, one task, the baselines and the model in question → one result.

import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Task } from '../gate/questions.ts';
import { baselines, type CurrentModels, type ModelJson, type NamedModel } from './baselines.ts';
import { evaluateModel, type Measured, type ModelFigures } from './evaluate.ts';
import { type Examination, openExamination } from './measure-model.ts';
import type { Dataset } from './order-log.ts';
import { FittedParts } from './personal-model.ts';
import { askQuestions, type BasketKind } from './protocol.ts';

export interface ExamineInput {
  readonly data: Dataset;
  readonly task: Task;
  readonly basket: BasketKind;
  readonly ks: readonly number[];
  /** The model in question; undefined: the current configuration. */
  readonly subject: NamedModel | undefined;
  readonly current: CurrentModels;
  readonly withBaselines: boolean;
  /** More lengths of lists, for the curves of the page. */
  readonly curve: readonly number[];
  readonly seed: number;
  readonly onModel: (name: string, done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** What `recs evaluate --json` prints: the model in question at the top, all models in `models`. */
export interface EvaluationResult {
  readonly task: Task;
  readonly basket: BasketKind;
  /** Customers or held-out baskets that were asked about, and the questions. */
  readonly users: number;
  readonly questions: number;
  /** Items of the training orders: all of them are ranked. */
  readonly items: number;
  readonly train: { readonly orders: number; readonly lines: number };
  readonly test: { readonly orders: number; readonly lines: number };
  readonly skipped_lines: number;
  readonly repeats: 'allowed' | 'excluded';
  readonly model: string;
  readonly settings: unknown;
  readonly metrics: ModelFigures['metrics'];
  readonly intervals: ModelFigures['intervals'];
  readonly coverage: number;
  readonly ms: number;
  readonly models: readonly ModelFigures[];
}

export interface Examined {
  readonly result: EvaluationResult;
  readonly exam: Examination;
  readonly measured: readonly Measured[];
}

/** @throws CoutureError `source_empty` where nothing can be asked */
export async function examine(input: ExamineInput): Promise<Examined> {
  const { data, task, basket, seed } = input;
  const questions = askQuestions(data, task, basket);
  if (questions.count === 0 || data.trainItems === 0) throw nothingToAsk(data, task);
  const exam = openExamination(data, questions, input.ks, input.curve);
  const models = modelsOf(input);
  const shared = new FittedParts(data);
  const measured: Measured[] = [];
  for (const [at, model] of models.entries()) {
    input.onModel(model.name, at, models.length);
    // Ctrl-C is heard between models.
    await new Promise((resolve) => setImmediate(resolve));
    input.signal.throwIfAborted();
    measured.push(evaluateModel(exam, model, { seed, draws: 200 }, shared));
  }
  const subject = measured.at(-1)!;
  const { metrics, intervals, coverage, ms, name } = subject.figures;
  const sizes = ({ count, items }: Dataset['train']) => ({ orders: count, lines: items.length });
  return {
    exam,
    measured,
    result: {
      task,
      basket,
      users: questions.units,
      questions: questions.count,
      items: data.trainItems,
      train: sizes(data.train),
      test: sizes(data.test),
      skipped_lines: data.skipped,
      repeats: questions.repeats ? 'allowed' : 'excluded',
      model: name,
      settings: settingsOf(models.at(-1)!.model),
      metrics,
      intervals,
      coverage,
      ms,
      models: measured.map(({ figures }) => figures),
    },
  };
}

/** The model in question comes last. */
function modelsOf({ task, basket, current, subject, withBaselines }: ExamineInput): NamedModel[] {
  const all = baselines(task, basket, current);
  const asked = subject ?? all.at(-1)!;
  if (!withBaselines) return [asked];
  return [...all.filter((model) => model.name !== asked.name), asked];
}

function settingsOf(model: ModelJson): unknown {
  return 'plain' in model ? null : model.settings;
}

function nothingToAsk(data: Dataset, task: Task): CoutureError {
  const what = task === 'personalized' ? 'customer with a history' : 'order of two known products';
  return new CoutureError(
    'source_empty',
    `No ${what} is held out: ${data.train.count} orders to learn from, ${data.test.count} held out.`,
    'Give files with --train and --test, or hold out more with --holdout 60d.',
  );
}
