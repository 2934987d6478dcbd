// Published results reproduced with our own counting: arules' rules for Groceries, and recall on held-out orders.
import { crc32 } from 'node:zlib';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { findRealOrders, loadRealOrders } from '../../fixtures/real-orders.ts';
import { assert } from '../../fixtures/suite.ts';
import { optionTable } from '../../runtime/core/options.ts';
import { batchesOf } from '../../sql/cursor.ts';
import type { Client } from '../../sql/pool.ts';
import { groupPartition } from './cooccurrence/grouping.ts';
import { ItemCounter } from './cooccurrence/item-counter.ts';
import { PairCounter } from './cooccurrence/pair-counter.ts';
import { openBoughtTogether } from './lists/bought-together.ts';
import { type ListTable, openListTable } from './lists/list-table.ts';
import { indexNameWords } from './similarity/name-words.ts';
import { confidence, lift, support } from './similarity/open-similarity.ts';

const test = databaseSuite('published figures', { timeout: 600_000 });

/** Recall of ten, and coverage; the best plain list order of each set reaches the recall beside it. */
const expected = {
  uci_online_retail: { recall: 0.0723, coverage: 0.934, bestPlain: 0.0695 },
  google_merch_store: { recall: 0.3359, coverage: 0.95, bestPlain: 0.3323 },
  belgian_retail_fimi: { recall: 0.1806, coverage: 0.92, bestPlain: 0.1792 },
} as const;

for (const [name, { recall, coverage, bestPlain }] of Object.entries(expected)) {
  const set = findRealOrders(name);
  const title = `${name}: the default list finds ${recall} of held-out orders, and shows ${coverage} of all products`;
  if (!set) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client }) => {
    await loadRealOrders(client, set);
    const orders = await readOrders(client);
    const heldOut = new Map([...orders].filter(([id]) => crc32(id) % 10 === 0));
    const training = new Map([...orders].filter(([id]) => !heldOut.has(id)));
    const products = [...new Set([...training.values()].flatMap((basket) => [...basket]))].sort(byBytes);
    const { lists, bestsellers } = boughtTogether(training, products, await readNames(client));
    const figures = evaluate(lists, bestsellers, [...heldOut.values()], products);
    const shown = JSON.stringify(figures);
    assert.ok(figures.recall >= recall - 0.0005, shown);
    assert.ok(figures.coverage >= coverage - 0.0005, shown);
    assert.ok(figures.recall >= 0.99 * bestPlain, shown);
  });
}

const groceries = findRealOrders('groceries_arules');
if (!groceries) {
  test.skip('the rules of Groceries equal those of arules');
} else {
  test('the rules of Groceries equal those of arules', async ({ client }) => {
    await loadRealOrders(client, groceries);
    const orders = await readOrders(client);
    assert.is(orders.size, 9_835);
    // A rule with two products on its left: both together are one more item of the baskets that hold them.
    const both = 'citrus fruit & root vegetables';
    for (const basket of orders.values()) {
      if (basket.has('citrus fruit') && basket.has('root vegetables')) basket.add(both);
    }
    const products = [...new Set([...orders.values()].flatMap((basket) => [...basket]))].sort(byBytes);
    assert.is(products.length, 169 + 1);
    const { tallies, baskets } = group(orders, products);
    const rule = (left: string, right: string) => {
      const [i, j] = [products.indexOf(left), products.indexOf(right)];
      let count = 0;
      new PairCounter(products.length).count(
        { from: i, to: i + 1 },
        tallies.orderPairs,
        (visit) => visit(baskets),
        (row) => {
          count = row.counts[j]!;
        },
      );
      const [ci, cj, n] = [tallies.orders[i]!, tallies.orders[j]!, tallies.totals.orders];
      return [
        support(count, n).toFixed(5),
        confidence(count, ci).toFixed(4),
        lift(count, ci, cj, n).toFixed(4),
      ];
    };
    assert.equal(rule(both, 'other vegetables'), ['0.01037', '0.5862', '3.0296']);
    // Rules of two products, as arules prints them too.
    assert.equal(rule('root vegetables', 'other vegetables'), ['0.04738', '0.4347', '2.2466']);
    assert.equal(rule('butter', 'whole milk'), ['0.02755', '0.4972', '1.9461']);
    assert.equal(rule('curd', 'whole milk'), ['0.02613', '0.4905', '1.9195']);
  });
}

