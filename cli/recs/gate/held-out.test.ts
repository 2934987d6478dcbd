import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { optionTable } from '../../../runtime/core/options.ts';
import { groupPartition } from '../cooccurrence/grouping.ts';
import { ItemCounter } from '../cooccurrence/item-counter.ts';
import { PairCounter } from '../cooccurrence/pair-counter.ts';
import { openListTable, storeList } from '../lists/list-table.ts';
import { TopK } from '../similarity/top-k.ts';
import { leaveOneOut } from './held-out.ts';

const test = suite('leave one out');

const items = 12;

/** Lists by co-count over these orders, whole. */
function listsOf(orders: ReadonlyArray<readonly number[]>) {
  const counter = new ItemCounter(items);
  const log = Int32Array.from(orders.flatMap((order, at) => [-1, 0, at, 0, order.length, 0, ...order]));
  const options = {
    items,
    itemOfProduct: Int32Array.from({ length: items }, (_, item) => item),
    newest: 0,
    halfLife: Number.POSITIVE_INFINITY,
    maxOrderLines: 100,
    maxHistory: optionTable.maxHistory.default,
    seed: 1,
    repurchase: false,
    trendingDays: 30,
  };
  const grouped = groupPartition(log, options, counter);
  const table = openListTable(items, items);
  const best = new TopK(items);
  new PairCounter(items).count(
    { from: 0, to: items },
    counter.tallies().orderPairs,
    (visit) => visit(grouped.orders),
    (row) => {
      best.clear();
      for (let at = 0; at < row.length; at++) {
        const column = row.columns[at]!;
        best.push(row.counts[column]!, column, row.counts[column]!);
      }
      storeList(table, row.row, best);
    },
  );
  return { table, grouped };
}

test('subtracting an order from the lists equals lists built without it', () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = new Random(seed);
    const all = Array.from({ length: items }, (_, item) => item);
    const orders = Array.from({ length: 25 }, () => random.some(all, 2 + random.below(4)));
    const { table, grouped } = listsOf(orders);
    const found = leaveOneOut([{ kind: 'memory', grouped }], table, { similarity: 'count', minSupport: 1 })!;
    let [recall, testCases] = [0, 0];
    for (const [at, order] of orders.entries()) {
      const { table: others } = listsOf(orders.filter((_, other) => other !== at));
      for (const item of order) {
        const list = others.items.subarray(item * items, item * items + Math.min(10, others.length[item]!));
        const wanted = order.filter((other) => other !== item);
        recall += wanted.filter((other) => list.includes(other)).length / wanted.length;
        testCases++;
      }
    }
    assert.is(found.questions, testCases);
    assert.ok(Math.abs(found.recall - recall / testCases) < 1e-4, `seed ${seed}: ${found.recall}`);
  }
});

test('orders with one product give no test cases', () => {
  const { table, grouped } = listsOf([[1], [2]]);
  assert.is(
    leaveOneOut([{ kind: 'memory', grouped }], table, { similarity: 'count', minSupport: 1 }),
    undefined,
  );
});
