// Data hygiene: odd ids, rows and sizes of real shops are counted as skipped, or rejected with a hint. See also faults/.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import {
  loadTinyShop,
  type TinyLine,
  type TinyShop,
  tinyShop,
  tinyShopExpected,
} from '../../fixtures/tiny-shop.ts';
import { readWrittenLists, type WrittenLists } from '../../fixtures/written-lists.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import type { BuildSummary } from './build-summary.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  home: string;
}

const test = suite<Context>('hygiene');

test.beforeEach(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-hygiene-'));
});
test.afterEach(async ({ client, database, home }) => {
  await client?.end();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

// Starts at 8 to include 9 and 10, which sort the other way round as text.
const small = (id: string) => String(Number(id) + 7);
const uuid = (id: string) => `0190a5b4-1c2d-7e3f-8a4b-${id.padStart(12, '0')}`;
const beyond = (id: string) => String(2n ** 53n + 1n + BigInt(id));
const negative = (id: string) => String(-(2n ** 62n) + BigInt(id));
// A tab, quotes, a backslash, what COPY takes for NULL, scripts of three kinds; ascending in byte order.
const odd = (id: string) =>
  ['', '\t"', ' ', "'a'", '\\N', '\\t', 'Ünï', '商品', '🧥'][Number(id)] ?? `~${id}`;

for (const [name, type, idOf] of [
  ['int4', 'int', small],
  ['bigint beyond 2^53', 'bigint', beyond],
  ['negative bigint', 'bigint', negative],
  ['uuid', 'uuid', uuid],
  ['varchar with odd characters', 'varchar', odd],
  ['text with odd characters', 'text', odd],
  [
    'text that its collation sorts a, B, c, D',
    'text collate "en-x-icu"',
    (id: string) => [...'-BDFacegh'][Number(id)] ?? `~${id}`,
  ],
  ['char(40), padded', 'char(40)', (id: string) => `${id} x`],
] as const) {
  test(`ids of type ${name} give the same lists with either reader`, async (context) => {
    const renamed = renameIds(tinyShop, idOf);
    await loadTinyShop(context.client, renamed, { order: type, customer: type, product: type });
    for (const reader of ['copy', 'cursor']) {
      const summary = await build(context, { similarity: 'count', halfLife: 'none', top: 4, reader });
      assert.equal(summary.skipped, tinyShopExpected.skipped);
      const { products, customers } = await readWrittenLists(context.client, summary.build_id);
      const expected = Object.entries(tinyShopExpected.boughtTogether).map(([subject, list]) => [
        idOf(subject),
        list.map(([item]) => idOf(item)),
      ]);
      assert.equal(itemsOf(products.bought_together), Object.fromEntries(expected));
      assert.equal(
        Object.keys(customers).sort(),
        ['501', '503'].map(idOf).sort(),
        'the second has bought all there is',
      );
    }
    const shown = await context.client.query(
      `select item_id::text from couture.recommendation where kind = 'bought_together' and subject = $1 and rank = 1`,
      [idOf('1')],
    );
    assert.equal(shown.rows, [{ item_id: idOf('3') }]);
  });
}

test('dates may lack a time zone or a time', async (context) => {
  const lists: unknown[] = [];
  for (const at of ['timestamptz', 'timestamp', 'date']) {
    await loadTinyShop(context.client, tinyShop, { at });
    for (const reader of ['copy', 'cursor']) {
      const { build_id } = await build(context, { halfLife: '2d', reader });
      lists.push(await readWrittenLists(context.client, build_id));
      const { rows } = await context.client.query('select watermark from couture.build where build_id = $1', [
        build_id,
      ]);
      assert.is(rows[0].watermark.toISOString(), '2024-03-09T00:00:00.000Z');
    }
  }
  for (const list of lists) assert.equal(list, lists[0]);
});

test('unusable rows are counted by reason, and the rest is built', async (context) => {
  const row = { order: '1', customer: 'a', product: '1', at: '2024-01-01' };
  const rows: TinyLine[] = [
    { ...row, product: '77' },
    { ...row, product: null },
    { ...row, product: '7' },
    { ...row, quantity: 0 },
    { ...row, quantity: -1 },
    { ...row, quantity: null },
    { ...row, order: null },
    { ...row, at: null },
    { ...row, at: 'infinity' },
    { ...row, at: '-infinity' },
    { ...row, at: '9999-12-31' },
  ];
  await loadTinyShop(context.client, {
    ...tinyShop,
    lines: [...rows, row, { ...row, product: '3' }, { ...row, order: '2', customer: null }],
  });
  for (const reader of ['copy', 'cursor']) {
    const summary = await build(context, { reader, since: '30d' });
    // Lines without a finite date fall out at `--since`, but those that claim the far future.
    assert.equal(summary.skipped, {
      unknown_product: 2,
      zero_price_product: 1,
      non_positive_quantity: 3,
      no_order: 1,
      no_date: 2,
      future_date: 0,
      returned: 0,
      implausible_quantity: 0,
      outlier_date: 0,
      duplicate: 0,
      sampled: 0,
    });
    assert.equal([summary.lines, summary.orders, summary.customers], [12, 2, 1]);
  }
  const all = await build(context, {});
  assert.is(all.skipped.no_date, 4);
});

test('quantities beyond an int4 are skipped with a counter and a warning', async (context) => {
  const { client } = context;
  await loadTinyShop(client, tinyShop);
  await client.query(`
    drop view couture_source.order_line;
    create view couture_source.order_line as
    select order_id, customer_id, product_id, 1.00 as unit_price, ordered_at,
           case row_number() over (order by ordered_at, order_id, product_id) when 2 then 3000000000 when 5 then -3000000000
             when 7 then 9223372036854775807 else 1 end as quantity
    from tiny.order_line where quantity > 0`);
  for (const reader of ['copy', 'cursor']) {
    const { skipped, warnings } = await build(context, { reader });
    assert.equal([skipped.implausible_quantity, skipped.non_positive_quantity], [2, 1], reader);
    assert.match(warnings.join(), '2 order lines have quantities above 2,147,483,646');
  }
});

test('lines without a customer belong to the customer of their order', async (context) => {
  const { client } = context;
  await loadTinyShop(client, tinyShop);
  const whole = await build(context, {});
  const lists = await readWrittenLists(client, whole.build_id);
  for (const guest of ['null', "''"]) {
    await client.query(`
      create or replace view couture_source.order_line as
      select order_id, case when row_number() over (partition by order_id order by product_id desc) = 1 then customer_id else ${guest} end as customer_id,
             product_id, quantity, 1.00 as unit_price, ordered_at from tiny.order_line`);
    const summary = await build(context, {});
    assert.equal([summary.orders, summary.customers], [whole.orders, whole.customers]);
    // Lines of one day may be read in another order, which decides between reasons of personalized lists.
    assert.equal((await readWrittenLists(client, summary.build_id)).products, lists.products);
    assert.match(summary.warnings.join(), /of the orders, only some lines have a customer_id/);
  }
});

test('lines of products that the catalogue lacks are warned about when they are many', async (context) => {
  await loadTinyShop(context.client, tinyShop);
  await context.client.query(
    `update tiny.order_line set product_id = 'x' || product_id where product_id < '3'`,
  );
  const { skipped, warnings } = await build(context, {});
  assert.match(
    warnings.join(),
    `${skipped.unknown_product} of 16 order lines are of products that couture_source.product lacks`,
  );
});

test('a shop without usable lines is rejected with the reasons; --force builds from the catalog alone', async (context) => {
  const refused = async (lines: readonly TinyLine[]) => {
    await loadTinyShop(context.client, { ...tinyShop, lines });
    const error = await rejects(
      () => build(context, {}, false),
      (each) => each instanceof CoutureError && each.code === 'source_empty',
    );
    assert.match((error as CoutureError).hint, /--force/);
    return error.message;
  };
  assert.match(await refused([]), /order_line has no rows/);
  const words = await refused([
    { order: '1', customer: null, product: '99', at: '2024-01-01' },
    { order: '1', customer: null, product: '1', quantity: -1, at: '2024-01-01' },
  ]);
  assert.match(words, /None of the 2 order lines can be used: 1 unknown product, 1 non positive quantity/);
  const { lists, build_id, state } = await build(context, {});
  assert.is(state, 'published');
  const { products } = await readWrittenLists(context.client, build_id);
  assert.equal(
    itemsOf(products.similar),
    { 1: ['2'], 2: ['1'], 3: ['4', '5'], 4: ['3', '5'], 5: ['3', '4'] },
    'the dresses share a word, the accessories a category',
  );
  assert.equal([lists.similar, lists.bought_together ?? 0, lists.personalized ?? 0], [5, 0, 0]);
});

test('shops with one product or none build without lists', async (context) => {
  const one: TinyShop = { ...tinyShop, products: tinyShop.products.slice(1, 2), lines: tinyShop.lines };
  await loadTinyShop(context.client, one);
  const summary = await build(context, {});
  assert.equal([summary.products, summary.orders, summary.pairs], [1, 2, 0]);
  assert.equal((await readWrittenLists(context.client, summary.build_id)).products, {});
  await loadTinyShop(context.client, { products: [], lines: [], watched: [{ customer: 'a', product: 'b' }] });
  const none = await build(context, {});
  assert.equal([none.products, none.state], [0, 'published']);
});

test('orders with one line make no pairs; lists use the fallback chain', async (context) => {
  const lines = ['1', '1', '2', '3'].map(
    (product, order): TinyLine => ({ order: `${order}`, customer: null, product, at: '2024-01-01' }),
  );
  await loadTinyShop(context.client, { ...tinyShop, lines });
  const { build_id, pairs, orders } = await build(context, { top: 3 });
  assert.equal([pairs, orders], [0, 4]);
  const { products, customers } = await readWrittenLists(context.client, build_id);
  assert.equal(
    products.bought_together!['1']!.map(({ item, reason }) => [item, reason]),
    [
      ['2', -2],
      ['3', -2],
    ],
  );
  assert.equal(customers, {});
});

test('a product in nine of ten orders is listed correctly, and not in bundles that only chance would put it in', async (context) => {
  const lines: TinyLine[] = [];
  for (let order = 0; order < 200; order++) {
    const add = (product: string) =>
      lines.push({ order: `${order}`, customer: `c${order % 40}`, product, at: '2024-01-01' });
    if (order % 10 > 0) add('3');
    add(order % 2 ? '1' : '2');
    if (order % 4 === 1) add('6');
  }
  await loadTinyShop(context.client, { ...tinyShop, lines });
  const { build_id } = await build(context, { top: 3 });
  const { products } = await readWrittenLists(context.client, build_id);
  assert.equal(itemsOf(products.bought_together)['2'], ['3', '6', '1']);
  assert.equal(itemsOf(products.bundle), { 1: ['3', '6'], 3: ['1', '6'], 6: ['3', '1'] });
});

test('lines of an order may lie anywhere in the table', async (context) => {
  const wide = Array.from({ length: 400 }, (_, order) =>
    ['1', '3', '4'].map(
      (product): TinyLine => ({ order: `${order}`, customer: null, product, at: '2024-01-01' }),
    ),
  );
  const adjacent = wide.flat();
  const scattered = [0, 1, 2].flatMap((line) => wide.map((lines) => lines[line]!));
  const built: WrittenLists[] = [];
  for (const lines of [adjacent, scattered]) {
    await loadTinyShop(context.client, { ...tinyShop, lines });
    const { build_id, orders, pairs } = await build(context, {});
    assert.equal([orders, pairs], [400, 6]);
    built.push(await readWrittenLists(context.client, build_id));
  }
  assert.equal(built[1], built[0]);
});

test('an order with 2,000 lines is sampled, not dropped, with a warning', async (context) => {
  const products = Array.from({ length: 2_000 }, (_, n) => ({ id: `p${n}`, price: 10, category: 'c' }));
  const lines = products.map(
    ({ id }): TinyLine => ({ order: 'huge', customer: null, product: id, at: '2024-01-01' }),
  );
  await loadTinyShop(context.client, { products, lines, watched: [] });
  const summary = await build(context, { kinds: 'bought_together' });
  assert.equal([summary.pairs, summary.skipped.sampled], [100 * 99, 1_900]);
  assert.match(
    summary.warnings.join(),
    /^1 order with more than 100 products was sampled \(1,900 lines skipped\)$/,
  );
  const whole = await build(context, { kinds: 'bought_together', maxOrderLines: 2_000 });
  assert.equal([whole.pairs, whole.skipped.sampled], [2_000 * 1_999, 0]);
  assert.not.match(whole.warnings.join(), 'sampled');
});

test('a view that returns a product twice and a product without name, category or tags do no harm', async (context) => {
  await loadTinyShop(context.client, tinyShop);
  await context.client.query(`insert into tiny.product select * from tiny.product;
    insert into tiny.product (product_id, price) values ('0', 5);
    insert into tiny.product (product_id, price) values (null, 5)`);
  const { build_id, products } = await build(context, { similarity: 'count', halfLife: 'none', top: 4 });
  assert.is(products, 7);
  const { products: lists } = await readWrittenLists(context.client, build_id);
  assert.equal(itemsOf(lists.bought_together)['1'], ['3', '4', '2']);
  assert.equal(itemsOf(lists.bought_together)['0'], ['3', '1', '4', '2']);
});

function build(
  { database, home }: Context,
  flags: Record<string, unknown>,
  force = true,
): Promise<BuildSummary> {
  return buildHere({ url: database.url, home }, { flags: { keepBuilds: 20, ...flags }, force });
}

function itemsOf(lists: WrittenLists['products'][string] = {}): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lists).map(([subject, list]) => [subject, list.map(({ item }) => item)]),
  );
}

function renameIds(shop: TinyShop, idOf: (id: string) => string): TinyShop {
  const maybe = (id: string | null) => (id === null ? null : idOf(id));
  return {
    products: shop.products.map((product) => ({ ...product, id: idOf(product.id) })),
    lines: shop.lines.map((line) => ({
      ...line,
      order: maybe(line.order),
      customer: maybe(line.customer),
      product: maybe(line.product),
    })),
    watched: [],
  };
}
