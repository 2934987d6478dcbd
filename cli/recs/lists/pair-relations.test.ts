import { assert, suite } from '../../../fixtures/suite.ts';
import { substituteCustomers } from '../../../sql/store/lists/fallback-chain.ts';
import type { CountedRow } from '../cooccurrence/pair-counter.ts';
import { RowCounter } from '../cooccurrence/row-counter.ts';
import { startsOf } from '../csr.ts';
import { findAlikeNames } from '../similarity/alike-names.ts';
import { indexNameWords } from '../similarity/name-words.ts';
import { countCandidates, openCandidatePairs } from './candidate-pairs.ts';
import { addExpected, categoryPairs, openSameCategory } from './category-totals.ts';
import { type ListTable, maxEvidence, openListTable } from './list-table.ts';
import { PairRelations } from './pair-relations.ts';

const test = suite('pair relations');

const names = ['Alpha running sock', 'Bravo running sock', 'Trail shoe', 'Mug', 'Lamp', 'Rug'];
const [alpha, bravo, shoe, mug, lamp, rug] = [0, 1, 2, 3, 4, 5];

/** Forty customers buy one sock with shoes, and the other sock with shoes later; forty others buy various things. */
function shop() {
  const orders: number[][] = [];
  const histories: number[][] = [];
  for (let n = 0; n < 40; n++) {
    orders.push([alpha, shoe], [bravo, shoe]);
    histories.push([alpha, bravo, shoe]);
  }
  for (let n = 0; n < 40; n++) {
    orders.push([mug, lamp + (n % 2)], n % 4 ? [lamp, rug] : [mug, shoe]);
    histories.push([mug, lamp, rug, ...(n % 4 ? [] : [shoe])]);
  }
  return { orders, histories };
}

function count(baskets: number[][], sink: (row: CountedRow) => void): void {
  const part = {
    count: baskets.length,
    start: startsOf(baskets.map((basket) => basket.length)),
    items: Int32Array.from(baskets.flat()),
    weight: new Float32Array(baskets.length).fill(1),
  };
  new RowCounter(6).count({ from: 0, to: 6 }, (visit) => visit(part), sink);
}

function pairsOf(baskets: number[][]): Float64Array {
  const pairs = new Float64Array(6);
  for (const basket of baskets) for (const item of basket) pairs[item]! += basket.length - 1;
  return pairs;
}

/** @param category item → category, all of which have a name; by default no product has one */
function open({
  customers = true,
  price = new Float64Array(6),
  category = undefined as number[] | undefined,
} = {}) {
  const { orders, histories } = shop();
  const categories = Int32Array.from(category ?? new Array(6).fill(0));
  const indexed = indexNameWords(names);
  const content = {
    k: 5,
    length: new Int32Array(6).fill(category ? 5 : 0),
    items: Int32Array.from(names.flatMap((_, item) => [0, 1, 2, 3, 4, 5].filter((other) => other !== item))),
    cosine: new Float32Array(30).fill(0.1),
  };
  const candidates = openCandidatePairs(findAlikeNames({ names: indexed, neighbours: 3 }), content, {
    items: 6,
    category: categories,
    uncategorized: category ? -1 : 0,
  });
  const historyPairs = customers ? pairsOf(histories) : new Float64Array(6);
  const sameCategory = openSameCategory(categories, { orderPairs: pairsOf(orders), historyPairs });
  const popularity = new Float64Array(6);
  for (const order of orders) for (const item of order) popularity[item]!++;
  count(orders, (row) => {
    countCandidates(candidates, 'orders', row);
    const { length, columns, counts } = row;
    for (const column of columns.subarray(0, length))
      if (categories[column] === categories[row.row]) sameCategory.together[row.row]! += counts[column]!;
  });
  if (customers)
    count(histories, (row) => {
      countCandidates(candidates, 'customers', row);
      addExpected(sameCategory, row);
    });
  const named = [0, 1, 2, 3, 4, 5].map(() => category !== undefined);
  const relations = new PairRelations({
    orders: popularity,
    allOrders: orders.length,
    root: sameCategory.root,
    names: indexed,
    price,
    category: categories,
    categories: categoryPairs(sameCategory, named),
  });
  return { relations, candidates };
}

function listOf(
  row: number,
  entries: Array<[item: number, score: number, reason: number]>,
  k = 4,
): ListTable {
  const table = openListTable(6, k);
  table.length[row] = entries.length;
  for (const [at, [item, score, reason]] of entries.entries()) {
    table.items[row * k + at] = item;
    table.scores[row * k + at] = score;
    table.reasons[row * k + at] = reason;
  }
  return table;
}

