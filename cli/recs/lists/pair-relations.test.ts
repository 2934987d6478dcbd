import { assert, suite } from '../../../fixtures/suite.ts';
import { substituteCustomers } from '../../../sql/store/lists/fallback-chain.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { startsOf } from '../csr.ts';
import { type GramRows, GramSelector, openGramRows } from '../models/gram-rows.ts';
import { indexNameWords } from '../similarity/name-words.ts';
import { type ListTable, openListTable } from './list-table.ts';
import { PairRelations } from './pair-relations.ts';

const test = suite('pair relations');

const names = ['Alpha running sock', 'Bravo running sock', 'Trail shoe', 'Mug', 'Lamp', 'Rug'];
const [alpha, bravo, shoe, mug] = [0, 1, 2, 3];

/** Forty customers buy one sock with shoes, and the other sock with shoes later; forty others buy various things. */
function shop() {
  const orders: number[][] = [];
  const histories: number[][] = [];
  for (let n = 0; n < 40; n++) {
    orders.push([alpha, shoe], [bravo, shoe]);
    histories.push([alpha, bravo, shoe]);
  }
  for (let n = 0; n < 40; n++) {
    orders.push([mug, 4 + (n % 2)], n % 4 ? [4, 5] : [mug, shoe]);
    histories.push([mug, 4, 5, ...(n % 4 ? [] : [shoe])]);
  }
  return { orders, histories };
}

function counted(baskets: number[][], k: number): GramRows {
  const [diagonal, pairs] = [new Float64Array(6), new Float64Array(6)];
  for (const basket of baskets)
    for (const item of basket) {
      diagonal[item]!++;
      pairs[item]! += basket.length - 1;
    }
  const rows = openGramRows(diagonal, pairs, k);
  const selector = new GramSelector(rows);
  const start = startsOf(baskets.map((basket) => basket.length));
  const part = {
    count: baskets.length,
    start,
    items: Int32Array.from(baskets.flat()),
    weight: new Float32Array(baskets.length).fill(1),
  };
  new RowCounter(6).count(
    { from: 0, to: 6 },
    (visit) => visit(part),
    (row) => selector.select(row),
  );
  return rows;
}

function relations(k = 6, customers = true): PairRelations {
  const { orders, histories } = shop();
  const historyPairs = customers ? counted(histories, 1).pairs : new Float64Array(6);
  return new PairRelations({
    orders: counted(orders, k),
    allOrders: orders.length,
    historyPairs,
    names: indexNameWords(names),
    category: new Int32Array(6),
    named: [false],
  });
}

function listOf(row: number, entries: Array<[item: number, score: number, reason: number]>): ListTable {
  const table = openListTable(6, 4);
  table.length[row] = entries.length;
  for (const [at, [item, score, reason]] of entries.entries()) {
    table.items[row * 4 + at] = item;
    table.scores[row * 4 + at] = score;
    table.reasons[row * 4 + at] = reason;
  }
  return table;
}

const entriesOf = ({ length, items, scores }: ListTable, row: number) =>
  Array.from({ length: length[row]! }, (_, at) => [items[row * 4 + at]!, scores[row * 4 + at]!]);

test('socks that customers buy in turn are substitutes, sock and shoe are complements', () => {
  for (const [one, other] of [
    [alpha, bravo],
    [bravo, alpha],
  ] as const)
    assert.is(relations().relation(one, other, 40).relation, 'substitute');
  assert.is(relations().relation(alpha, bravo, 40).evidence, 40);
  assert.is(relations().relation(alpha, shoe, 40).relation, 'complement');
  assert.is(relations().relation(shoe, mug, 10).relation, 'none');
});

test('a pair that no row has kept counts as often together as it may be', () => {
  // Each row keeps one entry, and the socks were never together: the shoe is all that their rows have.
  assert.is(relations(1).relation(alpha, bravo, 40).relation, 'substitute');
  assert.is(relations(1).relation(shoe, mug, 40).relation, 'none');
});

test('without customers, orders that never combine alike products tell', () => {
  const { relation, evidence } = relations(6, false).relation(alpha, bravo, 0);
  assert.equal([relation, evidence], ['substitute', 0]);
  assert.is(relations(6, false).relation(alpha, mug, 0).relation, 'none');
});

test('bought together lists lose substitutes and keep the order of the others', () => {
  const lists = listOf(alpha, [
    [shoe, 9, 40],
    [bravo, 8, 1],
    [mug, 7, 1],
  ]);
  assert.is(relations().drop({ lists, customers: Int32Array.of(40, 40, 0, 0) }), 1);
  assert.equal(entriesOf(lists, alpha), [
    [shoe, 9],
    [mug, 7],
  ]);
});

test('similar lists begin with substitutes, and say how many customers bought both', () => {
  const lists = listOf(alpha, [
    [mug, 0.5, 3],
    [shoe, 0.4, 40],
    [bravo, 0.3, 0],
  ]);
  assert.is(relations().prefer({ lists, customers: Int32Array.of(0, 40, 40, 0) }), 1);
  assert.equal(entriesOf(lists, alpha), [
    [bravo, 1.3],
    [mug, 0.5],
    [shoe, 0.4],
  ]);
  assert.is(substituteCustomers(lists.reasons[alpha * 4]!), 40);
  assert.is(substituteCustomers(lists.reasons[alpha * 4 + 1]!), undefined);
});
