// The JSON object that `recs evaluate --json` prints, and that `evaluate` of the package returns. Its shape is documented: a
// public interface.
import type { MeanMetric, MetricTable } from '../gate/metrics.ts';

/** One model's row, as `recs evaluate --json` prints it. */
export interface ModelFigures {
  readonly name: string;
  readonly metrics: MetricTable;
  /** 95 % confidence intervals of recall, NDCG and hit rate, by bootstrap over customers or held-out orders. */
  readonly intervals: Partial<Record<MeanMetric, Record<string, readonly [low: number, high: number]>>>;
  /** Customers with at most one training order (new), and with more (returning); undefined for copurchase. */
  readonly segments?: Readonly<Record<'new' | 'returning', SegmentFigures>>;
  /** Share of the training items that are in any list, at the shortest list length asked for. */
  readonly coverage: number;
  /** Time to fit the model and rank its lists. */
  readonly ms: number;
}

/** Metrics of the test cases of some customers, by list length; null without a test case. */
export interface SegmentFigures {
  readonly customers: number;
  readonly recall: Readonly<Record<string, number | null>>;
  readonly ndcg: Readonly<Record<string, number | null>>;
}

/** Whether what `buy_again` expects is bought: products that were due within some days, and what was bought in them. */
export interface CalibrationShares {
  /** Number of entries that were due. */
  readonly due: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that was bought. */
  readonly bought: number;
}

export interface CalibrationFigures extends CalibrationShares {
  readonly days: number;
  /** Number of dates, a week apart, from which it was predicted. */
  readonly dates: number;
  /** The same for each fifth of the entries by predicted probability, the lowest first. */
  readonly fifths: readonly CalibrationShares[];
}

/** The output of `recs evaluate --json`: figures of the model under evaluation, and of all models in `models`. */
export interface EvaluationResult {
  readonly task: 'personalized' | 'copurchase';
  readonly basket: 'order' | 'customer';
  /** Number of customers (personalized) or held-out baskets (copurchase) with a test case. */
  readonly users: number;
  /** Number of test cases. */
  readonly questions: number;
  /** Number of items in the training orders; all of them are ranked. */
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
  /** Null if orders have no dates, span too few days, or nothing was due. */
  readonly buy_again: CalibrationFigures | null;
  readonly models: readonly ModelFigures[];
}
