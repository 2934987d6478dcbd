import { assert, suite } from '../../../../fixtures/suite.ts';
import { type Dataset, type OrderLog, OrderLogBuilder, openDataset } from '../order-log.ts';
import { cutValidations } from './validation.ts';

const test = suite('validation');

type Line = [order: string, customer: string, product: string, day?: number];

function datasetOf(lines: readonly Line[]): Dataset {
  const builder = new OrderLogBuilder();
  for (const [order, customer, product, day = Number.NaN] of lines)
    builder.add(order, customer, product, day);
  return openDataset(builder.orders(), [], { lines: 0, skipped: 0 });
}

/** Ten customers with `orders` orders of three products, a day after one another if they are dated. */
function shop(orders: number, dated: boolean): Dataset {
  return datasetOf(
    Array.from({ length: 30 * orders }, (_, at): Line => {
      const [customer, order] = [at % 10, Math.floor(at / 10) % orders];
      const day = dated ? 20_000 + order * 10 + customer : undefined;
      return [
        `${order}-${customer}`,
        `c${customer}`,
        `p${at % 17}`,
        ...(day === undefined ? [] : [day]),
      ] as Line;
    }),
  );
}

const lineCount = ({ items }: OrderLog) => items.length;

test('with dates, the last orders and the newest orders of the shop are held out, then older ones', () => {
  const data = shop(20, true);
  const { search, confirm } = cutValidations(data, 'personalized', 'order', 1);
  const [last, newest] = search;
  assert.is(last!.name, 'each customer’s last order');
  assert.is(last!.data.test.count, 10);
  assert.is(last!.data.train.count, 190);
  assert.is(newest!.name, 'the newest orders of the shop');
  assert.ok(Math.max(...newest!.data.train.day) < Math.min(...newest!.data.test.day));
  assert.is(newest!.data.train.count + newest!.data.test.count, 200);
  assert.is(confirm.name, 'each customer’s last order but one, without newer ones');
  assert.is(confirm.data.test.count, 10);
  assert.is(confirm.data.train.count, 180);
});

test('without dates, orders are held out by chance, other ones each time', () => {
  const data = shop(20, false);
  const { search, confirm } = cutValidations(data, 'personalized', 'order', 1);
  const all = [...search, confirm];
  assert.equal(
    all.map(({ name }) => name),
    Array(3).fill('one order of each customer, by chance'),
  );
  assert.equal(
    all.map((set) => set.data.test.count),
    [10, 10, 10],
  );
  const held = all.map((set) => String(set.data.test.items));
  assert.is(new Set(held).size, 3);
  const again = cutValidations(data, 'personalized', 'order', 1);
  assert.is(String(again.search[0]!.data.test.items), held[0]);
});

test('if customers are the baskets, a fifth of each one’s items is held out, and none is left without', () => {
  for (const dated of [true, false]) {
    const data = shop(4, dated);
    const { search, confirm } = cutValidations(data, 'personalized', 'customer', 1);
    assert.match(search[0]!.name, dated ? 'newest fifth' : 'by chance');
    assert.match(search[1]!.name, 'by chance');
    for (const { train, test: held } of [...search, confirm].map((set) => set.data)) {
      assert.is(lineCount(train) + lineCount(held), lineCount(data.train));
      assert.is(new Set(train.customer).size, 10);
      assert.is(new Set(held.customer).size, 10);
    }
  }
});

test('for co-purchases, the newest fifth of the orders and a fifth by chance are held out, or two by chance', () => {
  const dated = cutValidations(shop(20, true), 'copurchase', 'order', 1);
  assert.equal(
    dated.search.map(({ name }) => name),
    ['the newest fifth of the orders', 'a fifth of the orders, by chance'],
  );
  assert.is(dated.search[0]!.data.test.count, 40);
  const undated = cutValidations(shop(20, false), 'copurchase', 'order', 1);
  const held = [...undated.search, undated.confirm].map((set) => String(set.data.test.items));
  assert.is(new Set(held).size, 3);
});
