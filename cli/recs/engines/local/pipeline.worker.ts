// Worker thread of the build: holds the state of the stage that is open and runs its tasks.

import type { Baskets } from '../../cooccurrence/baskets.ts';
import {
  loadHistories,
  loadOrders,
  type StoredPartition,
  storeGrouped,
} from '../../cooccurrence/grouped-store.ts';
import { type GroupingOptions, groupPartition } from '../../cooccurrence/grouping.ts';
import {
  type BasketSource,
  PairCounter,
  type RowRange,
  type RowSink,
} from '../../cooccurrence/pair-counter.ts';
import { RowCounter } from '../../cooccurrence/row-counter.ts';
import { Scratch } from '../../cooccurrence/scratch.ts';
import { ItemTallies } from '../../cooccurrence/tallies.ts';
import { type BoughtTogetherRows, openBoughtTogether } from '../../lists/bought-together.ts';
import { Personalizer } from '../../lists/personalized.ts';
import { toShared } from '../../shared-arrays.ts';
import { contentNeighbours } from '../../similarity/content.ts';
import { readPartition } from '../../source/basket-log.ts';
import type { BuildTasks, CustomerMatrixInput, MatrixInput, OrderMatrixInput } from './build-tasks.ts';
import { openCustomerRows } from './customer-rows.ts';
import { serveTasks, withTransfer } from './thread-pool.ts';

let grouping: { options: GroupingOptions; tallies: ItemTallies; scratch: Scratch } | undefined;
let orderMatrix: { input: OrderMatrixInput; rows: BoughtTogetherRows; count: CountRange } | undefined;
let customerMatrix: { input: CustomerMatrixInput; count: CountRange } | undefined;
let personalizer: Personalizer | undefined;

serveTasks<BuildTasks>({
  content(input) {
    const { k, length, items, cosine } = contentNeighbours(input);
    return { k, length: toShared(length), items: toShared(items), cosine: toShared(cosine) };
  },

  openGrouping(options) {
    grouping = { options, tallies: new ItemTallies(options.items), scratch: new Scratch() };
  },
  group({ partition, file }) {
    const { options, tallies, scratch } = grouping!;
    const runs = readPartition(partition, scratch.int32('runs', partition.length));
    return storeGrouped(groupPartition(runs, options, tallies, scratch), file);
  },
  closeGrouping() {
    const { tallies } = grouping!;
    grouping = undefined;
    return tallies;
  },

  openOrderMatrix(input) {
    orderMatrix = { input, rows: openBoughtTogether(input), count: openCounter(input) };
  },
  countOrders(range) {
    const { input, rows, count } = orderMatrix!;
    count(range, everyPart(input, loadOrders), rows.sink);
  },
  closeOrderMatrix() {
    const { pairs, affinity } = orderMatrix!.rows;
    orderMatrix = undefined;
    return { pairs, affinity };
  },

  openCustomerMatrix(input) {
    orderMatrix = undefined;
    customerMatrix = { input, count: openCounter(input) };
  },
  countCustomers(range) {
    const { input, count } = customerMatrix!;
    const rows = openCustomerRows(input);
    count(range, everyPart(input, loadHistories), rows.sink);
    rows.finish(range);
  },

  openPersonalized(input) {
    customerMatrix = undefined;
    personalizer = new Personalizer(input);
  },
  personalize(partition) {
    const rows = personalizer!.rows(loadHistories(partition));
    return withTransfer(rows, [rows.bytes.buffer]);
  },
});

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
