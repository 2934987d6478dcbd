// One model, all questions → figures: lists are made, filled with bestsellers, and marked.

import { AnswerSheet } from '../gate/metrics.ts';
import type { Questions } from '../gate/questions.ts';
import type { ListTable } from '../lists/list-table.ts';
import { TopK } from '../similarity/top-k.ts';
import { type Dataset, type OrderLog, ordersByCustomer } from './order-log.ts';
import type { PersonalModel } from './personal-model.ts';
import { ScoreSheet } from './score-sheet.ts';

/** What all models of a data set are measured with. */
export interface Examination {
  readonly data: Dataset;
  readonly questions: Questions;
  /** Lengths of lists, ascending; and those of them that were asked for, the others being for plots. */
  readonly ks: readonly number[];
  readonly asked: readonly number[];
  /** Baskets of each training item. */
  readonly popularity: Float64Array;
  /**
   * What a list that is too short is filled with: bestsellers where products are asked about, as a shop would; where
   * customers are, all items as they are numbered, since each model is ranked as it is and unscored items tie.
   */
  readonly filler: Int32Array;
  /** Customer → items bought in training; empty for questions about products. */
  readonly bought: ReadonlyArray<ReadonlySet<number>>;
}

/** The marks of one model, and what was its own in the lists. */
export interface Marks {
  readonly sheet: AnswerSheet;
  /** Index of k → share of training items in any list, before lists were filled. */
  readonly coverage: readonly number[];
  /** Lists of the first questions, unfilled: for examples and diversity. */
  readonly sample: ReadonlyArray<{ question: number; items: readonly number[]; scores: readonly number[] }>;
}

/** Lists that are kept to look at. */
const sampled = 1_000;

export function openExamination(
  data: Dataset,
  questions: Questions,
  asked: readonly number[],
  more: readonly number[] = [],
): Examination {
  const ks = [...new Set([...asked, ...more])].sort((a, b) => a - b);
  const popularity = new Float64Array(data.trainItems);
  for (const item of data.train.items) popularity[item]!++;
  const filler =
    questions.task === 'copurchase'
      ? Int32Array.from(popularity.keys()).sort((a, b) => popularity[b]! - popularity[a]! || a - b)
      : Int32Array.from(data.itemIds.keys());
  const bought = questions.task === 'personalized' ? boughtBefore(data.train, data.customerIds.length) : [];
  return { data, questions, ks, asked: [...asked].sort((a, b) => a - b), popularity, filler, bought };
}

/** Marks a model of customers. */
export function measurePersonal(exam: Examination, model: PersonalModel): Marks {
  const { questions, data, ks } = exam;
  const longest = ks.at(-1)!;
  const sheet = new ScoreSheet(data.trainItems);
  const best = new TopK(longest);
  const marking = new Marking(exam);
  for (let question = 0; question < questions.count; question++) {
    const customer = questions.subject[question]!;
    const bought = exam.bought[customer] ?? nothing;
    model(customer, sheet);
    sheet.rank(best, (item) => !questions.repeats && bought.has(item));
    marking.mark(question, best.ids, best.scores, best.length, bought, questions.repeats ? nothing : bought);
  }
  return marking.finish();
}

/** Marks lists of products. Coverage is that of all lists, asked for or not. */
export function measureLists(exam: Examination, lists: ListTable): Marks {
  const { questions } = exam;
  const marking = new Marking(exam);
  const { k, length, items, scores } = lists;
  for (let item = 0; item < length.length; item++)
    marking.cover(items.subarray(item * k, item * k + length[item]!), length[item]!);
  for (let question = 0; question < questions.count; question++) {
    const item = questions.subject[question]!;
    const own = items.subarray(item * k, item * k + length[item]!);
    marking.mark(question, own, scores.subarray(item * k), own.length, nothing, new Set([item]));
  }
  return marking.finish();
}

const nothing: ReadonlySet<number> = new Set();

class Marking {
  readonly #exam: Examination;
  readonly #answers: AnswerSheet;
  readonly #listed: Uint8Array[];
  readonly #filled: Int32Array;
  readonly #sample: Array<{ question: number; items: number[]; scores: number[] }> = [];
  readonly #every: number;

  constructor(exam: Examination) {
    this.#exam = exam;
    this.#answers = new AnswerSheet(exam.questions, exam.ks, exam.data.itemIds.length, exam.popularity);
    this.#listed = exam.ks.map(() => new Uint8Array(exam.data.trainItems));
    this.#filled = new Int32Array(exam.ks.at(-1)!);
    this.#every = Math.max(1, Math.floor(exam.questions.count / sampled));
  }

  cover(list: Int32Array, length: number): void {
    for (const [index, k] of this.#exam.ks.entries())
      for (let at = 0; at < Math.min(k, length); at++) this.#listed[index]![list[at]!] = 1;
  }

  mark(
    question: number,
    own: Int32Array,
    scores: Float64Array,
    length: number,
    bought: ReadonlySet<number>,
    leftOut: ReadonlySet<number>,
  ): void {
    const filled = this.#filled;
    this.cover(own, length);
    for (let at = 0; at < length; at++) filled[at] = own[at]!;
    let end = Math.min(length, filled.length);
    if (end < filled.length) {
      const there = new Set(own.subarray(0, end));
      for (const item of this.#exam.filler) {
        if (end === filled.length) break;
        if (!there.has(item) && !leftOut.has(item)) filled[end++] = item;
      }
    }
    this.#answers.mark(question, filled, end, (item) => bought.has(item));
    if (question % this.#every === 0 && this.#sample.length < sampled)
      this.#sample.push({
        question,
        items: [...filled.subarray(0, Math.min(end, 20))],
        scores: Array.from(scores.subarray(0, Math.min(length, 20))),
      });
  }

  finish(): Marks {
    const coverage = this.#listed.map(
      (listed) => listed.reduce((sum, each) => sum + each, 0) / Math.max(1, listed.length),
    );
    return { sheet: this.#answers, coverage, sample: this.#sample };
  }
}

function boughtBefore(log: OrderLog, customers: number): ReadonlyArray<ReadonlySet<number>> {
  const { start, orders } = ordersByCustomer(log, customers);
  return Array.from({ length: customers }, (_, customer) => {
    const items = new Set<number>();
    for (let at = start[customer]!; at < start[customer + 1]!; at++) {
      const order = orders[at]!;
      for (let line = log.start[order]!; line < log.start[order + 1]!; line++) items.add(log.items[line]!);
    }
    return items;
  });
}
