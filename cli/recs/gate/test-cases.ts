// Test cases with their targets, for the evaluation and the quality gate.

export const tasks = ['personalized', 'copurchase'] as const;
export type Task = (typeof tasks)[number];

/** Test case q: subject[q], with the targets targets[start[q] … start[q+1]). */
export interface TestCases {
  readonly task: Task;
  readonly count: number;
  /** A customer (personalized), or an item (copurchase). */
  readonly subject: Int32Array;
  readonly start: Int32Array;
  readonly targets: Int32Array;
  /** Test case → the unit that a bootstrap resamples: a customer, or an order with all its test cases. */
  readonly unit: Int32Array;
  readonly units: number;
  /** Whether targets that the customer had bought before count. */
  readonly repeats: boolean;
}
