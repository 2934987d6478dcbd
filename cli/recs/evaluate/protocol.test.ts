import { assert, suite } from '../../../fixtures/suite.ts';
import { believedOrders } from './believed-orders.ts';
import { type Dataset, OrderLogBuilder, openDataset, shuffleIds } from './order-log.ts';
import { askQuestions, someQuestions } from './protocol.ts';
import { cutValidation, splitByTime } from './split.ts';

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

/** Question → subject and targets by id. */
function asked(data: Dataset, questions: ReturnType<typeof askQuestions>) {
  return Array.from({ length: questions.count }, (_, at) => ({
    subject:
      questions.task === 'personalized'
        ? data.customerIds[questions.subject[at]!]
        : data.itemIds[questions.subject[at]!],
    targets: Array.from(
      questions.targets.subarray(questions.start[at]!, questions.start[at + 1]!),
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

test('a customer is asked for the next order, what they had before included', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'new'],
    ['4', 'ann', 'c'],
    ['5', 'guest', 'c'],
  ]);
  const questions = askQuestions(data, 'personalized', 'order');
  assert.ok(questions.repeats);
  assert.equal(
    asked(data, questions).sort((x, y) => (x.subject! < y.subject! ? -1 : 1)),
    [
      { subject: 'ann', targets: ['a', 'new'] },
      { subject: 'guest', targets: ['c'] },
    ],
  );
});

test('where customers are the baskets, all that is new to them is asked for', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'new'],
    ['4', 'ann', 'c'],
    ['5', 'bob', 'b'],
  ]);
  const questions = askQuestions(data, 'personalized', 'customer');
  assert.not(questions.repeats);
  assert.equal(asked(data, questions), [{ subject: 'ann', targets: ['c', 'new'] }]);
});

test('each known product of a held-out order asks for the other known ones', () => {
  const data = dataset(train, [
    ['3', 'ann', 'a'],
    ['3', 'ann', 'c'],
    ['3', 'ann', 'new'],
    ['4', '', 'a'],
  ]);
  const questions = askQuestions(data, 'copurchase', 'order');
  assert.is(questions.units, 1);
  assert.equal(
    asked(data, questions).sort((x, y) => (x.subject! < y.subject! ? -1 : 1)),
    [
      { subject: 'a', targets: ['c'] },
      { subject: 'c', targets: ['a'] },
    ],
  );
});

test('a part of the questions keeps whole units, and the same ones each time', () => {
  const held = Array.from({ length: 40 }, (_, order): Line[] => [
    [`h${order}`, '', 'a'],
    [`h${order}`, '', 'b'],
    [`h${order}`, '', 'c'],
  ]).flat();
  const questions = askQuestions(dataset(train, held), 'copurchase', 'order');
  const some = someQuestions(questions, 7, 3);
  assert.is(some.units, 7);
  assert.is(some.count, 21);
  assert.equal(some, someQuestions(questions, 7, 3));
  assert.not.equal(some.unit.length, 0);
});

test('orders are split by each customer’s last, or by the newest days', () => {
  const all = orders([
    ['1', 'ann', 'a', 1],
    ['2', 'ann', 'b', 5],
    ['3', 'bob', 'c', 9],
    ['4', '', 'c', 10],
  ]);
  const ids = (part: ReturnType<typeof orders>) => part.map((order) => [...order.products].join());
  assert.equal(ids(splitByTime(all, 'last').test), ['b'], 'who has one order keeps it');
  assert.equal(ids(splitByTime(all, { days: 2 }).test), ['c', 'c']);
  assert.equal(ids(splitByTime(all, { days: 2 }).train), ['a', 'b']);
});

test('validation holds out of training what the test holds out of all, and nobody is left empty', () => {
  const lines = Array.from({ length: 60 }, (_, at): Line => [`${at % 20}`, `c${at % 10}`, `p${at}`]);
  const data = dataset(lines, []);
  let state = 1;
  const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const last = cutValidation(data.train, 10, 'personalized', 'order', random);
  assert.is(last.test.count, 10);
  assert.is(last.train.count, 10);
  const items = cutValidation(data.train, 10, 'personalized', 'customer', random);
  assert.is(items.train.count, 20);
  assert.is(items.train.items.length + items.test.items.length, 60);
  // Of every second customer the last as they stand: an item that is held out has none of the same order behind it.
  const lastOf = (customer: number) => data.train.items[data.train.start[customer + 1]! - 1]!;
  for (let order = 1; order < data.train.count; order += 2)
    assert.ok(items.test.items.includes(lastOf(order)), `order ${order}`);
  const some = cutValidation(data.train, 10, 'copurchase', 'order', random);
  assert.is(some.train.count + some.test.count, 20);
  assert.ok(some.test.count > 0);
});

test('numbers tell nothing: ids in order are not in order as numbers', () => {
  const ids = Array.from({ length: 1_000 }, (_, at) => String(at));
  const shuffled = shuffleIds(ids);
  assert.equal([...shuffled].sort(), [...ids].sort());
  assert.equal(shuffled, shuffleIds([...ids].reverse()));
  const places = shuffled.map(Number);
  const mean = places.slice(0, 200).reduce((sum, each) => sum + each, 0) / 200;
  assert.ok(Math.abs(mean - 500) < 75, `${mean}`);
});

test('the last four weeks are those before the newest order that is believed', () => {
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
    orders: believed,
    skipped,
    warnings,
  } = believedOrders(orders([...late, ...trade]), { latestDay: 9_830 });
  assert.equal([believed.length, skipped, warnings.length], [300, 3, 2]);
  assert.is(splitByTime(believed, { days: 28 }).test.length, 28);
  const undated = believedOrders(orders([['1', 'a', 'p'], ...trade]), { latestDay: 9_830 });
  assert.equal([undated.orders.length, undated.skipped, undated.warnings], [301, 0, []]);
});
