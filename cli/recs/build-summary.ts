// The JSON object that `recs build --json` prints at the end. Its shape is documented: a public interface.
import type { BuildState } from '../../sql/store/builds/builds.ts';
import type { RepurchaseFigures } from './lists/repurchase.ts';

export interface BuildSummary {
  readonly build_id: number;
  readonly state: BuildState;
  readonly engine: string;
  /** Order lines read, and the orders, products and customers used from them. */
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
  /** Reason → order lines skipped. */
  readonly skipped: Record<string, number>;
  /** Products that may be recommended again to customers who bought them; null without personalized lists. */
  readonly repurchase: RepurchaseFigures | null;
  readonly warnings: readonly string[];
}
