// How many connections of the pool the expensive routes may use, so that the others always find one.
import type { Pool } from '../../sql/pool.ts';
import { SharedBudget } from '../work/shared-budget.ts';

export interface SharesOfPool {
  /** Searches, sorted pages and sitemaps. */
  readonly reads: SharedBudget;
  /** Orders: they wait for each other, since order numbers have no gaps. */
  readonly checkouts: SharedBudget;
}

/** @param timeout milliseconds that a request waits for its turn */
export function sharesOfPool({ options: { max = 10 } }: Pool, timeout: number): SharesOfPool {
  const share = (part: number) => Math.max(1, Math.floor(max * part));
  return {
    reads: new SharedBudget({
      what: 'searches',
      total: share(0.5),
      perSender: share(0.2),
      maxWaiting: 50,
      timeout,
    }),
    checkouts: new SharedBudget({
      what: 'orders',
      total: share(0.3),
      perSender: share(0.3),
      maxWaiting: 200,
      timeout,
    }),
  };
}
