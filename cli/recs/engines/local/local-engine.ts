// The local engine: streams order lines into memory and counts on worker threads.
import { count } from '../../../terminal/figures.ts';
import { loadHistories } from '../../cooccurrence/grouped-store.ts';
import { readHistory } from '../../source/read-shop.ts';
import type { WatchLists } from '../../source/watch-lists.ts';
import type { BuildEngine, EngineInput, GroupedBaskets } from '../engine.ts';
import { type HistoryParts, watchersOnly } from '../history-parts.ts';
import { countCustomerMatrix, countOrderMatrix } from './count-matrices.ts';
import { type BasketSet, groupBaskets } from './group-baskets.ts';

export function openLocalEngine(input: EngineInput): BuildEngine {
  const { config, snapshot, catalog, ids, since, orderLines, latestDay, expected, folder, kept, signal } =
    input;
  return {
    async read(report) {
      const onProgress = (lines: number) => report.update(lines, Math.max(expected, lines));
      const { from, newest } = since;
      const log = { newest, spillFolder: folder, memoryBytes: config.memory / 32 };
      const options = { reader: config.reader, from, orderLines, latestDay, signal, onProgress };
      const history =
        (await kept?.read(catalog, log, options)) ??
        (await readHistory(snapshot, catalog, ids, log, options));
      const { totals, customers, reader, spilled, linesRead = totals.lines } = history;
      report.summary = `${count(totals.lines)} lines${linesRead < totals.lines ? `, ${count(linesRead)} of them` : ''} by ${reader}${spilled ? ', spilled to disk' : ''}`;
      const group = async () => grouped(input, await groupBaskets(input, history));
      return { totals, customers, reader, group };
    },

    async close() {},
  };
}

function grouped(input: EngineInput, baskets: BasketSet): GroupedBaskets {
  return {
    tallies: baskets.tallies,
    countOrders: (report) => countOrderMatrix(input, baskets, report),
    countCustomers: (order, report) => countCustomerMatrix(input, baskets, order, report),
    histories: (watch) => historyParts(baskets, watch),
  };
}

function historyParts({ partitions, tallies }: BasketSet, watch: WatchLists): HistoryParts {
  const buyers = new Uint8Array(watch.start.length - 1);
  for (const partition of partitions)
    for (const customer of loadHistories(partition).customer) buyers[customer] = 1;
  return {
    parts: [...partitions, watchersOnly(buyers, watch)],
    expected: partitions.length + 1,
    customers: tallies.totals.customers,
  };
}
