// How baskets are grouped: the limits of a basket, what is collected of histories, and how orders count.
import type { Weighting } from './basket-weights.ts';

export interface GroupingOptions {
  readonly items: number;
  /** Product index (as in the runs) → item index. */
  readonly itemOfProduct: Int32Array;
  /** Newest believed day: ages count from it, and later orders are skipped. */
  readonly newest: number;
  /** Days; Infinity for no decay. */
  readonly halfLife: number;
  readonly maxOrderLines: number;
  readonly maxHistory: number;
  readonly seed: number;
  /** False if no list needs customers' histories: none are collected. */
  readonly histories?: boolean;
  /**
   * Whether lists may recommend products bought before. `repurchaseWeight`, `last`, `first` and `times` of histories are
   * filled then, and gaps are counted.
   */
  readonly repurchase: boolean;
  /** Whether to fill `Histories.bought`, the variant bought of each item. */
  readonly variants?: boolean;
  /** True if orders have no usable dates (see `hasUsableDates`): every order is then a separate occasion. */
  readonly undated?: boolean;
  /** Length of the recent window of `trending`, in days. */
  readonly trendingDays: number;
  /** How orders weigh in co-purchases; `size` unless set. */
  readonly orderWeighting?: Weighting;
  /** What the personal model counts; `defaultHistoryWeights` unless set. */
  readonly weights?: HistoryWeights;
  /** Customer → hash of their id, for orders that nothing else tells apart. */
  readonly customerHash?: Int32Array;
}

/** How the orders of a customer count in the personal model. */
export interface HistoryWeights {
  /** Weight of a history of n items for each of its pairs; N is `catalogue`. */
  readonly weighting: Weighting;
  readonly catalogue: number;
  /** Weight of an order (interaction), and of an occasion (repurchase), relative to the next newer one. */
  readonly interactionDecay: number;
  readonly repurchaseDecay: number;
  /** Age in days at which an order counts half for popularity; Infinity for no decay, undefined if it is not counted. */
  readonly popularityHalfLife: number | undefined;
  /** Without dates: number of newer orders of the customer at which an order counts half; Infinity for no decay. */
  readonly popularityHalfLifeOrders: number;
}

export const defaultHistoryWeights: HistoryWeights = {
  weighting: 'size',
  catalogue: 0,
  interactionDecay: 0.7,
  repurchaseDecay: 0.95,
  popularityHalfLife: undefined,
  popularityHalfLifeOrders: Number.POSITIVE_INFINITY,
};

/** Half-lives of orders for popularity: by age in days, or without dates by the number of the customer's newer orders. */
export function popularityOf({ weights = defaultHistoryWeights, undated, histories }: GroupingOptions) {
  const { popularityHalfLife: days, popularityHalfLifeOrders: orders } = weights;
  const none = Number.POSITIVE_INFINITY;
  if (days === undefined) return undefined;
  if (!undated) return { days, orders: none };
  return { days: none, orders: histories === false ? none : orders };
}
