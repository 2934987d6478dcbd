// The one JSON object that `recs build --json` ends with; its shape is documented and changed only on purpose.
import type { BuildState } from '../../sql/store/builds/builds.ts';
import type { RepurchaseFigures } from './lists/repurchase.ts';

export interface BuildSummary {
  readonly build_id: number;
  readonly state: BuildState;
  readonly engine: string;
  /** Order lines read, and of these the orders, products and customers that count. */
  readonly lines: number;
  readonly orders: number;
  readonly products: number;
  readonly customers: number;
  /** Distinct ordered pairs of products in the same order. */
  readonly pairs: number;
  /** Kind → lists written. */
  readonly lists: Record<string, number>;
  /** Stage → milliseconds. */
  readonly stages: Record<string, number>;
  readonly total_ms: number;
  readonly peak_rss_bytes: number;
  /** Reason → order lines left out. */
  readonly skipped: Record<string, number>;
  /** Which products may be recommended again to their buyers; null without personalized lists. */
  readonly repurchase: RepurchaseFigures | null;
  readonly warnings: readonly string[];
}
