import { AliasTable, Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import type { Baskets } from './baskets.ts';
import { bucketPairs, type CountedRow, PairCounter, type RowRange, splitRows } from './pair-counter.ts';
import { RowCounter } from './row-counter.ts';

const test = suite('pair counting');

interface Shop {
  readonly items: number;
  readonly baskets: ReadonlyArray<{ readonly items: readonly number[]; readonly weight: number }>;
}

/** Row → column → [count, sum of weights]. */
type Pairs = Map<number, Map<number, [count: number, sum: number]>>;

for (const [name, size] of [
  ['short baskets', 4],
  ['long baskets', 60],
] as const) {
  test(`${name}: both kernels equal a Map, in one range or in many`, () => {
    for (let seed = 0; seed < 4; seed++) {
      const shop = randomShop(seed, 40 + 40 * seed, 400, size);
      const expected = bruteForce(shop);
      for (const pairsARange of [1, 500, 1e9]) {
        assert.equal(countPairs(shop, pairsARange), expected, `buckets, seed ${seed}`);
        assert.equal(countRows(shop, pairsARange), expected, `rows, seed ${seed}`);
      }
    }
  });
}

test('a product in nine of ten baskets and rows larger than a bucket are counted correctly', () => {
  const random = new Random(5);
  const baskets = Array.from({ length: 30_000 }, () => {
    const items = new Set([1 + random.below(299), 1 + random.below(299), 1 + random.below(299)]);
    if (random.chance(0.9)) items.add(0);
    return { items: [...items], weight: 0.5 };
  });
  const shop = { items: 300, baskets };
  const expected = bruteForce(shop);
  const pairs = [...expected.get(0)!.values()].reduce((sum, [count]) => sum + count, 0);
  assert.ok(pairs > bucketPairs, `${pairs} pairs in one row`);
  assert.equal(countPairs(shop, 1e9), expected);
  assert.equal(countRows(shop, 1e9), expected);
});

test('both kernels add weights in the same order: sums are equal to the last bit', () => {
  const random = new Random(9);
  // Weights so far apart that another order of addition would round otherwise.
  const baskets = Array.from({ length: 3_000 }, () => ({
    items: random.some([0, 1, 2, 3, 4, 5], 3),
    weight: Math.fround(random.next() * 10 ** random.between(-12, 3)),
  }));
  const shop = { items: 6, baskets };
  const counted = countPairs(shop, 1e9);
  assert.equal(countRows(shop, 1e9), counted);
  assert.equal(countPairs(shop, 1), counted);
  const reversed = countPairs({ ...shop, baskets: [...baskets].reverse() }, 1e9);
  assert.not.equal(reversed, counted, 'this test could tell');
});

test('a reused counter starts from zero', () => {
  const counter = new PairCounter(50);
  const rows = new RowCounter(50);
  for (const seed of [1, 2]) {
    const shop = randomShop(seed, 50, 100, 5);
    const expected = bruteForce(shop);
    const parts = toParts(shop);
    const got: Pairs = new Map();
    counter.count(
      { from: 0, to: 50 },
      rowPairs(shop),
      (visit) => parts.forEach(visit),
      (row) => void got.set(row.row, read(row)),
    );
    assert.equal(got, expected);
    const other: Pairs = new Map();
    rows.count(
      { from: 0, to: 50 },
      (visit) => parts.forEach(visit),
      (row) => void other.set(row.row, read(row)),
    );
    assert.equal(other, expected);
  }
});

test('ranges cover every row once, and stay within the limit unless a single row exceeds it', () => {
  const pairs = Float64Array.of(5, 0, 3, 100, 1, 1, 0, 0, 7);
  for (const most of [1, 4, 8, 100, 1_000]) {
    const ranges = splitRows(pairs, most);
    assert.equal(ranges.flatMap(rowsOf), [...pairs.keys()]);
    for (const range of ranges) {
      const held = pairs.subarray(range.from, range.to).reduce((sum, each) => sum + each, 0);
      assert.ok(
        held <= most || rowsOf(range).filter((row) => pairs[row]! > 0).length === 1,
        `${held} of ${most}`,
      );
    }
  }
  assert.equal(splitRows(new Float64Array(0), 10), []);
  assert.equal(splitRows(new Float64Array(3), 1), [{ from: 0, to: 3 }]);
});

test('without baskets, or with one product, there are no rows', () => {
  const empty = { items: 1, baskets: [] };
  assert.is(countPairs(empty, 1).size, 0);
  assert.is(countRows(empty, 1).size, 0);
  const alone = { items: 1, baskets: [{ items: [0], weight: 1 }] };
  assert.is(countPairs(alone, 1).size, 0);
  assert.is(countRows(alone, 1).size, 0);
});

function bruteForce({ baskets }: Shop): Pairs {
  const pairs: Pairs = new Map();
  for (const { items, weight } of baskets) {
    for (const row of items) {
      for (const column of items) {
        if (row === column) continue;
        const columns = pairs.get(row) ?? new Map<number, [number, number]>();
        pairs.set(row, columns);
        const [count, sum] = columns.get(column) ?? [0, 0];
        columns.set(column, [count + 1, sum + weight]);
      }
    }
  }
  return new Map([...pairs].sort(([a], [b]) => a - b).map(([row, columns]) => [row, ordered(columns)]));
}

function countPairs(shop: Shop, pairsARange: number): Pairs {
  const counter = new PairCounter(shop.items);
  return collect(shop, pairsARange, (range, parts, sink) =>
    counter.count(range, rowPairs(shop), (visit) => parts.forEach(visit), sink),
  );
}

function countRows(shop: Shop, pairsARange: number): Pairs {
  const counter = new RowCounter(shop.items);
  return collect(shop, pairsARange, (range, parts, sink) =>
    counter.count(range, (visit) => parts.forEach(visit), sink),
  );
}

function collect(
  shop: Shop,
  pairsARange: number,
  count: (range: RowRange, parts: Baskets[], sink: (row: CountedRow) => void) => void,
): Pairs {
  const pairs: Pairs = new Map();
  for (const range of splitRows(rowPairs(shop), pairsARange)) {
    count(range, toParts(shop), (row) => {
      assert.not.ok(pairs.has(row.row), `row ${row.row} came twice`);
      assert.ok(row.row >= range.from && row.row < range.to);
      pairs.set(row.row, read(row));
    });
  }
  return pairs;
}

function read({ length, columns, counts, sums }: CountedRow): Map<number, [number, number]> {
  return ordered(
    new Map(Array.from(columns.subarray(0, length), (column) => [column, [counts[column]!, sums[column]!]])),
  );
}

function ordered<V>(columns: Map<number, V>): Map<number, V> {
  return new Map([...columns].sort(([a], [b]) => a - b));
}

/** The baskets in three parts, one of them empty. */
function toParts({ baskets }: Shop): Baskets[] {
  const middle = Math.floor(baskets.length / 3);
  return [baskets.slice(0, middle), [], baskets.slice(middle)].map((part) => {
    const start = [0];
    for (const { items } of part) start.push(start.at(-1)! + items.length);
    return {
      count: part.length,
      start: Int32Array.from(start),
      items: Int32Array.from(part.flatMap(({ items }) => items)),
      weight: Float32Array.from(part, ({ weight }) => weight),
    };
  });
}

function rowPairs({ items, baskets }: Shop): Float64Array {
  const pairs = new Float64Array(items);
  for (const basket of baskets) for (const item of basket.items) pairs[item]! += basket.items.length - 1;
  return pairs;
}

function rowsOf({ from, to }: RowRange): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Popularity falls off as 1 / rank. */
function randomShop(seed: number, items: number, count: number, size: number): Shop {
  const random = new Random(seed);
  const popularity = new AliasTable(Array.from({ length: items }, (_, rank) => 1 / (rank + 1)));
  const baskets = Array.from({ length: count }, () => {
    const drawn = new Set(Array.from({ length: 1 + random.below(size * 2) }, () => popularity.draw(random)));
    return { items: [...drawn], weight: Math.fround(10 / (10 + drawn.size)) };
  });
  return { items, baskets };
}
