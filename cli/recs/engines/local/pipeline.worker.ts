// Worker thread of the build: runs the tasks of build-tasks.ts. What a session opens is kept by the session.

import type { Baskets } from '../../cooccurrence/baskets.ts';
import {
  loadHistories,
  loadOrders,
  type StoredPartition,
  storeGrouped,
} from '../../cooccurrence/grouped-store.ts';
import { groupPartition } from '../../cooccurrence/grouping.ts';
import { ItemCounter } from '../../cooccurrence/item-counter.ts';
import {
  type BasketSource,
  PairCounter,
  type RowRange,
  type RowSink,
} from '../../cooccurrence/pair-counter.ts';
import { RowCounter } from '../../cooccurrence/row-counter.ts';
import { Scratch } from '../../cooccurrence/scratch.ts';
import { openBoughtTogether } from '../../lists/bought-together.ts';
import { openCustomerLists } from '../../lists/customer-lists.ts';
import { openRelateRows } from '../../lists/relate-rows.ts';
import { EaseWorker } from '../../models/ease.ts';
import { toShared } from '../../shared-arrays.ts';
import { findAlikeNames } from '../../similarity/alike-names.ts';
import { contentNeighbours } from '../../similarity/content.ts';
import { type Compared, keptAlikeNames, keptContentNeighbours } from '../../similarity/kept-comparisons.ts';
import { readPartition } from '../../source/basket-log.ts';
import { openCustomerRows } from '../customer-rows.ts';
import type { BuildSessions, BuildTasks, MatrixInput } from './build-tasks.ts';
import { serveTasks, withTransfer } from './thread-pool.ts';

serveTasks<BuildTasks, BuildSessions>(
  {
    content({ kept, ...input }) {
      const compared = kept ? keptContentNeighbours(input, kept) : fresh(contentNeighbours(input));
      const { k, length, items, cosine } = compared.result;
      return {
        ...compared,
        result: { k, length: toShared(length), items: toShared(items), cosine: toShared(cosine) },
      };
    },
    alikeNames: ({ kept, ...input }) => (kept ? keptAlikeNames(input, kept) : fresh(findAlikeNames(input))),
  },
  {
    grouping(options) {
      const counter = new ItemCounter(options.items);
      const scratch = new Scratch();
      return {
        tasks: {
          group({ partition, file }) {
            const runs = readPartition(partition, scratch.int32('runs', partition.length));
            return storeGrouped(groupPartition(runs, options, counter, scratch), file);
          },
        },
        close: () => counter.tallies(),
      };
    },

    orderMatrix(input) {
      const rows = openBoughtTogether(input);
      const count = openCounter(input);
      return {
        tasks: { count: (range) => count(range, everyPart(input, loadOrders), rows.sink) },
        close: () => ({ pairs: rows.pairs, affinity: rows.affinity }),
      };
    },

    customerMatrix(input) {
      const count = openCounter(input);
      return {
        tasks: {
          count(range) {
            const rows = openCustomerRows(input);
            count(range, everyPart(input, loadHistories), rows.sink);
            rows.finish(range);
          },
        },
        close() {},
      };
    },

    relations(input) {
      return { tasks: { relate: openRelateRows(input) }, close() {} };
    },

    ease(input) {
      const worker = new EaseWorker(input);
      return { tasks: { run: (task) => worker.run(task) }, close() {} };
    },

    customerLists(input) {
      const listsOf = openCustomerLists(input);
      return {
        tasks: {
          rows(partition) {
            const rows = listsOf(loadHistories(partition));
            const made = Object.values(rows).filter((each) => each !== undefined);
            return withTransfer(
              rows,
              made.map(({ bytes }) => bytes.buffer),
            );
          },
        },
        close() {},
      };
    },
  },
);

function fresh<R>(result: R): Compared<R> {
  return { result, compared: 1, fault: undefined };
}

/** Visits all baskets partition by partition, always in the same order. */
function everyPart({ partitions }: MatrixInput, load: (stored: StoredPartition) => Baskets): BasketSource {
  return (visit) => {
    for (const partition of partitions) visit(load(partition));
  };
}

type CountRange = (range: RowRange, source: BasketSource, sink: RowSink) => void;

function openCounter({ kernel, facts, rowPairs }: MatrixInput): CountRange {
  if (kernel === 'rows') {
    const counter = new RowCounter(facts.items);
    return (range, source, sink) => counter.count(range, source, sink);
  }
  const counter = new PairCounter(facts.items);
  return (range, source, sink) => counter.count(range, rowPairs, source, sink);
}