type Orders = Map<string, Set<string>>;

/** Orders in the order of the file. */
async function readOrders(client: Client): Promise<Orders> {
  const orders: Orders = new Map();
  const text = 'select order_id, product_id from real.line order by position';
  for await (const rows of batchesOf<[string, string]>(client, text)) {
    for (const [order, product] of rows) {
      const basket = orders.get(order);
      if (basket) basket.add(product);
      else orders.set(order, new Set([product]));
    }
  }
  return orders;
}

async function readNames(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ product_id: string; name: string }>(
    'select product_id, name from real.name',
  );
  return new Map(rows.map((row) => [row.product_id, row.name]));
}

/** Groups the orders as the build does, guests all of them and none older than another. */
function group(orders: Orders, products: readonly string[]) {
  const itemOf = new Map(products.map((product, item) => [product, item]));
  const counter = new ItemCounter(products.length);
  const runs = [...orders.values()].map((basket, order) => {
    const items = [...basket].map((product) => itemOf.get(product)!);
    return [-1, 0, order, 0, items.length, 0, ...items];
  });
  const options = {
    items: products.length,
    itemOfProduct: Int32Array.from(products.keys()),
    newest: 0,
    halfLife: Number.POSITIVE_INFINITY,
    maxOrderLines: Number.POSITIVE_INFINITY,
    maxHistory: optionTable.maxHistory.default,
    seed: 1,
    repurchase: false,
    trendingDays: 30,
  };
  const baskets = groupPartition(Int32Array.from(runs.flat()), options, counter).orders;
  return { tallies: counter.tallies(), baskets };
}

/** Lists by the default settings, and all products by orders. */
function boughtTogether(orders: Orders, products: readonly string[], names: ReadonlyMap<string, string>) {
  const { tallies, baskets } = group(orders, products);
  const items = products.length;
  const lists = openListTable(items, optionTable.top.default);
  const rows = openBoughtTogether({
    facts: {
      items,
      category: new Int32Array(items),
      categories: 1,
      uncategorized: -1,
      price: new Float64Array(items),
      rating: new Float32Array(items),
      featured: new Uint8Array(items),
    },
    popularity: tallies.orders,
    orders: tallies.totals.orders,
    weight: tallies.orderWeight,
    totalWeight: tallies.totals.orderWeight,
    names: indexNameWords(products.map((product) => names.get(product) ?? '')),
    similarity: optionTable.similarity.default,
    damping: optionTable.damping.default,
    minSupport: optionTable.minSupport.default,
    minLlr: optionTable.minLlr.default,
    boughtTogether: lists,
    bundle: undefined,
  });
  const counter = new PairCounter(items);
  counter.count({ from: 0, to: items }, tallies.orderPairs, (visit) => visit(baskets), rows.sink);
  const bestsellers = [...products.keys()].sort((a, b) => tallies.orders[b]! - tallies.orders[a]! || a - b);
  return { lists, bestsellers };
}

const listLength = 10;

/** Each known product of the first 6,000 held-out orders that have two asks for the others, in its list's first ten. */
function evaluate(
  lists: ListTable,
  bestsellers: readonly number[],
  heldOut: ReadonlyArray<Set<string>>,
  products: readonly string[],
) {
  const itemOf = new Map(products.map((product, item) => [product, item]));
  const queries = heldOut
    .map((basket) => [...basket].map((product) => itemOf.get(product)).filter((item) => item !== undefined))
    .filter((items) => items.length >= 2)
    .slice(0, 6_000);
  const listed = new Set<number>();
  const filled = products.map((_, item) => {
    const own = Array.from(
      { length: Math.min(listLength, lists.length[item]!) },
      (_, at) => lists.items[item * lists.k + at]!,
    );
    for (const each of own) listed.add(each);
    const more = bestsellers
      .filter((each) => each !== item && !own.includes(each))
      .slice(0, listLength - own.length);
    return new Set([...own, ...more]);
  });
  let [total, count] = [0, 0];
  for (const items of queries) {
    for (const item of items) {
      const found = items.filter((other) => other !== item && filled[item]!.has(other)).length;
      total += found / (items.length - 1);
      count++;
    }
  }
  return {
    recall: total / count,
    coverage: listed.size / products.length,
    queries: count,
    orders: queries.length,
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
