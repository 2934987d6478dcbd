// What every comparison of orders between groups of people is made from: two connections, a period, and a window.
import type { Client } from '../../sql/pool.ts';

export interface EffectsInput {
  /** Connection to couture's tables. */
  readonly client: Client;
  /** Connection to the shop's orders. */
  readonly source: Client;
  readonly from: Date;
  readonly to: Date;
  /** Days after a chat, an invitation or a click in which orders count. */
  readonly windowDays: number;
  /** Minimum detectable effect, relative, for the sample size. */
  readonly detect: number;
  readonly signal: AbortSignal;
}
