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

test('with dates, the last orders are held out, then the newest orders of the shop', () => {
  const data = shop(20, true);
  const { search, confirm } = cutValidations(data, 'personalized', 'order', 1);
  assert.is(search.name, 'each customer’s last order');
  assert.is(search.data.test.count, 10);
  assert.is(search.data.train.count, 190);
  assert.is(confirm.name, 'the newest orders of the shop');
  assert.ok(Math.max(...confirm.data.train.day) < Math.min(...confirm.data.test.day));
  assert.is(confirm.data.train.count + confirm.data.test.count, 200);
});

test('without dates, orders are held out by chance, other ones each time', () => {
  const data = shop(20, false);
  const { search, confirm } = cutValidations(data, 'personalized', 'order', 1);
  assert.equal([search.name, confirm.name], Array(2).fill('one order of each customer, by chance'));
  assert.equal([search.data.test.count, confirm.data.test.count], [10, 10]);
  assert.not.equal([...search.data.test.items], [...confirm.data.test.items]);
  const again = cutValidations(data, 'personalized', 'order', 1);
  assert.equal([...again.search.data.test.items], [...search.data.test.items]);
});

test('if customers are the baskets, a fifth of each one’s items is held out, and none is left without', () => {
  for (const dated of [true, false]) {
    const data = shop(4, dated);
    const { search, confirm } = cutValidations(data, 'personalized', 'customer', 1);
    assert.match(search.name, dated ? 'newest fifth' : 'by chance');
    for (const { train, test: held } of [search.data, confirm.data]) {
      assert.is(lineCount(train) + lineCount(held), lineCount(data.train));
      assert.is(new Set(train.customer).size, 10);
      assert.is(new Set(held.customer).size, 10);
    }
  }
});

test('for co-purchases, the newest fifth of the orders is held out, or a fifth by chance', () => {
  const dated = cutValidations(shop(20, true), 'copurchase', 'order', 1);
  assert.is(dated.search.name, 'the newest fifth of the orders');
  assert.is(dated.search.data.test.count, 40);
  const undated = cutValidations(shop(20, false), 'copurchase', 'order', 1);
  assert.is(undated.search.name, 'a fifth of the orders, by chance');
  assert.not.equal([...undated.search.data.test.items], [...undated.confirm.data.test.items]);
});
