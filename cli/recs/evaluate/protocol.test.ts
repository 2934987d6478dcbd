import { assert, suite } from '../../../fixtures/suite.ts';
import { believedOrders } from './believed-orders.ts';
import { type Dataset, OrderLogBuilder, openDataset, shuffleIds } from './order-log.ts';
import { buildTestCases, sampleTestCases } from './protocol.ts';
import { splitByTime } from './split.ts';

const test = suite('protocol');

type Line = [order: string, customer: string, product: string, day?: number];

function orders(lines: readonly Line[]) {
  const builder = new OrderLogBuilder();
  for (const [order, customer, product, day = Number.NaN] of lines)
    builder.add(order, customer, product, day);
  return builder.orders();
}

function dataset(train: readonly Line[], held: readonly Line[]): Dataset {
  return openDataset(orders(train), orders(held), { lines: 0, skipped: 0 });
}

/** Returns the ids of the subject and targets of each test case. */
function casesOf(data: Dataset, testCases: ReturnType<typeof buildTestCases>) {
  return Array.from({ length: testCases.count }, (_, at) => ({
    subject:
      testCases.task === 'personalized'
        ? data.customerIds[testCases.subject[at]!]
        : data.itemIds[testCases.subject[at]!],
    targets: Array.from(
      testCases.targets.subarray(testCases.start[at]!, testCases.start[at + 1]!),
      (item) => data.itemIds[item],
    ).sort(),
  }));
}

const train: Line[] = [
  ['1', 'ann', 'a'],
  ['1', 'ann', 'b'],
  ['2', 'bob', 'b'],
  ['2', 'bob', 'c'],
];

test('the targets of a customer are the items of the next order, including items bought before', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'new'],
    ['4', 'ann', 'c'],
    ['5', 'guest', 'c'],
  ]);
  const testCases = buildTestCases(data, 'personalized', 'order');
  assert.ok(testCases.repeats);
  assert.equal(
    casesOf(data, testCases).sort((x, y) => (x.subject! < y.subject! ? -1 : 1)),
    [
      { subject: 'ann', targets: ['a', 'new'] },
      { subject: 'guest', targets: ['c'] },
    ],
  );
});

test('if customers are the baskets, the targets are all held-out items that are new to them', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'new'],
    ['4', 'ann', 'c'],
    ['5', 'bob', 'b'],
  ]);
  const testCases = buildTestCases(data, 'personalized', 'customer');
  assert.not(testCases.repeats);
  assert.equal(casesOf(data, testCases), [{ subject: 'ann', targets: ['c', 'new'] }]);
});

test('each known product of a held-out order is a test case with the other known products as targets', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'c'],
    ['3', 'ann', 'new'],
    ['4', '', 'a'],
  ]);
  const testCases = buildTestCases(data, 'copurchase', 'order');
  assert.is(testCases.units, 1);
  assert.equal(
    casesOf(data, testCases).sort((x, y) => (x.subject! < y.subject! ? -1 : 1)),
    [
      { subject: 'a', targets: ['c'] },
      { subject: 'c', targets: ['a'] },
    ],
  );
});

test('a sample of the test cases has whole units, and the same ones each time', () => {
  const held = Array.from({ length: 40 }, (_, order): Line[] => [
    [`h${order}`, '', 'a'],
    [`h${order}`, '', 'b'],
    [`h${order}`, '', 'c'],
  ]).flat();
  const testCases = buildTestCases(dataset(train, held), 'copurchase', 'order');
  const some = sampleTestCases(testCases, 7, 3);
  assert.is(some.units, 7);
  assert.is(some.count, 21);
  assert.equal(some, sampleTestCases(testCases, 7, 3));
  assert.not.equal(some.unit.length, 0);
});

test('orders are split by each customer’s last order, or by the newest days', () => {
  const all = orders([
    ['1', 'ann', 'a', 1],
    ['2', 'ann', 'b', 5],
    ['3', 'bob', 'c', 9],
    ['4', '', 'c', 10],
  ]);
  const ids = (part: ReturnType<typeof orders>) => part.map((order) => [...order.products].join());
  assert.equal(
    ids(splitByTime(all, 'last').test),
    ['b'],
    'customers with a single order keep it in training',
  );
  assert.equal(ids(splitByTime(all, { days: 2 }).test), ['c', 'c']);
  assert.equal(ids(splitByTime(all, { days: 2 }).train), ['a', 'b']);
});

test('item numbers carry no information: consecutive ids get scattered numbers', () => {
  const ids = Array.from({ length: 1_000 }, (_, at) => String(at));
  const shuffled = shuffleIds(ids);
  assert.equal([...shuffled].sort(), [...ids].sort());
  assert.equal(shuffled, shuffleIds([...ids].reverse()));
  const places = shuffled.map(Number);
  const mean = places.slice(0, 200).reduce((sum, each) => sum + each, 0) / 200;
  assert.ok(Math.abs(mean - 500) < 75, `${mean}`);
});

test('the last four weeks end at the newest order with a plausible date', () => {
  const trade = Array.from(
    { length: 300 },
    (_, at): Line => [`o${at}`, `c${at % 9}`, `p${at % 7}`, 18_000 + at],
  );
  const late: Line[] = [
    ['late', 'c1', 'p1', 18_900],
    ['future', 'c2', 'p2', 47_000],
    ['future', 'c2', 'p3', 47_000],
  ];
  const {
    orders: plausible,
    skipped,
    warnings,
  } = believedOrders(orders([...late, ...trade]), { latestDay: 9_830 });
  assert.equal([plausible.length, skipped, warnings.length], [300, 3, 2]);
  assert.is(splitByTime(plausible, { days: 28 }).test.length, 28);
  const undated = believedOrders(orders([['1', 'a', 'p'], ...trade]), { latestDay: 9_830 });
  assert.equal([undated.orders.length, undated.skipped, undated.warnings], [301, 0, []]);
});