const entriesOf = ({ k, length, items, scores }: ListTable, row: number) =>
  Array.from({ length: length[row]! }, (_, at) => [items[row * k + at]!, scores[row * k + at]!]);

test('socks that customers buy in turn are substitutes, sock and shoe are complements', () => {
  const { relations } = open();
  for (const [one, other] of [
    [alpha, bravo],
    [bravo, alpha],
  ] as const)
    assert.is(relations.relation(one, other, 0, 40).relation, 'substitute');
  assert.is(relations.relation(alpha, bravo, 0, 40).evidence, 40);
  assert.is(relations.relation(alpha, shoe, 40, 40).relation, 'complement');
  assert.is(relations.relation(shoe, mug, 10, 10).relation, 'none');
});

test('alike names are candidates, and their counts are exact although the pair is in no order', () => {
  const { candidates } = open();
  assert.equal([...candidates.start], [0, 1, 2, 2, 2, 2, 2]);
  assert.equal([...candidates.items], [bravo, alpha]);
  assert.equal([...candidates.orders], [0, 0]);
  assert.equal([...candidates.customers], [40, 40]);
});

test('a sock of three times the price is no substitute by its name', () => {
  assert.is(
    open({ price: Float64Array.of(9, 10, 90, 8, 9, 9) }).relations.relation(alpha, bravo, 0, 40).relation,
    'substitute',
  );
  assert.is(
    open({ price: Float64Array.of(9, 28, 90, 8, 9, 9) }).relations.relation(alpha, bravo, 0, 40).relation,
    'none',
  );
});

test('without customers, orders that never combine alike products tell', () => {
  const { relation, evidence } = open({ customers: false }).relations.relation(alpha, bravo, 0, 0);
  assert.equal([relation, evidence], ['substitute', 0]);
  assert.is(open({ customers: false }).relations.relation(alpha, mug, 0, 0).relation, 'none');
});

test('in a category of alternatives, a pair that few have bought is a substitute by its category', () => {
  // Socks and mugs are one category here, furniture another: its products are in one order as often as by chance.
  const { relations } = open({ category: [0, 0, 1, 0, 2, 2] });
  const { relation, proven } = relations.relation(alpha, mug, 0, 1);
  assert.equal([relation, proven], ['substitute', false]);
  assert.is(relations.relation(alpha, mug, 9, 1).relation, 'none');
  assert.is(relations.relation(lamp, rug, 0, 1).relation, 'none');
  assert.is(relations.relation(alpha, lamp, 0, 1).relation, 'none');
});

test('bought together lists lose substitutes and keep the order of the others', () => {
  const lists = listOf(alpha, [
    [shoe, 9, 40],
    [bravo, 8, 1],
    [mug, 7, 1],
  ]);
  assert.is(open().relations.drop({ lists, customers: Int32Array.of(40, 40, 0, 0) }), 1);
  assert.equal(entriesOf(lists, alpha), [
    [shoe, 9],
    [mug, 7],
  ]);
});

test('a pair with more joint orders than a reason can hold stays together', () => {
  const lists = listOf(alpha, [[bravo, 9, maxEvidence]]);
  // Half of a million customers who bought both: 50,000 joint orders would be as many as that lets expect.
  assert.is(open().relations.drop({ lists, customers: Int32Array.of(1_000_000, 0, 0, 0) }), 0);
});

test('similar lists begin with proven substitutes, and say how many customers bought both', () => {
  const { relations, candidates } = open();
  const lists = listOf(alpha, [
    [mug, 0.5, 3],
    [shoe, 0.4, 40],
    [bravo, 0.3, 0],
  ]);
  relations.prefer(lists, candidates);
  assert.equal(
    entriesOf(lists, alpha).map(([item]) => item),
    [bravo, mug, shoe],
  );
  assert.ok(entriesOf(lists, alpha)[0]![1]! > 1.4);
  assert.is(substituteCustomers(lists.reasons[alpha * 4]!), 40);
  assert.is(substituteCustomers(lists.reasons[alpha * 4 + 1]!), undefined);
});

test('a proven substitute enters a full list that lacks it, unless its category is another', () => {
  const full: Array<[number, number, number]> = [
    [mug, 0.5, 3],
    [shoe, 0.4, 40],
  ];
  const lists = listOf(alpha, full, 2);
  const { relations, candidates } = open();
  relations.prefer(lists, candidates);
  assert.equal(
    entriesOf(lists, alpha).map(([item]) => item),
    [bravo, mug],
  );
  const apart = listOf(alpha, full, 2);
  const other = open({ category: [0, 1, 1, 2, 2, 2] });
  other.relations.prefer(apart, other.candidates);
  assert.equal(
    entriesOf(apart, alpha).map(([item]) => item),
    [mug, shoe],
  );
});
