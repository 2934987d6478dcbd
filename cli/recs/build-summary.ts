// The JSON object that `recs build --json` prints at the end. Its shape is documented: a public interface.

export interface BuildSummary {
  readonly build_id: number;
  readonly state: 'running' | 'ready' | 'published' | 'superseded' | 'failed' | 'rejected';
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
  /** With --incremental: nothing has changed since this build, which stays published, and none was made. */
  readonly unchanged?: true;
}

/** Figures about the repurchase rule, stored in the build's row and printed at the end of a build. */
export interface RepurchaseFigures {
  readonly mode: 'auto' | 'always' | 'never';
  /** The lowest rate at which `auto` recommends a product again. */
  readonly threshold: number;
  /** Of all pairs of a product and a buyer who ordered again later, the share in which the product was bought again. */
  readonly shop_rate: number;
  /** Number of products with such buyers, and of those that may be recommended again. */
  readonly products: number;
  readonly products_again: number;
  /** What counts as a separate purchase: a day, or an order if orders have no dates. */
  readonly occasions: 'days' | 'orders';
}
