// Ordered pairs per second of both kernels on one thread, for short orders and for long histories.
// node dist/cli/recs/cooccurrence/pair-counter.bench.js [baskets] [items]
import type { Baskets } from './baskets.ts';
import { PairCounter, splitRows } from './pair-counter.ts';
import { RowCounter } from './row-counter.ts';

const [, , basketsText = '1000000', itemsText = '50000'] = process.argv;
const shapes = [
  { shape: 'orders', baskets: Number(basketsText), items: Number(itemsText), mean: 4 },
  { shape: 'histories', baskets: Math.ceil(Number(basketsText) / 4), items: Number(itemsText), mean: 13 },
  { shape: 'long histories', baskets: 943, items: 1_682, mean: 106 },
];

for (const { shape, baskets: count, items, mean } of shapes) {
  const { baskets, rowPairs, pairs } = synthesize(count, items, mean);
  for (const kernel of ['buckets', 'rows'] as const) {
    let checksum = 0;
    const started = performance.now();
    const ranges = splitRows(rowPairs, 1 << 25);
    const sink = (row: { length: number }) => (checksum += row.length);
    if (kernel === 'buckets') {
      const counter = new PairCounter(items);
      for (const range of ranges) counter.count(range, rowPairs, (visit) => visit(baskets), sink);
    } else {
      const counter = new RowCounter(items);
      for (const range of ranges) counter.count(range, (visit) => visit(baskets), sink);
    }
    const ms = performance.now() - started;
    const line = {
      shape,
      kernel,
      baskets: count,
      items,
      pairs,
      distinct: checksum,
      ms: Math.round(ms),
      pairs_per_s: Math.round((pairs / ms) * 1000),
    };
    console.log(JSON.stringify(line));
  }
}

function synthesize(count: number, items: number, mean: number) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const start = new Int32Array(count + 1);
  const list: number[] = [];
  const rowPairs = new Float64Array(items);
  let pairs = 0;
  for (let basket = 0; basket < count; basket++) {
    const size = Math.max(2, Math.ceil(-Math.log(1 - random()) * (mean - 1)));
    const members = new Set<number>();
    // Popularity falls as rank^-1 between 10 and the catalogue's size.
    while (members.size < Math.min(size, items / 2))
      members.add(Math.floor(((items / 10 + 1) ** random() - 1) * 10) % items);
    for (const item of members) rowPairs[item]! += members.size - 1;
    pairs += members.size * (members.size - 1);
    list.push(...members);
    start[basket + 1] = list.length;
  }
  const baskets: Baskets = {
    count,
    start,
    items: Int32Array.from(list),
    weight: new Float32Array(count).fill(0.5),
  };
  return { baskets, rowPairs, pairs };
}
