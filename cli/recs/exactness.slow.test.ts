// Pair counts of every real order file, of the large ones a part, equal those of a self-join in Postgres: for all pairs, both
// readers and both kernels.
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { findRealOrders, loadRealOrders, realOrders } from '../../fixtures/real-orders.ts';
import { assert } from '../../fixtures/suite.ts';
import { copyOut } from '../../sql/copy/copy.ts';
import type { Client } from '../../sql/pool.ts';
import { shopView } from '../../sql/source/shop-view.ts';
import type { Baskets } from './cooccurrence/baskets.ts';
import { groupPartition } from './cooccurrence/grouping.ts';
import { ItemCounter } from './cooccurrence/item-counter.ts';
import { type CountedRow, PairCounter, splitRows } from './cooccurrence/pair-counter.ts';
import { RowCounter } from './cooccurrence/row-counter.ts';
import { readPartition } from './source/basket-log.ts';
import { type Catalog, readCatalog } from './source/catalog.ts';
import { latestDay } from './source/order-dates.ts';
import { type OrderHistory, readHistory } from './source/read-shop.ts';
import { openSnapshot } from './source/snapshot.ts';

const test = databaseSuite('exactness', { timeout: 1_200_000 });

/** A part has baskets and pairs of the same kinds: the longest order of UCI has 731 lines. COUTURE_TEST_LINES=1e9 takes all. */
const maxLines = Number(process.env.COUTURE_TEST_LINES ?? 150_000);

for (const { name } of realOrders) {
  const set = findRealOrders(name);
  const title = `${name}: all pair counts equal those of a self-join`;
  if (!set) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client, database }) => {
    await loadRealOrders(client, set, maxLines);
    const { catalog, history } = await readBothWays(database.url);
    assert.is(history.totals.lines, await countLines(client));
    assert.ok(Object.values(history.totals.skipped).every((skipped) => skipped === 0));
    const { orders, histories, tallies } = group(catalog, history);
    const byOrder = { parts: orders, rowPairs: tallies.orderPairs };
    const byCustomer = { parts: histories, rowPairs: tallies.historyPairs };
    await compare(
      client,
      catalog.items,
      'order_id',
      set.baskets === 'customer' ? [byOrder, byCustomer] : [byOrder],
    );
    // A join over long histories takes Postgres half a minute: one set, the one with many orders a customer, is enough.
    if (name === 'uci_online_retail') await compare(client, catalog.items, 'customer_id', [byCustomer]);
  });
}

/** Reads by COPY and by cursor; fails unless both make the same bytes. */
async function readBothWays(url: string): Promise<{ catalog: Catalog; history: OrderHistory }> {
  const signal = new AbortController().signal;
  const snapshot = await openSnapshot(url, 'couture test');
  try {
    const catalog = await readCatalog(snapshot.client, 'text', signal);
    const ids = { order: 'text', customer: 'text', product: 'text' } as const;
    const log = { spillFolder: path.join(os.tmpdir(), 'never'), memoryBytes: 2 ** 31 };
    const read = (reader: 'copy' | 'cursor') =>
      readHistory(snapshot.client, catalog, ids, log, {
        reader,
        orderLines: shopView.order_line,
        latestDay: latestDay(),
        signal,
      });
    const [history, other] = [await read('copy'), await read('cursor')];
    assert.equal([history.reader, other.reader], ['copy', 'cursor']);
    assert.equal(history.totals, other.totals);
    assert.is(history.customers.size, other.customers.size);
    for (const [index, partition] of history.partitions.entries()) {
      assert.is(
        bytesOf(readPartition(partition)).compare(bytesOf(readPartition(other.partitions[index]!))),
        0,
      );
    }
    return { catalog, history };
  } finally {
    await snapshot.close();
  }
}

