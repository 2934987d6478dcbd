import { Random } from '../../../../fixtures/random.ts';
import { assert, suite } from '../../../../fixtures/suite.ts';
import { OrderLogBuilder, openDataset } from '../order-log.ts';
import { isFileOrderTime } from './file-order.ts';

const test = suite('file order');

/** Orders of 200 customers whose taste moves through the catalogue, in the order that `sort` gives each customer's. */
function ordersOf(drift: number, sort: (orders: string[][], random: Random) => string[][]) {
  const random = new Random(5);
  const builder = new OrderLogBuilder();
  for (let customer = 0; customer < 200; customer++) {
    const home = random.below(300);
    const orders = Array.from({ length: 6 }, (_, time) =>
      Array.from({ length: 5 }, () => `p${home + drift * time + random.below(12)}`),
    );
    for (const [at, items] of sort(orders, random).entries())
      for (const item of items) builder.add(`o${customer}-${at}`, `c${customer}`, item, Number.NaN);
  }
  const { train, customerIds } = openDataset(builder.orders(), [], { lines: 0, skipped: 0 });
  return isFileOrderTime(train, customerIds.length);
}

const asBought = (orders: string[][]) => orders;

test('orders in the order of time are recognized by neighbours that are alike', () => {
  assert.ok(ordersOf(4, asBought));
});

test('shuffled orders, orders sorted by size, and customers without a change of taste are not', () => {
  assert.not(ordersOf(4, (orders, random) => random.some(orders, orders.length)));
  const sizeOf = (order: string[]) => new Set(order).size;
  assert.not(ordersOf(4, (orders, random) => random.some(orders, 6).sort((a, b) => sizeOf(a) - sizeOf(b))));
  assert.not(ordersOf(0, asBought));
});
