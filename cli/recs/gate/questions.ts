// What models are asked in an evaluation and at the quality gate: test cases with their right answers.

export const tasks = ['personalized', 'copurchase'] as const;
export type Task = (typeof tasks)[number];

/** Question q: subject[q], right answers targets[start[q] … start[q+1]). */
export interface Questions {
  readonly task: Task;
  readonly count: number;
  /** A customer (personalized), or an item (copurchase). */
  readonly subject: Int32Array;
  readonly start: Int32Array;
  readonly targets: Int32Array;
  /** Question → what is drawn again in a bootstrap: a customer, or an order with all its questions. */
  readonly unit: Int32Array;
  readonly units: number;
  /** Targets that the customer had before are asked for and may be answered. */
  readonly repeats: boolean;
}
