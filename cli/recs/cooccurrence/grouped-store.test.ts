import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import type { GroupedPartition } from './baskets.ts';
import { loadHistories, loadOrders, storeGrouped } from './grouped-store.ts';

interface Context {
  folder: string;
}

const test = suite<Context>('grouped store');

test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-store-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true }));

const full: GroupedPartition = {
  orders: {
    count: 2,
    start: Int32Array.of(0, 2, 5),
    items: Int32Array.of(1, 2, 3, 4, 5),
    weight: Float32Array.of(0.5, 0.25),
  },
  histories: {
    count: 3,
    start: Int32Array.of(0, 1, 1, 4),
    items: Int32Array.of(9, 8, 7, 6),
    weight: Float32Array.of(0.1, 0.2, 0.3),
    customer: Int32Array.of(64, 128, 192),
    interactionWeight: Float32Array.of(1, 0.7, 0.49, 0.343),
    repurchaseWeight: Float32Array.of(1, 0.95, 0.9, 0.8),
    bought: Int32Array.of(11, 8, -1, 6),
    last: Uint16Array.of(0, 3, 9, 65_535),
    first: Uint16Array.of(0, 30, 9, 65_535),
    times: Uint16Array.of(1, 4, 1, 2),
    chances: Uint16Array.of(3, 5, 0, 2),
  },
};
const none = { count: 0, start: Int32Array.of(0), items: new Int32Array(0), weight: new Float32Array(0) };
const noAges = {
  last: new Uint16Array(0),
  first: new Uint16Array(0),
  times: new Uint16Array(0),
  chances: new Uint16Array(0),
};
const noHabits = {
  ...full,
  histories: { ...full.histories, ...noAges, repurchaseWeight: new Float32Array(0) },
};
const noVariants = { ...full, histories: { ...full.histories, bought: new Int32Array(0) } };
const noOrders = { ...full, orders: none };
const empty = {
  orders: none,
  histories: {
    ...none,
    customer: new Int32Array(0),
    interactionWeight: new Float32Array(0),
    repurchaseWeight: new Float32Array(0),
    bought: new Int32Array(0),
    ...noAges,
  },
};

for (const [name, partition] of Object.entries({ full, noHabits, noVariants, noOrders, empty })) {
  test(`${name}: a partition stored in memory or in a file is read back unchanged`, ({ folder }) => {
    for (const file of [undefined, path.join(folder, 'baskets')]) {
      const stored = storeGrouped(partition, file);
      assert.is(stored.kind, file ? 'file' : 'memory');
      assert.equal(plain(loadOrders(stored)), plain(partition.orders));
      assert.equal(plain(loadHistories(stored)), plain(partition.histories));
    }
    assert.is(
      statSync(path.join(folder, 'baskets')).mode & 0o777,
      0o600,
      'nobody else may read who bought what',
    );
  });
}

test('a truncated file is an error', async ({ folder }) => {
  const stored = storeGrouped(noOrders, path.join(folder, 'short'));
  if (stored.kind !== 'file') throw new Error('stored in memory');
  storeGrouped(empty, stored.file);
  await rejects(() => loadHistories(stored), /shorter than expected/);
});

/** Typed arrays as lists: those of the store lie over shared memory. */
function plain(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      ArrayBuffer.isView(field) ? Array.from(field as never) : field,
    ]),
  );
}
