import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { BasketLog, type LogPartition, partitionCount, readPartition, runHeader } from './basket-log.ts';
import { batchCapacity, emptyBatch, lineFault } from './line-batch.ts';

interface Context {
  folder: string;
}

const test = suite<Context>('basket log');

test.beforeEach((context) => {
  context.folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'couture-log-')), 'spill');
});
test.afterEach(({ folder }) => rmSync(path.dirname(folder), { recursive: true }));

interface Line {
  readonly order: number;
  readonly customer: number;
  readonly item: number;
  readonly day: number;
}

test('adjacent lines of an order make one run, dated by its newest line', ({ folder }) => {
  const log = open(folder);
  fill(log, [
    { order: 1, customer: 7, item: 3, day: 10 },
    { order: 1, customer: 7, item: 4, day: 12 },
    { order: 1, customer: 7, item: 3, day: 11 },
    { order: 2, customer: 7, item: 5, day: 9 },
    { order: 1, customer: 7, item: 6, day: 8 },
  ]);
  assert.equal(runsOf(log.finish()), [
    { partition: 7, customer: 7, order: 1, day: 12, items: [3, 4, 3] },
    { partition: 7, customer: 7, order: 2, day: 9, items: [5] },
    { partition: 7, customer: 7, order: 1, day: 8, items: [6] },
  ]);
  assert.equal([log.totals.lines, log.totals.dates.oldest, log.totals.dates.newest], [5, 8, 12]);
  assert.not.ok(existsSync(folder), 'nothing was written to disk');
});

test('skipped lines are counted by reason and do not end a run', ({ folder }) => {
  const log = open(folder);
  fill(log, [
    { order: 1, customer: 0, item: 3, day: 10 },
    { order: 9, customer: 1, item: lineFault.unknownProduct, day: 99 },
    { order: 9, customer: 1, item: lineFault.noDate, day: 0 },
    { order: 1, customer: 0, item: 4, day: 10 },
    { order: 9, customer: 1, item: lineFault.unknownProduct, day: -99 },
    { order: 9, customer: 1, item: lineFault.nonPositiveQuantity, day: 1 },
    { order: 9, customer: 1, item: lineFault.zeroPriceProduct, day: 1 },
    { order: 9, customer: 1, item: lineFault.noOrder, day: 1 },
    { order: 9, customer: 1, item: lineFault.futureDate, day: 36_000 },
    { order: 9, customer: 1, item: lineFault.futureDate, day: 35_000 },
  ]);
  assert.equal(
    runsOf(log.finish()).map((run) => run.items),
    [[3, 4]],
  );
  const expected = {
    unknown_product: 2,
    zero_price_product: 1,
    non_positive_quantity: 1,
    no_order: 1,
    no_date: 1,
    future_date: 2,
    returned: 0,
    implausible_quantity: 0,
  };
  assert.equal(log.totals.skipped, expected);
  assert.equal([log.totals.lines, log.totals.dates.oldest, log.totals.dates.newest], [10, 10, 10]);
});

test('lines of a guest order are in one partition, and guest orders spread over all partitions', ({
  folder,
}) => {
  const lines = Array.from({ length: 4_000 }, (_, n) => ({
    order: n % 2_000,
    customer: -1,
    item: 1,
    day: 0,
  }));
  const log = open(folder);
  fill(log, lines);
  const runs = runsOf(log.finish());
  assert.is(runs.length, 4_000);
  const partitions = new Map<number, Set<number>>();
  for (const { order, partition } of runs)
    partitions.set(order, (partitions.get(order) ?? new Set()).add(partition));
  assert.ok([...partitions.values()].every((set) => set.size === 1));
  assert.is(new Set(runs.map((run) => run.partition)).size, partitionCount);
});

test('an order of 5,000 lines is one run', ({ folder }) => {
  const log = open(folder);
  fill(
    log,
    Array.from({ length: 5_000 }, (_, item) => ({ order: 1, customer: 2, item, day: 3 })),
  );
  const [run, ...others] = runsOf(log.finish());
  assert.is(others.length, 0);
  assert.equal(
    run!.items,
    Array.from({ length: 5_000 }, (_, item) => item),
  );
});

for (const memoryBytes of [0, 1 << 20, 10 << 20]) {
  test(`a log that spills above ${memoryBytes} bytes equals one in memory`, ({ folder }) => {
    const random = new Random(1);
    const lines = Array.from({ length: 600_000 }, (_, n) => ({
      order: n >> 1,
      customer: random.chance(0.2) ? -1 : random.below(1_000),
      item: random.below(500),
      day: random.below(700),
    }));
    const [inMemory, spilling] = [open(folder), new BasketLog({ spillFolder: folder, memoryBytes })];
    fill(inMemory, lines);
    fill(spilling, lines);
    const [expected, partitions] = [inMemory.finish(), spilling.finish()];
    assert.ok(spilling.spilled && !inMemory.spilled);
    assert.is(readdirSync(folder).length, partitionCount);
    for (const [index, partition] of partitions.entries()) {
      assert.is(partition.chunks.length, 0);
      assert.ok(same(readPartition(partition), readPartition(expected[index]!)), `partition ${index}`);
    }
    assert.equal(spilling.totals, inMemory.totals);
  });
}

test('an empty log has empty partitions', ({ folder }) => {
  const partitions = open(folder).finish();
  assert.is(partitions.length, partitionCount);
  assert.ok(partitions.every((partition) => readPartition(partition).length === 0));
});

function open(folder: string): BasketLog {
  return new BasketLog({ spillFolder: folder, memoryBytes: 2 ** 30 });
}

function fill(log: BasketLog, lines: readonly Line[]): void {
  const batch = emptyBatch();
  for (const [at, { order, customer, item, day }] of lines.entries()) {
    const row = batch.length++;
    batch.orderHigh[row] = 0;
    batch.orderLow[row] = order;
    batch.customer[row] = customer;
    batch.product[row] = item;
    batch.day[row] = day;
    batch.tick[row] = 0;
    if (batch.length < batchCapacity && at < lines.length - 1) continue;
    log.append(batch);
    batch.length = 0;
  }
}

function runsOf(partitions: readonly LogPartition[]) {
  return partitions.flatMap((each, partition) => {
    const values = readPartition(each);
    const runs = [];
    for (let at = 0; at < values.length; at += runHeader + values[at + 4]!) {
      const items = Array.from(values.subarray(at + runHeader, at + runHeader + values[at + 4]!));
      runs.push({ partition, customer: values[at]!, order: values[at + 2]!, day: values[at + 3]!, items });
    }
    return runs;
  });
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
