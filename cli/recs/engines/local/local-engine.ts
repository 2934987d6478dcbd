// The local engine: streams order lines into memory and counts on worker threads.
import { count } from '../../../terminal/figures.ts';
import { loadHistories } from '../../cooccurrence/grouped-store.ts';
import { type OrderHistory, readHistory } from '../../source/read-shop.ts';
import type { BuildEngine, EngineInput } from '../engine.ts';
import {
  type BasketSet,
  countCustomerMatrix,
  countOrderMatrix,
  groupBaskets,
  watchersOnly,
} from './parallel-stages.ts';

export function openLocalEngine(input: EngineInput): BuildEngine {
  const { config, snapshot, pool, catalog, facts, ids, since, latestDay, expected, folder, signal } = input;
  let history: OrderHistory;
  let baskets: BasketSet;
  return {
    async readLines(report) {
      const onProgress = (lines: number) => report.update(lines, Math.max(expected, lines));
      const { from, newest } = since;
      const log = { newest, spillFolder: folder, memoryBytes: config.memory / 32 };
      const { reader } = config;
      history = await readHistory(snapshot, catalog, ids, log, {
        reader,
        from,
        latestDay,
        signal,
        onProgress,
      });
      const { totals, spilled } = history;
      report.summary = `${count(totals.lines)} lines by ${history.reader}${spilled ? ', spilled to disk' : ''}`;
      return history;
    },

    async groupBaskets() {
      baskets = await groupBaskets(pool, catalog, history, config, folder);
      return baskets.tallies;
    },

    countOrders: (report) => countOrderMatrix(pool, catalog, facts, baskets, config, report),

    heldOutOrders: () => baskets.partitions,

    countCustomers: (content, report) =>
      countCustomerMatrix(pool, catalog, facts, baskets, content, config, report),

    histories(watch) {
      const buyers = new Uint8Array(watch.start.length - 1);
      for (const partition of baskets.partitions)
        for (const customer of loadHistories(partition).customer) buyers[customer] = 1;
      return {
        parts: [...baskets.partitions, watchersOnly(buyers, watch)],
        expected: baskets.partitions.length + 1,
        customers: baskets.tallies.totals.customers,
      };
    },

    async close() {},
  };
}