function bytesOf(values: Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

async function countLines(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from real.line');
  return rows[0]!.n;
}

/** Groups without any limit, decay or sampling. */
function group(catalog: Catalog, history: OrderHistory) {
  const counter = new ItemCounter(catalog.items);
  const options = {
    items: catalog.items,
    itemOfProduct: catalog.itemOfProduct,
    newest: history.totals.dates.newest,
    halfLife: Number.POSITIVE_INFINITY,
    maxOrderLines: Number.POSITIVE_INFINITY,
    maxHistory: Number.POSITIVE_INFINITY,
    seed: 1,
    repurchase: false,
    trendingDays: 30,
  };
  const grouped = history.partitions.map((each) => groupPartition(readPartition(each), options, counter));
  return {
    orders: grouped.map((each) => each.orders),
    histories: grouped.map((each) => each.histories),
    tallies: counter.tallies(),
  };
}

/** The whole matrix: row r has columns[start[r] … start[r + 1]), ascending, and their counts. */
interface Counted {
  readonly start: Float64Array;
  readonly columns: Int32Array;
  readonly counts: Int32Array;
}

interface Matrix {
  readonly parts: readonly Baskets[];
  readonly rowPairs: Float64Array;
}

/** Fails unless each matrix has the pairs of the self-join, all of them, and no other. */
async function compare(
  client: Client,
  items: number,
  basket: 'order_id' | 'customer_id',
  matrices: readonly Matrix[],
): Promise<void> {
  const counted = matrices.map(({ parts, rowPairs }) => {
    const mine = countByBuckets(items, parts, rowPairs);
    compareKernels(items, parts, mine);
    return mine;
  });
  let [found, wrong] = [0, 0];
  let example = '';
  for await (const [low, high, count] of selfJoin(client, basket)) {
    found += 2;
    for (const mine of counted) {
      const [one, other] = [countOf(mine, low, high), countOf(mine, high, low)];
      if (one === count && other === count) continue;
      wrong++;
      example ||= `items ${low} and ${high}: ${count} in Postgres, ${one} and ${other} here`;
    }
  }
  assert.is(wrong, 0, `${wrong} of ${found} pairs differ by ${basket}, such as ${example}`);
  for (const mine of counted) assert.is(mine.columns.length, found, `distinct ordered pairs by ${basket}`);
}

/** Counts in ranges small enough that every set takes several. */
function countByBuckets(items: number, parts: readonly Baskets[], rowPairs: Float64Array): Counted {
  const counter = new PairCounter(items);
  const start = new Float64Array(items + 1);
  const rows: Array<{ columns: Int32Array; counts: Int32Array }> = [];
  let total = 0;
  const sink = ({ row, length, columns, counts }: CountedRow) => {
    const sorted = columns.slice(0, length).sort();
    rows.push({ columns: sorted, counts: sorted.map((column) => counts[column]!) });
    start[row + 1] = length;
    total += length;
  };
  const all = rowPairs.reduce((sum, each) => sum + each, 0);
  for (const range of splitRows(rowPairs, Math.ceil(all / 5))) {
    counter.count(range, rowPairs, (visit) => parts.forEach(visit), sink);
  }
  for (let row = 0; row < items; row++) start[row + 1]! += start[row]!;
  const counted = { start, columns: new Int32Array(total), counts: new Int32Array(total) };
  let at = 0;
  for (const { columns, counts } of rows) {
    counted.columns.set(columns, at);
    counted.counts.set(counts, at);
    at += columns.length;
  }
  return counted;
}

function compareKernels(items: number, parts: readonly Baskets[], expected: Counted): void {
  const counter = new RowCounter(items);
  let [total, same] = [0, true];
  counter.count(
    { from: 0, to: items },
    (visit) => parts.forEach(visit),
    ({ row, length, columns, counts }) => {
      const begin = expected.start[row]!;
      same &&= expected.start[row + 1]! - begin === length;
      for (const [at, column] of columns.slice(0, length).sort().entries()) {
        same &&= expected.columns[begin + at] === column && expected.counts[begin + at] === counts[column];
      }
      total += length;
    },
  );
  assert.ok(same, 'both kernels count the same');
  assert.is(total, expected.columns.length);
}

function countOf({ start, columns, counts }: Counted, row: number, column: number): number {
  let [low, high] = [start[row]!, start[row + 1]! - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (columns[middle] === column) return counts[middle]!;
    if (columns[middle]! < column) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** Every unordered pair with its count, as Postgres joins it from the lines; items are numbered in byte order of id. */
async function* selfJoin(
  client: Client,
  basket: string,
): AsyncGenerator<[low: number, high: number, count: number]> {
  await client.query(`
    set work_mem = '256MB';
    create temp table basket_item as
      select distinct b.basket, i.item
      from real.line l
      join (select ${basket} as id, row_number() over (order by ${basket})::int4 as basket from real.line group by 1) b
        on b.id = l.${basket}
      join (select product_id, (row_number() over (order by product_id collate "C") - 1)::int4 as item
            from real.line group by 1) i using (product_id);
    analyze basket_item;`);
  const query = `select a.item, b.item, count(*)::int4 from basket_item a join basket_item b using (basket)
    where a.item < b.item group by 1, 2`;
  // Each row: a field count, then three times a length and four bytes.
  const rowBytes = 26;
  let rest: Buffer = Buffer.alloc(0);
  let skip = 19;
  for await (const chunk of copyOut(client, query)) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let at = Math.min(skip, bytes.length);
    skip -= at;
    for (; at + rowBytes <= bytes.length; at += rowBytes) {
      yield [bytes.readInt32BE(at + 6), bytes.readInt32BE(at + 14), bytes.readInt32BE(at + 22)];
    }
    rest = bytes.subarray(at);
  }
  await client.query('drop table basket_item');
}
