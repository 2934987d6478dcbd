// Grouping totals → warnings about orders that were sampled and histories that were cut.
import type { Config } from '../../../runtime/core/options.ts';
import { count } from '../../terminal/figures.ts';
import type { GroupingTotals } from './tallies.ts';

export function groupingWarnings(totals: GroupingTotals, config: Config): string[] {
  const { sampledOrders, sampledLines, cutHistories } = totals;
  return [
    sampledOrders > 0 &&
      `${count(sampledOrders)} ${sampledOrders === 1 ? 'order' : 'orders'} with more than ${count(config.maxOrderLines)} products ${sampledOrders === 1 ? 'was' : 'were'} sampled (${count(sampledLines)} lines skipped)`,
    cutHistories > 0 &&
      `${count(cutHistories)} ${cutHistories === 1 ? 'customer' : 'customers'} bought more than ${count(config.maxHistory)} products; only their most recent are used`,
  ].filter((line) => line !== false);
}
