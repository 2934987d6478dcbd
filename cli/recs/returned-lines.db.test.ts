// Lines returned in full do not count: for the lists with either reader, the evaluation, inspect, segments and revenue.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { randomShop } from '../../fixtures/oracle-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadTinyShop, type TinyShop, tinyShop } from '../../fixtures/tiny-shop.ts';
import { readWrittenLists } from '../../fixtures/written-lists.ts';
import type { Client } from '../../sql/pool.ts';
import { shopView } from '../../sql/source/shop-view.ts';
import { soldLines } from '../../sql/store/events/uplift.ts';
import { segments } from '../../sql/store/push/segments.ts';
import { purchasesOf } from '../../sql/store/shop/shop-customers.ts';
import { readAllOrders } from '../test-support/all-orders.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { lineQuantity } from './source/line-batch.ts';

const test = databaseSuite('returned lines', { migrated: true });

/** Appends returned_quantity to the view of the tiny shop. */
async function returns(client: Client, quantity: string): Promise<void> {
  await client.query(`create or replace view couture_source.order_line as
    select order_id, customer_id, product_id, quantity, 1.00 as unit_price, ordered_at, ${quantity} as returned_quantity
    from tiny.order_line`);
}

async function load(client: Client, shop: TinyShop): Promise<void> {
  await loadTinyShop(client, shop, { customer: 'bigint', product: 'bigint', order: 'bigint' });
}

const belt = 'case when product_id = 3 then quantity end';
const beltKept = 'case when product_id = 3 then quantity - 1 else 0 end';
const withoutBelt = { ...tinyShop, lines: tinyShop.lines.filter((line) => line.product !== '3') };
const several = (quantity: number) => ({
  ...tinyShop,
  lines: tinyShop.lines.map((line) => ({ ...line, quantity: line.quantity ?? quantity })),
});

test('lists are those of a shop without the lines, which are counted', async ({ client, database }) => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-returned-'));
  const build = (reader: string) =>
    buildHere({ url: database.url, home }, { flags: { reader, similarity: 'count', top: 4 }, force: true });
  try {
    await load(client, withoutBelt);
    const expected = await readWrittenLists(client, (await build('copy')).build_id);
    await load(client, several(2));
    const before = await readWrittenLists(client, (await build('copy')).build_id);
    for (const reader of ['copy', 'cursor']) {
      await returns(client, belt);
      const summary = await build(reader);
      assert.equal([summary.skipped.returned, summary.skipped.non_positive_quantity], [5, 1]);
      assert.equal(await readWrittenLists(client, summary.build_id), expected);
      // One of two pieces is kept.
      await returns(client, beltKept);
      const kept = await build(reader);
      assert.is(kept.skipped.returned, 0);
      assert.equal(await readWrittenLists(client, kept.build_id), before);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('without the column, no condition on it is evaluated', async ({ client }) => {
  await load(client, tinyShop);
  const { rows } = await client.query(
    `explain (verbose, costs off) select ${lineQuantity} as quantity from ${shopView.order_line} line`,
  );
  assert.not.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /returned|null/i);
});

test('the evaluation skips them', async ({ client }) => {
  const read = async () => {
    const { skipped, itemIds } = await readAllOrders(client);
    return { skipped, items: [...itemIds].sort() };
  };
  await load(client, several(2));
  const before = await read();
  assert.ok(before.items.includes('3'));
  assert.is(before.skipped, 3, 'the unknown product, the one without a price, and the negative quantity');
  await returns(client, belt);
  assert.equal(await read(), {
    skipped: before.skipped + 5,
    items: before.items.filter((item) => item !== '3'),
  });
  await returns(client, beltKept);
  assert.equal(await read(), before);
});

test('a customer’s purchases, spending and categories leave returned pieces out', async ({ client }) => {
  await load(client, several(3));
  const of = async (customer: string) =>
    Object.fromEntries(
      (await purchasesOf(client, 'bigint', customer, 10)).map((each) => [each.product_id, each.quantity]),
    );
  const bought = async (category: string) =>
    (await client.query(segments.bought!.sql.replaceAll('$argument', `'${category}'`))).rows.length;
  const revenue = async () => {
    let sum = 0;
    for await (const lines of soldLines(client, new Date('2024-01-01'), new Date('2025-01-01')))
      for (const [, , , amount] of lines) sum += amount;
    return sum;
  };
  assert.equal(await of('501'), { 1: 3, 2: 3, 3: 6 });
  const [accessories, sold] = [await bought('Accessories'), await revenue()];
  await returns(client, belt);
  assert.equal(await of('501'), { 1: 3, 2: 3 });
  assert.ok((await bought('Accessories')) < accessories);
  assert.is(await revenue(), sold - 5 * 3, 'five lines of three belts by known customers');
  await returns(client, 'case when product_id = 3 then 1 end');
  assert.equal(await of('501'), { 1: 3, 2: 3, 3: 4 });
  assert.is(await bought('Accessories'), accessories);
});

test('random returns: both readers agree, and the lists are those without the lines', async ({
  client,
  database,
}) => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-returned-'));
  try {
    await loadTinyShop(client, randomShop(7));
    await returns(client, 'case when hashtext(order_id || product_id) % 3 = 0 then quantity end');
    const lists = [];
    for (const reader of ['copy', 'cursor']) {
      const summary = await buildHere({ url: database.url, home }, { flags: { reader }, force: true });
      assert.ok(summary.skipped.returned! > 0);
      lists.push(await readWrittenLists(client, summary.build_id));
    }
    await client.query(
      'delete from tiny.order_line where hashtext(order_id || product_id) % 3 = 0 and quantity > 0',
    );
    const { build_id } = await buildHere({ url: database.url, home }, { force: true });
    const without = await readWrittenLists(client, build_id);
    for (const each of lists) assert.equal(each, without);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
